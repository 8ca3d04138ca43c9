"""The connections that events leave by."""

from typing import Final

from adloom.errors import UsageError
from adloom.services.session import Session
from connections.connection import Connection

__all__ = ["KIND", "event_connections", "events_connection"]

KIND: Final = "tiktok-events"


async def events_connection(session: Session, name: str | None) -> Connection:
    """The connection that is meant, with its secrets.

    Raises:
        UsageError: There is none, or it is of another kind.
    """
    chosen = await session.wiring.store.load(await session.choose(name, [KIND]))
    if chosen.provider != KIND:
        raise UsageError(
            f"{chosen.name} is a connection of the kind {chosen.provider}; events go by {KIND}.",
            hint=f"Make one: adloom connections add NAME --kind {KIND}",
        )
    return chosen


async def event_connections(session: Session) -> list[Connection]:
    """Every connection that can send events, without its secrets."""
    return [one for one in await session.wiring.store.all() if one.provider == KIND]

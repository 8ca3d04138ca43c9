"""What the doctor looks at next: connections, and with --online what their platforms say."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adloom.errors import AdloomError
from adloom.services.session import Session
from connections.connection import Connection, State
from modules import find_module
from scheduler.findings import Finding, fail, ok, warn

__all__ = ["look_at_accounts", "look_at_platforms"]

#: A small question to each platform whose answer is dated.
QUESTIONS: Final = {"tiktok-business": "list_campaigns", "tiktok": "list_videos"}
#: A clock that is wrong by more runs scenarios at the wrong times.
SKEW: Final = timedelta(minutes=1)


async def look_at_accounts(session: Session) -> list[Finding]:
    """Whether each connection's secrets can be opened, and whether it can be used."""
    store = session.wiring.store
    found = []
    for name in await store.names():
        try:
            found.append(_account(await store.load(name), session.wiring.clock.now()))
        except AdloomError as error:
            found.append(fail("connections", f"{name}: {error}", error.hint))
    notices = session.workspace.settings.notices.connection
    if notices and notices not in await store.names():
        said = f"notices are to go to {notices!r}, which is no connection"
        found.append(warn("notices", said, f"adloom connections add {notices} --kind notify"))
    return found or [ok("connections", "there are none yet")]


def _account(connection: Connection, now: datetime) -> Finding:
    name = connection.name
    if connection.state is State.RECONNECT:
        said = f"{name} cannot be used: {connection.reason}"
        return fail("connections", said, f"adloom connections reconnect {name}")
    if connection.expires_at and connection.expires_at < now:
        said = f"the token of {name} ended at {connection.expires_at:%Y-%m-%d %H:%M} UTC"
        return warn("connections", said, "It is renewed when it is used next")
    return ok("connections", f"{name} ({connection.provider}) is ready")


async def look_at_platforms(session: Session) -> list[Finding]:
    """Ask each platform something small: whether it answers, and what its clock shows."""
    ready = [one for one in await session.wiring.store.all() if one.state is State.READY]
    found = [await _platform(session, one) for one in ready if one.provider in QUESTIONS]
    return found or [ok("platforms", "there is no connection to ask")]


async def _platform(session: Session, connection: Connection) -> Finding:
    module = find_module(QUESTIONS[connection.provider])
    values: dict[str, Any] = {"limit": 1}
    if accounts := connection.account.get("advertisers"):
        values["advertiser_id"] = accounts[0]["advertiser_id"]
    served: datetime | None = None
    try:
        async for page in session.reader.read(module, values, connection.name):
            served = page.served_at
            break
    except AdloomError as error:
        return fail("platforms", f"{connection.name}: {error}", error.hint)
    if served is None:
        return ok("platforms", f"{connection.name} answers, and does not tell the time")
    apart = session.wiring.clock.now().astimezone(UTC) - served
    if abs(apart) > SKEW:
        said = f"this clock and that of {connection.name} are {abs(apart)} apart"
        return fail("clock", said, "Put this machine's clock right")
    return ok("platforms", f"{connection.name} answers; the clocks agree")

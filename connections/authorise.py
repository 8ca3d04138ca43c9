"""Connections made, renewed and given back: tried before they are saved, never half saved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adloom.errors import AdloomError, UsageError
from connections.api import ConnectionApi, Wiring
from connections.connection import Connection, State
from connections.providers import provider_named
from connections.providers.base import Code, Provider, Send

__all__ = [
    "Removal",
    "connect",
    "connect_with_token",
    "examine",
    "reconnect",
    "remove",
    "try_aloud",
]


@dataclass(frozen=True)
class Removal:
    """What became of a connection that was given back.

    Args:
        revoked: Whether the platform confirmed that it forgot the grant.
        reason: Why it did not.
    """

    revoked: bool
    reason: str | None = None


async def connect(connection: Connection, code: Code, wiring: Wiring) -> Connection:
    """Trade a code for tokens, try them, and save the connection.

    Args:
        connection: Name, provider, settings and the app's secret.
        code: From the consent.
        wiring: What connections share.

    Raises:
        AdloomError: The platform refused; nothing was saved.
    """
    return await wiring.store.save(await _granted(connection, code, wiring))


async def connect_with_token(connection: Connection, wiring: Wiring) -> Connection:
    """Try a connection whose secrets its owner brought along, if it has any, and save it.

    TikTok's sandbox gives its token on the app's page, without a consent (business_api.md §1.6);
    other kinds know no consent at all.

    Raises:
        AdloomError: The platform refused; nothing was saved.
    """
    return await wiring.store.save(await _granted_alone(connection, wiring))


async def reconnect(connection: Connection, code: Code | None, wiring: Wiring) -> Connection:
    """Renew a connection's grant in place, for the same account only.

    Args:
        connection: The connection; with its new token, if there is no code to trade for one.
        code: From the consent.
        wiring: What connections share.

    Raises:
        UsageError: The consent came from another account, or the connection changed meanwhile.
        AdloomError: The platform refused; the old grant stays.
    """
    ready = replace(connection, state=State.READY, reason=None)
    renewed = await (_granted(ready, code, wiring) if code else _granted_alone(ready, wiring))
    before, after = connection.account.get("identity"), renewed.account.get("identity")
    if before and after and before != after:
        raise UsageError(
            f"The consent came from another account ({renewed.account.get('display_name')}) than "
            f"the one {connection.name!r} belongs to ({connection.account.get('display_name')}).",
            hint=f"Log in as the right one, or make a new connection. {connection.name!r} is as "
            "it was.",
        )
    saved = await wiring.store.replace(renewed)
    if saved is None:
        raise UsageError(f"{connection.name!r} was changed by somebody else. Try again.")
    return saved


async def try_aloud(connection: Connection) -> None:
    """Do what others notice of a test, for kinds of connections that have such a thing.

    Raises:
        AdloomError: It did not work.
    """
    await _provider(connection).try_aloud(connection)


async def examine(connection: Connection, wiring: Wiring) -> Connection:
    """Try a connection and note what the platform says about its account.

    Raises:
        AdloomError: It does not work.
    """
    api = ConnectionApi(replace(connection, state=State.READY, reason=None), wiring)
    facts = await _provider(connection).examine(api.read, api.connection)
    # Its token may have been renewed on the way.
    found = replace(api.connection, state=State.READY, reason=None)
    tried = replace(found, account={**found.account, **facts})
    return await wiring.store.replace(tried) or tried


async def remove(connection: Connection, wiring: Wiring, *, revoke: bool) -> Removal:
    """Revoke a grant, as far as the platform lets us, and forget the connection."""
    removal = Removal(revoked=False, reason="not asked for")
    if revoke and _provider(connection).consents:
        try:
            # A token that has ended could not be told from one that nobody ever had.
            fresh = await ConnectionApi(connection, wiring).fresh()
            await _provider(fresh).revoke(_sender(fresh, wiring), fresh)
            removal = Removal(revoked=True)
        except AdloomError as error:
            removal = Removal(revoked=False, reason=str(error))
    await wiring.store.remove(connection.name)
    return removal


async def _granted(connection: Connection, code: Code, wiring: Wiring) -> Connection:
    """The connection with a new grant, tried."""
    grant = await _provider(connection).exchange(_sender(connection, wiring), connection, code)
    return await _tried(grant.added_to(connection, wiring.clock.now()), wiring)


async def _granted_alone(connection: Connection, wiring: Wiring) -> Connection:
    """The connection with whatever its own secrets bring, tried."""
    grant = await _provider(connection).own_grant(_sender(connection, wiring), connection)
    return await _tried(
        grant.added_to(connection, wiring.clock.now()) if grant else connection, wiring
    )


async def _tried(connection: Connection, wiring: Wiring) -> Connection:
    """The connection with what the platform says about its account."""
    trial = ConnectionApi(connection, wiring, trial=True)
    facts: Mapping[str, Any] = await _provider(connection).examine(trial.read, connection)
    return replace(connection, account={**connection.account, **facts})


def _sender(connection: Connection, wiring: Wiring) -> Send:
    return ConnectionApi(replace(connection, state=State.READY), wiring, trial=True).change


def _provider(connection: Connection) -> Provider:
    return provider_named(connection.provider)

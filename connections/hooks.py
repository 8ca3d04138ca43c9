"""The secret of each scenario that is told something from outside.

It is a connection of the kind webhook, so that it is sealed, listed, renewed and removed like any
other secret. A scenario has one of its own, unless its step names another.
"""

import hashlib
import re
import secrets
from dataclasses import replace
from typing import Final

from adloom.errors import UnknownNameError, UsageError
from adloom.secret import Secret
from connections.connection import Connection
from connections.providers.webhook import Webhook, WebhookSettings
from connections.store import ConnectionStore

__all__ = ["hook_connection", "hook_name", "hook_path", "remove_hook", "renew_hook"]

PREFIX: Final = "hook-"
LONGEST: Final = 63
SECRET_BYTES: Final = 32


def hook_name(scenario: str) -> str:
    """What the connection of a scenario is called."""
    name = PREFIX + re.sub(r"[^a-z0-9-]", "-", scenario.lower())
    if name == PREFIX + scenario and len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(scenario.encode()).hexdigest()[:8]
    return f"{name[: LONGEST - 9]}-{mark}"


def hook_path(scenario: str) -> str:
    """Where its requests come in."""
    return f"/hooks/{scenario}"


async def hook_connection(
    store: ConnectionStore, scenario: str, named: str | None = None
) -> Connection:
    """The connection that says how requests to a scenario prove themselves, made if need be.

    Args:
        store: Where connections live.
        scenario: Which scenario.
        named: The connection its step names.

    Raises:
        UnknownNameError: There is none of that name.
        UsageError: It is of another kind.
    """
    connection = await store.load(named) if named else await _own(store, scenario)
    if connection.provider != Webhook.name:
        raise UsageError(
            f"A webhook needs a connection of the kind {Webhook.name}; {connection.name!r} is for "
            f"{connection.provider}.",
            hint="Leave it out: the scenario then has a secret of its own.",
        )
    return connection


async def renew_hook(store: ConnectionStore, scenario: str) -> Connection:
    """Give a scenario a new secret; the old one ends at once.

    Raises:
        UsageError: Somebody else is changing it.
    """
    connection = await _own(store, scenario)
    renewed = await store.replace(replace(connection, secrets=_fresh()))
    if renewed is None:
        raise UsageError(f"{connection.name!r} was changed by somebody else; try again.")
    return renewed


async def remove_hook(store: ConnectionStore, scenario: str) -> None:
    """Forget the secret of a scenario that is gone."""
    await store.remove(hook_name(scenario))


async def _own(store: ConnectionStore, scenario: str) -> Connection:
    name = hook_name(scenario)
    try:
        return await store.load(name)
    except UnknownNameError:
        settings = WebhookSettings().model_dump(mode="json")
        account = {"display_name": f"scenario {scenario}"}
        new = Connection(name, Webhook.name, settings, account, _fresh())
    try:
        return await store.save(new)
    except UsageError:  # another process was first
        return await store.load(name)


def _fresh() -> dict[str, Secret]:
    return {"client_secret": Secret(secrets.token_urlsafe(SECRET_BYTES))}

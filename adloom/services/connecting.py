"""Making and changing connections, as far as every face does it alike: nobody is asked here."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.fields import fields_of, validate
from adloom.secret import Secret
from adloom.services.event_lanes import refuse_if_taking, rename_lanes, used_by
from adloom.services.session import Session
from connections.authorise import connect_with_token, examine, reconnect, try_aloud
from connections.connection import Connection, check_name
from connections.oauth import CALLBACK_PATH
from connections.providers import provider_named
from connections.providers.base import Provider

__all__ = [
    "LASTING",
    "check_free",
    "check_secrets",
    "checked_settings",
    "rename_connection",
    "save_without_consent",
    "try_connection",
    "wanted_secrets",
]

#: What a connection is for stays as it is; for something else one makes another connection.
LASTING: Final = ("app_id", "base_url", "client_key", "host", "source", "source_id", "token_url")


def checked_settings(provider: Provider, given: Mapping[str, Any], *, port: int) -> dict[str, Any]:
    """Check settings, and fill in where a consent's answer comes back to.

    Args:
        provider: The platform.
        given: What was typed.
        port: Where answers are awaited on this machine, unless the settings say otherwise.

    Raises:
        InvalidParamsError: They will not do; every fault at once.
    """
    settings = validate(provider.settings_model, given).model_dump(mode="json")
    names = {field.name for field in fields_of(provider.settings_model)}
    if "redirect_uri" in names and not settings["redirect_uri"]:
        settings["redirect_uri"] = f"http://127.0.0.1:{port}{CALLBACK_PATH}"
    return settings


def wanted_secrets(
    provider: Provider, settings: Mapping[str, Any], *, token: bool
) -> Mapping[str, str]:
    """The secrets that have to be brought along, by name, with their labels.

    Args:
        provider: The platform.
        settings: Of the connection; they may decide what it takes.
        token: Whether an access token is brought along, instead of the app's secret.

    Raises:
        UsageError: This kind of connection takes no token.
    """
    wanted = provider.secrets_for(settings)
    if not token or "access_token" in wanted:
        return wanted
    if not provider.takes_token:
        raise UsageError(f"A connection of the kind {provider.name} takes no token.")
    return {"access_token": "Access token"}


def check_secrets(
    wanted: Mapping[str, str], typed: Mapping[str, Secret], known: Mapping[str, Secret]
) -> dict[str, Secret]:
    """What was typed, else what is kept already.

    Raises:
        InvalidParamsError: Something is neither typed nor kept.
    """
    found = {name: typed.get(name) or known.get(name) for name in wanted}
    faults = [Fault(name, "is missing") for name, secret in found.items() if secret is None]
    if faults:
        raise InvalidParamsError(faults)
    return {name: secret for name, secret in found.items() if secret is not None}


async def check_free(session: Session, name: str) -> None:
    """Refuse a name that is none, or is taken.

    Raises:
        InvalidParamsError: It is no name.
        UsageError: It is taken.
    """
    check_name(name)
    if name in await session.wiring.store.names():
        raise UsageError(f"There already is a connection named {name!r}.")


async def save_without_consent(
    session: Session, connection: Connection, *, renews: bool
) -> Connection:
    """Try a connection that needs nobody's consent, and save it if it works.

    Raises:
        AdloomError: It does not; nothing was saved.
    """
    if renews:
        return await reconnect(connection, None, session.wiring)
    return await connect_with_token(connection, session.wiring)


async def try_connection(session: Session, name: str) -> Connection:
    """Try a connection now, also what others notice, and note what the platform says.

    Raises:
        AdloomError: It does not work.
    """
    connection = await session.wiring.store.load(name)
    found = await examine(connection, session.wiring)
    if provider_named(connection.provider).test_effect:
        await try_aloud(found)
    return found


async def rename_connection(session: Session, name: str, new_name: str) -> list[str]:
    """Give a connection another name; events that wait for it go along.

    Returns:
        The settings that still say the old name.

    Raises:
        UsageError: The name will not do, or a runner takes events for it.
    """
    store = session.wiring.store
    await store.load(name)
    refuse_if_taking(session, name)
    check_name(new_name)
    if new_name not in await store.names():
        # First the lanes: if it ends in between, the same command goes on with the rest.
        await rename_lanes(session, name, new_name)
    await store.rename(name, new_name)
    return used_by(session, name)

"""Addresses that people are told something at: mail, chats, phones.

apprise knows more than a hundred services and speaks to them itself, not through our transport:
this is the one place where HTTP does not pass through `connections.transport`. What it would log
holds addresses with passwords in them, so it is kept silent.
"""

# ruff: noqa: ARG002 - the signatures are the provider's

import logging
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict

from adloom.errors import ApiError, RetryableError, UsageError
from adloom.secret import Secret, silence_wire_logs
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.outgoing import WireRequest
from connections.providers.base import Send
from connections.providers.without_consent import WithoutConsent
from connections.transport import WireAnswer

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

__all__ = ["Notify", "NotifySettings"]

LONGEST_SCHEME: Final = 20
SILENT: Final = logging.CRITICAL + 1
NO_API: Final = "A notification address has no API to call."


class NotifySettings(BaseModel):
    """Nothing: an address holds a secret, so all of it is sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Notify(WithoutConsent):
    """Notification addresses, sealed."""

    name: ClassVar[str] = "notify"
    title: ClassVar[str] = "Notifications"
    settings_model: ClassVar[type[BaseModel]] = NotifySettings
    secret_titles: ClassVar[Mapping[str, str]] = {"addresses": "Notification addresses"}
    guide: ClassVar[tuple[str, ...]] = (
        "Write an address the way apprise does: mailto://user:password@example.com,",
        "slack://token_a/token_b/token_c, discord://id/token, tgram://bot_token/chat_id, …",
        "Several go into one connection with blanks between them.",
    )
    test_effect: ClassVar[str] = "A test message goes to every address of it."

    def notes(self, connection: Connection) -> list[str]:
        """Where messages go, with nothing of the addresses but their ends."""
        return [f"Messages go to {shown}." for shown in connection.account.get("addresses", [])]

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Read the addresses; whether anybody is there, only a test message tells."""
        secret = connection.secrets["addresses"].reveal()
        found = [(Secret(text), _service(text)) for text in secret.split()]
        if not found:
            raise UsageError("There is no notification address in it.")
        names = sorted({str(service.service_name) for _, service in found})
        return {
            "display_name": ", ".join(names),
            "addresses": [f"{_scheme(text.reveal())}://{text}" for text, _ in found],
        }

    async def try_aloud(self, connection: Connection) -> None:
        """Send a test message to every address."""
        await tell(connection, title="adloom", text="This is a test message of adloom.")

    # --- there is no API ------------------------------------------------------------------------

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """There is none to call."""
        raise UsageError(NO_API)

    def changes(self, request: Request) -> bool:
        """Nothing is ever read."""
        return request.method != "GET"

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Nothing is ever sent."""
        return {}

    def pauses(
        self, connection: Connection, request: Request, error: ApiError
    ) -> Mapping[str, float]:
        """Nothing is ever sent."""
        return {}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """There is no answer."""
        raise UsageError(NO_API)


async def tell(connection: Connection, *, title: str, text: str) -> None:
    """Send a message to every address of a connection.

    Raises:
        RetryableError: One of the services did not take it.
    """
    failed = []
    for address in connection.secrets["addresses"].reveal().split():
        messages = _apprise()
        messages.add(_service(address))
        if not await messages.async_notify(title=title, body=text):
            failed.append(_scheme(address))
    if failed:
        raise RetryableError(
            f"The message was not taken by {', '.join(failed)}.",
            hint="Check the address and whether its service can be reached.",
        )


def _apprise() -> "Apprise":
    from apprise import Apprise

    return Apprise()


def _service(address: str) -> "NotifyBase":
    """What speaks to an address.

    Raises:
        UsageError: There is nothing that does.
    """
    from apprise import Apprise

    silence_wire_logs()
    logging.getLogger("apprise").setLevel(SILENT)
    scheme = _scheme(address)
    with warnings.catch_warnings():
        # It imports its services when the first of them is asked for, and some import old things.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = Apprise.instantiate(address)
    if found is None:
        raise UsageError(
            f"{scheme}:// is not the beginning of a notification address that apprise knows, or "
            "what follows it is not complete.",
            hint="The services and how their addresses are written: https://appriseit.com/services",
        )
    service: NotifyBase = found
    return service


def _scheme(address: str) -> str:
    """How an address begins; never more than that, since the rest is secret."""
    scheme, mark, _ = address.partition("://")
    return scheme[:LONGEST_SCHEME] if mark and scheme.isalnum() else "…"

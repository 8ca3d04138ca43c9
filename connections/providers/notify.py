"""Addresses that people are told something at: mail, chats, phones.

apprise knows more than a hundred services and speaks to them itself, not through our transport:
this is the one place where HTTP does not pass through `connections.transport`. What it would log
holds addresses with passwords in them, so it is kept silent.
"""

# ruff: noqa: ARG002 - the signatures are the provider's

import asyncio
import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict

from adloom.errors import (
    ApiError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.secret import Secret, silence_wire_logs
from adloom.wire import Answer, JsonBody, Record, Request
from connections.connection import Connection
from connections.providers.base import Send
from connections.providers.without_wire import WithoutWire

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

__all__ = ["Notify", "NotifySettings"]

LONGEST_SCHEME: Final = 20
SILENT: Final = logging.CRITICAL + 1
HINT: Final = "Check the address and whether its service can be reached."
NO_API: Final = "A notification address has no API to call."
#: Where messages are sent to, as if there were one.
MESSAGES: Final = "/messages/"
#: Seconds that one address has for a test message.
PATIENCE: Final = 30.0


class NotifySettings(BaseModel):
    """Nothing: an address holds a secret, so all of it is sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Notify(WithoutWire):
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
    direct: ClassVar[bool] = True

    def notes(self, connection: Connection) -> list[str]:
        """Where messages go, with nothing of the addresses but their ends."""
        return [f"Messages go to {shown}." for shown in connection.account.get("addresses", [])]

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Read the addresses; whether anybody is there, only a test message tells."""
        found = _addresses(connection)
        if not found:
            raise UsageError("There is no notification address in it.")
        names = sorted({str(_service(address.reveal()).service_name) for address in found})
        return {"display_name": ", ".join(names), "addresses": [_shown(one) for one in found]}

    async def try_aloud(self, connection: Connection) -> None:
        """Send a test message to every address."""
        message = {"title": "adloom", "text": "This is a test message of adloom."}
        failed = []
        for address in _addresses(connection):
            try:
                await _tell(address, message, PATIENCE)
            except ApiError:
                failed.append(_scheme(address.reveal()))
        if failed:
            raise RetryableError(f"The message was not taken by {', '.join(failed)}.", hint=HINT)

    async def send(self, connection: Connection, request: Request, *, deadline: float) -> Answer:
        """Send a message to one address: `{"address": 0, "shown": …, "text": …, "title": …}`.

        Addresses are told apart by their place among the others; what is `shown` of it has to be
        what was planned, so that nothing goes to an address that has taken its place.

        Raises:
            RetryableError: The service did not take it.
            UnknownOutcomeError: The service was not done with it in time.
            RejectedError: There is no such address any more.
        """
        if (request.method, request.path) != ("POST", MESSAGES):
            raise UsageError(NO_API)
        message = request.body.value if isinstance(request.body, JsonBody) else {}
        addresses = _addresses(connection)
        place = message["address"]
        if place >= len(addresses) or _shown(addresses[place]) != message["shown"]:
            raise RejectedError(
                f"{connection.name!r} no longer has the address {message['shown']}.",
                hint="Its addresses were changed since this was planned.",
            )
        await _tell(addresses[place], message, deadline)
        body = {"address": message["shown"]}
        return Answer(200, {}, body, body)


async def _tell(address: Secret, message: Record, deadline: float) -> None:
    """Send a message to one address.

    Raises:
        RetryableError: The service did not take it; apprise does not say why.
        UnknownOutcomeError: The service was not done with it in time.
    """
    shown = _shown(address)
    messages = _apprise()
    messages.add(_service(address.reveal()))

    def send() -> bool:
        # A failing service may say anything in its error, its address included.
        with suppress(Exception):
            return bool(
                messages.notify(
                    body=message["text"],
                    title=message.get("title") or "",
                    body_format=message.get("format", "text"),
                )
            )
        return False

    try:
        taken = await _in_time(send, deadline)
    except TimeoutError:
        raise UnknownOutcomeError(
            f"{shown} was not done with the message within {deadline:g} seconds.", hint=HINT
        ) from None
    if not taken:
        raise RetryableError(f"{shown} did not take the message.", hint=HINT)


async def _in_time(work: Callable[[], bool], deadline: float) -> bool:
    """Do what blocks in a thread of its own; one that never ends does not outlive the process.

    Raises:
        TimeoutError: It takes too long, and is left to itself.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bool] = loop.create_future()

    def end(taken: bool) -> None:
        if not found.done():
            found.set_result(taken)

    def run() -> None:
        taken = work()
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(end, taken)

    threading.Thread(target=run, name="notification", daemon=True).start()
    async with asyncio.timeout(deadline):
        return await found


def _addresses(connection: Connection) -> list[Secret]:
    return [Secret(text) for text in connection.secrets["addresses"].reveal().split()]


def _shown(address: Secret) -> str:
    """What may be seen of an address: its beginning and its end."""
    return f"{_scheme(address.reveal())}://{address}"


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

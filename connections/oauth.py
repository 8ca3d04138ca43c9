"""The consent dance: open a page, wait for its answer on this machine, or take a pasted address.

The answer's `state` is compared in constant time before anything else is believed, and each
consent takes one answer only (reliability.md §4.1).
"""

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from adloom.errors import AuthorizationError, UsageError
from adloom.secret import Secret
from connections.hosts import Origin, is_loopback
from connections.providers.base import Code, Provider

__all__ = ["CALLBACK_PATH", "Consent", "Listener", "begin"]

CALLBACK_PATH: Final = "/callback"
LIFE: Final = timedelta(minutes=5)
LONGEST_REQUEST: Final = 16_384
SECONDS_PER_REQUEST: Final = 10.0

#: 86 of the signs a verifier may have; 43 to 128 are allowed.
BYTES_OF_A_VERIFIER: Final = 64

#: What the owner decided.
Outcome = Code | AuthorizationError

PAGE: Final = (
    "HTTP/1.1 {status}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Connection: close\r\n\r\n"
)
BODY: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>adloom</title>'
    '<body style="font-family:system-ui;margin:4rem auto;max-width:32rem">'
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


@dataclass(frozen=True)
class Consent:
    """One consent that was asked for and not yet answered.

    Args:
        provider: The platform.
        settings: Of the connection to be.
        address: The page to open.
        state: What the answer has to carry; kept in memory only.
        verifier: What the code will be traded with; kept in memory only.
    """

    provider: Provider
    settings: Mapping[str, Any]
    address: str
    state: Secret
    verifier: Secret

    def read(self, answer: str) -> Code:
        """Take the code out of the address the browser was sent to.

        Raises:
            UsageError: This is not an answer to this consent.
            AuthorizationError: The owner said no.
        """
        query = {name: values[-1] for name, values in parse_qs(_query(answer)).items()}
        state = query.get("state", "").encode(errors="replace")
        if not hmac.compare_digest(state, self.state.reveal().encode()):
            raise UsageError(
                "This address does not belong to the consent that was just started.",
                hint="Paste the whole address from the browser's address bar, or start again.",
            )
        return replace(self.provider.read_callback(query), verifier=self.verifier)


def begin(provider: Provider, settings: Mapping[str, Any]) -> Consent:
    """Start a consent."""
    state = Secret(secrets.token_urlsafe(32))
    verifier = Secret(secrets.token_urlsafe(BYTES_OF_A_VERIFIER))
    address = provider.consent_address(settings, state.reveal(), verifier)
    return Consent(provider, settings, address, state, verifier)


class Listener:
    """Waits on 127.0.0.1 for the browser to come back.

    Use it as a context manager and open the consent page inside: the port is taken first.

    Args:
        consent: What is waited for.
        life: How long.
    """

    def __init__(self, consent: Consent, *, life: timedelta = LIFE) -> None:
        redirect = consent.provider.redirect_uri(consent.settings)
        origin = Origin.of(redirect)
        if origin.scheme != "http" or not is_loopback(origin.host):
            raise UsageError(
                f"{redirect} is not on this machine, so nobody here can wait for its answer.",
                hint="Use --paste and paste the address the browser ends on.",
            )
        self._consent = consent
        self._life = life
        self._host = "127.0.0.1" if origin.host == "localhost" else origin.host
        self._port = origin.port
        self._path = urlsplit(redirect).path
        self._answer: asyncio.Future[Code] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(
                self._serve, self._host, self._port, limit=LONGEST_REQUEST
            )
        except OSError:
            raise UsageError(
                f"Port {self._port} of {self._host} is in use by another program.",
                hint="Stop it, choose another port in adloom.toml ([oauth] port), or use --paste.",
            ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        # Not waiting for it to be closed: a browser may hold a connection it never used.
        if self._server is not None:
            self._server.close()

    async def code(self) -> Code:
        """Wait for the answer and return its code.

        Raises:
            AuthorizationError: The owner said no, or nothing came within five minutes.
        """
        try:
            async with asyncio.timeout(self._life.total_seconds()):
                return await self._answer
        except TimeoutError:
            minutes = self._life.total_seconds() / 60
            raise AuthorizationError(f"No answer came within {minutes:.0f} minutes.") from None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; only the right state ends the waiting."""
        outcome: Outcome | None = None
        try:
            async with asyncio.timeout(SECONDS_PER_REQUEST):
                head = await reader.readuntil(b"\r\n\r\n")
            line = head.split(b"\r\n", 1)[0].decode("latin-1")
            status, title, text, outcome = self._judge(line)
            body = BODY.format(title=title, text=text).encode()
            writer.write(PAGE.format(status=status, length=len(body)).encode() + body)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            return  # not a browser; whoever it is may try again
        finally:
            writer.close()
            self._settle(outcome)

    def _judge(self, line: str) -> tuple[str, str, str, Outcome | None]:
        """Say what the browser gets to see for one request line, and what that means for us."""
        method, _, rest = line.partition(" ")
        target = rest.rsplit(" ", 1)[0]
        if method != "GET" or target.partition("?")[0] != self._path:
            return "404 Not Found", "Nothing here", "This address is not part of the consent.", None
        other = "This answer belongs to another consent."
        if self._answer.done():
            return "400 Bad Request", "Not this one", other, None
        try:
            code = self._consent.read(target)
        except UsageError:
            return "400 Bad Request", "Not this one", other, None
        except AuthorizationError as error:
            return "200 OK", "No consent", "Nothing was connected. You can close this page.", error
        return "200 OK", "Connected", "You can close this page and go back to adloom.", code

    def _settle(self, outcome: Outcome | None) -> None:
        if isinstance(outcome, Code) and not self._answer.done():
            self._answer.set_result(outcome)
        elif isinstance(outcome, AuthorizationError) and not self._answer.done():
            self._answer.set_exception(outcome)


def _query(address: str) -> str:
    """The part of an address between its question mark and its fragment."""
    return address.strip().partition("#")[0].partition("?")[2]

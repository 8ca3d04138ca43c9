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
from connections.oauth_pages import CONNECTED, NOT_THIS_ONE, NOTHING_HERE, REFUSED, Shown
from connections.providers.base import Code, Provider

__all__ = ["CALLBACK_PATH", "Consent", "Landing", "Listener", "begin", "landing_of"]

CALLBACK_PATH: Final = "/callback"
LIFE: Final = timedelta(minutes=5)
LONGEST_REQUEST: Final = 16_384
SECONDS_PER_REQUEST: Final = 10.0

#: 86 of the signs a verifier may have; 43 to 128 are allowed.
BYTES_OF_A_VERIFIER: Final = 64

#: What the owner decided.
Outcome = Code | AuthorizationError


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


class Landing:
    """A port of this machine that browsers come back to, for several consents at once.

    Args:
        host: The loopback address to listen on.
        port: The port.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._expected: list[_Expected] = []
        self._server: asyncio.Server | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is expected here any more."""
        return not self._expected

    async def open(self) -> None:
        """Take the port.

        Raises:
            UsageError: Another program has it.
        """
        try:
            self._server = await asyncio.start_server(
                self._serve, self.host, self.port, limit=LONGEST_REQUEST
            )
        except OSError:
            raise UsageError(
                f"Port {self.port} of {self.host} is in use by another program.",
                hint="Stop it, choose another port in adloom.toml ([oauth] port), or use --paste.",
            ) from None

    def close(self) -> None:
        """Give the port back."""
        # Not waiting for it to be closed: a browser may hold a connection it never used.
        if self._server is not None:
            self._server.close()

    def expect(self, consent: Consent, *, then: str | None = None) -> asyncio.Future[Code]:
        """Expect the answer to a consent.

        Args:
            consent: What was asked for.
            then: Where the browser is sent afterwards, whatever the owner decided; without it,
                it gets to see a page of ours.

        Returns:
            What becomes the code, or the `AuthorizationError` that tells of the owner's no.
        """
        answer: asyncio.Future[Code] = asyncio.get_running_loop().create_future()
        path = urlsplit(consent.provider.redirect_uri(consent.settings)).path
        self._expected.append(_Expected(consent, path, then, answer))
        return answer

    def forget(self, consent: Consent) -> None:
        """Expect it no longer."""
        self._expected = [one for one in self._expected if one.consent is not consent]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; only the right state ends a waiting."""
        verdict: _Verdict | None = None
        try:
            async with asyncio.timeout(SECONDS_PER_REQUEST):
                head = await reader.readuntil(b"\r\n\r\n")
            verdict = self._judge(head.split(b"\r\n", 1)[0].decode("latin-1"))
            writer.write(verdict.shown.written())
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            return  # not a browser; whoever it is may try again
        finally:
            writer.close()
            if verdict is not None:
                verdict.settle()

    def _judge(self, line: str) -> "_Verdict":
        """Say what the browser gets to see for one request line, and what that means for us."""
        method, _, rest = line.partition(" ")
        target = rest.rsplit(" ", 1)[0]
        here = [one for one in self._expected if one.path == target.partition("?")[0]]
        if method != "GET" or not here:
            return _Verdict(NOTHING_HERE)
        for one in here:
            # An answer that was given is given: its address opens nothing a second time.
            if not one.answer.done() and (outcome := _outcome(one.consent, target)):
                shown = CONNECTED if isinstance(outcome, Code) else REFUSED
                return _Verdict(shown.leading_to(one.then), one, outcome)
        return _Verdict(NOT_THIS_ONE)


@dataclass(frozen=True)
class _Expected:
    """A consent whose answer is expected."""

    consent: Consent
    path: str
    then: str | None
    answer: asyncio.Future[Code]


@dataclass(frozen=True)
class _Verdict:
    """What a request means, and what its browser gets to see."""

    shown: Shown
    expected: _Expected | None = None
    outcome: Outcome | None = None

    def settle(self) -> None:
        """Hand the outcome to whoever waits for it."""
        if self.expected is None or self.expected.answer.done():
            return
        if isinstance(self.outcome, Code):
            self.expected.answer.set_result(self.outcome)
        elif self.outcome is not None:
            self.expected.answer.set_exception(self.outcome)


def _outcome(consent: Consent, target: str) -> Outcome | None:
    """What an address says to a consent; None if it is meant for another one."""
    try:
        return consent.read(target)
    except UsageError:
        return None
    except AuthorizationError as error:
        return error


def landing_of(consent: Consent) -> Landing:
    """The port on which a consent's answer can be awaited; it is not open yet.

    Raises:
        UsageError: The answer goes elsewhere.
    """
    redirect = consent.provider.redirect_uri(consent.settings)
    origin = Origin.of(redirect)
    if origin.scheme != "http" or not is_loopback(origin.host):
        raise UsageError(
            f"{redirect} is not on this machine, so nobody here can wait for its answer.",
            hint="Use --paste and paste the address the browser ends on.",
        )
    return Landing("127.0.0.1" if origin.host == "localhost" else origin.host, origin.port)


class Listener:
    """Waits on 127.0.0.1 for the browser to come back.

    Use it as a context manager and open the consent page inside: the port is taken first.

    Args:
        consent: What is waited for.
        life: How long.
        then: Where the browser is sent afterwards, instead of seeing a page of ours.
    """

    def __init__(
        self, consent: Consent, *, life: timedelta = LIFE, then: str | None = None
    ) -> None:
        self._landing = landing_of(consent)
        self._life = life
        self._answer = self._landing.expect(consent, then=then)

    async def __aenter__(self) -> Self:
        await self._landing.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._landing.close()

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


def _query(address: str) -> str:
    """The part of an address between its question mark and its fragment."""
    return address.strip().partition("#")[0].partition("?")[2]

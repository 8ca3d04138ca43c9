"""The one HTTP client.

It works on httpx's transports rather than its client, so nothing can follow a redirect, keep a
cookie or read a proxy from the environment. Everything else reliability.md asks of the wire is
here: a token goes only to its own origin (§4.2), a deadline covers the whole call (§0.5), a body
cut short is noticed (§0.6), and whether a request had left the machine when it failed is known.
"""

import asyncio
import mimetypes
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from adloom import VERSION
from adloom.errors import (
    ApiError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
    UsageError,
)
from adloom.secret import Secret
from adloom.wire import FileBody
from connections.decoding import RefusedAnswerError, TruncatedError, decoder_for

__all__ = ["Credential", "Origin", "Transport", "WireAnswer", "WireRequest"]

DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: the only address a token may go to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address: str | httpx.URL) -> "Origin":
        """Read the origin of an address.

        Raises:
            UsageError: It is no http or https address.
        """
        try:
            url = httpx.URL(address)
            port = url.port or DEFAULT_PORTS[url.scheme]
        except (httpx.InvalidURL, KeyError):
            raise UsageError(
                f"This is not an http or https address: {str(address)[:80]!r}"
            ) from None
        if not url.host or url.userinfo:
            raise UsageError(f"This is not an address adloom can use: {str(address)[:80]!r}")
        return cls(url.scheme, url.host, port)


@dataclass(frozen=True)
class Credential:
    """A token, the header it goes into, and the only origins it goes to."""

    header: str
    token: Secret
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class WireRequest:
    """A request ready for the wire.

    Args:
        method: The HTTP method.
        url: The whole address.
        headers: Without the token.
        content: The body.
        file: Sent as a form instead of `content`.
        changes: Whether it may change something, so that a failure leaves its outcome unknown.
        deadline: Seconds for the whole call.
        credential: The token, if it goes along.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    file: FileBody | None = None
    changes: bool = False
    deadline: float = 30.0
    credential: Credential | None = None


@dataclass(frozen=True)
class WireAnswer:
    """An answer from the wire: status, headers in lower case, the whole decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    served_at: datetime | None


class Transport:
    """Sends requests over one pool of connections.

    Args:
        largest_answer: Bytes, decoded, beyond which an answer is refused.
        proxy: Address of a proxy; none is used unless given.
        http: What carries the bytes; tests hand in another.
    """

    def __init__(
        self,
        *,
        largest_answer: int = 16_000_000,
        proxy: str | None = None,
        http: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._largest = largest_answer
        self._http = http or httpx.AsyncHTTPTransport(
            verify=ssl.create_default_context(),
            proxy=proxy,
            trust_env=False,
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=8),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def exchange(self, request: WireRequest) -> WireAnswer:
        """Send one request and read the whole answer.

        Raises:
            RetryableError: No answer arrived, and nothing can have changed.
            UnknownOutcomeError: A change was sent, and no whole answer arrived.
            UnusableAnswerError: The answer to a read was too large, or redirected elsewhere.
        """
        sent = _Sent()
        try:
            async with asyncio.timeout(request.deadline):
                return await self._exchange(request, sent)
        except TimeoutError:
            text = f"No answer from {_host(request)} within {request.deadline:g} seconds."
        except (httpx.TransportError, TruncatedError) as error:
            text = f"{_host(request)} {_reason(error)}."
        except RefusedAnswerError as error:
            text = f"{_host(request)} {error}."
            if not request.changes:
                raise UnusableAnswerError(text) from None
        raise _lost(request, text, left=sent.started)

    async def _exchange(self, request: WireRequest, sent: "_Sent") -> WireAnswer:
        with _form(request.file) as form:
            wire = httpx.Request(
                request.method,
                request.url,
                headers=_headers(request),
                extensions={
                    "timeout": dict.fromkeys(
                        ("connect", "read", "write", "pool"), request.deadline
                    ),
                    "trace": sent.trace,
                },
                **(form or {"content": request.content}),
            )
            response = await self._http.handle_async_request(wire)
        sent.started = True
        try:
            if response.has_redirect_location:
                target = httpx.URL(response.headers["location"]).host or "another path"
                raise RefusedAnswerError(f"redirects to {target}, which adloom does not follow")
            body = await self._read(response)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return WireAnswer(response.status_code, headers, body, _served_at(headers))

    async def _read(self, response: httpx.Response) -> bytes:
        """Read and decode a body, noticing when it ends early or never ends."""
        headers = response.headers
        decoder = decoder_for(headers.get("content-encoding", "identity"))
        chunked = "chunked" in headers.get("transfer-encoding", "")
        if "content-length" not in headers and not chunked and _has_body(response):
            raise TruncatedError("sent a body without saying where it ends")
        parts: list[bytes] = []
        size = 0
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - for the type
        async for raw in response.stream:
            for part in decoder.feed(raw):
                size += len(part)
                if size > self._largest:
                    raise RefusedAnswerError(f"sent more than {self._largest:,} bytes")
                parts.append(part)
        if not decoder.finished(size):
            raise TruncatedError("sent a compressed body that ends too early")
        return b"".join(parts)


class _Sent:
    """Learns from httpcore whether the first byte of a request went out."""

    def __init__(self) -> None:
        self.started = False

    async def trace(self, event: str, _: Mapping[str, Any]) -> None:
        if "send_request_headers" in event:
            self.started = True


def _headers(request: WireRequest) -> dict[str, str]:
    url = httpx.URL(request.url)
    headers = {
        "host": url.netloc.decode(),
        "accept": "application/json, */*;q=0.5",
        "accept-encoding": "gzip",
        "user-agent": f"adloom/{VERSION}",
        **request.headers,
    }
    credential = request.credential
    if credential and Origin.of(url) in credential.origins:
        headers[credential.header] = credential.token.reveal()
    return headers


@contextmanager
def _form(file: FileBody | None) -> Iterator[dict[str, Any]]:
    """A form with an open file in it, for as long as it is being sent."""
    if file is None:
        yield {}
        return
    with Path(file.path).open("rb") as source:
        kind = mimetypes.guess_type(file.file_name)[0] or "application/octet-stream"
        part = (file.file_name, source, kind)
        yield {"data": dict(file.fields), "files": {file.part: part}}


def _has_body(response: httpx.Response) -> bool:
    return response.status_code not in (204, 304)


def _served_at(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def _host(request: WireRequest) -> str:
    return httpx.URL(request.url).host


def _reason(error: Exception) -> str:
    match error:
        case TruncatedError():
            return str(error)
        case httpx.ConnectTimeout() | httpx.ConnectError() | httpx.PoolTimeout():
            return "cannot be reached"
        case httpx.ProxyError():
            return "cannot be reached through the proxy"
        case httpx.RemoteProtocolError():
            return "closed the connection before the answer was whole"
        case _:
            return "broke the connection"


def _lost(request: WireRequest, text: str, *, left: bool) -> ApiError:
    """Only a change that had left the machine may have happened."""
    if request.changes and left:
        return UnknownOutcomeError(
            f"{text} The change may or may not have happened.",
            hint="adloom looks before it repeats.",
        )
    return RetryableError(text, hint="Check the network and try again.")

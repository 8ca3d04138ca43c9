"""The one HTTP client.

It works on httpx's transports rather than its client, so nothing can follow a redirect, keep a
cookie or read a proxy from the environment. Everything else reliability.md asks of the wire is
here: a token goes only to its own origin (§4.2), a deadline covers the whole call (§0.5), a body
cut short is noticed (§0.6), and whether a request had left the machine when it failed is known.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

import h11
import httpcore
import httpx

from adloom.errors import (
    ApiError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
    UsageError,
)
from connections.decoding import RefusedAnswerError, TruncatedError, decoder_for
from connections.hosts import refuse_inside
from connections.outgoing import UNSENDABLE, Sent, WireRequest, form, written

__all__ = ["Transport", "WireAnswer"]

# Pages are a megabyte or two; in pieces of 64 kB, handing them on costs more than reading them.
httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 1 << 18

#: Statuses whose answers have no body.
BARE: Final = (204, 304)


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

    Raises:
        UsageError: The proxy's address cannot be used.
    """

    def __init__(
        self,
        *,
        largest_answer: int = 16_000_000,
        proxy: str | None = None,
        http: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._largest = largest_answer
        self._http = http or _carrier(proxy)
        # Through a proxy nobody here sees where a connection leads: only names are checked then.
        self._sees_peers = not (http or proxy)
        self._outside: httpx.AsyncBaseTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()
        if self._outside is not None:
            await self._outside.aclose()

    async def exchange(self, request: WireRequest) -> WireAnswer:
        """Send one request and read the whole answer.

        Raises:
            UsageError: The request cannot be written, its file not read, or it must not go there;
                nothing was sent.
            RetryableError: No answer arrived, and nothing can have changed.
            UnknownOutcomeError: A change was sent, and no whole answer arrived.
            UnusableAnswerError: The answer to a read was too large, or redirected elsewhere.
        """
        if request.outside_only:
            refuse_inside(_host(request))
        sent = Sent(_host(request) if request.outside_only and self._sees_peers else None)
        try:
            async with asyncio.timeout(request.deadline):
                return await self._exchange(request, sent)
        except TimeoutError:
            text = f"No answer from {_host(request)} within {request.deadline:g} seconds."
        except (httpx.LocalProtocolError, h11.LocalProtocolError):
            if not sent.started:
                raise UsageError(UNSENDABLE) from None
            text = f"{_host(request)} was sent less than announced."
        except (httpx.TransportError, TruncatedError) as error:
            text = f"{_host(request)} {_reason(error)}."
        except RefusedAnswerError as error:
            text = f"{_host(request)} {error}."
            if not request.changes:
                raise UnusableAnswerError(text) from None
        raise _lost(request, text, left=sent.started)

    async def _exchange(self, request: WireRequest, sent: Sent) -> WireAnswer:
        with form(request.file) as parts:
            wire = written(request, parts or {"content": request.content}, sent)
            response = await self._carrier_for(request).handle_async_request(wire)
        sent.started = True
        try:
            if response.has_redirect_location:
                target = _target(response.headers["location"])
                raise RefusedAnswerError(f"redirects to {target}, which adloom does not follow")
            # The answer to a HEAD describes a body that does not come.
            body = b"" if request.method == "HEAD" else await self._read(response)
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return WireAnswer(response.status_code, headers, body, _served_at(headers))

    def _carrier_for(self, request: WireRequest) -> httpx.AsyncBaseTransport:
        """Connections that were checked to lead outside are never mixed with others."""
        if not request.outside_only or not self._sees_peers:
            return self._http
        self._outside = self._outside or _carrier(None)
        return self._outside

    async def _read(self, response: httpx.Response) -> bytes:
        """Read and decode a body, noticing when it ends early or never ends."""
        headers = response.headers
        decoder = decoder_for(headers.get("content-encoding", "identity"))
        chunked = "chunked" in headers.get("transfer-encoding", "")
        if "content-length" not in headers and not chunked and response.status_code not in BARE:
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
        if not decoder.finished():
            raise TruncatedError("sent a compressed body that ends too early")
        return b"".join(parts)


def _carrier(proxy: str | None) -> httpx.AsyncBaseTransport:
    try:
        return httpx.AsyncHTTPTransport(
            verify=ssl.create_default_context(),
            proxy=proxy,
            trust_env=False,
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=8),
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise UsageError(
            "The address of the proxy cannot be used.",
            hint="Write it like http://127.0.0.1:8080 ([http] proxy in adloom.toml).",
        ) from None


def _served_at(headers: Mapping[str, str]) -> datetime | None:
    try:
        moment = parsedate_to_datetime(headers["date"])
        # Dates of HTTP are in UTC, also where they do not say so.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _target(location: str) -> str:
    try:
        return httpx.URL(location).host or "another path"
    except httpx.InvalidURL:
        return "an address that is none"


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

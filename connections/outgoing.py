"""A request on its way out: address, headers, form, and whether any of it has left."""

import hashlib
import io
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import httpx

from adloom import VERSION
from adloom.errors import UsageError
from adloom.secret import Secret
from adloom.wire import FileBody, SliceBody
from connections.hosts import Origin, inside_error, is_outside

__all__ = ["UNSENDABLE", "Credential", "Sent", "WireRequest", "form", "written"]

# For the connection and once more for its encryption, which httpcore times one after the other.
SHARE_TO_CONNECT: Final = 0.45
# Without a word of what could not be written: it might be the token.
UNSENDABLE: Final = "The address or a header is too long, or holds signs that cannot be sent."


@dataclass(frozen=True)
class Credential:
    """A token, where it stands in a request, and the only origins it goes to.

    Args:
        header: The header it goes into; None if it goes into the address.
        token: The token.
        origins: Where else it never goes.
        scheme: What stands before it in the header, such as `Bearer`.
        query: Parameters of the address by name, the token among them, where there is no header.
    """

    header: str | None
    token: Secret
    origins: tuple[Origin, ...]
    scheme: str = ""
    query: Mapping[str, Secret] = field(default_factory=dict)

    def in_headers(self) -> dict[str, str]:
        """The header that carries the token."""
        value = f"{self.scheme} {self.token.reveal()}" if self.scheme else self.token.reveal()
        return {self.header: value} if self.header else {}

    def in_query(self) -> dict[str, str]:
        """The parameters that carry the token."""
        return {name: value.reveal() for name, value in self.query.items()}


@dataclass(frozen=True)
class WireRequest:
    """A request ready for the wire.

    Args:
        method: The HTTP method.
        url: The whole address, without the token.
        headers: Without the token.
        content: The body.
        file: Sent instead of `content`: a file as a form, a slice of one as it stands.
        changes: Whether it may change something, so that a failure leaves its outcome unknown.
        deadline: Seconds for the whole call.
        credential: The token, if it goes along.
        outside_only: Whether it must not reach this machine or its private network.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    file: FileBody | SliceBody | None = None
    changes: bool = False
    deadline: float = 30.0
    credential: Credential | None = None
    outside_only: bool = False


class Sent:
    """Learns from httpcore whether the first byte of a request may have gone out, and where to.

    Args:
        host: What must not turn out to be inside when it is connected to; None if it may be.
    """

    def __init__(self, host: str | None = None) -> None:
        self.started = False
        self._host = host

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of one of httpcore's events.

        Raises:
            UsageError: The machine that was reached is not on the public internet.
        """
        if self._host and event == "connection.connect_tcp.complete":
            stream = info["return_value"]
            if not is_outside(stream.get_extra_info("server_addr")[0]):
                await stream.aclose()
                raise inside_error(self._host)
        if event.endswith("send_request_headers.started"):
            # A proxy that is asked for a tunnel has not seen the request yet.
            self.started = info["request"].method != b"CONNECT"
        elif event.endswith("send_request_headers.failed"):
            # Headers that cannot be written are refused before anything is sent.
            self.started &= type(info["exception"]).__name__ != "LocalProtocolError"


def written(request: WireRequest, body: Mapping[str, Any], sent: Sent) -> httpx.Request:
    """The request in httpx's terms."""
    phases = dict.fromkeys(("read", "write", "pool"), request.deadline)
    # A handshake given up by httpcore is closed; one cut off by the deadline would be left open.
    phases["connect"] = request.deadline * SHARE_TO_CONNECT
    extensions = {"timeout": phases, "trace": sent.trace}
    try:
        url, headers = _authorised(request)
        return httpx.Request(request.method, url, headers=headers, extensions=extensions, **body)
    except (httpx.InvalidURL, UnicodeError):
        raise UsageError(UNSENDABLE) from None


def _authorised(request: WireRequest) -> tuple[httpx.URL, dict[str, str]]:
    """The address and the headers, with the token if it may go there."""
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
        headers |= credential.in_headers()
        if query := credential.in_query():
            url = url.copy_merge_params(query)
    return url, headers


@contextmanager
def form(file: FileBody | SliceBody | None) -> Iterator[dict[str, Any]]:
    """A form with an open file in it, for as long as it is being sent; or a slice of a file.

    Raises:
        UsageError: It cannot be read, or the slice is not what was planned.
    """
    if file is None:
        yield {}
        return
    if isinstance(file, SliceBody):
        yield {"content": _slice(file)}
        return
    with _opened(file.path) if file.content is None else io.BytesIO(file.content) as source:
        kind = mimetypes.guess_type(file.file_name)[0] or "application/octet-stream"
        part = (file.file_name, source, kind)
        yield {"data": dict(file.fields), "files": {file.part: part}}


def _slice(part: SliceBody) -> bytes:
    """The very bytes that were planned."""
    try:
        with _opened(part.path) as source:
            source.seek(part.offset)
            content = source.read(part.length)
    except OSError as error:
        raise UsageError(f"{part.path} cannot be read: {error.strerror}.") from None
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise UsageError(f"{part.path} has changed since this was planned; it was not sent.")
    return content


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None

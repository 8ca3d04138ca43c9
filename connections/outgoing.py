"""A request on its way out: address, headers, form, and whether any of it has left."""

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
from adloom.wire import FileBody
from connections.hosts import Origin

__all__ = ["UNSENDABLE", "Credential", "Sent", "WireRequest", "form", "written"]

SHARE_TO_CONNECT: Final = 0.9
# Without a word of what could not be written: it might be the token.
UNSENDABLE: Final = "The address or a header is too long, or holds signs that cannot be sent."


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


class Sent:
    """Learns from httpcore whether the first byte of a request may have gone out."""

    def __init__(self) -> None:
        self.started = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of one of httpcore's events."""
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
        headers = _headers(request)
        return httpx.Request(
            request.method, request.url, headers=headers, extensions=extensions, **body
        )
    except (httpx.InvalidURL, UnicodeError):
        raise UsageError(UNSENDABLE) from None


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
def form(file: FileBody | None) -> Iterator[dict[str, Any]]:
    """A form with an open file in it, for as long as it is being sent."""
    if file is None:
        yield {}
        return
    with _opened(file.path) as source:
        kind = mimetypes.guess_type(file.file_name)[0] or "application/octet-stream"
        part = (file.file_name, source, kind)
        yield {"data": dict(file.fields), "files": {file.part: part}}


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None

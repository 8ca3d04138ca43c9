"""What an answer is before it becomes bytes (business_api.md §1.2)."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

__all__ = ["NOT_FOUND", "OK", "PARTLY", "Plain", "Refusal", "Reply", "encoded", "request_id"]

OK: Final = 0
PARTLY: Final = 20001


@dataclass
class Reply:
    """An answer in the Business API's envelope; the HTTP status is always 200.

    Args:
        data: What was asked for.
        code: What became of the request; other envelopes have words instead of numbers.
        message: The code in words.
        beside: Fields next to `data`, for the one endpoint that answers like OAuth.
        headers: More headers.
    """

    data: Any = field(default_factory=dict)
    code: int | str = OK
    message: str = "OK"
    beside: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return 200

    def envelope(self, identity: str) -> Any:
        """The whole answer as JSON data; `identity` is what the request is called."""
        return {
            "code": self.code,
            "message": self.message,
            "request_id": identity,
            "data": self.data,
            **self.beside,
        }


@dataclass(frozen=True)
class Plain:
    """An answer without an envelope.

    Args:
        status: The HTTP status.
        body: Its bytes.
        content_type: What they are.
        headers: More headers.
        label: What the counters call it, if not by its status.
    """

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


NOT_FOUND: Final = Plain(404, b"404 page not found")


class Refusal(Exception):  # noqa: N818 - an answer, not an error of this program
    """The API says no.

    Args:
        code: One of the envelope's codes.
        message: What is wrong, for the person who asked.
    """

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code
        self.message = message

    def reply(self) -> Reply:
        """The refusal as an answer."""
        return Reply({}, self.code, self.message)


def request_id(now: float, counted: int, seed: int) -> str:
    """A request's name: its second, and twenty characters that never repeat."""
    at = time.strftime("%Y%m%d%H%M%S", time.gmtime(now))
    return at + hashlib.sha256(f"{seed} request {counted}".encode()).hexdigest()[:20].upper()


def encoded(reply: Reply, identity: str) -> bytes:
    """The envelope as JSON."""
    return msgspec.json.encode(reply.envelope(identity))

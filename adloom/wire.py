"""What crosses a platform's wire, in the words every room shares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

__all__ = [
    "Answer",
    "Body",
    "FileBody",
    "JsonBody",
    "Page",
    "Record",
    "Request",
    "SliceBody",
    "TextBody",
]

#: One row as plain JSON data: ids are text, money is Decimal, everything the platform sent is kept.
Record = dict[str, Any]

BundleT = TypeVar("BundleT")


@dataclass(frozen=True)
class JsonBody:
    """A body sent as JSON."""

    value: Any


@dataclass(frozen=True)
class TextBody:
    """A body sent as it stands."""

    text: str
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class FileBody:
    """A file sent as one part of a form.

    Args:
        path: Where it lies; empty where its content is at hand.
        part: The name of the form's part, for example `video_file`.
        file_name: What the platform is told the file is called.
        sha256: What it contained when the request was made, in hex; sending checks it.
        fields: The other parts of the form.
        content: What is sent where nothing lies on a disk.
    """

    path: str
    part: str
    file_name: str
    sha256: str
    fields: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True)
class SliceBody:
    """A part of a file, sent as it stands.

    Args:
        path: Where the file lies.
        offset: How many bytes of it come before.
        length: How many bytes are sent.
        sha256: What they were when the request was made, in hex; sending checks it.
        content_type: What kind of file it is.
    """

    path: str
    offset: int
    length: int
    sha256: str
    content_type: str = "application/octet-stream"


Body = JsonBody | TextBody | FileBody | SliceBody


@dataclass(frozen=True)
class Request:
    """One request to a platform, before a connection gives it an address and a token.

    Args:
        method: `GET`, `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`.
        path: Below the root of the API, with its closing slash, for example `/ad/get/`.
        query: Values as they are; the provider encodes lists and objects its own way.
        body: What is sent along.
        headers: Extra headers, by their lower-case names.
        rows: Where the answer's rows are, if it is a listing that goes on as it is.
        patience: Seconds it may take where that is more than usual: a large upload.
        expect: The HTTP statuses that are fine; empty where the platform decides.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    rows: str | None = None
    patience: float = 0.0
    expect: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came back.

    Args:
        status: The HTTP status.
        headers: The answer's headers, by their lower-case names.
        body: The whole answer: JSON data where it was JSON, otherwise text.
        data: The part of it that counts; for TikTok the envelope's `data`.
        served_at: The server's own clock when it answered.
        code: The platform's own code.
        request_id: What the platform calls this request.
        partial: Whether the platform did only part of what was asked.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    data: Any
    served_at: datetime | None = None
    code: int | None = None
    request_id: str | None = None
    partial: bool = False


@dataclass(frozen=True)
class Page(Generic[BundleT]):
    """One page of a listing.

    Args:
        records: The rows, ready to be written as JSON; perhaps not decoded yet.
        total: How many rows the whole listing has, if the platform says so.
        has_more: Whether another page follows.
        served_at: The server's clock when it sent the page.
        missing: On the last page, how many rows the platform may have skipped, even when the
            listing was read again.
    """

    records: Sequence[Record]
    total: int | None = None
    has_more: bool = False
    served_at: datetime | None = None
    missing: int = 0

    def only(self, wanted: Callable[[Record], bool]) -> "Page[BundleT]":
        """The same page with the rows that are wanted."""
        return replace(self, records=[record for record in self.records if wanted(record)])

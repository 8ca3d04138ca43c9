"""Watch a file for rows that are new, or that somebody changed."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from adloom.fields import Advanced, Personal
from adloom.json_text import dump
from adloom.paths import check_data_path
from adloom.wire import Page, Record
from modules.base import Context, Params, Sight, Trigger, Watching, module
from modules.bundles import Bundle

__all__ = ["FileRow", "WatchRows", "WatchRowsParams", "watch_rows"]

ROWS = "/rows/list/"
AT_ONCE = 1_000


class WatchRowsParams(Params):
    """Which file to watch, and what tells its rows apart."""

    file: str = Field(
        title="File",
        description="Below the folder for data: a file of CSV, JSON, JSON lines or SQLite.",
    )
    key: list[str] = Field(
        default_factory=list,
        max_length=20,
        title="Key",
        description="Columns that name a row, such as order_id; by default the whole row counts.",
    )
    by: Literal["created", "updated"] = Field(
        default="created",
        title="By",
        description="Hand on new rows only, or also rows whose other columns have changed.",
    )
    table: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$",
        title="Table",
        description="Table of a SQLite file; one that has only one needs no name.",
    )
    bad_rows: Literal["keep", "drop"] = Field(
        default="keep",
        title="Bad rows",
        description="Whether what is no row is handed on as a bundle with a problem, or left out.",
    )
    format: Annotated[Literal["csv", "jsonl", "json", "sqlite"] | None, Advanced()] = Field(
        default=None,
        title="Format",
        description="How the file is written; by default its ending and its content decide.",
    )
    records: Annotated[str | None, Advanced()] = Field(
        default=None,
        max_length=200,
        title="Records",
        description="Where in a JSON file the list is, with dots between the names: data.orders.",
    )
    delimiter: Annotated[Literal[",", ";", "\t", "|"] | None, Advanced()] = Field(
        default=None,
        title="Delimiter",
        description="What stands between the cells of a CSV file; by default it is found out.",
    )
    limit: int = Field(
        default=100,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )

    @field_validator("file")
    @classmethod
    def _below_the_folder(cls, value: str) -> str:
        return check_data_path(value)


class FileRow(Bundle):
    """A row of a file; or what is none, with a problem."""

    row: Annotated[Any, Personal()] = Field(
        default=None,
        title="Row",
        description="Its fields by their columns; a column user.email is a field of user.",
    )
    file: str | None = Field(
        default=None, title="File", description="The file, below the folder for data."
    )
    number: int | None = Field(
        default=None, title="Number", description="Which line, element or row of the table it is."
    )
    key: str | None = Field(
        default=None, title="Key", description="A digest of what the row is known by."
    )
    problem: str | None = Field(
        default=None, title="Problem", description="Why it is no row that can be used."
    )
    offset: int | None = Field(
        default=None, title="Offset", description="How many bytes come before what is no row."
    )
    length: int | None = Field(default=None, title="Length", description="How many bytes that has.")
    sha256: str | None = Field(
        default=None, title="SHA-256", description="The digest of those bytes."
    )
    changed_at: str | None = Field(
        default=None, title="Changed", description="When the file was changed last."
    )


class WatchRows(Trigger[WatchRowsParams, FileRow]):
    """Watch a file for rows that are new, or that somebody changed.

    What is remembered of a row is a digest. Rows with the same key count once. A row that goes away
    and comes back is new again.
    """

    def watching(self, params: WatchRowsParams) -> Watching:  # noqa: ARG002 - Trigger's signature
        """Nobody knows when a row was added: the file is compared with what was in it before."""
        return Watching.COMPARED

    def sources(self, params: WatchRowsParams) -> list[str]:
        """The one file."""
        return [params.file]

    async def fetch(
        self,
        params: WatchRowsParams,
        context: Context,
        source: str,
        since: datetime | None,  # noqa: ARG002 - everything is compared
        until: datetime | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[FileRow]]:
        """List the rows of the file."""
        names = ("format", "table", "records", "delimiter")
        query = {"file": source, **{name: getattr(params, name) for name in names}}
        known: set[bytes] | None = set() if params.by == "updated" else None
        async for page in context.api.pages(ROWS, query, key="number", page_size=AT_ONCE):
            bundles = [_bundle(params, row) for row in page.records]
            if params.bad_rows == "drop":
                bundles = [one for one in bundles if one.get("problem") is None]
            if known is not None:
                bundles = [one for one in bundles if _is_first(one["key"], known)]
            yield Page(bundles, has_more=page.has_more, missing=page.missing)

    def key(self, bundle: Record) -> str:
        """The digest of what it is known by."""
        return str(bundle["key"])

    def at(self, params: WatchRowsParams, bundle: Record) -> datetime | None:  # noqa: ARG002 - Trigger's signature
        """When the file was changed; microseconds keep its rows in their order."""
        changed = datetime.fromisoformat(bundle["changed_at"])
        return changed + timedelta(microseconds=bundle["number"])

    def compare(self, params: WatchRowsParams, memory: Record | None, bundle: Record) -> Sight:
        """A row is remembered by its key, and by a digest where changes count."""
        if params.by == "created" or bundle.get("problem") is not None:
            return Sight({}, bundle if memory is None else None)
        present = {"row": _digest(bundle["row"])}
        return Sight(present, None if present == memory else bundle)


def _bundle(params: WatchRowsParams, record: Record) -> Record:
    """A row as it is handed on."""
    bundle = {"file": params.file, **record}
    if "problem" in record:
        return {**bundle, "key": record["sha256"][:24]}
    row = record["row"]
    values = [_found(row, name) for name in params.key]
    if None in values:
        missing = params.key[values.index(None)]
        return {**bundle, "key": _digest(row), "problem": f"its {missing} is empty"}
    bundle["key"] = _digest(values or row)
    return bundle


def _found(row: Record, name: str) -> Any:
    """The value of a column, which may be a field of a field."""
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _digest(value: Any) -> str:
    """Names a value; what it says, nobody can read from it."""
    return hashlib.sha256(dump(value)).hexdigest()[:24]


def _is_first(key: str, known: set[bytes]) -> bool:
    """Whether a key comes for the first time."""
    short = bytes.fromhex(key)
    if short in known:
        return False
    known.add(short)
    return True


watch_rows = module(kind="trigger", title="Watch rows", provider="files", permission=None)(
    WatchRows
)

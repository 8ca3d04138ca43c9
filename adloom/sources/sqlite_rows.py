"""A table, a view, or what a SELECT finds in a SQLite file; nothing is ever written into it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from sqlite_utils.db import sqlite3  # type: ignore[attr-defined] # the driver it has chosen

from adloom.errors import UnknownNameError, UsageError
from adloom.json_text import dump
from adloom.sources.dotted import nesting
from adloom.sources.rows import BadRow, Position, Row

__all__ = ["SqliteRows"]

#: Rows asked for at a time, so that nobody is kept from writing for long.
AT_ONCE: Final = 1_000
PATIENCE: Final = 5.0
SELECT: Final = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
#: What a statement may do: read, with functions, also recursively.
READING: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
#: Tables that are nobody's rows.
INNER: Final = ("sqlite_", "_adloom_")


class SqliteRows:
    """Records, one a row; what is NULL is left out.

    Args:
        path: The file.
        table: A table, a view or a SELECT; None is the one table there is.
        longest: A row with more bytes, as JSON, is skipped.

    Raises:
        UsageError: It cannot be read, or is not clear which table is meant.
        UnknownNameError: There is no such table.
    """

    format: ClassVar[str] = "sqlite"
    size: ClassVar[None] = None
    open_end: ClassVar[bool] = False

    def __init__(self, path: Path, *, table: str | None, longest: int) -> None:
        self.name, self.resumed = path.name, False
        self._longest = longest
        self._number = self._rowid = 0
        self._last = b""
        try:
            self._database = _opened(path)
        except sqlite3.Error as error:
            raise self._told(error) from None
        try:
            self._choose(table)
            self._database.set_authorizer(_only_reading)
            self._columns = self._described()
            self._build = nesting(self._columns)
        except sqlite3.Error as error:
            self._database.close()
            raise self._told(error) from None
        except UsageError:
            self._database.close()
            raise
        self._rows = self._read()

    def resume(self, start: Position) -> None:
        """Go on behind a row, if it is still there and as it was.

        Of what has no rowids, as many rows are passed over as were read.
        """
        again = self._has(start) if self._has_rowids else self._pass_over(start)
        self.resumed = again
        if not again:
            self._number = self._rowid = 0
            self._last = b""
        self._rows = self._read()

    @property
    def position(self) -> Position:
        """Behind the row that came last."""
        return Position(self._rowid, self._number, self._mark(self._last))

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._rows

    # --- what is read ---------------------------------------------------------------------------

    def _choose(self, table: str | None) -> None:
        if table is not None and SELECT.match(table):
            self._source, self._made = f"({table.strip().rstrip(';')})", table
            self._has_rowids = False
            return
        rows = self._database.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
        ).fetchall()
        known = {name: (kind, sql) for name, kind, sql in rows if not name.startswith(INNER)}
        if table is None:
            table = self._only_one(known)
        if table not in known:
            there = f"There are {', '.join(sorted(known))}." if known else None
            raise UnknownNameError("table", table, known, hint=there)
        kind, self._made = known[table]
        self._source = '"' + table.replace('"', '""') + '"'
        self._has_rowids = kind == "table" and self._knows_rowid()

    def _only_one(self, known: dict[str, Any]) -> str:
        if len(known) == 1:
            return next(iter(known))
        if not known:
            raise UsageError(f"{self.name} has no tables.")
        raise UsageError(
            f"{self.name} has several tables: {', '.join(sorted(known))}.", hint="Name one: --table"
        )

    def _knows_rowid(self) -> bool:
        try:
            self._database.execute(f"SELECT rowid FROM {self._source} LIMIT 0")  # noqa: S608 - quoted
        except sqlite3.OperationalError as error:
            if "no such column" not in str(error):
                raise
            return False
        return True

    def _described(self) -> list[str]:
        found = self._database.execute(f"SELECT * FROM {self._source} LIMIT 0")  # noqa: S608 - quoted
        return [column[0] for column in found.description]

    # --- rows -----------------------------------------------------------------------------------

    def _read(self) -> Iterator[Row | BadRow]:
        for rowid, values in self._values():
            self._number += 1
            self._rowid = rowid
            yield self._row(rowid, values)

    def _values(self) -> Iterator[tuple[int, Sequence[Any]]]:
        try:
            yield from self._by_rowid() if self._has_rowids else self._in_one_go()
        except sqlite3.Error as error:
            if "decode" not in str(error) or self._database.text_factory is _text:
                raise self._told(error) from None
        else:
            return
        # Some text is not UTF-8. Looking at each takes longer, so it is done only then.
        self._database.text_factory = _text
        yield from self._values()

    def _by_rowid(self) -> Iterator[tuple[int, Sequence[Any]]]:
        text = f"SELECT rowid, * FROM {self._source} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608 - quoted
        last: int | None = self._rowid if self._number else None
        while True:
            after = -(2**63) if last is None else last
            rows = self._database.execute(text, (after, AT_ONCE)).fetchall()
            yield from ((row[0], row[1:]) for row in rows)
            if len(rows) < AT_ONCE:
                return
            last = rows[-1][0]

    def _in_one_go(self) -> Iterator[tuple[int, Sequence[Any]]]:
        found = self._database.execute(
            f"SELECT * FROM {self._source} LIMIT -1 OFFSET ?",  # noqa: S608 - quoted
            (self._number,),
        )
        yield from ((number, row) for number, row in enumerate(found, self._number + 1))

    def _row(self, rowid: int, values: Sequence[Any]) -> Row | BadRow:
        if bytes in map(type, values):
            binary = [at for at, one in enumerate(values) if isinstance(one, bytes)]
            self._last = b"".join(values[at] for at in binary)
            return self._bad(rowid, f"the column {self._columns[binary[0]]} holds binary data")
        record = self._build(values)
        try:
            self._last = dump(record)
        except UnicodeEncodeError:
            self._last = repr(values).encode("unicode_escape")
            return self._bad(rowid, "it is not UTF-8")
        if len(self._last) > self._longest:
            return self._bad(rowid, f"it is longer than {self._longest:,} bytes")
        return Row(self._number, rowid, len(self._last), record, self._last)

    def _bad(self, rowid: int, reason: str) -> BadRow:
        digest = hashlib.sha256(self._last).hexdigest()
        return BadRow(self._number, rowid, len(self._last), digest, reason)

    # --- going on -------------------------------------------------------------------------------

    def _has(self, start: Position) -> bool:
        """Whether the last row that was read is still the same."""
        try:
            self._database.text_factory = _text
            found = self._database.execute(
                f"SELECT * FROM {self._source} WHERE rowid = ?",  # noqa: S608 - quoted
                (start.offset,),
            ).fetchone()
            self._database.text_factory = str
        except sqlite3.Error as error:
            raise self._told(error) from None
        if found is None:
            return start == self.position
        self._row(start.offset, found)
        self._number, self._rowid = start.number, start.offset
        return self._mark(self._last) == start.sha256

    def _pass_over(self, start: Position) -> bool:
        for _ in range(start.number):
            if next(self._rows, None) is None:
                return False
        return self.position == start

    def _mark(self, last: bytes) -> str:
        """What tells a table from another: how it was made, and the row that was read last."""
        return hashlib.sha256(f"{self._made}\0".encode() + last).hexdigest()

    def _told(self, error: Exception) -> UsageError:
        return UsageError(f"{self.name} cannot be read: {error}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()


def _opened(path: Path) -> Any:
    address = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(
        address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )


def _text(content: bytes) -> str:
    """A text; one that is not UTF-8 spoils its own row only."""
    return content.decode(errors="surrogateescape")


def _only_reading(action: int, *_: Any) -> int:
    allowed: int = sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY
    return allowed

"""The rows of a file below a folder, a page at a time, and whether it held still meanwhile."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from adloom.errors import RejectedError
from adloom.paths import check_data_path
from adloom.sources import FORMATS, BadRow, Row, open_source
from adloom.wire import Page, Record

__all__ = ["FileRows", "until_quiet"]

#: A file that was written to less than so many seconds ago may be half written.
QUIET: Final = 2.0


async def until_quiet(folder: Path, file: str) -> None:
    """Wait, but not for long, until nobody has written into a file for a moment."""
    try:
        age = time.time() - (folder / check_data_path(file)).stat().st_mtime
    except OSError:
        return
    if 0 <= age < QUIET and not file.lower().endswith(FORMATS["sqlite"]):
        await asyncio.sleep(QUIET - age)


class FileRows:
    """A file that is being listed.

    Each row is `{number, changed_at}` with `row`, its fields; or, if it is none, with `problem`,
    `offset`, `length` and `sha256`.

    Args:
        folder: Where files are read.
        asked: `file`, and what `open_source` takes: format, table, records, delimiter.
        deadline: Seconds a page may take.

    Raises:
        InvalidParamsError: The name leads elsewhere.
        RejectedError: A link leads elsewhere.
        UsageError: It cannot be read, is empty, or is something else.
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any], deadline: float) -> None:
        self.deadline = deadline
        self._path = _place(folder, asked["file"])
        options = {name: value for name, value in asked.items() if name != "file"}
        self._before = _mark(self._path)
        self._source = open_source(self._path, **options)
        changed = datetime.fromtimestamp(self._before[2] / 1e9, UTC)
        self._changed_at = changed.isoformat()

    def page(self, size: int) -> Page[Record]:
        """The next rows.

        The last page tells that rows may be missing if the file was replaced or written to; a last
        line without an end is then left for the next time.
        """
        found = list(islice(self._source, size))
        has_more = len(found) == size
        disturbed = not has_more and self._is_disturbed()
        if disturbed and found and self._source.open_end:
            found.pop()
        rows = [self._record(one) for one in found]
        return Page(rows, has_more=has_more, missing=int(disturbed))

    def close(self) -> None:
        """Let go of the file."""
        self._source.__exit__(None, None, None)

    def _is_disturbed(self) -> bool:
        """Whether somebody replaced it or may still be writing; a table changes as a whole."""
        if self._source.format == "sqlite":
            return False
        now = _mark(self._path)
        return now != self._before or 0 <= time.time() - now[2] / 1e9 < QUIET

    def _record(self, one: Row | BadRow) -> Record:
        record: Record = {"number": one.number, "changed_at": self._changed_at}
        if isinstance(one, Row):
            return {**record, "row": one.record}
        return {
            **record,
            "problem": one.reason,
            "offset": one.offset,
            "length": one.length,
            "sha256": one.sha256,
        }


def _place(folder: Path, file: str) -> Path:
    """The place of a file below a folder, and not behind a link that leads elsewhere."""
    path = folder / check_data_path(file)
    inside = path.resolve().is_relative_to(folder.resolve())
    if not inside or path.is_symlink():
        raise RejectedError(f"{file} leads out of {folder} by a link; it was not read.")
    return path


def _mark(path: Path) -> tuple[int, int, int]:
    """What tells whether a file is still the same; zeros if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)

"""Files that rows are read from: JSON lines, JSON, CSV, SQLite, or the standard input.

    with open_source(Path("orders.csv")) as source:
        for row in source:
            if isinstance(row, BadRow):  # number, offset, length, sha256, reason
                continue
            row.record  # a dict
        note = source.position.as_note()  # to go on later: start=Position.from_note(note)

Numbers in CSV and texts in JSON stay texts; ids are exact. Memory does not grow with the file.
"""

import sys
from pathlib import Path
from typing import BinaryIO, Final

from adloom.errors import UnknownNameError, UsageError
from adloom.sources.base import Source
from adloom.sources.csv_rows import CsvRows
from adloom.sources.json_file import JsonFile
from adloom.sources.json_lines import JsonLines
from adloom.sources.kinds import check_kind, kind_of
from adloom.sources.rows import BadRow, Position, Row
from adloom.sources.window import Window

__all__ = ["FORMATS", "LONGEST_ROW", "BadRow", "Position", "Row", "Source", "open_source"]

#: The formats, and the endings that stand for them.
FORMATS: Final = {
    "jsonl": (".jsonl", ".ndjson"),
    "json": (".json",),
    "csv": (".csv", ".tsv"),
    "sqlite": (".sqlite", ".sqlite3", ".db"),
}
#: A row of more bytes is skipped without being loaded.
LONGEST_ROW: Final = 1_000_000


#: What says that the standard input is meant.
STANDARD_INPUT: Final = Path("-")


def open_source(
    place: Path | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002 - what its users call it
    table: str | None = None,
    records: str | None = None,
    delimiter: str | None = None,
    start: Position | None = None,
    longest: int = LONGEST_ROW,
) -> Source:
    """Open what rows are read from.

    Args:
        place: The file, `Path("-")` for the standard input, or what is open already and is closed
            with the source.
        format: One of `FORMATS`; by default the ending and the content decide.
        table: The table or view of a SQLite file, or a SELECT; only one with one table needs none.
        records: Where in a JSON file the list of records is, with dots between the names: `data`,
            `data.list`. By default the file is the list, or the one record.
        delimiter: What stands between the cells of a CSV file; by default it is found out.
        start: Where to go on, if it was read before; see `Source.resumed`.
        longest: A row of more bytes is a `BadRow`.

    Raises:
        UsageError: It cannot be read, is empty, or is something else than it was taken for.
        UnknownNameError: There is no such format or table.
    """
    if format is not None and format not in FORMATS:
        raise UnknownNameError("format", format, FORMATS, hint=f"There are {', '.join(FORMATS)}.")
    file, name = _opened(place)
    window = Window(file, name)
    try:
        window.begin()
        kind = format or ("json" if records else kind_of(window.data, name, FORMATS))
        check_kind(window.data, name, kind)
        if kind != "sqlite":
            return _text_source(kind, window, records, delimiter, start, longest)
    except BaseException:
        window.close()
        raise
    window.close()
    if not isinstance(place, Path) or place == STANDARD_INPUT:
        raise UsageError("A SQLite database cannot be read from a pipe.", hint="Name its file.")
    from adloom.sources.sqlite_rows import SqliteRows

    rows = SqliteRows(place, table=table, longest=longest)
    if start is not None:
        rows.resume(start)
    return rows


def _text_source(
    kind: str,
    window: Window,
    records: str | None,
    delimiter: str | None,
    start: Position | None,
    longest: int,
) -> Source:
    source: CsvRows | JsonFile | JsonLines
    if kind == "csv":
        source = CsvRows(window, delimiter=delimiter, longest=longest)
    elif kind == "json":
        source = JsonFile(window, records=records, longest=longest)
    else:
        source = JsonLines(window, longest=longest)
    if start is not None:
        source.resume(start)
    return source


def _opened(place: Path | BinaryIO) -> tuple[BinaryIO, str]:
    """The file and what it is called."""
    if not isinstance(place, Path):
        return place, str(getattr(place, "name", "the input"))
    if place == STANDARD_INPUT:
        return sys.stdin.buffer, "standard input"
    if place.is_dir():
        raise UsageError(f"{place} is a folder.", hint="Name a file in it.")
    try:
        return place.open("rb", buffering=0), place.name
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{place} cannot be read: {reason}.") from None

"""Files that rows are written into: CSV, JSON lines, SQLite, Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from adloom.errors import UsageError
from adloom.sinks.base import Sink
from adloom.sinks.columns import Column

__all__ = ["FORMATS", "Column", "Sink", "format_of", "open_sink"]

#: The formats, and the endings that stand for them.
FORMATS: Final = {
    "csv": (".csv",),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet", ".pq"),
    "sqlite": (".sqlite", ".sqlite3", ".db"),
}


def format_of(path: Path, named: str | None = None) -> str:
    """Which format a file is to have.

    Args:
        path: The file; its ending decides where nobody does.
        named: The format, if somebody named it.

    Raises:
        UsageError: The ending stands for none.
    """
    for name, endings in FORMATS.items():
        if named == name or (named is None and path.suffix.lower() in endings):
            return name
    known = ", ".join(ending for endings in FORMATS.values() for ending in endings)
    raise UsageError(
        f"The ending of {path.name} stands for no format (known are {known}).",
        hint=f"Name one: --format {'|'.join(FORMATS)}",
    )


def open_sink(
    kind: str, path: Path, columns: Sequence[Column], *, table: str, append: bool = False
) -> Sink:
    """Open a file for rows; each format is imported when it is first used.

    Args:
        kind: One of `FORMATS`.
        path: The file.
        columns: Its columns.
        table: The table of a SQLite file.
        append: Whether a SQLite table keeps the rows it has.

    Raises:
        UsageError: It cannot be written here.
    """
    if kind == "csv":
        from adloom.sinks.csv_file import CsvFile

        return CsvFile(path, columns)
    if kind == "parquet":
        from adloom.sinks.parquet_file import ParquetFile

        return ParquetFile(path, columns)
    if kind == "sqlite":
        from adloom.sinks.sqlite_table import SqliteTable

        return SqliteTable(path, columns, table=table, append=append)
    from adloom.sinks.json_lines import JsonLines

    return JsonLines(path)

"""Rows added to the end of a file, exactly once, whatever dies on the way.

Whoever appends names each addition by a key; a second addition of that key changes nothing. A
SQLite file keeps the keys in a table of its own, in the same transaction as the rows. Beside a text
file `rows.csv` lies `.rows.csv.adloom`, which remembers them, and what is being added right now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.appending.places import place_of
from adloom.errors import RejectedError
from adloom.wire import Record

__all__ = ["FORMATS", "Addition", "append", "format_of", "is_appended"]

#: The formats rows can be added to, and the endings that stand for them.
FORMATS: Final = {
    "csv": (".csv",),
    "jsonl": (".jsonl", ".ndjson"),
    "sqlite": (".sqlite", ".sqlite3", ".db"),
}


@dataclass(frozen=True)
class Addition:
    """Rows to add.

    Args:
        key: Names the addition; the same one never happens twice.
        rows: JSON data. The columns are their keys, in the order in which they first come.
        table: The table of a SQLite file.
    """

    key: str
    rows: Sequence[Record]
    table: str = "rows"


def format_of(file: str) -> str | None:
    """The format of a file, by its ending; None if it is none of them."""
    for name, endings in FORMATS.items():
        if file.lower().endswith(endings):
            return name
    return None


def append(folder: Path, file: str, addition: Addition, *, patience: float) -> bool:
    """Add rows to a file of a folder; both are made if need be.

    Args:
        folder: Where files are written.
        file: Which one, below it.
        addition: The rows.
        patience: For how many seconds to wait while somebody else is writing into it.

    Returns:
        Whether they were added; not if they had been before.

    Raises:
        RejectedError: They do not fit the file, or it is no file to write into.
        RetryableError: The file is in use, or the disk is full; nothing was added.
        UnknownOutcomeError: The disk failed on the way.
    """
    path = place_of(folder, file)
    match format_of(file):
        case "csv":
            from adloom.appending.csv_rows import csv_rows
            from adloom.appending.text_file import append_text

            return append_text(path, addition.key, csv_rows(addition.rows), patience=patience)
        case "jsonl":
            from adloom.appending.json_rows import json_rows
            from adloom.appending.text_file import append_text

            return append_text(path, addition.key, json_rows(addition.rows), patience=patience)
        case "sqlite":
            from adloom.appending.sqlite_file import append_to_table

            return append_to_table(path, addition, patience=patience)
        case _:
            raise RejectedError(f"adloom does not know how to add rows to {file}.")


def is_appended(folder: Path, file: str, key: str, *, patience: float) -> bool | None:
    """Whether an addition happened; None if nobody can tell, since the file was changed since.

    What is left of one that was cut off is taken out of the file on the way.

    Raises:
        RejectedError: It is no file to write into.
        RetryableError: The file is in use.
    """
    path = place_of(folder, file)
    if format_of(file) == "sqlite":
        from adloom.appending.sqlite_file import is_in_table

        return is_in_table(path, key, patience=patience)
    from adloom.appending.text_file import is_in_text

    return is_in_text(path, key, patience=patience)

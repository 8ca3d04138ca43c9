"""Results on stdout: JSON lines for programs, tables for people."""

import re
import sys
from collections.abc import Sequence
from typing import Any, Final

from adloom.json_text import dump
from adloom.rows import lines
from adloom.wire import Record
from modules.base import Change
from modules.bundles import Bundle

__all__ = ["Writer", "plain", "show_changes", "show_table"]

MOST_COLUMNS: Final = 7
UNBROKEN: Final = re.compile(r"[0-9A-Z_:. -]{0,40}")
#: Control characters and direction overrides could make a terminal lie about a name.
UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Writer:
    """Writes bundles as they come.

    Args:
        bundle: Their type; its fields become the columns of a table.
        as_json: Whether to write JSON lines even to a terminal.
    """

    def __init__(self, bundle: type[Bundle], *, as_json: bool) -> None:
        self._bundle = bundle
        self._as_json = as_json or not sys.stdout.isatty()
        self.count = 0

    def write(self, records: Sequence[Record]) -> None:
        """Write a page of bundles."""
        self.count += len(records)
        if not records:
            return
        if self._as_json:
            sys.stdout.buffer.write(lines(records))
            sys.stdout.buffer.flush()
            return
        names = [
            name
            for name in self._bundle.model_fields
            if any(record.get(name) not in (None, "", []) for record in records)
        ][:MOST_COLUMNS]
        titles = [self._bundle.model_fields[name].title or name for name in names]
        show_table(titles, [[record.get(name) for name in names] for record in records])


def show_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Draw a table on stdout."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, title in enumerate(titles):
        # Ids and times are copied from tables, so they are never broken.
        solid = all(UNBROKEN.fullmatch(plain(row[place])) for row in rows)
        table.add_column(title, overflow="fold", no_wrap=solid)
    for row in rows:
        table.add_row(*(Text(plain(value)) for value in row))
    Console(file=sys.stdout, highlight=False).print(table)


def show_changes(changes: Sequence[Change], *, err: bool = True) -> None:
    """Show what would change: each object with its old and its new value."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=err, highlight=False, soft_wrap=True)
    for change in changes:
        line = Text("  " + " ".join(filter(None, (change.kind, plain(change.id)))) + " ")
        if change.name:
            line.append(f"“{plain(change.name)}” ")
        line.append(f"{plain(change.field)}: ", style="bright_black")
        if change.old is not None:
            line.append(plain(change.old), style="red").append(" → ")
        line.append(plain(change.new), style="green")
        if change.unit:
            line.append(f" {plain(change.unit)}")
        console.print(line)


def plain(value: Any) -> str:
    """A value as one line that cannot play tricks on a terminal."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            text = value
        case dict() | list():
            text = dump(value).decode()
        case _:
            text = str(value)
    return UNPRINTABLE.sub("\ufffd", text.replace("\n", " ").replace("\t", " "))

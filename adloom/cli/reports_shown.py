"""A report on a terminal: a table with totals, as many columns as fit."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.cli.output import plain
from adloom.cli.session import say
from adloom.wire import Record
from modules.records.reports import is_figure

__all__ = ["show_report"]

GAP: Final = 2
WIDEST: Final = 28
FEWEST: Final = 3
ACCOUNT: Final = "advertiser_id"


def show_report(names: Sequence[str], rows: Sequence[Record]) -> None:
    """Draw a report on stdout; each account's totals, if there are any, below.

    Args:
        names: The columns, the most important first.
        rows: Bundles.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    totals = _totals(rows)
    filled = [
        name
        for name in names
        if any(row.get(name) is not None for row in rows) and not _is_only_account(name, rows)
    ]
    shown = _fitting(filled, rows, console.width)
    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_footer=False, padding=(0, 1)
    )
    for name in shown:
        table.add_column(
            name, justify="right" if is_figure(name) else "left", no_wrap=True, overflow="ellipsis",
            max_width=WIDEST,
        )  # fmt: skip
    for row in rows:
        table.add_row(*(Text(plain(row.get(name))) for name in shown))
    for account, total in totals.items():
        table.add_section()
        label = "Total" if len(totals) == 1 else f"Total {account}"
        cells = [label, *(plain(total.get(name)) for name in shown[1:])]
        table.add_row(*(Text(cell) for cell in cells), style="bold")
    console.print(table)
    if hidden := len(filled) - len(shown):
        say(f"{hidden} more columns: choose with --metrics, or write all with --json or --out.")


def _totals(rows: Sequence[Record]) -> Mapping[str, Record]:
    found: dict[str, Record] = {}
    for row in rows:
        if total := row.get("total_metrics"):
            found.setdefault(str(row.get(ACCOUNT)), total)
    return found


def _is_only_account(name: str, rows: Sequence[Record]) -> bool:
    """The account is worth a column only where there are several."""
    return name == ACCOUNT and len({row.get(ACCOUNT) for row in rows}) == 1 and len(rows) > 1


def _fitting(names: Sequence[str], rows: Sequence[Record], width: int) -> list[str]:
    shown: list[str] = []
    for name in names:
        width -= min(max(map(len, _cells(name, rows))), WIDEST) + GAP
        if width < 0 and len(shown) >= FEWEST:
            break
        shown.append(name)
    return shown


def _cells(name: str, rows: Sequence[Record]) -> list[str]:
    values: list[Any] = [row.get(name) for row in rows]
    return [name, *map(plain, values)]

"""Rows of a look as a file: CSV, JSON lines, or Parquet where that can be written."""

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from adloom.errors import UsageError
from adloom.json_text import dump_lines
from adloom.nested_rows import NestedRows
from adloom.services.reports_view import BREAKDOWNS, View
from adloom.sinks import Column, open_sink
from adloom.wire import Record
from modules.records.reports import is_figure

__all__ = ["KINDS", "can_write_parquet", "columns_for", "file_of"]

#: What a file is called and how it is sent, by its format.
KINDS: Final = {
    "csv": (".csv", "text/csv; charset=utf-8"),
    "json": (".json", "application/json"),
    "parquet": (".parquet", "application/vnd.apache.parquet"),
}


def can_write_parquet() -> bool:
    """Whether the library for it is there."""
    return find_spec("pyarrow") is not None


def columns_for(view: View) -> list[Column]:
    """The columns of a look: account, object, breakdown, metrics."""
    texts = ["advertiser_id", view.of.identity, view.of.called, BREAKDOWNS[view.by][1]]
    shown = [name for name in view.shown if name not in texts]
    return [
        *(Column(name, "metrics") for name in texts if name),
        *(Column(name, "metrics", is_number=is_figure(name)) for name in shown),
    ]


def file_of(kind: str, view: View, rows: Sequence[Record]) -> bytes:
    """Make a file of rows; figures are exactly those that TikTok sent.

    Args:
        kind: One of `KINDS`.
        view: The look, for its columns.
        rows: Bundles, in order.

    Raises:
        UsageError: There is no such format, or its library is not installed.
    """
    if kind not in KINDS:
        raise UsageError(f"There is no format {kind[:20]!r}.", hint=f"Choose {', '.join(KINDS)}.")
    columns = columns_for(view)
    if kind == "json":
        return _as_json(columns, rows)
    wire = [{"metrics": {one.name: _sent(row.get(one.name)) for one in columns}} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "report"
        with open_sink(kind, place, columns, table="report") as sink:
            sink.write(NestedRows(wire, _flat, {}))
        return place.read_bytes()


def _as_json(columns: Sequence[Column], rows: Sequence[Record]) -> bytes:
    """One array; figures are numbers."""
    lines = dump_lines([{one.name: row.get(one.name) for one in columns} for row in rows])
    return b"[" + lines.rstrip(b"\n").replace(b"\n", b",\n") + b"]\n"


def _flat(row: Record, _constants: Any) -> Record:
    found: Record = row["metrics"]
    return found


def _sent(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value

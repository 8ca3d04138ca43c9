"""Rows of a report as they come over the wire, and the columns of a file for them."""

from collections.abc import Mapping, Sequence

from adloom.json_text import dump_lines
from adloom.nested_rows import LineRows, NestedRows
from adloom.sinks import Column
from adloom.wire import Record
from modules.records.reports import flat

__all__ = ["COLUMNS", "nested", "wire_row"]

COLUMNS: Sequence[Column] = (
    Column("ad_id", "dimensions"),
    Column("stat_time_day", "dimensions", length=10),
    Column("advertiser_id", ""),
    Column("ad_name", "metrics"),
    Column("spend", "metrics", is_number=True),
    Column("ctr", "metrics", is_number=True),
)


def wire_row(ad_id: object = "17", day: str = "2026-11-01", **metrics: object) -> Record:
    """One row, dimensions and metrics apart."""
    return {
        "dimensions": {"ad_id": ad_id, "stat_time_day": f"{day} 00:00:00"},
        "metrics": {"ad_name": "Kite", "spend": "1.500", "ctr": "0.25", **metrics},
    }


def nested(*rows: Record, constants: Mapping[str, object] | None = None) -> NestedRows:
    """Rows that nobody has decoded yet."""
    return NestedRows(LineRows(dump_lines(rows)), flat, constants or {"advertiser_id": "71"})

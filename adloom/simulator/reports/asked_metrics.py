"""The metrics of a report (business_api.md §5.3)."""

from collections.abc import Mapping, Sequence
from typing import Final

from adloom.catalogue import load
from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal
from adloom.simulator.reports.asked_dimensions import Divided

__all__ = ["read_metrics", "read_order"]

PARAM_ERROR: Final = 40002
#: What is shown when nothing is asked for, by type; a Business Center's report shows the core.
DEFAULTS: Final[Mapping[str, tuple[str, ...]]] = {"TT_SHOP": ("spend", "billed_cost")}
DEFAULT: Final = ("spend", "impressions")
#: What can be told about audiences.
FOR_AUDIENCES: Final = ("attribute", "core")


def read_metrics(
    report_type: str, divided: Divided, asked: Sequence[str] | None
) -> tuple[str, ...]:
    """Check metrics; attributes have to fit the level."""
    if not asked:
        core = load().metrics()["core"] if report_type == "BC" else DEFAULT
        return DEFAULTS.get(report_type, core)
    for name in asked:
        metric = load().metric(name)
        if metric is None or (metric.levels and divided.level not in metric.levels):
            raise Refusal(PARAM_ERROR, f"Invalid metric fields: {name}.")
        if report_type == "AUDIENCE" and metric.group not in FOR_AUDIENCES:
            raise Refusal(PARAM_ERROR, f"Invalid metric fields: {name}.")
    return tuple(dict.fromkeys(asked))


def read_order(name: str | None) -> str:
    """Check what the rows are to be in the order of."""
    if not name:
        return ""
    metric = load().metric(name)
    if metric is None or metric.group == "attribute":
        raise bad_param("order_field", f"{name} is no metric that rows can be in the order of.")
    return name

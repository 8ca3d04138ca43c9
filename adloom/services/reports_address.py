"""Understands the address of a look at figures, and says what makes no sense in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from adloom.catalogue import load
from adloom.services.figures_measures import PRESETS
from adloom.services.reports_view import ALL, BREAKDOWNS, CUSTOM, LEVELS, RANGES, View

__all__ = ["ReadView", "read_view"]

LONGEST: Final = 365
IDS: Final = r"[0-9]{1,24}"
PAGES: Final = r"[1-9][0-9]{0,5}"
MOST_METRICS: Final = 40
#: The zone furthest ahead: nowhere is it later.
FURTHEST: Final = timedelta(hours=14)
CHOICES: Final[Mapping[str, tuple[Any, str]]] = {
    "level": (LEVELS, "There is no such level."),
    "days": (RANGES, "There are no such days."),
    "by": (BREAKDOWNS, "Figures are not broken down by that here."),
    "columns": (PRESETS, "There are no such columns."),
    "compare": (("previous", "none"), "Compare with the period before, or with nothing."),
    "movers": (("spend", "cost_per_conversion"), "Movers are by cost, or by cost per conversion."),
}


@dataclass(frozen=True)
class ReadView:
    """What an address says.

    Args:
        view: The look; parts that make no sense are as usual.
        faults: What makes no sense, by the name of its field.
    """

    view: View
    faults: Mapping[str, str] = field(default_factory=dict)


def read_view(query: Mapping[str, str], metrics: tuple[str, ...], now: datetime) -> ReadView:
    """Understand an address.

    Args:
        query: Its parameters.
        metrics: The parameter `metrics`, which may stand there several times, taken apart.
        now: The time; no figures are from the future.
    """
    faults: dict[str, str] = {}
    connection, _, account = query.get("account", "").rpartition("/")
    values: dict[str, Any] = {"connection": connection, "account": account or ALL}
    for name, (known, text) in CHOICES.items():
        if name in query and query[name] in known:
            values[name] = query[name]
        elif query.get(name):
            faults[name] = text
    is_same = query.get("of", values["account"]) == values["account"]
    for name in ("campaign", "adgroup") if is_same else ():
        if re.fullmatch(IDS, given := query.get(name, "")):
            values[name] = given
    if values.get("days") == CUSTOM:
        values |= _dates(query, now, faults)
    values["metrics"] = _metrics(metrics, faults)
    if values.get("columns") == CUSTOM and not values["metrics"]:
        faults["metrics"] = "Choose one at least."
    values["sort"] = query.get("sort") or "-spend"
    values["page"] = int(query["page"]) if re.fullmatch(PAGES, query.get("page", "")) else 1
    values["report"] = query.get("report", "")
    return ReadView(View(**values), faults)


def _metrics(given: tuple[str, ...], faults: dict[str, str]) -> tuple[str, ...]:
    names = [part.strip() for one in given for part in one.split(",") if part.strip()]
    unknown = [name for name in names if load().metric(name) is None]
    if unknown:
        faults["metrics"] = f"adloom knows no metric {unknown[0][:60]!r}."
    if len(names) > MOST_METRICS:
        faults["metrics"] = f"Choose {MOST_METRICS} at most."
    return tuple(dict.fromkeys(name for name in names if name not in unknown))[:MOST_METRICS]


def _dates(query: Mapping[str, str], now: datetime, faults: dict[str, str]) -> dict[str, Any]:
    """The two ends of custom days."""
    found: dict[str, date] = {}
    for name, given in (("first", "from"), ("last", "to")):
        try:
            found[name] = date.fromisoformat(query.get(given, ""))
        except ValueError:
            faults[given] = "Write a day, such as 2026-11-21."
    if faults.get("from") or faults.get("to"):
        return {}
    if found["last"] < found["first"]:
        faults["to"] = "Lies before the first day; swap the two."
    elif (found["last"] - found["first"]).days >= LONGEST:
        faults["to"] = f"These are more than {LONGEST} days."
    elif found["last"] > (now + FURTHEST).date():
        faults["to"] = "Lies in the future."
    return {} if {"from", "to"} & set(faults) else found

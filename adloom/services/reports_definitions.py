"""Looks at figures as saved reports, the ones that `adloom reports` runs, and back.

A saved report says what to fetch; how the console shows it stands beside that, under `view`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.services.figures_measures import PRESETS
from adloom.services.reports_questions import filters_of
from adloom.services.reports_saved import Saved
from adloom.services.reports_view import ALL, BREAKDOWNS, CUSTOM, LEVELS, RANGES, View
from modules.records.reports_asked import ReportParams

__all__ = ["definition_of", "values_of", "view_of"]

#: What only the console knows of a report, and its usual values.
SHOWN: Final = {"compare": "previous", "columns": CUSTOM, "sort": "-spend", "movers": "spend"}
FILTERS: Final = {"campaign_ids": "campaign", "adgroup_ids": "adgroup"}


def values_of(view: View, accounts: Sequence[str]) -> dict[str, Any]:
    """Parameters of `list_ad_reports` for the rows of a look; days stay words."""
    _, dimension, kind = BREAKDOWNS[view.by]
    narrowed = filters_of(view)
    days: dict[str, Any] = {"date_range": view.days}
    if view.days == CUSTOM:
        days = {"start_date": view.first, "end_date": view.last}
    return {
        "advertiser_ids": list(accounts),
        **({"report_type": kind.value} if dimension and kind.value != "BASIC" else {}),
        "data_level": view.of.data_level,
        "dimensions": [view.of.identity, *([dimension] if dimension else [])],
        "metrics": [view.of.called, *view.shown],
        **days,
        **({"filtering": narrowed} if narrowed else {}),
        "limit": 0,
    }


def definition_of(view: View, accounts: Sequence[str]) -> Saved:
    """A look as a saved report.

    Args:
        view: The look.
        accounts: The ids of the accounts it is about.
    """
    shown = {name: str(getattr(view, name)) for name in SHOWN}
    everything = {"account": ALL} if view.account == ALL else {}
    return Saved(values_of(view, accounts), view.connection, {**shown, **everything})


def view_of(saved: Saved, name: str = "") -> View | None:
    """A saved report as a look; None if it shows what the console cannot.

    Args:
        saved: The report.
        name: What it is called.
    """
    try:
        params = validate(ReportParams, saved.values)
    except InvalidParamsError:
        return None
    by = _breakdown(params)
    level = params.data_level.about.lower() if params.data_level else ""
    days = _days(params)
    is_all = saved.view.get("account") == ALL
    if by is None or level not in LEVELS or days is None or saved.connection is None:
        return None
    if len(params.advertiser_ids) != 1 and not is_all:
        return None
    narrowed = _narrowed(params)
    called = LEVELS[level].called
    metrics = tuple(one for one in params.metrics if one not in (called, *params.dimensions))
    if narrowed is None or not metrics:
        return None
    return View(
        connection=saved.connection,
        account=ALL if is_all else params.advertiser_ids[0],
        level=level,
        by=by,
        report=name,
        **days,
        **narrowed,
        **_shown(saved, metrics),
    )


def _shown(saved: Saved, metrics: tuple[str, ...]) -> dict[str, Any]:
    """How it is shown; a preset only where it has just these columns."""
    found: dict[str, Any] = {one: saved.view.get(one, usual) for one, usual in SHOWN.items()}
    names = PRESETS.get(found["columns"], ("", ()))[1]
    if found["columns"] == CUSTOM or not names or set(metrics) - set(names):
        found |= {"columns": CUSTOM, "metrics": metrics}
    return found


def _breakdown(params: ReportParams) -> str | None:
    """What rows are broken down by; None for anything that the console does not offer."""
    if params.lifetime or params.use_task or params.bc_id or params.data_level is None:
        return None
    identity, *others = params.dimensions or [""]
    if identity != f"{params.data_level.about.lower()}_id" or len(others) > 1:
        return None
    for name, (_, dimension, kind) in BREAKDOWNS.items():
        if others == ([dimension] if dimension else []) and kind is params.report_type:
            return name
    return None


def _days(params: ReportParams) -> dict[str, Any] | None:
    if params.date_range in RANGES:
        return {"days": params.date_range}
    if params.start_date and params.end_date:
        return {"days": CUSTOM, "first": params.start_date, "last": params.end_date}
    return None


def _narrowed(params: ReportParams) -> Mapping[str, Any] | None:
    """The one object it is narrowed down to."""
    if not params.filtering:
        return {}
    given = params.filtering if isinstance(params.filtering, dict) else {}
    if len(given) != 1 or not (name := FILTERS.get(next(iter(given)), "")):
        return None
    values = next(iter(given.values()))
    one = values[0] if isinstance(values, list) and len(values) == 1 else None
    return {name: str(one)} if one else None

"""What a look asks TikTok for, as parameters of reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adloom.services.reports_accounts import Account
from adloom.services.reports_view import BREAKDOWNS, View, before
from modules.records.reports_dates import Days

__all__ = ["BASES", "Question", "filters_of", "questions_of"]

#: What tiles and trend are made of; all of it adds up, or follows from what does.
BASES: Final = (
    *("spend", "impressions", "clicks", "conversion", "result"),
    *("complete_payment", "value_per_complete_payment"),
)


@dataclass(frozen=True)
class Question:
    """One report.

    Args:
        name: What it is for.
        values: Parameters of `list_ad_reports`.
    """

    name: str
    values: Mapping[str, Any]


def questions_of(view: View, account: Account, now: datetime) -> Iterator[Question]:
    """What has to be asked for one account.

    The trend is about the whole account, or the one object the look is narrowed down to; rows are
    about every object, by the breakdown. Both again for the period before, if that is compared.
    """
    today = account.today(now)
    days = view.period(today)
    yield Question("trend", _trend(view, account, days))
    yield Question("rows", _rows(view, account, days))
    if view.compare != "none":
        yield Question("trend before", _trend(view, account, before(days)))
        yield Question("rows before", _rows(view, account, before(days)))
    if view.level != "ad":
        yield Question("today", _today(view, account, Days(today, today)))


def filters_of(view: View) -> dict[str, list[str]]:
    """What the look is narrowed down to; the finer object is enough."""
    if view.adgroup:
        return {"adgroup_ids": [view.adgroup]}
    return {"campaign_ids": [view.campaign]} if view.campaign else {}


def _common(view: View, account: Account, days: Days) -> dict[str, Any]:
    narrowed = filters_of(view)
    return {
        "advertiser_ids": [account.id],
        "start_date": days.first,
        "end_date": days.last,
        "limit": 0,
        **({"filtering": narrowed} if narrowed else {}),
    }


def _trend(view: View, account: Account, days: Days) -> dict[str, Any]:
    level = "adgroup" if view.adgroup else "campaign" if view.campaign else "advertiser"
    return _common(view, account, days) | {
        "data_level": f"AUCTION_{level.upper()}",
        "dimensions": [f"{level}_id", view.step(days)],
        "metrics": list(BASES),
    }


def _rows(view: View, account: Account, days: Days) -> dict[str, Any]:
    _, dimension, kind = BREAKDOWNS[view.by]
    return _common(view, account, days) | {
        "report_type": kind.value,
        "data_level": view.of.data_level,
        "dimensions": [view.of.identity, *([dimension] if dimension else [])],
        "metrics": view.asked(),
    }


def _today(view: View, account: Account, days: Days) -> dict[str, Any]:
    return _common(view, account, days) | {
        "data_level": view.of.data_level,
        "dimensions": [view.of.identity],
        "metrics": ["spend"],
    }

"""A report cut into requests that TikTok takes: by account, by days, by ids (business_api.md §5.1).

The parts never overlap and come in order, so their rows one after the other are the report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

from adloom.errors import Fault, InvalidParamsError, MissingPermissionError
from adloom.wire import Record
from modules.base import Context
from modules.records.listing import groups
from modules.records.reports_asked import ReportParams
from modules.records.reports_dates import Days, days_in_words, longest_window, windows
from modules.records.reports_filters import ID_FIELDS, IN, MOST_IDS, Filter, grouped
from modules.records.reports_rules import check_length
from modules.records.reports_words import warnings

__all__ = ["REPORT", "Part", "plan", "query_of", "totals_of"]

REPORT: Final = "/report/integrated/get/"
#: A background task takes that many ids at once (§5.4).
MOST_IDS_OF_TASKS: Final = 20_000
USUAL_DAYS: Final = "last 7 days"
#: From so many requests on it is worth saying.
MANY: Final = 20


@dataclass(frozen=True)
class Part:
    """One request's share of a report.

    Args:
        account: `advertiser_id` or `bc_id`, with its value.
        days: The days it covers; None is the whole lifetime.
        filters: What it is narrowed down to.
    """

    account: tuple[str, str]
    days: Days | None
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        return f"{self.account[1]}, {self.days or 'lifetime'}"

    def halves(self, *, by_day: bool) -> list["Part"]:
        """The part as two smaller ones, by days or else by ids; none where it has only one."""
        if by_day and self.days and (days := self.days.halves()):
            return [replace(self, days=half) for half in days]
        for place, one in enumerate(self.filters):
            if one.field in ID_FIELDS and one.how == IN and len(one.values) > 1:
                ways = grouped([one], -(-len(one.values) // 2))
                before, after = self.filters[:place], self.filters[place + 1 :]
                return [replace(self, filters=(*before, half, *after)) for (half,) in ways]
        return []


async def plan(params: ReportParams, context: Context) -> list[Part]:
    """Cut a report into parts.

    Raises:
        InvalidParamsError: It cannot be cut and put together again.
    """
    for sentence in warnings(
        params.report_type,
        params.shown_dimensions,
        params.metrics,
        [one.field for one in params.filters],
    ):
        context.say(sentence)
    if params.bc_id:
        accounts = [("bc_id", params.bc_id)]
    else:
        accounts = [("advertiser_id", one) for one in dict.fromkeys(params.advertiser_ids)]
    days = await _days(params, accounts, context)
    most = MOST_IDS_OF_TASKS if params.use_task else MOST_IDS
    groups_of_ids = list(grouped(params.filters, most))
    parts = [
        Part(account, window, filters)
        for account in accounts
        for window, filters in product(_windows(params, days[account[1]]), groups_of_ids)
    ]
    _check_together(params, accounts, len(parts), len(groups_of_ids))
    if len(parts) >= MANY:
        context.say(f"This takes {len(parts):,} requests, or more.")
    return parts


def _check_together(
    params: ReportParams, accounts: Sequence[tuple[str, str]], parts: int, id_groups: int
) -> None:
    """Refuse what only one request can answer."""
    faults = []
    if params.order_field and parts > 1:
        faults.append(
            Fault(
                "order_field",
                f"cannot be kept: this takes {parts} requests, and TikTok sorts within one. "
                "Ask for fewer days, ids or accounts, or sort the result.",
            )
        )
    if params.totals and id_groups > 1:
        faults.append(Fault("totals", f"takes at most {MOST_IDS} ids, for TikTok does the sum"))
    if params.totals and accounts[0][0] == "bc_id":
        faults.append(Fault("totals", "is for accounts, not for a Business Center"))
    if faults:
        raise InvalidParamsError(faults)


def _windows(params: ReportParams, days: Days | None) -> list[Days | None]:
    if days is None or params.use_task:
        return [days]
    return list(windows(days, longest_window(params.shown_dimensions)))


async def _days(
    params: ReportParams, accounts: Sequence[tuple[str, str]], context: Context
) -> Mapping[str, Days | None]:
    """Which days a report covers, as each account counts them."""
    ids = [one for _, one in accounts]
    if params.lifetime:
        return dict.fromkeys(ids)
    if params.start_date and params.end_date:
        return dict.fromkeys(ids, Days(params.start_date, params.end_date))
    zones = {} if params.bc_id else await _zones(ids, context)
    found = {}
    for one in ids:
        today = context.now.astimezone(zones.get(one, UTC)).date()
        if params.start_date is None:
            found[one] = days_in_words(params.date_range or USUAL_DAYS, today)
        elif params.start_date > today:
            fault = Fault("start_date", f"lies in the future: there it is {today} now")
            raise InvalidParamsError([fault])
        else:
            found[one] = Days(params.start_date, today)
        check_length(found[one], params)
    return found


async def _zones(ids: Sequence[str], context: Context) -> dict[str, tzinfo]:
    """The time zones of accounts; one that is not told is told as missing (§3.6)."""
    names: dict[str, str] = {}
    try:
        for group in groups(ids):
            query = {"advertiser_ids": group, "fields": ["advertiser_id", "timezone"]}
            answer = await context.api.get("/advertiser/info/", query)
            rows = answer.data.get("list") if isinstance(answer.data, dict) else None
            names |= {str(row.get("advertiser_id")): row.get("timezone") for row in rows or []}
    except MissingPermissionError as error:
        context.say(str(error))
    zones: dict[str, tzinfo] = {one: zone for one, name in names.items() if (zone := _zone(name))}
    for one in ids:
        if one not in zones:
            context.say(f"The time zone of {one} is not known; its days are counted in UTC.")
    return zones


def _zone(name: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return None


def query_of(part: Part, params: ReportParams) -> Record:
    """A part as TikTok wants it asked."""
    name, account = part.account
    query: Record = {
        name: account,
        "report_type": params.report_type.value,
        "dimensions": params.shown_dimensions,
    }
    if params.report_type.value != "BC":
        query["service_type"] = params.service_type
    if params.level:
        query["data_level"] = params.level.value
    if params.shown_metrics:
        query["metrics"] = params.shown_metrics
    if part.days is None:
        query["query_lifetime"] = True
    else:
        query |= {"start_date": str(part.days.first), "end_date": str(part.days.last)}
    if part.filters:
        query["filtering"] = [one.wire() for one in part.filters]
    if params.order_field:
        query |= {"order_field": params.order_field, "order_type": params.order_type}
    return query


async def totals_of(parts: Sequence[Part], params: ReportParams, context: Context) -> Record:
    """What TikTok makes of all days of one account together.

    It sums over one id dimension (§5.1), so it is asked without days; reach counts everybody once.
    """
    first, last = parts[0], parts[-1]
    days = Days(first.days.first, last.days.last) if first.days and last.days else None
    if days:
        check_length(days, params.model_copy(update={"dimensions": ["advertiser_id"]}))
    ids = [name for name in params.shown_dimensions if name.endswith("_id") or name == "ad_id_v2"]
    query = query_of(replace(first, days=days), params) | {"dimensions": ids[:1]}
    asked = query | {"enable_total_metrics": True, "page": 1, "page_size": 1}
    answer = await context.api.get(REPORT, asked)
    totals = answer.data.get("total_metrics") if isinstance(answer.data, dict) else None
    return totals if isinstance(totals, dict) else {}

"""The dates of a report (business_api.md §5.1)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal
from adloom.simulator.reports.asked_dimensions import Divided
from adloom.simulator.reports.periods import DAY, HOUR, Period

__all__ = ["read_period"]

PARAM_ERROR: Final = 40002
#: How many days a report covers at most, by how it is divided; asynchronous ones have no limit.
MOST_DAYS: Final[Mapping[str, int]] = {DAY: 30, HOUR: 1, "": 365}
LIFETIME: Final = ("BASIC", "PLAYABLE_MATERIAL")
FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: TikTok was not there before; the calendar needs a neighbour for its last day.
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(9000, 1, 1)


def read_period(
    report_type: str, divided: Divided, params: Mapping[str, Any], *, limited: bool
) -> Period:
    """Check dates.

    Args:
        report_type: One of the six.
        divided: How the report is divided.
        params: `query_lifetime`, or `start_date` and `end_date`.
        limited: Whether there is a longest range.
    """
    if params.get("query_lifetime"):
        if report_type not in LIFETIME:
            raise bad_param("query_lifetime", f"Not for report_type {report_type}.")
        if divided.step or "country_code" in divided.dimensions:
            raise bad_param("dimensions", "query_lifetime takes no time and no country_code.")
        return Period(None, None)
    if missing := [name for name in ("start_date", "end_date") if not params.get(name)]:
        raise Refusal(PARAM_ERROR, f"Missing required field(s): {', '.join(missing)}.")
    first, last = _date(params, "start_date"), _date(params, "end_date")
    if last < first:
        raise bad_param("end_date", "Is before start_date.")
    most = MOST_DAYS[divided.step]
    if limited and (last - first).days >= most:
        by = f" with {divided.step}" if divided.step else ""
        raise bad_param("end_date", f"The date range is longer than {most} day(s){by}.")
    return Period(first, last, divided.step)


def _date(params: Mapping[str, Any], name: str) -> date:
    wrong = bad_param(name, "Not a valid date, expected YYYY-MM-DD.")
    if not FORM.fullmatch(params[name]):
        raise wrong
    try:
        found = date.fromisoformat(params[name])
    except ValueError:
        raise wrong from None
    if not EARLIEST <= found <= LATEST:
        raise wrong
    return found

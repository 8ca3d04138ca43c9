"""What does not go together in a report, told before anything is asked (business_api.md §5.1)."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from adloom.catalogue import load
from adloom.errors import Fault, InvalidParamsError
from modules.records.reports_dates import DAY, HOUR, Days, days_in_words, longest_window
from modules.records.reports_words import ReportType

if TYPE_CHECKING:
    from modules.records.reports_asked import ReportParams

__all__ = ["check_length", "faults"]

LIFETIME: Final = (ReportType.BASIC, ReportType.PLAYABLE_MATERIAL)
AS_TASK: Final = (ReportType.BASIC, ReportType.AUDIENCE, ReportType.CATALOG)
TIMES: Final = (DAY, HOUR)


def faults(params: "ReportParams") -> list[Fault]:
    """Everything that is wrong with a report."""
    found = [*_accounts(params), *_dimensions(params), *_dates(params), *_extras(params)]
    if not found:
        try:
            _ = params.filters
            if params.start_date and params.end_date:
                check_length(Days(params.start_date, params.end_date), params)
            if params.date_range:
                # However long the words are, they are so every day.
                check_length(days_in_words(params.date_range, date(2026, 1, 1)), params)
        except InvalidParamsError as error:
            found += error.faults
    return found


def check_length(days: Days, params: "ReportParams") -> None:
    """Refuse what would have to be cut into windows that nobody can put together again.

    Raises:
        InvalidParamsError: It is longer than TikTok allows, and has no time dimension.
    """
    longest = longest_window(params.shown_dimensions)
    if params.use_task or len(days) <= longest or set(TIMES) & set(params.shown_dimensions):
        return
    fault = Fault(
        "dimensions",
        f"{days} are {len(days)} days; without a time dimension TikTok covers {longest} at once, "
        "and rates and reach of several windows cannot be added up. Add stat_time_day, set "
        "lifetime, or ask for fewer days.",
    )
    raise InvalidParamsError([fault])


def _accounts(params: "ReportParams") -> Iterator[Fault]:
    is_bc = params.report_type is ReportType.BC
    if is_bc and (params.advertiser_ids or not params.bc_id):
        yield Fault("bc_id", "a report of type BC takes bc_id, and no advertiser_ids")
    elif not is_bc and params.bc_id:
        yield Fault("bc_id", "goes with report_type BC only")
    elif not is_bc and not params.advertiser_ids:
        yield Fault("advertiser_ids", "is required")


def _dimensions(params: "ReportParams") -> Iterator[Fault]:
    asked = params.dimensions
    if params.report_type.has_level and params.level is None:
        yield Fault("data_level", f"is required: {', '.join(asked)} does not tell it")
    elif not params.shown_dimensions:
        known = ", ".join(load().dimensions(params.report_type))
        yield Fault("dimensions", f"is required for {params.report_type} reports, such as {known}")
    if set(TIMES) <= set(asked):
        yield Fault("dimensions", "takes stat_time_day or stat_time_hour, not both")
    if {"ad_id", "ad_id_v2"} <= set(asked):
        yield Fault("dimensions", "takes ad_id or ad_id_v2, not both")


def _dates(params: "ReportParams") -> Iterator[Fault]:
    named = params.start_date is not None or params.end_date is not None
    if params.lifetime:
        if named or params.date_range:
            yield Fault("lifetime", "covers all days, so no others can be named")
        if params.report_type not in LIFETIME:
            yield Fault("lifetime", f"goes with report_type {' and '.join(LIFETIME)} only")
        if {*TIMES, "country_code"} & set(params.dimensions):
            yield Fault("lifetime", "goes without time and country_code among the dimensions")
    elif params.date_range and named:
        yield Fault("date_range", "goes without start_date and end_date")
    elif params.end_date and not params.start_date:
        yield Fault("start_date", "is required with end_date")
    elif params.start_date and params.end_date and params.end_date < params.start_date:
        yield Fault("end_date", f"lies before start_date ({params.start_date}); swap the two")
    yield from _far_dates(params.start_date, params.end_date)


def _far_dates(*dates: date | None) -> Iterator[Fault]:
    for name, day in zip(("start_date", "end_date"), dates, strict=True):
        if day and not 2000 <= day.year < 2200:  # noqa: PLR2004 - typing errors, not advertising
            yield Fault(name, f"lies in the year {day.year}")


def _extras(params: "ReportParams") -> Iterator[Fault]:
    if params.use_task and params.report_type not in AS_TASK:
        yield Fault("use_task", f"goes with report_type {', '.join(AS_TASK)} only")
    if params.order_field:
        metric = load().metric(params.order_field)
        if metric and metric.type in ("string", "bool", "datetime"):
            yield Fault("order_field", f"takes a figure; {params.order_field} is a text")
    if params.totals:
        others = [name for name in params.dimensions if name != DAY and not load().data_level(name)]
        if params.report_type is not ReportType.BASIC or others:
            yield Fault(
                "totals", "TikTok adds up BASIC reports by one id, and by day, and no others"
            )

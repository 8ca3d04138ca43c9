"""Functions that write, read and move dates; days are those of the moment's time zone."""

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adloom.mapping.date_reading import read_date
from adloom.mapping.date_tokens import DAYS, MONTHS, write_date
from adloom.mapping.evaluation import Evaluation
from adloom.mapping.functions.declare import Functions
from adloom.mapping.misfit import MisfitError
from adloom.mapping.moment import zone_named
from adloom.mapping.values import Number, as_text, as_whole, named

__all__ = ["DATES"]

DATES: Final = Functions("Dates")

FARTHEST: Final = 10**10
_SECOND: Final = timedelta(seconds=1)


@DATES.declare(
    "formatDate(date: date; format: word; [timezone: text]) -> text",
    "As text, by moment's tokens: YYYY MM DD HH mm ss, MMMM, dddd, [text] …",
    {
        'formatDate(ad.created; "DD.MM.YYYY HH:mm")': "20.11.2026 08:30",
        'formatDate(ad.created; "dddd, MMMM Do, h:mm A"; "America/New_York")': (
            "Friday, November 20th, 3:30 AM"
        ),
        'formatDate(ad.created; "X")': "1795163400",
    },
    timed=True,
)
def format_date(
    evaluation: Evaluation, date: datetime, pattern: str, timezone: str | None = None
) -> str:
    """Write a date."""
    zone = zone_named(timezone) if timezone else evaluation.zone
    return write_date(date.astimezone(zone), pattern)


@DATES.declare(
    "parseDate(text: any; format: word; [timezone: text]) -> date",
    "The date a text stands for; X reads UNIX seconds, x milliseconds.",
    {
        'parseDate("20.11.2026 9:30"; "DD.MM.YYYY H:mm")': "2026-11-20T09:30:00Z",
        'parseDate("2026-11-20"; "YYYY-MM-DD"; "Europe/Prague")': "2026-11-19T23:00:00Z",
        'parseDate(1795163400; "X")': "2026-11-20T08:30:00Z",
    },
    timed=True,
)
def parse_date(
    evaluation: Evaluation, text: Any, pattern: str, timezone: str | None = None
) -> datetime:
    """Read a date."""
    zone = zone_named(timezone) if timezone else evaluation.zone
    return read_date(as_text(text), pattern, zone, evaluation.now)


def _bounded(number: int) -> int:
    if not -FARTHEST < number < FARTHEST:
        raise MisfitError("This leads beyond all dates.")
    return number


def _exactly(seconds: int) -> Callable[[Evaluation, datetime, Number], datetime]:
    """Move by hours, minutes or seconds, which may have decimals."""

    def move(_: Evaluation, date: datetime, number: Number) -> datetime:
        _bounded(int(number))
        return date + timedelta(microseconds=int(number * seconds * 1_000_000))

    return move


def _days(evaluation: Evaluation, date: datetime, number: Number) -> datetime:
    """Move by days: the clock shows the same, also over a change to daylight time."""
    local = date.astimezone(evaluation.zone)
    return _utc(local + timedelta(days=_bounded(as_whole(number))))


def _months(months: int) -> Callable[[Evaluation, datetime, Number], datetime]:
    """Move by months or years; where the day is not there, to the last one of the month."""

    def move(evaluation: Evaluation, date: datetime, number: Number) -> datetime:
        local = date.astimezone(evaluation.zone)
        return _utc(_shifted(local, months * _bounded(as_whole(number))))

    return move


def _shifted(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the last year there is
        raise MisfitError("This leads beyond all dates.")
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def _utc(local: datetime) -> datetime:
    return local.replace(fold=0).astimezone(UTC)


for _name, _move, _example, _result in (
    ("Seconds", _exactly(1), "-30", "2026-11-20T08:29:30Z"),
    ("Minutes", _exactly(60), "45", "2026-11-20T09:15:00Z"),
    ("Hours", _exactly(3600), "2", "2026-11-20T10:30:00Z"),
    ("Days", _days, "-1", "2026-11-19T08:30:00Z"),
    ("Months", _months(1), "3", "2027-02-20T08:30:00Z"),
    ("Years", _months(12), "1", "2027-11-20T08:30:00Z"),
):
    DATES.declare(
        f"add{_name}(date: date; number: number) -> date",
        f"So many {_name.lower()} later, or earlier with a negative number.",
        {f"add{_name}(ad.created; {_example})": _result},
        timed=True,
    )(_move)


def _set(unit: str, first: int) -> Callable[[Evaluation, datetime, int], datetime]:
    """Set hour, minute or second; what is out of range runs over into the next or previous."""
    step = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": _SECOND}[unit]

    def change(evaluation: Evaluation, date: datetime, number: int) -> datetime:
        local = date.astimezone(evaluation.zone)
        start = local.replace(**{unit: first})  # type: ignore[arg-type] # a whole number
        return _utc(start + step * (_bounded(number) - first))

    return change


for _name, _example, _result in (
    ("Second", "15", "2026-11-20T08:30:15Z"),
    ("Minute", "0", "2026-11-20T08:00:00Z"),
    ("Hour", "24", "2026-11-21T00:30:00Z"),
):
    DATES.declare(
        f"set{_name}(date: date; number: whole) -> date",
        f"With another {_name.lower()}; numbers out of range run over.",
        {f"set{_name}(ad.created; {_example})": _result},
        timed=True,
    )(_set(_name.lower(), 0))


def _number_or_name(value: Any, names: tuple[str, ...], first: str) -> int:
    """A day or a month by number, or by its English name or three letters of it."""
    text = as_text(value).strip().lower()
    short = [name[:3].lower() for name in names]
    if text in short or text in [name.lower() for name in names]:
        return short.index(text[:3]) + 1
    try:
        return _bounded(as_whole(value))
    except MisfitError:
        raise MisfitError(f"{named(value)} is neither a number nor a name like {first}.") from None


@DATES.declare(
    "setDay(date: date; day: any) -> date",
    "With another day of the same week; weeks begin on Sunday, and Sunday is 1.",
    {
        "setDay(ad.created; 1)": "2026-11-15T08:30:00Z",
        'setDay(ad.created; "monday")': "2026-11-16T08:30:00Z",
    },
    timed=True,
)
def set_day(evaluation: Evaluation, date: datetime, day: Any) -> datetime:
    """Move within the week."""
    local = date.astimezone(evaluation.zone)
    wanted = _number_or_name(day, DAYS, "monday")
    return _utc(local + timedelta(days=wanted - 1 - local.isoweekday() % 7))


@DATES.declare(
    "setDate(date: date; number: whole) -> date",
    "With another day of the month; numbers out of range run over.",
    {"setDate(ad.created; 1)": "2026-11-01T08:30:00Z"},
    timed=True,
)
def set_date(evaluation: Evaluation, date: datetime, number: int) -> datetime:
    """Move within the month."""
    local = date.astimezone(evaluation.zone)
    return _utc(local.replace(day=1) + timedelta(days=_bounded(number) - 1))


@DATES.declare(
    "setMonth(date: date; month: any) -> date",
    "With another month, by number from 1 or by name.",
    {'setMonth(ad.created; "february")': "2026-02-20T08:30:00Z"},
    timed=True,
)
def set_month(evaluation: Evaluation, date: datetime, month: Any) -> datetime:
    """Move within the year."""
    local = date.astimezone(evaluation.zone)
    return _utc(_shifted(local, _number_or_name(month, MONTHS, "january") - local.month))


@DATES.declare(
    "setYear(date: date; number: whole) -> date",
    "With another year.",
    {"setYear(ad.created; 2027)": "2027-11-20T08:30:00Z"},
    timed=True,
)
def set_year(evaluation: Evaluation, date: datetime, number: int) -> datetime:
    """Move to another year."""
    local = date.astimezone(evaluation.zone)
    return _utc(_shifted(local, 12 * (_bounded(number) - local.year)))


_UNITS: Final = {
    "milliseconds": timedelta(milliseconds=1),
    "seconds": _SECOND,
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(days=7),
}


@DATES.declare(
    "dateDifference(date: date; earlier: date; [unit: word]) -> number",
    "How much later the first date is, in whole milliseconds, seconds, minutes, hours, days, "
    "weeks, months or years; negative if it is earlier.",
    {'dateDifference("2026-11-22"; ad.created; "days")': "1"},
    timed=True,
)
def date_difference(
    evaluation: Evaluation, date: datetime, earlier: datetime, unit: str = "milliseconds"
) -> int:
    """Count whole units between two dates."""
    name = unit.lower().removesuffix("s") + "s"
    if name in _UNITS:
        whole = abs(date - earlier) // _UNITS[name]
        return whole if date >= earlier else -whole
    if name in ("months", "years"):
        months = _whole_months(
            date.astimezone(evaluation.zone), earlier.astimezone(evaluation.zone)
        )
        return months if name == "months" else int(months / 12)
    raise MisfitError(
        f"There is no unit {unit[:20]!r}.", "days, hours, minutes, seconds, weeks, months."
    )


def _whole_months(date: datetime, earlier: datetime) -> int:
    """Whole months from one date to another."""
    if date < earlier:
        return -_whole_months(earlier, date)
    months = (date.year - earlier.year) * 12 + date.month - earlier.month
    return months if _shifted(earlier, months) <= date else months - 1

"""What the form of a schedule asks for: from a schedule to what was typed, and to the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from adloom.services.scenario_words import DAYS, say_seconds
from scenarios.cron import MONTH_NAMES
from scenarios.schedules import ACCOUNT, Misfire, Schedule, ScheduleKind, Window

__all__ = ["BY_HAND", "PRESETS", "WEEKDAYS", "Preset", "Typed", "data_of", "typed_of"]

WEEKDAYS: Final = tuple(name.lower() for name in DAYS)
#: The way of the form that needs nothing else.
BY_HAND: Final = "on demand"
AT_ONCE: Final = "immediately"


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a schedule, as it was typed.

    Args:
        way: Which of the ways below says when: a kind of schedule as the file calls it.
        every: The interval.
        times: Times of the day, apart by blanks or commas.
        weekdays: Weekdays, for a weekly one.
        dates: Days of the month, for a monthly one.
        months: Months, for a monthly one; none is every month.
        cron: The expression.
        once: The moment.
        timezone: An IANA name, or `account`.
        starts: No occurrence before this.
        ends: No occurrence after this.
        open_days: Weekdays it may run on; none is every day.
        open_from: From which time of the day it may run.
        open_to: Until when.
        misfire: What becomes of what was missed.
        jitter: Up to how much later it may start.
    """

    way: str = BY_HAND
    every: str = ""
    times: str = ""
    weekdays: Sequence[str] = ()
    dates: str = ""
    months: Sequence[str] = ()
    cron: str = ""
    once: str = ""
    timezone: str = ACCOUNT
    starts: str = ""
    ends: str = ""
    open_days: Sequence[str] = ()
    open_from: str = ""
    open_to: str = ""
    misfire: str = Misfire.ONCE.value
    jitter: str = ""
    #: Windows that the form has no fields for stay as they are in the file.
    windows: Sequence[Any] = ()


@dataclass(frozen=True)
class Preset:
    """A schedule that many want.

    Args:
        title: In words.
        typed: What it fills in.
    """

    title: str
    typed: Mapping[str, Any]


PRESETS: Final = (
    Preset("Every 15 minutes", {"way": "every", "every": "15 minutes"}),
    Preset("Every hour", {"way": "every", "every": "1 hour"}),
    Preset("Daily at 07:00", {"way": "daily", "times": "07:00"}),
    Preset(
        "Weekdays at 09:00", {"way": "weekly", "times": "09:00", "weekdays": list(WEEKDAYS[:5])}
    ),
    Preset("Mondays at 09:00", {"way": "weekly", "times": "09:00", "weekdays": ["monday"]}),
    Preset("Monthly, on the 1st", {"way": "monthly", "times": "09:00", "dates": "1"}),
    Preset("Once", {"way": "once"}),
    Preset("Only by hand", {"way": BY_HAND}),
)


def typed_of(schedule: Schedule | None, data: Any = None) -> Typed:
    """The form that says what a schedule says.

    Args:
        schedule: As it is understood.
        data: As the file says it, for what the form has no fields for.
    """
    if schedule is None:
        return Typed()
    raw = data if isinstance(data, Mapping) else {}
    said = raw.get("between")
    between = said if isinstance(said, Mapping) else {}
    window = _only_window(schedule)
    span = window.times[0] if window and window.times else None
    weekly, monthly = ScheduleKind.WEEKLY, ScheduleKind.MONTHLY
    seconds, jitter = schedule.every_seconds, schedule.jitter_seconds
    return Typed(
        way=schedule.kind.value,
        every=str(raw.get("every") or (say_seconds(seconds) if seconds else "")),
        times=", ".join(map(_clock, schedule.times)),
        weekdays=[WEEKDAYS[day] for day in schedule.days] if schedule.kind is weekly else (),
        dates=", ".join(map(str, schedule.days)) if schedule.kind is monthly else "",
        months=[MONTH_NAMES[month - 1] for month in schedule.months],
        cron=schedule.cron.text if schedule.cron else "",
        once=str(raw.get("once") or _moment(schedule.once)),
        timezone=schedule.timezone,
        starts=str(between.get("from") or _moment(schedule.starts)),
        ends=str(between.get("to") or _moment(schedule.ends)),
        open_days=[WEEKDAYS[day] for day in window.days] if window else (),
        open_from=_clock(span[0]) if span else "",
        open_to=_end(span[1]) if span else "",
        misfire=schedule.misfire.value,
        jitter=str(raw.get("jitter") or (say_seconds(jitter) if jitter else "")),
        windows=_kept_windows(schedule, raw),
    )


def _only_window(schedule: Schedule) -> Window | None:
    """The window it may run in, where the form has fields for it."""
    if len(schedule.only_during) != 1:
        return None
    window = schedule.only_during[0]
    return None if window.months or len(window.times) > 1 else window


def _kept_windows(schedule: Schedule, raw: Mapping[str, Any]) -> Sequence[Any]:
    """Windows that the form has no fields for, as the file says them."""
    if not schedule.only_during or _only_window(schedule):
        return ()
    said = raw.get("only_during")
    return said if isinstance(said, list) else [said] if said else ()


def data_of(typed: Typed) -> str | dict[str, Any] | None:
    """What the file is to say; what is empty is left out, and None is only by hand."""
    if typed.way == BY_HAND:
        return None
    if typed.way == AT_ONCE:
        return AT_ONCE
    between = {"from": typed.starts.strip(), "to": typed.ends.strip()}
    options: dict[str, Any] = {
        "timezone": typed.timezone.strip(),
        "between": {name: value for name, value in between.items() if value},
        "only_during": _windows(typed),
        "misfire": "" if typed.misfire == Misfire.ONCE else typed.misfire,
        "jitter": typed.jitter.strip(),
    }
    return {typed.way: _when(typed)} | {name: value for name, value in options.items() if value}


def _when(typed: Typed) -> Any:
    """What stands under the key that says when."""
    match typed.way:
        case "weekly":
            return {"days": list(typed.weekdays), "at": _list(typed.times)}
        case "monthly":
            said: dict[str, Any] = {"days": _numbers(typed.dates), "at": _list(typed.times)}
            return said | ({"months": list(typed.months)} if typed.months else {})
        case "daily":
            return _list(typed.times)
        case "cron" | "once" | "every":
            return " ".join(getattr(typed, typed.way).split())
        case _:
            return ""


def _windows(typed: Typed) -> list[Any]:
    if typed.windows:
        return list(typed.windows)
    window: dict[str, Any] = {}
    if typed.open_days:
        window["days"] = list(typed.open_days)
    if typed.open_from.strip() or typed.open_to.strip():
        begin, end = typed.open_from.strip() or "00:00", typed.open_to.strip() or "24:00"
        window["times"] = [{"from": begin, "to": end}]
    return [window] if window else []


def _list(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _numbers(text: str) -> list[int | str]:
    return [int(one) if one.isascii() and one.isdigit() else one for one in _list(text)]


def _clock(moment: time) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _end(moment: time) -> str:
    return "24:00" if moment == time() else _clock(moment)


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.isoformat(sep=" ", timespec="minutes" if not moment.second else "seconds")

"""Translates when a scenario runs (platforms.md §1.4)."""

from collections.abc import Mapping
from typing import Any, Final

from scenarios.blueprint.coercing import as_whole
from scenarios.blueprint.nodes import Blueprint
from scenarios.blueprint.params import said_value
from scenarios.blueprint.report import Report, Verdict, What
from scenarios.cron import WEEKDAY_NAMES

__all__ = ["schedule_of"]

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
#: Make's weekdays begin with Sunday.
_SUNDAY_FIRST: Final = (*WEEKDAY_NAMES[-1:], *WEEKDAY_NAMES[:-1])
PATH: Final = ("scheduling",)
NAME: Final = "scheduling"


class _OddError(ValueError):
    """A part of the schedule is not what it should be; the message says which."""


def schedule_of(
    blueprint: Blueprint, report: Report, *, timezone: str, is_instant: bool
) -> Any:  # fmt: skip
    """The schedule as a scenario has it; None if there is none.

    Args:
        blueprint: Whose schedule.
        report: Is told what became of it.
        timezone: Where its times are at home; a blueprint does not say.
        is_instant: Whether the first step is told of news.
    """
    given = blueprint.scheduling
    if given is None:
        if is_instant:
            report.other(What.SCHEDULE, NAME, Verdict.TRANSLATED, "none is given: immediately")
            return "immediately"
        said = "an export has none: write when it is to run, or run it by hand"
        report.other(What.SCHEDULE, NAME, Verdict.WARNED, said)
        return None
    try:
        made = _made(given, timezone, is_instant=is_instant)
    except _OddError as error:
        report.other(What.SCHEDULE, NAME, Verdict.LEFT_OUT, str(error), PATH)
        return None
    said = ""
    if isinstance(made, dict):
        said = f"its times are meant in {timezone}; a blueprint does not say where they are at home"
    report.other(What.SCHEDULE, NAME, Verdict.WARNED if said else Verdict.TRANSLATED, said, PATH)
    return made


def _made(given: Mapping[str, Any], timezone: str, *, is_instant: bool) -> Any:
    kind = str(given.get("type", "")).lower()
    if kind in ("on-demand", "ondemand", "on demand"):
        return "on demand"
    if kind == "immediately":
        if not is_instant:
            raise _OddError("it runs at once in Make, but its first step here is told of nothing")
        return "immediately"
    known = {"type", "interval", "date", "time", "days", "months", "between", "restrict"}
    if unknown := [name for name, value in given.items() if name not in known and value]:
        raise _OddError(f"nobody knows what {said_value(unknown[0])} means in it")
    schedule = _kind(kind, given)
    if (between := given.get("between")) not in (None, []):
        schedule["between"] = _between(between)
    if (windows := given.get("restrict")) not in (None, []):
        schedule["only_during"] = _windows(windows)
    return {**schedule, "timezone": timezone}


def _kind(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case "indefinitely":
            return {"every": _interval(given.get("interval", 900))}
        case "once":
            return {"once": _text(given, "date")}
        case "daily":
            return {"daily": {"at": _text(given, "time")}}
        case "weekly":
            return {"weekly": {"days": _weekdays(given.get("days")), "at": _text(given, "time")}}
        case "monthly" | "yearly":
            inner: dict[str, Any] = {"days": _numbers(given.get("days"), "days", 1, 31)}
            if kind == "yearly" or given.get("months"):
                inner["months"] = _numbers(given.get("months"), "months", 1, 12)
            return {"monthly": {**inner, "at": _text(given, "time")}}
        case _:
            raise _OddError(f"nobody knows the type {said_value(given.get('type'))}")


def _interval(value: Any) -> str:
    seconds = as_whole(value)
    if seconds is None or seconds < 1:
        raise _OddError(f"its interval is {said_value(value)}")
    size, unit = next(one for one in _UNITS if seconds % one[0] == 0)
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _OddError(f"its {name} is {said_value(value)}")
    return value.strip()


def _numbers(value: Any, name: str, low: int, high: int) -> list[int]:
    """Days or months; never an empty list, which would mean all of them here."""
    numbers = [as_whole(one) for one in value] if isinstance(value, list) else []
    found = [one for one in numbers if one is not None and low <= one <= high]
    if not found or len(found) != len(numbers):
        raise _OddError(f"its {name} are {said_value(value)}")
    return found


def _weekdays(value: Any) -> list[str]:
    return [_SUNDAY_FIRST[number] for number in _numbers(value, "days", 0, 6)]


def _between(value: Any) -> dict[str, str]:
    items = value if isinstance(value, list) and len(value) == 2 else None  # noqa: PLR2004 - from, to
    named = dict(zip(("from", "to"), items or (), strict=False))
    found = {name: one for name, one in named.items() if one not in (None, "")}
    if not found or not all(isinstance(one, str) for one in found.values()):
        raise _OddError(f"its between is {said_value(value)}")
    return found


def _windows(value: Any) -> list[dict[str, Any]]:
    windows = []
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, dict) or not set(one) <= {"days", "months", "time"}:
            raise _OddError(f"its restrict is {said_value(value)}")
        window: dict[str, Any] = {}
        if one.get("days"):
            window["days"] = _weekdays(one["days"])
        if one.get("months"):
            window["months"] = _numbers(one["months"], "months", 1, 12)
        if one.get("time"):
            window["times"] = [_between(one["time"])]
        if not window:
            raise _OddError("one of its windows says nothing")
        windows.append(window)
    return windows

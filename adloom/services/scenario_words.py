"""Schedules, steps and moments as people say them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.model import (
    AggregatorStep,
    ModuleStep,
    RouterStep,
    ScenarioStep,
    Schedule,
    ScheduleKind,
    Step,
    StoreStep,
)
from scenarios.schedules import ACCOUNT

__all__ = ["ago", "say_moment", "say_schedule", "say_seconds", "say_steps"]

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
KINDS: Final = {
    "RouterStep": "router",
    "IteratorStep": "iterator",
    "AggregatorStep": "aggregator",
    "SleepStep": "sleep",
    "SetStep": "set",
    "GetStep": "get",
    "ReturnStep": "return",
}


def say_seconds(seconds: int) -> str:
    """A stretch of time in its largest whole unit: `30 minutes`."""
    for size, unit in UNITS:
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return f"{seconds} seconds"


def say_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment where the schedule is at home."""
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M:%S}" if there.second else f"{there:%Y-%m-%d %H:%M}"


def say_schedule(schedule: Schedule | None) -> str:
    """When a scenario runs, in a line."""
    if schedule is None:
        return "only when you say so"
    times = _listed([f"{one:%H:%M}" for one in schedule.times])
    match schedule.kind:
        case ScheduleKind.ON_DEMAND:
            return "only when you say so"
        case ScheduleKind.IMMEDIATELY:
            return "at once, whenever something comes in"
        case ScheduleKind.EVERY:
            said = f"every {say_seconds(schedule.every_seconds or 0)}"
        case ScheduleKind.DAILY:
            said = f"daily at {times}"
        case ScheduleKind.WEEKLY:
            said = f"{_listed([DAYS[day] for day in schedule.days])} at {times}"
        case ScheduleKind.MONTHLY:
            said = f"on day {_listed([str(day) for day in schedule.days])} of the month at {times}"
        case ScheduleKind.CRON:
            said = "as its cron expression says"
        case _:
            said = f"once, {schedule.once:%Y-%m-%d %H:%M}" if schedule.once else "once"
    window = " within its hours" if schedule.only_during else ""
    jitter = f", up to {say_seconds(schedule.jitter_seconds)} later"
    zone = "the account's time zone" if schedule.timezone == ACCOUNT else schedule.timezone
    return f"{said}{window}{jitter if schedule.jitter_seconds else ''} ({zone})"


def _listed(words: Sequence[str]) -> str:
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def say_steps(steps: tuple[Step, ...], depth: int = 0) -> Iterator[tuple[str, str]]:
    """Each step with what it does; those of routes deeper."""
    for step in steps:
        off = " (switched off)" if step.disabled else ""
        yield "  " * depth + step.id, f"{_what(step)}{off}"
        if isinstance(step, RouterStep):
            for number, route in enumerate(step.routes, 1):
                yield "  " * (depth + 1) + f"{number}.", route.title or "route"
                yield from say_steps(route.steps, depth + 2)
            if step.fallback:
                yield "  " * (depth + 1) + "else", "what no route took"
                yield from say_steps(step.fallback, depth + 2)


def _what(step: Step) -> str:
    match step:
        case ModuleStep():
            said = step.module.replace("_", "-")
            said += f" with {step.connection}" if step.connection else ""
        case ScenarioStep():
            said = f"scenario {step.scenario}"
        case StoreStep():
            said = f"{step.operation} in the store {step.store}"
        case AggregatorStep():
            said = f"{step.kind} of what {step.source} hands on"
        case _:
            said = KINDS.get(type(step).__name__, "")
    return f"{step.title}: {said}" if step.title else said


def ago(moment: datetime | None, now: datetime) -> str:
    """How long something is past, roughly."""
    if moment is None:
        return "never"
    past = max(now - moment, timedelta())
    seconds = int(past.total_seconds())
    for size, unit in UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"

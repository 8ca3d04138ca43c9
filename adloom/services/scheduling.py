"""A schedule as a form asks for it: written for the file, read back, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from adloom.services.scheduling_form import Typed, data_of
from scenarios.check_schedule import check_schedule
from scenarios.load_schedule import read_schedule
from scenarios.model import Scenario
from scenarios.places import say_path
from scenarios.problems import Problems, Severity
from scenarios.schedules import ACCOUNT, Schedule
from scenarios.settings import Settings
from scenarios.step import Step
from scenarios.yaml_nodes import MapNode
from scenarios.yaml_reading import compose
from scenarios.yaml_writing import write_block
from scheduler.occurrences import Occurrence, next_occurrence

__all__ = ["Judged", "Upcoming", "judge", "upcoming"]

NEXT: Final = 5
#: What belongs to each field of the form, by the path of a fault in the document.
FIELDS: Final[Mapping[str, str]] = {
    "every": "every",
    "cron": "cron",
    "once": "once",
    "at": "times",
    "daily": "times",
    "weekly.at": "times",
    "weekly.days": "weekdays",
    "weekly": "weekdays",
    "monthly.at": "times",
    "monthly.days": "dates",
    "monthly.months": "months",
    "monthly": "dates",
    "timezone": "timezone",
    "between.from": "starts",
    "between.to": "ends",
    "between": "starts",
    "only_during": "open_from",
    "misfire": "misfire",
    "jitter": "jitter",
}

_A_TIME: Final = "Write a time of the day, for example 09:00."
#: What has to be said for each way.
NEEDED: Final[Mapping[str, Mapping[str, str]]] = {
    "every": {"every": "Write how often, for example 15 minutes."},
    "daily": {"times": _A_TIME},
    "weekly": {"weekdays": "Choose at least one day.", "times": _A_TIME},
    "monthly": {"dates": "Write a day of the month, for example 1.", "times": _A_TIME},
    "cron": {"cron": "Write five fields, for example 0 9 * * mon-fri."},
    "once": {"once": "Write a date and a time, for example 2026-12-24 09:00."},
}


@dataclass(frozen=True)
class Upcoming:
    """One of the next times.

    Args:
        at: When, in UTC.
        local: The same on the clock of the schedule's zone, with its distance from UTC.
        moved: Whether the clock there has been changed since the time before.
    """

    at: datetime
    local: str
    moved: bool = False


@dataclass(frozen=True)
class Judged:
    """A form of a schedule, understood as far as that goes.

    Args:
        data: As the file is to say it; None for only by hand.
        schedule: As it is understood; None where it cannot be.
        next: Its next times.
        faults: What is wrong, by field; what is about the whole goes by an empty name.
        zone: The time zone that it lives in.
    """

    data: str | Mapping[str, Any] | None
    schedule: Schedule | None
    next: Sequence[Upcoming] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None


def judge(
    typed: Typed,
    *,
    now: datetime,
    account: ZoneInfo | None = None,
    steps: Sequence[Step] = (),
) -> Judged:
    """Understand what was typed, and work out when it would run.

    Args:
        typed: The form.
        now: The present.
        account: The time zone of the account, if it is known.
        steps: Those of the scenario: a schedule may not fit what it begins with.
    """
    data = data_of(typed)
    if data is None:
        return Judged(None, None)
    if missing := _missing(typed):
        return Judged(data, None, faults=missing)
    problems = Problems()
    root = compose(write_block({"schedule": data}, 0), problems)
    node = root.entries["schedule"].value if isinstance(root, MapNode) else None
    schedule = read_schedule(node, ("schedule",), problems) if node else None
    if schedule and not problems.found:
        text = write_block({"schedule": data}, 0)
        made = Scenario("", "", schedule, Settings(), tuple(steps), text, "")
        check_schedule(problems, made, now)
    faults = _faults(problems, typed)
    if schedule is None or faults:
        return Judged(data, None if faults else schedule, faults=faults)
    zone = account if schedule.timezone == ACCOUNT else ZoneInfo(schedule.timezone)
    return Judged(data, schedule, upcoming(schedule, now, zone), faults, zone)


def upcoming(
    schedule: Schedule, now: datetime, zone: ZoneInfo | None, count: int = NEXT
) -> list[Upcoming]:
    """The next times of a schedule; none where its zone is not known.

    Args:
        schedule: The schedule.
        now: The present.
        zone: Its time zone.
        count: How many.
    """
    found: list[Upcoming] = []
    after, offset = now, None
    while zone is not None and len(found) < count:
        one: Occurrence | None = next_occurrence(schedule, after, zone)
        if one is None:
            break
        there = one.at.astimezone(zone)
        moved = offset is not None and there.utcoffset() != offset
        found.append(Upcoming(one.at, _said(there), moved))
        after, offset = one.at, there.utcoffset()
    return found


# --- inside ---------------------------------------------------------------------------------------


def _missing(typed: Typed) -> dict[str, str]:
    """What a way needs and has not been said."""
    needs = NEEDED.get(typed.way, {})
    return {name: said for name, said in needs.items() if not getattr(typed, name)}


def _faults(problems: Problems, typed: Typed) -> dict[str, str]:
    """What is wrong, in whole sentences, at the field it is about."""
    found: dict[str, str] = {}
    for one in problems.in_order():
        if one.severity is not Severity.ERROR:
            continue
        path = say_path(one.path[1:]) if len(one.path) > 1 else ""
        name = _field(path) or FIELDS.get(typed.way, "")
        # An expression is long and stands right above; what is wrong in it is said with its part.
        text = one.text.removeprefix(f"{typed.cron[:40]!r} ") if name == "cron" else one.text
        said = text[:1].upper() + text[1:] + (f" ({one.hint})" if one.hint else "")
        found.setdefault(name, f"{said}.")
    return found


def _field(path: str) -> str | None:
    while path:
        plain = path.split("[", maxsplit=1)[0]
        if plain in FIELDS:
            return FIELDS[plain]
        path = plain.rpartition(".")[0]
    return None


def _said(there: datetime) -> str:
    offset = f"{there:%z}"
    return f"{there:%a %d %b %Y, %H:%M} (UTC{offset[:3]}:{offset[3:5]})"

"""Reads the `schedule` of a scenario."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

from scenarios.cron import MONTH_NAMES, WEEKDAY_NAMES, read_cron
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.schedules import ACCOUNT, Misfire, Schedule, ScheduleKind, Window
from scenarios.section import Section
from scenarios.times import read_moment, read_time, time_zones
from scenarios.yaml_nodes import MapNode, Node, ScalarNode

__all__ = ["KINDS", "OPTIONS", "read_schedule"]

#: What says when; one of these stands in every schedule.
KINDS: Final = ("every", "at", "daily", "weekly", "monthly", "cron", "once")
#: What may stand beside it.
OPTIONS: Final = ("timezone", "between", "only_during", "misfire", "jitter")
#: Schedules that are a word instead of a mapping.
WORDS: Final = (ScheduleKind.ON_DEMAND, ScheduleKind.IMMEDIATELY)
SHORTEST_INTERVAL: Final = 60
LONGEST_INTERVAL: Final = 366 * 86_400
LONGEST_JITTER: Final = 86_400


def read_schedule(node: Node, path: FieldPath, problems: Problems) -> Schedule | None:
    """Read a schedule; None if it cannot be understood."""
    if isinstance(node, ScalarNode):
        word = node.text.replace("-", " ").replace("_", " ")
        if word in WORDS:
            return Schedule(ScheduleKind(word))
        hint = near(word, WORDS) or "write for example {every: 30 minutes}, or: on demand"
        problems.error(node.place, path, f"{node.text[:40]!r} is no schedule", hint)
        return None
    section = Section(node, path, problems, [*KINDS, *OPTIONS])
    chosen = [kind for kind in KINDS if kind in section]
    if len(chosen) != 1:
        found = f"this has {' and '.join(chosen)}" if chosen else "this has none"
        text = f"must have exactly one of {', '.join(KINDS)}; {found}"
        if isinstance(node, MapNode):
            problems.error(node.place, path, text)
        return None
    kind = chosen[0]
    once = section.read("once", read_moment)
    cron = section.read("cron", read_cron)
    every = section.duration("every", 3600, SHORTEST_INTERVAL, LONGEST_INTERVAL)
    dates = _dates(section, kind)
    starts, ends = _between(section)
    return Schedule(
        kind=ScheduleKind.DAILY if kind == "at" else ScheduleKind(kind),
        every_seconds=every if kind == "every" else None,
        times=dates.times,
        days=dates.days,
        months=dates.months,
        cron=cron,
        once=once,
        timezone=section.read("timezone", _zone) or "UTC",
        starts=starts,
        ends=ends,
        only_during=tuple(_windows(section)),
        misfire=section.choice("misfire", Misfire, Misfire.ONCE),
        jitter_seconds=section.duration("jitter", 0, 1, LONGEST_JITTER),
    )


class _Dates:
    """Times, and the days they are meant for."""

    def __init__(
        self, times: Sequence[time] = (), days: Sequence[int] = (), months: Sequence[int] = ()
    ):
        self.times = tuple(sorted(set(times)))
        self.days = tuple(sorted(set(days)))
        self.months = tuple(sorted(set(months)))


def _dates(section: Section, kind: str) -> _Dates:
    node = section.node_of(kind)
    if node is None or kind not in ("at", "daily", "weekly", "monthly"):
        return _Dates()
    if kind == "at" or (kind == "daily" and not isinstance(node, MapNode)):
        return _Dates(_times(section, kind))
    known = {
        "daily": ["at"],
        "weekly": ["days", "at"],
        "monthly": ["days", "months", "at"],
    }[kind]
    inner = section.inner(kind, known)
    for name in known:
        if name != "months":
            inner.need(name)
    days = inner.several("days", _weekday if kind == "weekly" else _month_day)
    return _Dates(_times(inner, "at"), days, inner.several("months", _month))


def _times(section: Section, name: str) -> list[time]:
    times = section.several(name, read_time)
    if not times and name in section and not list(section.items(name)):
        section.error(name, "names no time of the day", "write for example 09:00")
    return times


def _weekday(text: str) -> int:
    """Read `monday` or `mon`; Monday is 0.

    Raises:
        ValueError: It is no weekday.
    """
    return _name(text, WEEKDAY_NAMES, "weekday")


def _month(text: str) -> int:
    """Read `november`, `nov` or `11`.

    Raises:
        ValueError: It is no month.
    """
    if re.fullmatch(r"[1-9]|1[0-2]", text):
        return int(text)
    return _name(text, MONTH_NAMES, "month") + 1


def _name(text: str, names: Sequence[str], what: str) -> int:
    word = text.strip().lower()
    for index, name in enumerate(names):
        if word in (name, name[:3]):
            return index
    raise ValueError(f"is no {what}: {near(word, names) or f'write for example {names[0]}'}")


def _month_day(text: str) -> int:
    if not re.fullmatch(r"[1-9]|[12][0-9]|3[01]", text):
        raise ValueError("is no day of a month: 1 to 31")
    return int(text)


def _zone(text: str) -> str:
    if text != ACCOUNT and text not in time_zones():
        hint = near(text, time_zones()) or "write for example Europe/Berlin"
        raise ValueError(f"is no time zone: {hint}")
    return text


def _between(section: Section) -> tuple[datetime | None, datetime | None]:
    node = section.node_of("between")
    if node is None:
        return None, None
    inner = section.inner("between", ["from", "to"])
    if isinstance(node, MapNode) and not node.entries:
        section.error("between", "must have from, to, or both")
    return inner.read("from", read_moment), inner.read(
        "to", lambda text: read_moment(text, end=True)
    )


def _windows(section: Section) -> list[Window]:
    return [_window(node, path, section.problems) for path, node in section.items("only_during")]


def _window(node: Node, path: FieldPath, problems: Problems) -> Window:
    section = Section(node, path, problems, ["days", "months", "times"])
    if isinstance(node, MapNode) and not node.entries:
        problems.error(node.place, path, "must have days, months, times, or several of them")
    for name in ("days", "months", "times"):
        if name in section and not list(section.items(name)):
            section.error(name, "is empty, so it would never run", "leave it out to allow all")
    times = []
    for inner_path, item in section.items("times"):
        stretch = Section(item, inner_path, problems, ["from", "to"])
        stretch.need("from")
        stretch.need("to")
        start, end = stretch.read("from", read_time), stretch.read("to", _until)
        if start is not None and end is not None:
            times.append((start, end))
    return Window(
        days=tuple(sorted(set(section.several("days", _weekday)))),
        months=tuple(sorted(set(section.several("months", _month)))),
        times=tuple(times),
    )


def _until(text: str) -> time:
    return time(0) if text == "24:00" else read_time(text)

"""When a schedule is due: pure functions from a moment to the next occurrence.

A schedule by the clock on the wall happens once per local date and time, whatever the clock does;
an interval is counted in UTC. Each occurrence has a slot, a text that names it for ever, so that
a database can refuse the same one twice.

Times are computed from what `scenarios.cron` has understood, not by APScheduler's triggers: those
run a time that is shown twice twice, and know no "either day or weekday".
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.schedules import Misfire, Schedule, ScheduleKind
from scheduler.opening_hours import is_open, next_opening
from scheduler.wall_times import calendar_of, first_moment, moment_of

__all__ = [
    "ON_TIME",
    "Occurrence",
    "follows_elapsed_time",
    "jitter",
    "latest_occurrence",
    "missed",
    "next_occurrence",
]

#: What starts this late has not been missed.
ON_TIME: Final = timedelta(minutes=1)
#: Where intervals count from, if the schedule names no start.
GRID: Final = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT: Final = timedelta(microseconds=1)
SECOND: Final = timedelta(seconds=1)
#: So many times an occurrence may miss its windows before they count as never open for it: four
#: years of days.
MOST_MISSES: Final = 1_500
#: Beyond it calendars end; nothing is due there.
LAST_YEAR: Final = 9_900


@dataclass(frozen=True)
class Occurrence:
    """One time that a schedule is due.

    Args:
        at: When, in UTC.
        slot: What names it: local date, time and zone, or the moment itself where time is elapsed.
    """

    at: datetime
    slot: str


def next_occurrence(schedule: Schedule, after: datetime, zone: ZoneInfo) -> Occurrence | None:
    """The first occurrence after a moment, if there is one.

    Args:
        schedule: Whose.
        after: An aware moment; an occurrence at this very moment is not after it.
        zone: The schedule's time zone.
    """
    ends = _moment(schedule.ends, zone)
    starts = _moment(schedule.starts, zone)
    after = after.astimezone(UTC)
    if starts is not None:
        after = max(after, starts - INSTANT)
    for _ in range(MOST_MISSES):
        found = _next(schedule, after, zone) if after.year < LAST_YEAR else None
        if found is None or (ends is not None and found.at >= ends):
            return None
        if is_open(found.at, schedule.only_during, zone):
            return found
        opening = next_opening(found.at, schedule.only_during, zone)
        if opening is None:
            return None
        after = opening - INSTANT
    return None


def latest_occurrence(
    schedule: Schedule, since: datetime, until: datetime, zone: ZoneInfo
) -> Occurrence | None:
    """The last occurrence after `since` and not after `until`, found without counting them."""
    best = next_occurrence(schedule, since, zone)
    if best is None or best.at > until:
        return None
    low, high = best.at, until
    while high - low > SECOND:
        middle = low + (high - low) / 2
        found = next_occurrence(schedule, middle, zone)
        if found is None or found.at > until:
            high = middle
        else:
            best, low = found, found.at
    while (found := next_occurrence(schedule, low, zone)) and found.at <= until:
        best, low = found, found.at
    return best


def missed(
    schedule: Schedule,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    *,
    on_time: timedelta = ON_TIME,
    limit: int = 1_000,
) -> list[Occurrence]:
    """Which of the occurrences after `since` and up to `until` are to be run, oldest first.

    Args:
        schedule: Whose; its `misfire` decides.
        since: The last moment that is dealt with.
        until: Now.
        zone: The schedule's time zone.
        on_time: How late an occurrence is not yet missed; jitter comes on top.
        limit: How many to name at most.
    """
    if schedule.misfire is Misfire.ALL:
        found: list[Occurrence] = []
        while len(found) < limit:
            one = next_occurrence(schedule, found[-1].at if found else since, zone)
            if one is None or one.at > until:
                break
            found.append(one)
        return found
    last = latest_occurrence(schedule, since, until, zone)
    if last is None:
        return []
    patience = on_time + timedelta(seconds=schedule.jitter_seconds)
    return [] if schedule.misfire is Misfire.SKIP and until - last.at > patience else [last]


def jitter(schedule: Schedule, scenario: str, slot: str) -> timedelta:
    """How much later an occurrence starts: by chance, but always the same for the same slot."""
    if not schedule.jitter_seconds:
        return timedelta()
    digest = hashlib.sha256(f"{scenario}\0{slot}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    return timedelta(seconds=round(schedule.jitter_seconds * share, 3))


def follows_elapsed_time(schedule: Schedule) -> bool:
    """Whether occurrences are a matter of time gone by, not of what the clock on the wall shows.

    True for intervals, and for cron expressions that are due every hour.
    """
    if schedule.kind is ScheduleKind.CRON:
        return calendar_of(schedule).elapsed
    return schedule.kind is ScheduleKind.EVERY


def _next(schedule: Schedule, after: datetime, zone: ZoneInfo) -> Occurrence | None:
    match schedule.kind:
        case ScheduleKind.ON_DEMAND | ScheduleKind.IMMEDIATELY:
            return None
        case ScheduleKind.EVERY:
            return _next_interval(schedule, after, zone)
        case ScheduleKind.ONCE:
            at = _moment(schedule.once, zone)
            return Occurrence(at, _utc(at)) if at is not None and at > after else None
        case _:
            return _next_wall_time(schedule, after, zone)


def _next_interval(schedule: Schedule, after: datetime, zone: ZoneInfo) -> Occurrence:
    """On a grid in UTC, from the schedule's start or from midnight."""
    step = timedelta(seconds=schedule.every_seconds or 0)
    origin = _moment(schedule.starts, zone) or GRID
    at = origin + ((after - origin) // step + 1) * step
    return Occurrence(at, _utc(at))


def _next_wall_time(schedule: Schedule, after: datetime, zone: ZoneInfo) -> Occurrence | None:
    calendar = calendar_of(schedule)
    found = first_moment(calendar, after, zone)
    if found is None:
        return None
    shown = found.at.astimezone(zone) if calendar.elapsed else found.wall
    return Occurrence(found.at, f"{shown.isoformat(timespec='seconds')}[{zone.key}]")


def _moment(given: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment as it was written: without an offset it is meant in the schedule's zone."""
    if given is None or given.tzinfo is not None:
        return given.astimezone(UTC) if given else None
    return moment_of(given, zone)


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"

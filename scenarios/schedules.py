"""When a scenario runs, as plain data; which moments that makes is computed elsewhere.

Wall-clock moments (`once`, `starts`, `ends`) without an offset are meant in the schedule's time
zone; weekdays count from Monday = 0, as Python's `date.weekday` does.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from scenarios.cron import Cron

__all__ = [
    "ACCOUNT",
    "Misfire",
    "Schedule",
    "ScheduleKind",
    "Window",
]

#: Written instead of a time zone: the one of the connected account.
ACCOUNT: Final = "account"


class ScheduleKind(StrEnum):
    """What makes a scenario run."""

    EVERY = "every"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CRON = "cron"
    ONCE = "once"
    IMMEDIATELY = "immediately"
    ON_DEMAND = "on demand"


class Misfire(StrEnum):
    """What becomes of occurrences that passed while nobody was there to run them.

    Args:
        ONCE: They are caught up with by one run.
        SKIP: They are left out.
        ALL: Each is run, oldest first.
    """

    ONCE = "once"
    SKIP = "skip"
    ALL = "all"


@dataclass(frozen=True)
class Window:
    """Times in which a scenario may run; what is empty allows everything.

    Args:
        days: Weekdays, Monday = 0.
        months: Months, January = 1.
        times: From (inclusive) and to (exclusive) of each stretch of a day; a stretch whose end
            is not after its start goes on past midnight and belongs to the day it starts on.
            Midnight as the end is the end of the day.
    """

    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    times: tuple[tuple[time, time], ...] = ()


@dataclass(frozen=True)
class Schedule:
    """When a scenario runs.

    Args:
        kind: Which of the fields below say it.
        every_seconds: The interval of `EVERY`.
        times: Times of the day of `DAILY`, `WEEKLY` and `MONTHLY`; sorted.
        days: Weekdays of `WEEKLY` (Monday = 0) or days of `MONTHLY` (1 to 31); sorted. A date
            that a month does not have is skipped.
        months: Months of `MONTHLY`; empty means every month.
        cron: The fields of `CRON`.
        once: The moment of `ONCE`.
        timezone: IANA name, or `account`.
        starts: No occurrence before this.
        ends: No occurrence at or after this.
        only_during: Occurrences outside all of these windows are left out; empty means always.
        misfire: What becomes of occurrences that were missed.
        jitter_seconds: Each run starts up to this much later, at random.
    """

    kind: ScheduleKind
    every_seconds: int | None = None
    times: tuple[time, ...] = ()
    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    cron: Cron | None = None
    once: datetime | None = None
    timezone: str = "UTC"
    starts: datetime | None = None
    ends: datetime | None = None
    only_during: tuple[Window, ...] = ()
    misfire: Misfire = Misfire.ONCE
    jitter_seconds: int = 0

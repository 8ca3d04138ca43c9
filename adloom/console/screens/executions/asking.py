"""Addresses of the list of executions: what is asked for, and the links to other pages of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from adloom.errors import UsageError
from scheduler.records import Status
from scheduler.summary_filters import Cursor, Start, Wanted

__all__ = ["LABELS", "STARTS", "Asked", "address"]

#: The tabs, by what stands in the address.
TABS: Final = ("", "incomplete", "in doubt", "held")
LABELS: Final = {
    Status.RUNNING: "Running",
    Status.DONE: "Done",
    Status.FAILED: "Failed",
    Status.INCOMPLETE: "Incomplete",
    Status.IN_DOUBT: "In doubt",
    Status.DROPPED: "Dropped",
}
STARTS: Final = {
    Start.SCHEDULE: "By its schedule",
    Start.HAND: "By hand or a webhook",
    Start.PLAN: "By a plan that was applied",
    Start.MODULE: "A single module",
    Start.UNDO: "To undo another one",
}


@dataclass(frozen=True)
class Asked:
    """What an address of the list asks for.

    Args:
        tab: Which tab.
        wanted: Which executions.
        cursor: Where the page begins.
        texts: The filters as they were written, for the form.
        zone: The zone in which days begin.
    """

    tab: str
    wanted: Wanted
    cursor: Cursor | None
    texts: Mapping[str, str]
    zone: str

    @classmethod
    def read(cls, query: Mapping[str, str], zones: Mapping[str, str]) -> "Asked":
        """Understand an address.

        Raises:
            UsageError: Something in it means nothing.
        """
        texts = {
            name: query.get(name, "").strip()
            for name in ("scenario", "state", "start", "since", "until", "q")
        }
        tab = query.get("status", "")
        if tab not in TABS:
            raise UsageError(f"There is no list of what is {tab!r}.", hint="See /executions.")
        zone = zones.get(texts["scenario"], "UTC")
        there = ZoneInfo(zone)
        until = _day(texts["until"], there)
        wanted = Wanted(
            scenario=texts["scenario"] or None,
            statuses=(_state(texts["state"]),) if texts["state"] else (),
            start=_start(texts["start"]) if texts["start"] else None,
            since=_day(texts["since"], there),
            until=until + timedelta(days=1) if until else None,
            text=texts["q"],
        )
        return cls(tab, wanted, Cursor.read(query.get("at", "")), texts, zone)

    def link(self, base: str = "/executions", **more: str) -> str:
        """An address of the same list, with something else in it."""
        return address(base, {"status": self.tab, **self.texts, **more})

    def place(self, cursor: Cursor) -> str:
        """The address of another page of the same list."""
        return self.link(at=str(cursor))

    @property
    def part(self) -> str:
        """The address of the list alone, without the page around it."""
        return self.link("/executions/part", at=str(self.cursor or ""))


def address(base: str, query: Mapping[str, str]) -> str:
    """An address with what is not empty."""
    given = {name: value for name, value in query.items() if value}
    return f"{base}?{urlencode(given)}" if given else base


def _state(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise UsageError(f"No execution is ever {text!r}.") from None


def _start(text: str) -> Start:
    try:
        return Start(text)
    except ValueError:
        raise UsageError(f"No execution begins by {text!r}.") from None


def _day(text: str, zone: tzinfo) -> datetime | None:
    """When a day begins in a zone."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
        return day.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no day.", hint="Write it like 2026-11-21.") from None

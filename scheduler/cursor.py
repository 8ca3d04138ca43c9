"""The cursor of a watch: what of a listing is new, never missed and never told twice.

This is the algorithm of reliability.md §3.4. It is pure: a generator asks for a scan, is sent its
pages one by one, and returns what to hand on and what to remember. Whoever drives it commits both
together. Time is the platform's; our own clock never moves a cursor.
"""

import heapq
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adloom.wire import Page, Record
from modules.base import Watching
from scheduler.watches import (
    GLANCE,
    MORE,
    Ask,
    Batch,
    Got,
    Item,
    Memory,
    Position,
    Scan,
    View,
)

__all__ = ["begin", "poll"]

#: A filter may be exclusive, so a scan starts one second early.
SECOND: Final = timedelta(seconds=1)
#: A baseline has to be whole; it is taken again this often.
BASELINES: Final = 3
#: Candidates beyond the limit are forgotten in bulk, so that memory stays bounded.
SPARE: Final = 1_000
#: Where what has no moment stands in a row.
NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass
class _Candidate:
    """An item that may be handed on."""

    at: datetime | None
    digest: str
    memory: Memory
    bundle: Record


class _Scanned:
    """What a scan has shown so far."""

    def __init__(self, position: Position, view: View, limit: int) -> None:
        self._position = position
        self._view = view
        self._watching = view.watching
        self._limit = limit
        self._found: dict[str, _Candidate] = {}
        self._ours: dict[str, Memory] = {}
        self._shown: set[str] = set()
        self._latest: datetime | None = None
        self._rest: datetime | None = None
        self._waiting = 0
        self._oldest: datetime | None = None

    def take(self, page: Page[Any]) -> None:
        """Look at every row of a page."""
        for row in page.records:
            key = self._view.trigger.key(row)
            if self._watching is Watching.COMPARED:
                self._compare(key, row)
            elif (at := self._view.trigger.at(self._view.params, row)) is None:
                self._undated(key, row)
            else:
                self._latest = max(self._latest or at, at)
                self._dated(key, row, at)
        if self._limit and len(self._found) > 4 * self._limit + SPARE:
            self._cut()

    def _dated(self, key: str, row: Record, at: datetime) -> None:
        if self._is_settled(at):
            return
        known = self._position.seen.get(key)
        digest = "" if self._watching is Watching.CREATED else self._view.digest(row)
        if known is None or self._is_news(known, at, digest):
            same = known.digests if known is not None and known.at == at else frozenset[str]()
            self._add(key, _Candidate(at, digest, Memory(at, same | {digest}), row))

    def _is_settled(self, at: datetime) -> bool:
        """Whether it lies before all that is remembered, whatever the platform's filter says."""
        return self._position.settled is not None and at < self._position.settled

    def _is_news(self, known: Memory, at: datetime, digest: str) -> bool:
        """Whether a version is news; never an older one, since replicas go backwards."""
        if self._watching is Watching.CREATED:
            return False
        return known.at is None or at > known.at or (at == known.at and digest not in known.digests)

    def _undated(self, key: str, row: Record) -> None:
        """What has no moment is told apart by its content, in a listing of all of its kind."""
        self._shown.add(key)
        digest = self._view.digest(row)
        known = self._position.seen.get(key)
        if known is None or known.at is not None or digest not in known.digests:
            self._add(key, _Candidate(None, digest, Memory(None, frozenset({digest})), row))

    def _compare(self, key: str, row: Record) -> None:
        self._shown.add(key)
        known = self._position.seen.get(key)
        sight = self._view.trigger.compare(self._view.params, known.record if known else None, row)
        memory = Memory(None, frozenset(), sight.memory)
        if sight.bundle is not None:
            at = self._view.trigger.at(self._view.params, row)
            self._add(key, _Candidate(at, "", memory, sight.bundle))
        elif known is None or known.record != sight.memory:
            self._ours[key] = memory

    def _add(self, key: str, found: _Candidate) -> None:
        """Keep the newest version of an item."""
        if found.at is not None:
            self._oldest = min(self._oldest or found.at, found.at)
        if self._watching is not Watching.CREATED and self._view.ours(found.bundle):
            self._ours[key] = found.memory
            return
        before = self._found.get(key)
        if before is None or (found.at and (before.at is None or found.at >= before.at)):
            self._found[key] = found

    def _cut(self) -> None:
        """Forget candidates that cannot be among the first, but not how old they are."""
        kept = heapq.nsmallest(self._limit, self._found.items(), key=_order)
        names = {key for key, _ in kept}
        for key, one in self._found.items():
            if key not in names:
                self._leave(one)
        self._found = dict(kept)

    def _leave(self, one: _Candidate) -> None:
        self._waiting += 1
        if one.at is not None:
            self._rest = min(self._rest or one.at, one.at)

    # --- at the end of a scan -------------------------------------------------------------------

    def baseline(self, settled: datetime, polls: int) -> Position:
        """Where a watch begins that tells only what comes later."""
        seen = {key: one.memory for key, one in self._found.items()} | self._ours
        return Position(settled, settled, polls, seen)

    def batch(self, *, whole: bool, date: datetime, overlap: timedelta) -> Batch:
        """Cut at the limit, and move the watch as far as the scan allows."""
        order = sorted(self._found.items(), key=_order)
        batch = order[: self._limit or None]
        for _, one in order[len(batch) :]:
            self._leave(one)
        remembered = self._ours | {key: one.memory for key, one in batch}
        seen = {**self._position.seen, **remembered}
        position = replace(self._position, polls=self._position.polls + 1)
        gone: frozenset[str] = frozenset()
        if whole:
            position = self._moved(position, date, overlap)
            gone = frozenset(key for key in seen if self._is_past(key, seen[key], position))
        seen = {key: memory for key, memory in seen.items() if key not in gone}
        return Batch(
            items=[Item(self._name(key, one, position), one.at, one.bundle) for key, one in batch],
            position=replace(position, seen=seen),
            remembered={key: value for key, value in remembered.items() if key not in gone},
            forgotten=gone & self._position.seen.keys(),
            waiting=self._waiting,
            whole=whole,
        )

    def _moved(self, position: Position, date: datetime, overlap: timedelta) -> Position:
        """Move to the candidate of the scan before, if this one found nothing below it."""
        if self._watching is Watching.COMPARED:
            return position
        settled = position.settled
        limits = [one for one in (self._horizon(date, overlap), self._before_rest()) if one]
        candidate = _later(settled, min(limits) if limits else None)
        confirmed = position.candidate is not None and not (
            self._oldest is not None and self._oldest <= position.candidate
        )
        if confirmed and position.candidate is not None and candidate is not None:
            settled = _later(settled, min(position.candidate, candidate))
        return replace(position, settled=settled, candidate=candidate)

    def _horizon(self, date: datetime, overlap: timedelta) -> datetime | None:
        """How far the newest item allows to move; a stamp in the future must not move us."""
        return min(self._latest, date) - overlap if self._latest else self._position.settled

    def _before_rest(self) -> datetime | None:
        """Just before what waits, so that a scan that finds it again confirms the move."""
        return self._rest - SECOND if self._rest else None

    def _is_past(self, key: str, memory: Memory, position: Position) -> bool:
        if memory.at is None:
            return key not in self._shown  # it is gone; should it come back, it is news
        return position.settled is not None and memory.at < position.settled

    def _name(self, key: str, one: _Candidate, position: Position) -> str:
        match self._watching:
            case Watching.CREATED:
                return key
            case Watching.UPDATED if one.at is not None:
                return f"{key}@{one.at:%Y%m%dT%H%M%S}#{one.digest}"
            case _:
                # The same state may return: what tells it apart is the poll that found it.
                return f"{key}~{position.polls}"


def begin(view: View, *, overlap: timedelta, now: datetime) -> Generator[Ask, Got, Position | None]:
    """Begin to watch from now on: remember what is there, and hand nothing on.

    Args:
        view: What is watched.
        overlap: How late an item may come into view, with everything that adds to it.
        now: Our own time, for a platform that does not tell its own.

    Returns:
        Where the watch stands; None if the listing never held still, so that it has to begin again.
    """
    glance = yield GLANCE
    date = (glance.served_at if glance else None) or now
    compares = view.watching is Watching.COMPARED
    settled = date - overlap
    for _ in range(BASELINES):
        scanned = _Scanned(Position(None if compares else settled), _quiet(view), 0)
        missing = 0
        page = yield Scan(None if compares else settled - SECOND)
        while page is not None:
            missing += page.missing
            scanned.take(page)
            page = yield MORE
        if missing == 0:
            return scanned.baseline(settled, polls=0)
    return None


def poll(
    position: Position, view: View, *, limit: int, overlap: timedelta, now: datetime
) -> Generator[Ask, Got, Batch]:
    """Look for what is new.

    Args:
        position: Where the watch stands.
        view: What is watched.
        limit: Hand on at most this many; 0 is all.
        overlap: As in `begin`.
        now: As in `begin`.
    """
    scanned = _Scanned(position, view, limit)
    date: datetime | None = None
    missing = 0
    since = None if position.settled is None else position.settled - SECOND
    page = yield Scan(since)
    while page is not None:
        date = date or page.served_at
        missing += page.missing
        scanned.take(page)
        page = yield MORE
    return scanned.batch(whole=missing == 0, date=date or now, overlap=overlap)


def _quiet(view: View) -> View:
    """A baseline remembers our own doing like everything else."""
    return replace(view, ours=lambda _: False)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def _order(item: tuple[str, _Candidate]) -> tuple[bool, datetime, str]:
    key, one = item
    return (one.at is None, one.at or NEVER, key)

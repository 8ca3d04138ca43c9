"""How events stand: for each way out what waits, since when, why, and who has to do something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from adloom.database import Transaction
from adloom.services.event_reasons import Explained, explained
from adloom.services.session import Session
from connections.connection import Connection, State
from scheduler.outbox.entries import LaneCounts
from scheduler.outbox.pace import Pace
from scheduler.outbox.statements import moment_of, time_of

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["Caution", "LaneStanding", "standings"]

#: An event that has waited so long has nobody to send it.
LATE: Final = timedelta(minutes=15)
#: So long before something cannot be undone any more people are warned of it.
SOON_IN_DOUBT: Final = timedelta(hours=12)
SOON_TOO_OLD: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)
KEY_BYTES: Final = 16
WAITING: Final = (
    "SELECT lane, MIN(due_at) AS due, MIN(first_unknown_at) AS unknown,"
    " MAX(CASE WHEN reason IS NULL THEN 0 ELSE id END) AS told FROM event_parcel"
    " WHERE workspace = ? AND state = 'waiting' GROUP BY lane"
)
DEAD: Final = (
    "SELECT lane, MAX(id) AS told FROM event_parcel WHERE workspace = ? AND state = 'dead'"
    " AND reason IS NOT NULL GROUP BY lane"
)
LANES: Final = "SELECT * FROM event_lane WHERE workspace = ?"
IN_RUNS: Final = (
    "SELECT lane, SUM(LENGTH(keys)) AS bytes FROM event_run WHERE accepted_at >= ? GROUP BY lane"
)
IN_INDEX: Final = (
    "SELECT lane, COUNT(*) AS events FROM event_known WHERE accepted_at >= ? GROUP BY lane"
)


@dataclass(frozen=True)
class Caution:
    """Something somebody should know about a way out.

    Args:
        kind: `bad`, `warn` or `info`.
        text: What is so.
        todo: What to do about it.
        button: Where that is done: label and address.
    """

    kind: str
    text: str
    todo: str = ""
    button: tuple[str, str] | None = None


@dataclass(frozen=True)
class LaneStanding:
    """How one way out stands.

    Args:
        counts: What waits, was sent, is dead.
        taken_day: Events that were new in the last 24 hours.
        taken_week: Events that were new in the last seven days.
        next_try: When the next of those that wait is sent; None if nothing waits, or all is paused.
        trouble: The last thing that went wrong with what waits or is dead.
        explained: What that means.
        rate: How fast events may go out.
        cautions: What somebody should know, the worst first.
        can_go_on: Whether it is paused for something other than its connection.
    """

    counts: LaneCounts
    taken_day: int
    taken_week: int
    next_try: datetime | None
    trouble: str | None
    explained: Explained | None
    rate: str
    cautions: Sequence[Caution]
    can_go_on: bool = False


@dataclass(frozen=True)
class _Facts:
    """What the database says of a lane beside its counts."""

    due: int | None = None
    unknown: int | None = None
    reason: str | None = None
    day: int = 0
    week: int = 0


async def standings(session: Session, *, running: bool) -> list[LaneStanding]:
    """How every way out stands.

    Args:
        session: The open workspace.
        running: Whether a runner sends what waits.
    """
    if not session.workspace.events.exists():
        return []
    outbox, now = await session.outbox(), session.wiring.clock.now()
    facts = await outbox.database.read(lambda work: _facts(work, outbox, now))
    there = {one.name: one for one in await session.wiring.store.all()}
    return [
        _standing(session, one, facts.get(_way(one), _Facts()), there, running=running)
        for one in await outbox.counts()
    ]


def _way(one: LaneCounts) -> tuple[str, str, str, str]:
    lane = one.lane
    return lane.connection, lane.source, lane.source_id, lane.test_event_code or ""


def _facts(
    work: Transaction, outbox: "Outbox", now: datetime
) -> dict[tuple[str, str, str, str], _Facts]:
    waiting = {row["lane"]: row for row in work.run(WAITING, outbox.workspace)}
    told = {row["lane"]: row["told"] for row in work.run(DEAD, outbox.workspace)}
    told |= {lane: row["told"] for lane, row in waiting.items() if row["told"]}
    day, week = (_taken(work, moment_of(now - DAY * days)) for days in (1, 7))
    found = {}
    for row in work.run(LANES, outbox.workspace):
        lane, parcel = row["id"], waiting.get(row["id"])
        way = (row["connection"], row["source"], row["source_id"], row["test_event_code"])
        found[way] = _Facts(
            parcel["due"] if parcel else None,
            parcel["unknown"] if parcel else None,
            _reason(work, told.get(lane)),
            day.get(lane, 0),
            week.get(lane, 0),
        )
    return found


def _reason(work: Transaction, parcel: int | None) -> str | None:
    row = work.one("SELECT reason FROM event_parcel WHERE id = ?", parcel) if parcel else None
    reason: str | None = row["reason"] if row else None
    return reason


def _taken(work: Transaction, since: int) -> dict[int, int]:
    """How many events were new since a moment, by lane."""
    taken: dict[int, int] = {
        row["lane"]: int(row["bytes"]) // KEY_BYTES for row in work.run(IN_RUNS, since)
    }
    for row in work.run(IN_INDEX, since):
        taken[row["lane"]] = taken.get(row["lane"], 0) + row["events"]
    return taken


def _standing(
    session: Session,
    one: LaneCounts,
    facts: _Facts,
    there: Mapping[str, Connection],
    *,
    running: bool,
) -> LaneStanding:
    now, connection = session.wiring.clock.now(), there.get(one.lane.connection)
    goes = bool(one.waiting) and not one.paused
    due = time_of(facts.due) if goes and facts.due is not None else None
    cautions = [
        *_about_connection(one, connection),
        *_about_waiting(session, one, facts, now, running=running),
        *_about_tests(one, connection),
    ]
    settings: Mapping[str, Any] = connection.settings if connection else {}
    rate = settings.get("requests_per_second")
    size = session.workspace.settings.events.batch_size
    return LaneStanding(
        one,
        facts.day,
        facts.week,
        max(due, now) if due else None,
        facts.reason,
        explained(facts.reason) if facts.reason else None,
        f"up to {rate:g} requests a second, {size:,} events each" if rate else "",
        sorted(cautions, key=lambda one: ("bad", "warn", "info").index(one.kind)),
        bool(one.paused) and connection is not None and connection.state is not State.RECONNECT,
    )


def _about_connection(one: LaneCounts, connection: Connection | None) -> Iterator[Caution]:
    name = one.lane.connection
    button = ("Connections", "/connections")
    if connection is None:
        if one.waiting or one.dead:
            text = f"There is no connection named {name} any more, so nothing can be sent by it."
            yield Caution("bad", text, f"Make one of that name, of the kind {KIND_WORDS}.", button)
    elif connection.state is State.RECONNECT:
        text = f"TikTok no longer accepts {name}. Events wait until its owner connects it again."
        yield Caution("bad", text, "Connect it again; the events go out by themselves.", button)
    if one.paused and (connection is None or connection.state is not State.RECONNECT):
        todo = "Put that right, then let them go on."
        yield Caution("bad", f"Nothing goes out until somebody helps: {one.paused}", todo, button)


KIND_WORDS: Final = "TikTok events"


def _about_waiting(
    session: Session, one: LaneCounts, facts: _Facts, now: datetime, *, running: bool
) -> Iterator[Caution]:
    if not one.waiting:
        return
    if session.workspace.stopped:
        todo = "Take the stop back in the settings."
        text = "Everything is stopped, so events wait."
        yield Caution("warn", text, todo, ("Settings", "/settings#stop"))
    elif one.oldest and now - one.oldest > LATE and not one.paused and not running:
        yield Caution("warn", "Nobody sends what waits.", "Start the runner: adloom serve")
    if facts.unknown is not None:
        left = time_of(facts.unknown) + timedelta(hours=Pace().doubt_hours) - now
        kind = "warn" if left < SOON_IN_DOUBT else "info"
        hours = max(int(left.total_seconds() // 3600), 0)
        text = (
            "Nobody knows whether TikTok took some of these. They are sent again for "
            f"{hours} more hours, while TikTok knows repeats; after that you decide."
        )
        yield Caution(kind, text)
    days = session.workspace.settings.events.oldest_days
    if days and one.oldest and now - one.oldest > timedelta(days=days) - SOON_TOO_OLD:
        text = f"The oldest has waited so long that it will soon be too old: {days} days are taken."
        yield Caution("warn", text, "See to it that they go out, or drop them.")


def _about_tests(one: LaneCounts, connection: Connection | None) -> Iterator[Caution]:
    code = one.lane.test_event_code
    stored = connection.settings.get("test_event_code") if connection else None
    if code and code != stored:
        yield Caution("info", f"These are tests with the code {code}; they do not count.")
    elif stored and (code or one.waiting):
        text = f"The test event code {stored} is on: what this connection sends does not count."
        todo = "Take the code out of the connection before you go live."
        yield Caution("warn", text, todo, ("Connections", "/connections"))

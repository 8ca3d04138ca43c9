"""What the doctor looks at in the outbox: what waits, what is dead, what must not stand there."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from adloom.database import Transaction
from adloom.services.event_addresses import address_faults
from adloom.services.session import Session
from connections.connection import Connection
from scheduler.findings import Finding, fail, ok, warn
from scheduler.outbox.entries import LaneCounts
from scheduler.outbox.parcels import Parcel, items_of
from scheduler.outbox.store import Outbox
from scheduler.promises import named

__all__ = ["look_at_addresses", "look_at_events"]

#: An event that has waited so long has nobody to send it.
LATE: Final = timedelta(minutes=15)
#: The newest so many parcels are opened and searched.
MOST_OPENED: Final = 40
ADDRESS: Final = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}"
)
#: Texts beside the sealed contents; names of files are the user's own choice.
TEXTS: Final = (
    ("event_refusal", ("place", "reason")),
    ("event_parcel", ("reason",)),
    ("event_lane", ("source_id", "test_event_code", "paused")),
)
#: What must never be there: the question, what it would mean.
BROKEN: Final = (
    (
        (
            "SELECT p.id FROM event_parcel p LEFT JOIN event_content c ON c.parcel = p.id"
            " WHERE p.workspace = ? AND c.parcel IS NULL"
        ),
        "parcels of events have lost their content",
    ),
    (
        (
            "SELECT l.id FROM event_lane l WHERE l.workspace = ? AND l.waiting <> COALESCE("
            "(SELECT SUM(p.events) FROM event_parcel p WHERE p.lane = l.id"
            " AND p.state = 'waiting'), 0)"
        ),
        "lanes do not hold as many events as they say",
    ),
)
RESTORE: Final = "Keep a copy of the file, then: adloom restore, or report it"


async def look_at_events(session: Session) -> list[Finding]:
    """Look at the outbox, if there is one."""
    if not session.workspace.events.exists():
        return []
    outbox = await session.outbox()
    there = {one.name: one for one in await session.wiring.store.all()}
    now = session.wiring.clock.now()
    lanes = await outbox.counts()
    found = [finding for one in lanes for finding in _lane(one, there, now)]
    broken = await outbox.database.read(lambda work: list(_broken(work, outbox.workspace)))
    waiting = sum(one.waiting for one in lanes)
    well = ok("events", f"{waiting:,} wait, {sum(one.sent for one in lanes):,} were sent")
    return [*(found or [well]), *broken, await _personal(session, outbox)]


async def look_at_addresses(session: Session) -> list[Finding]:
    """Whether the addresses that take events can be opened."""
    there = {one.name: one for one in await session.wiring.store.all()}
    found = []
    for name, settings in session.workspace.settings.events.intake.items():
        for fault in address_faults(session.workspace, settings, there):
            said = f"events.intake.{name}.{fault}"
            found.append(warn("intake", said, "Until then its address takes nothing"))
    return found


def _lane(one: LaneCounts, there: Mapping[str, Connection], now: datetime) -> Iterator[Finding]:
    lane = one.lane
    name = f"{lane.connection} ({lane.source} {lane.source_id})"
    if one.dead:
        said = f"{one.dead:,} of {name} could not be sent"
        advice = "See why: adloom events status --dead; then: adloom events retry, or drop"
        yield warn("events", said, advice)
    if not one.waiting:
        return
    since = f" since {one.oldest:%Y-%m-%d %H:%M} UTC" if one.oldest else ""
    connection = there.get(lane.connection)
    if connection is None:
        said = f"{one.waiting:,} wait{since} for {lane.connection}, which is no connection"
        yield warn("events", said, f"adloom connections add {lane.connection} --kind tiktok-events")
    elif one.paused:
        said = f"{one.waiting:,} of {name} wait{since}: {one.paused}"
        yield warn("events", said, "When that is mended: adloom events retry")
    elif one.oldest and now - one.oldest > LATE:
        said = f"{one.waiting:,} of {name} wait{since} and nobody sends them"
        yield warn("events", said, "Is anybody there to send them? adloom serve")
    code = lane.test_event_code or (connection and connection.settings.get("test_event_code"))
    if code:
        said = f"{one.waiting:,} of {name} wait while the test event code {code} is on"
        advice = f'Go live: adloom connections reconnect {lane.connection} --test-event-code ""'
        yield warn("events", said, advice)


def _broken(work: Transaction, workspace: str) -> Iterator[Finding]:
    for question, meaning in BROKEN:
        ids = [row[0] for row in work.run(question, workspace)]
        if ids:
            yield fail("events", f"{len(ids)} {meaning}: {named(ids)}", RESTORE)


# --- nothing personal in plain text (reliability.md §4.9) -----------------------------------------


async def _personal(session: Session, outbox: Outbox) -> Finding:
    places = await outbox.database.read(lambda work: list(_in_texts(work)))
    places += await outbox.database.read(lambda work: list(_in_contents(work, session)))
    if places:
        said = f"e-mail addresses that are not hashed stand in events.db: {named(places)}"
        advice = "Leave them out with a mapping; drop these: adloom events drop"
        return fail("events", said, advice)
    return ok("events", "no e-mail address stands in events.db that is not hashed")


def _in_texts(work: Transaction) -> Iterator[str]:
    for table, columns in TEXTS:
        for column in columns:
            question = f"SELECT {column} FROM {table} WHERE {column} LIKE '%@%'"  # noqa: S608 - our own names
            if any(ADDRESS.search(row[0]) for row in work.run(question)):
                yield f"{table}.{column}"


def _in_contents(work: Transaction, session: Session) -> Iterator[str]:
    """Where in what waits; each place once."""
    rows = work.run(
        "SELECT p.*, c.sealed FROM event_parcel p JOIN event_content c ON c.parcel = p.id"
        " ORDER BY p.id DESC LIMIT ?",
        MOST_OPENED,
    )
    seen: set[str] = set()
    for row in rows:
        for _, number, item in items_of(row["sealed"], session.vault, Parcel.of(row)):
            if not ADDRESS.search(item.content.decode(errors="replace")):
                continue
            for path in _paths(msgspec.json.decode(item.content), ""):
                if path not in seen:
                    seen.add(path)
                    yield f"{ADDRESS.sub('…', path)} of event {number}"


def _paths(value: Any, path: str) -> Iterator[str]:
    """The fields whose text holds an address."""
    match value:
        case str() if ADDRESS.search(value):
            yield path
        case dict():
            for name, one in value.items():
                yield from _paths(one, f"{path}.{name}" if path else str(name))
        case list():
            yield from (found for one in value for found in _paths(one, f"{path}[]"))
        case _:
            return

"""What lies in the outbox: events, the lanes they go out by, and where they came from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Accepted",
    "Entry",
    "EventState",
    "Held",
    "Lane",
    "LaneCounts",
    "Origin",
    "Refusal",
    "Refused",
]


class EventState(StrEnum):
    """Where an event stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Lane:
    """One way out: events of a lane share batches, pace and pauses.

    Args:
        connection: The name of the connection that sends.
        source: web, app, offline or crm.
        source_id: The source's id.
        test_event_code: The test event code, if these are tests.
    """

    connection: str
    source: str
    source_id: str
    test_event_code: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is handed to the outbox.

    Args:
        key: Sixteen bytes that name it within its lane; a key that is known changes nothing.
        person: Events of the same person go out one after the other.
        event: Its name.
        event_id: Its id.
        event_time: When it happened, in seconds since 1970 (UTC).
        content: The `data[]` item as JSON, personal values hashed; it is sealed before it is kept.
        place: Where in its origin it stood: a line number, an operation.
    """

    key: bytes
    person: int
    event: str
    event_id: str
    event_time: int
    content: bytes
    place: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where events come from, so that progress can be told for each.

    Args:
        kind: `file`, `intake` or `scenario`.
        name: The file's name, the intake's, the scenario's.
        mark: What tells this one from another of the same name, such as a digest; may be empty.
    """

    kind: str
    name: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that never became an event: never its content, only what finds it again.

    Args:
        place: Where it stood: a line number.
        offset: Bytes before it.
        sha256: Of its bytes, in hex.
        reason: Why.
    """

    place: str
    offset: int
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal and where it came from."""

    origin: Origin
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the outbox took.

    Args:
        new: So many were new.
        known: So many it had already.
    """

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Held:
    """One event as it lies in the outbox, without its content.

    Args:
        id: Its number in the outbox.
        lane: How it goes out.
        event: Its name.
        event_id: Its id.
        event_time: When it happened.
        state: Where it stands.
        attempts: How often it was sent.
        reason: Why it is dead or waits.
        accepted_at: Since when it is here.
        origin: Where it came from.
        place: Where in its origin.
    """

    id: int
    lane: Lane
    event: str
    event_id: str
    event_time: datetime
    state: EventState
    attempts: int
    reason: str | None
    accepted_at: datetime
    origin: Origin
    place: str


@dataclass(frozen=True, slots=True)
class LaneCounts:
    """How a lane stands.

    Args:
        lane: Which.
        waiting: Events that wait.
        sent: Events that TikTok has taken, since the beginning.
        dead: Events that could not be sent; a person decides.
        oldest: Since when the oldest waits.
        paused: Why nothing goes out, where that needs somebody.
    """

    lane: Lane
    waiting: int
    sent: int
    dead: int
    oldest: datetime | None = None
    paused: str | None = None

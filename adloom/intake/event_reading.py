"""What came of the records of one request: events on their lanes, and what is told of the rest."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from adloom.intake.event_bodies import Unread
from modules.events.prepared import Prepared, Reading
from modules.events.problems import Problem, Severity
from scheduler.outbox.entries import Entry, Lane

__all__ = ["Reads", "Sorted", "sort_records"]

#: Records that are read before others get a turn.
TURN: Final = 50
#: Problems that are told of one record.
MOST_PROBLEMS: Final = 20
#: Records that are told of because of warnings only.
MOST_WARNED: Final = 100


class Reads(Protocol):
    """Makes events of a record; a pipeline does."""

    def read(self, record: Mapping[str, Any], *, now: int, seed: str) -> Reading:
        """Make events of one record."""
        ...


@dataclass
class Sorted:
    """What came of the records of one request.

    Args:
        lanes: Events by the lane they go out by.
        refused: What is wrong with those that cannot go out, by their index.
        warned: What is odd about those that can.
        skipped: Records of which nothing was made, as wished.
        reasons: How often something was the reason of a refusal.
    """

    lanes: dict[Lane, list[Entry]] = field(default_factory=dict)
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    warned: dict[int, list[Problem]] = field(default_factory=dict)
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def parts(self) -> list[tuple[Lane, Sequence[Entry]]]:
        """Lanes and what goes out by them."""
        return list(self.lanes.items())

    @property
    def is_all_refused(self) -> bool:
        """Whether there is nothing in it that could be taken."""
        return bool(self.refused) and not self.lanes and not self.skipped

    def told(self) -> dict[str, Any]:
        """What its sender hears of it: fields and reasons, never a value."""
        return {
            "skipped": self.skipped,
            "refused": _told(self.refused),
            "warnings": _told(self.warned),
        }


async def sort_records(
    records: Sequence[Mapping[str, Any] | Unread],
    reads: Reads,
    *,
    connection: str,
    now: int,
    seed: str,
) -> Sorted:
    """Make events of records.

    Args:
        records: What a request brought.
        reads: Makes events.
        connection: The connection they go out by.
        now: The present, in seconds since 1970.
        seed: Names the request; the same for the same one.
    """
    found = Sorted()
    for index, record in enumerate(records):
        if isinstance(record, Unread):
            _refuse(found, index, [Problem("", record.reason)])
            continue
        reading = reads.read(record, now=now, seed=f"{seed}/{index}")
        for event in reading.events:
            lane = Lane(connection, event.source, event.source_id, event.test_event_code)
            found.lanes.setdefault(lane, []).append(_entry(event, f"{seed}/{index}"))
        _note(found, index, reading)
        if index % TURN == TURN - 1:
            await asyncio.sleep(0)
    return found


def _entry(event: Prepared, place: str) -> Entry:
    return Entry(
        key=event.key,
        person=event.person,
        event=event.event,
        event_id=event.event_id,
        event_time=event.event_time,
        content=event.content,
        place=place,
    )


def _note(found: Sorted, index: int, reading: Reading) -> None:
    errors = [one for one in reading.problems if one.severity is Severity.ERROR]
    if errors:
        _refuse(found, index, list(reading.problems))
    elif not reading.events:
        found.skipped += 1
    if not errors and reading.problems and len(found.warned) < MOST_WARNED:
        found.warned[index] = list(reading.problems)


def _refuse(found: Sorted, index: int, problems: list[Problem]) -> None:
    found.refused[index] = problems
    found.reasons[next(one.reason for one in problems if one.severity is Severity.ERROR)] += 1


def _told(problems: Mapping[int, list[Problem]]) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "problems": [
                {"field": one.field, "reason": one.reason, "severity": one.severity}
                for one in several[:MOST_PROBLEMS]
            ],
        }
        for index, several in problems.items()
    ]

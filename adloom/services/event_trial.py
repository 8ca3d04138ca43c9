"""What would become of an event somebody pasted; nothing of it is sent, stored or logged."""

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from adloom.errors import InvalidScenarioError
from adloom.services.event_texts import TextFault, paste
from adloom.services.event_tracing import Read, Traced, trace
from adloom.services.event_trial_words import Told, TriedEvent, consent_words, tried
from modules.events.mapping import EventMapping
from modules.events.options import EventSource
from modules.events.pipeline import Pipeline
from modules.events.prepared import Prepared, Reading
from modules.events.problems import Problem, errors_among
from scenarios.event_mappings import load_event_mapping
from scenarios.problems import Problem as MappingFault

__all__ = ["MOST_RECORDS", "UNKNOWN", "Asked", "Trial", "TriedRecord", "read_mapping", "try_event"]

#: Records that are looked at; a file of them is a job for the command line.
MOST_RECORDS: Final = 10
#: Seconds in which the fields of all of them are followed.
SECONDS: Final = 1.5
#: Stands for the id of a source that nobody named. It is a number, so that nobody is told that
#: their app's id is none.
UNKNOWN: Final = "0"
SEED: Final = "playground"
#: A mapping that says no more than this leaves records as the plain events they are.
NOTHING_TO_TRANSLATE: Final = frozenset({"options", "source"})


@dataclass(frozen=True)
class Asked:
    """What is to be tried.

    Args:
        text: The event: JSON, a list, an envelope, or JSON lines.
        mapping: The content of a mapping file; empty for plain events.
        source: The event source of the connection.
        source_id: Its id.
        test_event_code: The connection's test event code.
        oldest_days: What the settings say about old events.
    """

    text: str
    mapping: str = ""
    source: EventSource = "web"
    source_id: str = UNKNOWN
    test_event_code: str | None = None
    oldest_days: int = 28


@dataclass(frozen=True)
class TriedRecord:
    """What became of one record.

    Args:
        events: What would go out.
        problems: What is wrong with it, or odd about it.
        skipped: Why nothing is made of it, where that is as wished.
        traced: What became of its fields.
        consent: What the mapping makes of the person's consent.
    """

    events: Sequence[TriedEvent]
    problems: Sequence[Problem]
    skipped: str | None
    traced: Traced
    consent: Told

    @property
    def is_refused(self) -> bool:
        """Whether something keeps it, or a part of it, from going out."""
        return bool(errors_among(self.problems))


@dataclass(frozen=True)
class Trial:
    """What became of what was pasted.

    Args:
        fault: Why the text cannot be read.
        mapping_faults: What is wrong with the mapping, with places.
        records: What became of each record.
        more: How many more records there are, which were not looked at.
        notes: What is odd about the connection.
    """

    fault: TextFault | None = None
    mapping_faults: Sequence[MappingFault] = ()
    records: Sequence[TriedRecord] = ()
    more: int = 0
    notes: Sequence[Problem] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at yet."""
        return not (self.fault or self.mapping_faults or self.records)

    @property
    def going_out(self) -> list[Prepared]:
        """Every event that could go out."""
        return [event.prepared for one in self.records for event in one.events]


class TrialError(Exception):
    """A fault of adloom's own; says where, and nothing of what was pasted."""


def read_mapping(text: str) -> tuple[EventMapping | None, list[MappingFault]]:
    """A mapping, or everything that is wrong with it."""
    try:
        return load_event_mapping(text, "mapping"), []
    except InvalidScenarioError as error:
        return None, [one for one in error.problems if isinstance(one, MappingFault)]


def try_event(asked: Asked, now: int) -> Trial:
    """Find out what would be sent.

    Args:
        asked: What is to be tried.
        now: The present, in seconds since 1970.
    """
    pasted = paste(asked.text)
    mapping, faults = read_mapping(asked.mapping)
    if mapping is None or pasted.fault is not None:
        return Trial(pasted.fault, faults)
    mapping = _with_limits(mapping, asked)
    pipeline = _pipeline(mapping, asked)
    read = _reading(pipeline, now)
    until = time.monotonic() + SECONDS
    records = [_tried(one, mapping, read, now, until) for one in pasted.records[:MOST_RECORDS]]
    more = len(pasted.records) - len(records)
    return Trial(records=records, more=more, notes=pipeline.notes)


def _with_limits(mapping: EventMapping, asked: Asked) -> EventMapping:
    """The mapping with the settings' limit, and an id for every source: nothing is sent there."""
    said = mapping.options.model_fields_set
    ids = {**dict.fromkeys(get_args(EventSource), UNKNOWN), **mapping.options.source_ids}
    changes: dict[str, Any] = {"source_ids": ids}
    if "oldest_days" not in said:
        changes["oldest_days"] = asked.oldest_days
    return mapping.model_copy(update={"options": mapping.options.model_copy(update=changes)})


def _pipeline(mapping: EventMapping, asked: Asked) -> Pipeline:
    source = mapping.source or asked.source
    own = source == asked.source
    return Pipeline(
        None if mapping.model_fields_set <= NOTHING_TO_TRANSLATE else mapping,
        source=source,
        source_id=asked.source_id if own else mapping.options.source_ids[source],
        test_event_code=asked.test_event_code,
        options=mapping.options,
    )


def _reading(pipeline: Pipeline, now: int) -> Read:
    def read(record: Mapping[str, Any]) -> Reading:
        try:
            return pipeline.read(record, now=now, seed=SEED)
        except Exception as error:  # noqa: BLE001 - its text may quote a person's data
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}, line {last.lineno}"
            raise TrialError(f"{type(error).__name__} ({where})") from None

    return read


def _tried(record: Any, mapping: EventMapping, read: Read, now: int, until: float) -> TriedRecord:
    reading = read(record)
    asked = mapping.consent.field if mapping.consent else None
    is_object = isinstance(record, dict)
    traced = trace(record, reading, read, until=until, aside=asked) if is_object else Traced()
    several = len(reading.events) > 1
    events = [
        tried(one, traced, f"{number}: " if several else "", _place(number), mapping, now)
        for number, one in enumerate(reading.events, 1)
    ]
    consent = consent_words(mapping, record)
    return TriedRecord(events, reading.problems, reading.skipped, traced, consent)


def _place(number: int) -> str:
    """What names an event that nothing else names, as the pipeline counts."""
    return SEED if number == 1 else f"{SEED}.{number - 1}"

"""Records read and made into events, a portion at a time; it may run in a process of its own."""

import os
import select
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from adloom.cli.events_portions import (
    STANDARD_INPUT,
    Begun,
    Job,
    Parcel,
    Portion,
    ReadingFault,
    Trouble,
)
from adloom.errors import AdloomError
from adloom.sources import BadRow, Position, Row, Source, open_source
from modules.events.mapping import EventMapping
from modules.events.pipeline import Pipeline
from modules.events.prepared import Prepared, Reading
from modules.events.problems import Severity, errors_among
from scheduler.outbox.entries import Entry, Refusal

__all__ = ["read_portions"]

#: A portion is handed on with so many rows, with so many bytes, or after so many seconds.
ROWS: Final = 2_000
BYTES: Final = 2_000_000
SECONDS: Final = 0.5
#: A mapping that says no more than this leaves records as the plain events they are.
NOTHING_TO_TRANSLATE: Final = frozenset({"options", "source"})


def read_portions(job: Job) -> Generator[Begun | Portion]:
    """Read a source to its end, or to the job's limit.

    Raises:
        UsageError: It cannot be read, or is not what it was taken for.
    """
    mapping = EventMapping.model_validate_json(job.mapping)
    pipeline = Pipeline(
        None if mapping.model_fields_set <= NOTHING_TO_TRANSLATE else mapping,
        source=job.source,
        source_id=job.source_id,
        test_event_code=job.test_event_code,
        options=mapping.options,
    )
    with open_source(
        _place(job),
        format=job.format,
        table=job.table,
        records=job.records,
        start=job.start,
    ) as source:
        yield Begun(source.name, source.format, source.size, source.resumed)
        try:
            yield from _portions(source, pipeline, job)
        except (AdloomError, ReadingFault):
            raise
        except Exception as error:  # noqa: BLE001 - its text may quote a person's data
            raise _fault(error, source.position.number + 1) from None


def _place(job: Job) -> Path | BinaryIO:
    """What to open; the standard input anew, without the lock that Python keeps on its own.

    A thread that waits for somebody to type would take that lock along, and then the program could
    not end (Python stops it hard).
    """
    if job.file != STANDARD_INPUT:
        return Path(job.file)
    try:
        # It is closed by the source.
        file = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    except (AttributeError, OSError, ValueError):  # there is none, or it is no file
        return Path(job.file)
    file.name = "standard input"
    return file


def _portions(source: Source, pipeline: Pipeline, job: Job) -> Iterator[Portion]:
    clock, left, is_idle = job.clock(), job.limit, _idleness(job)
    rows = iter(source)
    more = True
    while more:
        most = min(ROWS, left) if job.limit else ROWS
        gathering = _Gathering(pipeline, int(clock.now().timestamp()), is_idle)
        more = gathering.fill(rows, most)
        left -= gathering.portion.rows
        if gathering.portion.rows:
            yield gathering.done(source.position)
        more = more and not (job.limit and left <= 0)


def _idleness(job: Job) -> Callable[[], bool]:
    """Whether whoever writes into the standard input has paused: what came is not kept waiting."""
    if job.file != STANDARD_INPUT or os.name != "posix":
        return lambda: False
    try:
        file = sys.stdin.fileno()
    except (OSError, ValueError):
        return lambda: False
    return lambda: not select.select([file], [], [], 0)[0]


class _Gathering:
    """Collects what becomes of rows until it is enough for a portion."""

    def __init__(self, pipeline: Pipeline, now: int, is_idle: Callable[[], bool]) -> None:
        self._pipeline = pipeline
        self._now = now
        self._is_idle = is_idle
        self._ways: dict[tuple[str, str, str | None], list[Entry]] = {}
        self._skipped: Counter[str] = Counter()
        self.portion = Portion()

    def fill(self, rows: Iterator[Row | BadRow], most: int) -> bool:
        """Take rows until it is enough; whether there may be more."""
        size, until = 0, time.monotonic() + SECONDS
        for row in rows:
            self.portion.rows += 1
            size += row.length
            if isinstance(row, BadRow):
                self._refuse_row(row)
            else:
                self._take(row, self._read(row))
            enough = self.portion.rows >= most or size >= BYTES or time.monotonic() >= until
            if enough or self._is_idle():
                return True
        return False

    def done(self, position: Position) -> Portion:
        """The portion as it is handed on."""
        portion = self.portion
        portion.parcels = [Parcel(*way, entries) for way, entries in self._ways.items()]
        portion.skipped = dict(self._skipped)
        portion.offset, portion.note = position.offset, position.as_note()
        return portion

    def _read(self, row: Row) -> Reading:
        try:
            return self._pipeline.read(
                row.record, now=self._now, seed=f"{row.digest()}:{row.number}"
            )
        except Exception as error:  # noqa: BLE001 - its text may quote a person's data
            raise _fault(error, row.number) from None

    def _take(self, row: Row, reading: Reading) -> None:
        place = str(row.number)
        for event in reading.events:
            way = (event.source, event.source_id, event.test_event_code)
            self._ways.setdefault(way, []).append(_entry(event, place))
        if reading.skipped is not None:
            self._skipped[reading.skipped] += 1
        if not reading.problems:
            return
        self.portion.troubles += [
            Trouble(row.number, row.offset, one.field, one.reason, one.severity is Severity.ERROR)
            for one in reading.problems
        ]
        if errors := errors_among(reading.problems):
            reason = "; ".join(dict.fromkeys(map(str, errors)))
            self.portion.refusals.append(Refusal(place, row.offset, row.digest(), reason))

    def _refuse_row(self, row: BadRow) -> None:
        place = str(row.number)
        self.portion.refusals.append(Refusal(place, row.offset, row.sha256, row.reason))
        trouble = Trouble(row.number, row.offset, "", row.reason, error=True, sha256=row.sha256)
        self.portion.troubles.append(trouble)


def _entry(event: Prepared, place: str) -> Entry:
    return Entry(
        event.key,
        event.person,
        event.event,
        event.event_id,
        event.event_time,
        event.content,
        place,
    )


def _fault(error: Exception, number: int) -> ReadingFault:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}, in {last.name}"
    return ReadingFault(f"{type(error).__name__} with row {number} ({where})")

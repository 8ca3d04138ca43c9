"""Sending a file of events: taken into the outbox and delivered from there, at the same time."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

import msgspec

from adloom.cli.events_delivering import deliverer_of
from adloom.cli.events_feed import feed
from adloom.cli.events_origin import Files, Note
from adloom.cli.events_portions import Begun, Job, Portion, words_for
from adloom.cli.events_problems import Problems
from adloom.cli.events_progress import SendingLine
from adloom.cli.events_source import live_or_test
from adloom.cli.events_summary import Summary
from adloom.cli.events_wish import Wish, command_of, job_of
from adloom.cli.session import Session, say
from adloom.services.event_connections import events_connection
from adloom.settings import STOP_FILE
from scheduler.outbox.delivering import Deliverer
from scheduler.outbox.entries import EventState, Lane, Origin
from scheduler.outbox.store import Outbox

__all__ = ["Sending"]

#: An error of one kind is told so often; all of them are in the outbox.
ERRORS_SHOWN: Final = 20
#: Seconds between two looks at how things stand.
LOOK: Final = 0.5
#: Seconds until sending begins again, where there was nothing to send for a moment.
BREATH: Final = 0.05


class Sending:
    """One file on its way.

    Args:
        wish: What is to be sent.
        job: How its records are read.
        files: What is known of the file from earlier runs.
        deliverer: Sends what lies in the outbox; None leaves that to others.
        line: Shows how far it has come.
        is_halted: Whether somebody pulled the kill switch.
    """

    def __init__(
        self,
        wish: Wish,
        job: Job,
        files: Files,
        deliverer: Deliverer | None,
        line: SendingLine,
        is_halted: Callable[[], bool],
    ) -> None:
        self._again = wish.again
        self._job = job
        self._files = files
        self._outbox: Outbox = files.outbox
        self._connection = files.connection
        self._deliverer = deliverer
        self._origin = Origin("file", "")
        self._lanes: set[Lane] = set()
        self._read_all = False
        self._note: bytes | None = None
        self._offset = 0
        self._size: int | None = None
        self._problems = Problems(as_json=wish.given.as_json, most_errors=ERRORS_SHOWN)
        self._line = line
        self._is_halted = is_halted
        self.summary = Summary(
            wish.given.name,
            command_of(wish, files.connection),
            files.connection,
            waited=wish.wait,
        )

    @classmethod
    async def begin(cls, session: Session, wish: Wish) -> "Sending":
        """Open everything that sending takes.

        Raises:
            UsageError: There is no such connection, or it does not fit.
        """
        connection = await events_connection(session, wish.connection)
        job = job_of(session, wish, connection)
        for text in live_or_test(connection, wish.mapping.options, wish.test_event_code):
            say(text)
        outbox = await session.outbox()
        live = wish.mapping.options.environment == "live"
        files = Files(
            outbox,
            wish.given,
            connection.name,
            job.source,
            job.source_id,
            None if live else job.test_event_code,
            session.wiring.clock,
        )
        line = SendingLine()
        deliverer = await deliverer_of(session, tell=line.say) if wish.wait else None
        return cls(wish, job, files, deliverer, line, lambda: session.workspace.stopped)

    async def run(self) -> Summary:
        """Read and send, until everything is sent or somebody is needed.

        Raises:
            AdloomError: The file cannot be read, or the workspace cannot keep more of it.
        """
        reading = asyncio.create_task(self._accept())
        helpers = [asyncio.create_task(self._look())]
        if self._deliverer is not None:
            helpers.append(asyncio.create_task(self._deliver(self._deliverer)))
        try:
            with self._line:
                await _first([reading, *helpers])
                if reading.done() and self._deliverer is not None:
                    await _first(helpers)
        except asyncio.CancelledError:
            say(f"Stopped. What was read is kept. Go on: {self.summary.command}")
            raise
        finally:
            for one in (reading, *helpers):
                one.cancel()
            await asyncio.gather(reading, *helpers, return_exceptions=True)
        self._problems.tell_rest()
        return await self._summed_up()

    # --- taking in ------------------------------------------------------------------------------

    async def _accept(self) -> None:
        known = await self._files.last()
        job = self._job
        if known is not None and not self._again:
            job = msgspec.structs.replace(job, start=known[1].start())
        async with aclosing(feed(job)) as parts:
            async for part in parts:
                if isinstance(part, Begun):
                    await self._open(part, known)
                    continue
                await self._take(part)
        limit = self._job.limit
        self.summary.whole = not limit or self.summary.fresh < limit
        self._read_all = True
        if self._deliverer is not None:
            self._deliverer.kick()

    async def _open(self, begun: Begun, known: tuple[Origin, Note] | None) -> None:
        self._size = begun.size
        self._problems.place = words_for(begun.format)
        before, note = known or (None, None)
        if before is None or note is None or self._again:
            self._origin = await self._files.begin(instead_of=before)
        elif begun.resumed:
            self._origin, self.summary.totals = before, note.totals
        else:
            say(f"{begun.name} begins differently than last time: it is read as a new file.")
            self._origin = await self._files.begin()

    async def _take(self, part: Portion) -> None:
        """Keep a portion: its events, what was refused, and how far the reading is, or nothing."""
        totals = self.summary.totals.plus(part)
        lanes = [
            (Lane(self._connection, one.source, one.source_id, one.test_event_code), one.entries)
            for one in part.parcels
        ]
        note = msgspec.json.encode(Note(msgspec.Raw(part.note), totals))
        accepted = await self._outbox.accept_many(
            lanes, self._origin, progress=note, refusals=part.refusals
        )
        totals.known += accepted.known
        self.summary.totals = totals
        self.summary.fresh += part.rows
        self._lanes |= {lane for lane, _ in lanes}
        self._offset, self._note = part.offset, part.note
        if part.troubles:
            with self._line.aside():
                self._problems.tell(part.troubles)
        if self._deliverer is not None:
            self._deliverer.kick()

    # --- delivering -----------------------------------------------------------------------------

    async def _deliver(self, deliverer: Deliverer) -> None:
        while not await self._is_over():
            await deliverer.run(self._is_over)
            await asyncio.sleep(BREATH)

    async def _is_over(self) -> bool:
        """Whether there is nothing left to wait for."""
        if self.summary.stopped:
            return True
        if not self._read_all:
            return False
        states = await self._outbox.origin_counts(self._origin)
        return not states.get(EventState.WAITING)

    async def _look(self) -> None:
        """Look again and again how things stand; tell it, and notice what needs somebody."""
        while True:
            await asyncio.sleep(LOOK)
            if self._deliverer is None:
                continue
            if why := await self._obstacle():
                self.summary.stopped = why
                self._deliverer.kick()
            if self._line.wanted:
                states = await self._outbox.origin_counts(self._origin)
                self._line.show(self.summary.fresh, states, self._offset, self._size)

    async def _obstacle(self) -> str | None:
        """Why nothing of the file can go out."""
        if self._is_halted():
            return (
                f"There is a file {STOP_FILE} in the workspace; nothing is sent until it is gone."
            )
        counts = [
            one for one in await self._outbox.counts() if one.waiting and self._uses(one.lane)
        ]
        paused = [one.paused for one in counts if one.paused]
        return paused[0] if paused and len(paused) == len(counts) else None

    def _uses(self, lane: Lane) -> bool:
        """Whether events of the file go out by a lane, as far as is known."""
        if self._lanes:
            return lane in self._lanes
        return self._read_all and lane.connection == self._connection

    async def _summed_up(self) -> Summary:
        """The summary, with what only the outbox knows."""
        summary, totals = self.summary, self.summary.totals
        if self._note is not None:
            # How much of the last portion was known already is not in its own note.
            note = msgspec.json.encode(Note(msgspec.Raw(self._note), totals))
            await self._outbox.accept_many([], self._origin, progress=note)
        summary.warnings = self._problems.warnings
        summary.states = await self._outbox.origin_counts(self._origin)
        return summary


async def _first(tasks: list[asyncio.Task[None]]) -> None:
    """Wait until one of some tasks has ended.

    Raises:
        Exception: It failed.
    """
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        one.result()

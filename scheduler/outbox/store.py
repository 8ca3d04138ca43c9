"""The outbox: events are safe here from the moment they are accepted until TikTok has them."""

from collections.abc import Sequence
from datetime import datetime

from adloom.clock import Clock
from adloom.database import Database
from scheduler.outbox.accepting import Accepting
from scheduler.outbox.entries import (
    Accepted,
    Entry,
    EventState,
    Held,
    Lane,
    LaneCounts,
    Origin,
    Refusal,
    Refused,
)
from scheduler.outbox.known import Known
from scheduler.outbox.looking import Looking
from scheduler.outbox.mending import Mending
from scheduler.outbox.parcels import Sealer
from scheduler.outbox.places import origin_row
from scheduler.outbox.statements import moment_of

__all__ = ["Outbox"]


class Outbox:
    """Keeps events until they are sent.

    Args:
        database: With `scheduler.outbox.schema.MIGRATIONS`.
        sealer: Seals contents.
        clock: The time.
        workspace: Whose rows these are.
    """

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, workspace: str = "main"
    ) -> None:
        self.database = database
        self.sealer = sealer
        self.clock = clock
        self.workspace = workspace
        #: Lanes that somebody in this process sends.
        self.busy: set[int] = set()
        self._known = Known(database)
        self._looking = Looking(workspace, sealer)

    # --- taking in ------------------------------------------------------------------------------

    async def accept(
        self,
        lane: Lane,
        entries: Sequence[Entry],
        origin: Origin,
        *,
        progress: bytes | None = None,
        refusals: Sequence[Refusal] = (),
    ) -> Accepted:
        """Take events of one lane; as `accept_many`."""
        return await self.accept_many(
            [(lane, entries)], origin, progress=progress, refusals=refusals
        )

    async def accept_many(
        self,
        parts: Sequence[tuple[Lane, Sequence[Entry]]],
        origin: Origin,
        *,
        progress: bytes | None = None,
        refusals: Sequence[Refusal] = (),
    ) -> Accepted:
        """Take events; they are safe on disk once this returns, or nothing of it is kept.

        Args:
            parts: Lanes and their events; what is known by its key changes nothing.
            origin: Where they come from.
            progress: How far the origin has been read with them; None leaves the note as it is.
            refusals: What never became an event.

        Raises:
            WorkspaceError: The disk is full, or the database cannot be used.
        """
        await self._known.follow()
        accepting = Accepting(self.workspace, self.sealer, self._known, self._now())
        accepted = await self.database.write(
            lambda work: accepting.accept(work, parts, origin, progress, refusals)
        )
        await self._known.tidy()
        return accepted

    async def progress(self, origin: Origin) -> bytes | None:
        """How far an origin was read, as `accept` was told; None if nobody said."""
        row = await self.database.read(lambda work: origin_row(work, self.workspace, origin))
        return bytes(row["progress"]) if row and row["progress"] is not None else None

    async def forget_origin(self, origin: Origin) -> None:
        """Forget how far an origin was read and what was refused of it; its events stay."""
        await self.database.write(lambda work: self._mending().forget_origin(work, origin))

    # --- looking --------------------------------------------------------------------------------

    async def counts(self) -> list[LaneCounts]:
        """How each lane stands."""
        return await self.database.read(self._looking.counts)

    async def origin_counts(self, origin: Origin) -> dict[EventState, int]:
        """How many events of an origin stand where."""
        return await self.database.read(lambda work: self._looking.origin_counts(work, origin))

    async def refusals(self, origin: Origin | None = None, *, limit: int = 100) -> list[Refused]:
        """What never became an event, of one origin or of all."""
        return await self.database.read(lambda work: self._looking.refusals(work, origin, limit))

    async def held(
        self,
        *,
        state: EventState | None = None,
        lane: Lane | None = None,
        limit: int = 100,
        after_id: int = 0,
    ) -> list[Held]:
        """Events of the outbox by their numbers.

        What was sent is only counted, except what a person had sent again.

        Args:
            state: Only those that stand here.
            lane: Only those of this lane.
            limit: At most so many.
            after_id: Only those behind this number, to go on where a list was cut off.
        """
        return await self.database.read(
            lambda work: self._looking.held(work, state, lane, limit, after_id)
        )

    async def content(self, number: int) -> bytes:
        """An event as it goes out: a `data[]` item as JSON.

        Raises:
            UsageError: It is not in the outbox.
        """
        _, items = await self.database.read(lambda work: self._looking.find(work, number))
        return next(item.content for _, one, item in items if one == number)

    # --- what a person decides ------------------------------------------------------------------

    async def retry(self, ids: Sequence[int] | None = None, *, lane: Lane | None = None) -> int:
        """Let dead events wait again, and the lanes they are in go on; how many events that is.

        Args:
            ids: Their numbers; None stands for all.
            lane: Only those of this lane.
        """
        return await self.database.write(lambda work: self._mending().retry(work, ids, lane))

    async def go_on(self, lane: Lane) -> None:
        """Let what waits in a lane be tried again, though it is paused; what is dead stays so.

        Args:
            lane: Which.
        """
        await self.database.write(lambda work: self._mending().go_on(work, lane))

    async def replace_content(self, number: int, entry: Entry) -> None:
        """Put another event in an event's place; `retry` sends it if it was dead.

        Raises:
            UsageError: It is not in the outbox.
        """
        await self.database.write(lambda work: self._mending().replace(work, number, entry))

    async def drop(
        self,
        ids: Sequence[int] | None = None,
        *,
        lane: Lane | None = None,
        state: EventState = EventState.DEAD,
    ) -> int:
        """Give events up for good; how many that was.

        They stay known by their keys, so that the same file does not bring them again.

        Args:
            ids: Their numbers; None stands for all.
            lane: Only those of this lane.
            state: Only those that stand here.
        """
        return await self.database.write(lambda work: self._mending().drop(work, ids, lane, state))

    async def prune(self, older_than: datetime) -> int:
        """Forget the keys of what was accepted before a moment and is gone; how many that was."""
        before = moment_of(older_than)
        return await self.database.write(lambda work: self._mending().prune(work, before))

    # --- inside ---------------------------------------------------------------------------------

    def _mending(self) -> Mending:
        return Mending(self._looking, self._known, self._now())

    def _now(self) -> int:
        return moment_of(self.clock.now())

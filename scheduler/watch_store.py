"""Watches as rows: where each source stands, and the inbox, filled in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import RetryableError
from adloom.json_text import dump
from scheduler.rows import Sealer
from scheduler.watch_rows import (
    Source,
    StoredWatch,
    memory_from,
    new_ids,
    text_of,
    watch_from,
)
from scheduler.watch_schema import WATCH_MIGRATIONS
from scheduler.watches import Batch, Item, Memory, Position

__all__ = ["WATCH_MIGRATIONS", "Source", "StoredWatch", "WatchStore", "new_ids"]

COLUMNS: Final = "workspace, scenario, step, source"
MINE: Final = "workspace = ? AND scenario = ? AND step = ? AND source = ?"
#: A watch that was forgotten begins anew, too: what it once handed on is still in the inbox.
LAST_EPOCH: Final = (
    f"SELECT MAX(epoch) AS epoch FROM (SELECT epoch FROM watch WHERE {MINE}"
    f" UNION ALL SELECT epoch FROM inbox WHERE {MINE}) AS known"
)


class WatchStore:
    """Loads and commits watches.

    Args:
        database: The journal's.
        sealer: Seals bundles that hold personal data.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, *, workspace: str = "local"
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._workspace = workspace

    async def load(self, source: Source) -> StoredWatch | None:
        """Load a watch; None if it has not begun."""

        def work(work: Transaction) -> StoredWatch | None:
            row = work.one(f"SELECT * FROM watch WHERE {MINE}", *self._mine(source))
            if row is None:
                return None
            memory = work.run(
                f"SELECT * FROM watch_memory WHERE {MINE}",
                *self._mine(source),
            )
            return watch_from(row, {one["key"]: memory_from(one) for one in memory})

        return await self._database.read(work)

    async def begin(
        self,
        source: Source,
        position: Position,
        filter_mark: str,
        *,
        instead_of: StoredWatch | None = None,
    ) -> StoredWatch:
        """Begin a watch, or begin it anew: what was remembered is forgotten.

        Args:
            source: What is watched.
            position: Where it begins.
            filter_mark: A mark of what is watched.
            instead_of: The watch as it was loaded; None if there was none.

        Raises:
            RetryableError: Somebody else has begun it since. Beginning it once more would hand on
                once more whatever the other one has handed on.
        """
        now = self._clock.now()
        known = None if instead_of is None else instead_of.epoch

        def work(work: Transaction) -> int:
            row = work.one(f"SELECT epoch FROM watch WHERE {MINE}", *self._mine(source))
            if (None if row is None else row["epoch"]) != known:
                raise RetryableError(f"{source.source} was begun by another process just now.")
            return self.begin_in(work, source, position, filter_mark)

        epoch = await self._database.write(work)
        return StoredWatch(position, epoch, filter_mark, now, found_at=now)

    def begin_in(
        self, work: Transaction, source: Source, position: Position, filter_mark: str
    ) -> int:
        """Begin a watch inside another transaction; which beginning this is."""
        now, mine = self._clock.now(), self._mine(source)
        epoch = self.next_epoch_in(work, source)
        work.run(f"DELETE FROM watch WHERE {MINE}", *mine)
        work.run(f"DELETE FROM watch_memory WHERE {MINE}", *mine)
        work.run(
            f"INSERT INTO watch ({COLUMNS}, filter, epoch, settled, candidate, polls,"
            " begun_at, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *mine,
            filter_mark,
            epoch,
            text_of(position.settled),
            text_of(position.candidate),
            position.polls,
            now.isoformat(),
            now.isoformat(),
        )
        self._remember(work, source, position.seen)
        return epoch

    def next_epoch_in(self, work: Transaction, source: Source) -> int:
        """Which beginning the next one of a watch would be."""
        mine = self._mine(source)
        row = work.one(LAST_EPOCH, *mine, *mine)
        return (row["epoch"] or 0) + 1 if row else 1

    async def commit(self, source: Source, watch: StoredWatch, batch: Batch) -> bool:
        """Put what a poll found into the inbox and move the watch, both or neither.

        Returns:
            Whether this poll counted; not if another one was committed since the watch was loaded.
        """
        return await self._database.write(lambda work: self.commit_in(work, source, watch, batch))

    def commit_in(
        self,
        work: Transaction,
        source: Source,
        watch: StoredWatch,
        batch: Batch,
        ids: Sequence[str] = (),
    ) -> bool:
        """Commit inside another transaction; perhaps with the ids that bundles have already."""
        now = self._clock.now()
        moved = work.run(
            "UPDATE watch SET settled = ?, candidate = ?, polls = ?, polled_at = ?,"
            " found_at = COALESCE(?, found_at), error = NULL"
            f" WHERE {MINE} AND polls = ? AND epoch = ? RETURNING polls",
            text_of(batch.position.settled),
            text_of(batch.position.candidate),
            batch.position.polls,
            now.isoformat(),
            now.isoformat() if batch.items else None,
            *self._mine(source),
            watch.position.polls,
            watch.epoch,
        )
        if not moved:
            return False
        for item, identity in zip(batch.items, ids or new_ids(now, len(batch.items)), strict=True):
            self._hand_on(work, source, watch.epoch, item, identity)
        self._remember(work, source, batch.remembered)
        for key in batch.forgotten:
            work.run(
                f"DELETE FROM watch_memory WHERE {MINE} AND key = ?",
                *self._mine(source),
                key,
            )
        return True

    async def failed(self, source: Source, error: str) -> None:
        """Note why a poll failed; the watch stays where it is."""
        await self._database.write(
            lambda work: work.run(
                f"UPDATE watch SET error = ? WHERE {MINE}",
                error,
                *self._mine(source),
            )
        )

    async def all(self, scenario: str | None = None) -> list[tuple[Source, StoredWatch]]:
        """List watches, without what they remember."""
        where, params = "workspace = ?", [self._workspace]
        if scenario is not None:
            where, params = f"{where} AND scenario = ?", [*params, scenario]
        rows = await self._database.read(
            lambda work: work.run(
                f"SELECT * FROM watch WHERE {where} ORDER BY scenario, step, source",
                *params,
            )
        )
        return [
            (Source(row["scenario"], row["step"], row["source"]), watch_from(row, {}))
            for row in rows
        ]

    async def forget(self, scenario: str) -> None:
        """Forget every watch of a scenario, so that it begins anew."""

        def work(work: Transaction) -> None:
            for table in ("watch", "watch_memory"):
                work.run(
                    f"DELETE FROM {table} WHERE workspace = ? AND scenario = ?",
                    self._workspace,
                    scenario,
                )

        await self._database.write(work)

    # --- inside ---------------------------------------------------------------------------------

    def _hand_on(
        self, work: Transaction, source: Source, epoch: int, item: Item, identity: str
    ) -> None:
        text = dump(item.bundle).decode()
        work.run(
            f"INSERT INTO inbox ({COLUMNS}, id, epoch, key, at, bundle_sealed, state, starts,"
            " arrived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?)",
            *self._mine(source),
            identity,
            epoch,
            item.key,
            text_of(item.at),
            self._sealer.seal(text, f"inbox/{identity}"),
            self._clock.now().isoformat(),
        )

    def _remember(
        self, work: Transaction, source: Source, remembered: Mapping[str, Memory]
    ) -> None:
        for key, memory in remembered.items():
            work.run(
                f"INSERT INTO watch_memory ({COLUMNS}, key, at, digests, record)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, scenario, step, source,"
                " key) DO UPDATE SET at = excluded.at, digests = excluded.digests,"
                " record = excluded.record",
                *self._mine(source),
                key,
                text_of(memory.at),
                " ".join(sorted(memory.digests)),
                None if memory.record is None else dump(memory.record).decode(),
            )

    def _mine(self, source: Source) -> Sequence[Any]:
        return (self._workspace, source.scenario, source.step, source.source)

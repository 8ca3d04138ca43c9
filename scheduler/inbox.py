"""The inbox: bundles that triggers found, until an execution has carried them to their end."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from adloom.clock import Clock
from adloom.database import Database, Row, Transaction
from adloom.json_text import dump, parse_strict
from adloom.wire import Record
from scheduler.records import Execution
from scheduler.rows import Sealer, insert_execution

__all__ = ["Arrived", "Inbox", "ItemState"]

WAITING: Final = (
    "SELECT id FROM inbox WHERE workspace = ? AND scenario = ? AND state = 'waiting'"
    " ORDER BY id LIMIT ?"
)
PUT: Final = (
    "INSERT INTO inbox (workspace, id, scenario, step, source, epoch, key, bundle_sealed, state,"
    " starts, arrived_at) VALUES (?, ?, ?, ?, '', 1, ?, ?, 'waiting', 0, ?)"
    " ON CONFLICT (workspace, scenario, step, source, epoch, key) DO NOTHING RETURNING id"
)
#: A limit that is none: databases do not agree on a word for it.
EVERY_ONE: Final = 2**63 - 1


class ItemState(StrEnum):
    """Where a bundle of the inbox stands.

    Args:
        WAITING: Nobody has taken it.
        TAKEN: An execution has it.
        DONE: It was carried to its end.
        INCOMPLETE: It stopped part-way and is kept to be resumed.
        QUARANTINED: It was begun too often without an end.
    """

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    INCOMPLETE = "incomplete"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Arrived:
    """A bundle that an execution has to carry.

    Args:
        id: Of its row.
        key: Unique among everything its watch hands on.
        source: Where it was found.
        at: When it was created or changed.
        bundle: The bundle.
        starts: How often it was begun.
    """

    id: str
    key: str
    source: str
    at: datetime | None
    bundle: Record
    starts: int = 0


class Inbox:
    """Hands bundles to executions.

    Args:
        database: The journal's.
        sealer: Opens the bundles.
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

    async def take(self, execution: Execution, count: int) -> list[Arrived]:
        """Begin an execution with the bundles that wait longest; none begins without one.

        Args:
            execution: Of a scenario; it is written down here.
            count: At most so many; 0 is all.
        """
        limit = count or EVERY_ONE

        def work(work: Transaction) -> list[Row]:
            ids = [
                row["id"] for row in work.run(WAITING, self._workspace, execution.scenario, limit)
            ]
            if not ids:
                return []
            insert_execution(work, self._workspace, execution)
            for identity in ids:
                work.run(
                    "UPDATE inbox SET state = 'taken', execution_id = ?"
                    " WHERE workspace = ? AND id = ?",
                    execution.id,
                    self._workspace,
                    identity,
                )
            return self._taken(work, execution.id)

        return self._arrived(await self._database.write(work))

    async def taken(self, execution_id: str) -> list[Arrived]:
        """What an execution has not carried to its end yet."""
        rows = await self._database.read(lambda work: self._taken(work, execution_id))
        return self._arrived(rows)

    async def peek(self, scenario: str, count: int) -> list[Arrived]:
        """The bundles that wait longest, which go on waiting; 0 is all."""
        limit = count or EVERY_ONE

        def work(work: Transaction) -> list[Row]:
            found = work.run(WAITING, self._workspace, scenario, limit)
            known = "SELECT * FROM inbox WHERE workspace = ? AND id = ?"
            return [row for one in found for row in work.run(known, self._workspace, one["id"])]

        return self._arrived(await self._database.read(work))

    async def put(self, scenario: str, step: str, key: str, bundle: Record) -> bool:
        """Take a bundle in that came by itself; False if it had come before."""
        now = self._clock.now()
        identity = f"{now:%Y%m%d%H%M%S%f}-{secrets.token_hex(8)}"
        sealed = self._sealer.seal(dump(bundle).decode(), f"inbox/{identity}")
        rows = await self._database.write(
            lambda work: work.run(
                PUT,
                self._workspace,
                identity,
                scenario,
                step,
                key,
                sealed,
                now.isoformat(),
            )
        )
        return bool(rows)

    def put_in(self, work: Transaction, scenario: str, step: str, items: Sequence[Arrived]) -> bool:
        """Take bundles in inside another transaction; False if one of them had come before."""
        for item in items:
            sealed = self._sealer.seal(dump(item.bundle).decode(), f"inbox/{item.id}")
            row = (self._workspace, item.id, scenario, step, item.key, sealed)
            if not work.run(PUT, *row, self._clock.now().isoformat()):
                return False
        return True

    def take_in(self, work: Transaction, execution_id: str, items: Sequence[Arrived]) -> bool:
        """Give bundles to an execution inside another transaction; False if one does not wait."""
        return all(
            work.run(
                "UPDATE inbox SET state = 'taken', execution_id = ? WHERE workspace = ?"
                " AND id = ? AND state = 'waiting' RETURNING id",
                execution_id,
                self._workspace,
                item.id,
            )
            for item in items
        )

    async def begun(self, item: Arrived) -> int:
        """Count a start of a bundle before it begins; how often it has begun now."""
        rows = await self._database.write(
            lambda work: work.run(
                "UPDATE inbox SET starts = starts + 1 WHERE workspace = ? AND id = ?"
                " RETURNING starts",
                self._workspace,
                item.id,
            )
        )
        return int(rows[0]["starts"]) if rows else 0

    async def reopen(self, execution_id: str) -> None:
        """Take up again what an execution left incomplete."""
        await self._database.write(
            lambda work: work.run(
                "UPDATE inbox SET state = 'taken' WHERE workspace = ? AND execution_id = ?"
                " AND state = 'incomplete'",
                self._workspace,
                execution_id,
            )
        )

    def post_begun(self, item: Arrived) -> None:
        """Count a first start, without waiting until that is safe."""
        self._database.post(
            lambda work: work.run(
                "UPDATE inbox SET starts = starts + 1 WHERE workspace = ? AND id = ?",
                self._workspace,
                item.id,
            )
        )

    def ending(self, item: Arrived, state: ItemState) -> Callable[[Transaction], object]:
        """What notes how a bundle ended; what is done with is erased."""
        return lambda work: work.run(
            f"UPDATE inbox SET state = ?{_also(state)} WHERE workspace = ? AND id = ?",
            state.value,
            self._workspace,
            item.id,
        )

    async def ended(self, ids: Sequence[str], state: ItemState) -> None:
        """Note how bundles ended; what is done with is erased from the inbox."""

        def work(work: Transaction) -> None:
            for identity in ids:
                work.run(
                    f"UPDATE inbox SET state = ?{_also(state)} WHERE workspace = ? AND id = ?",
                    state.value,
                    self._workspace,
                    identity,
                )

        if ids:
            await self._database.write(work)

    async def give_back(self, execution_id: str) -> int:
        """Let what an execution has not begun wait for the next one."""
        rows = await self._database.write(
            lambda work: work.run(
                "UPDATE inbox SET state = 'waiting', execution_id = NULL WHERE workspace = ?"
                " AND execution_id = ? AND state = 'taken' RETURNING id",
                self._workspace,
                execution_id,
            )
        )
        return len(rows)

    async def waiting(self, scenario: str) -> int:
        """How many bundles wait."""
        row = await self._database.read(
            lambda work: work.one(
                "SELECT COUNT(*) AS waiting FROM inbox WHERE workspace = ? AND scenario = ?"
                " AND state = 'waiting'",
                self._workspace,
                scenario,
            )
        )
        return int(row["waiting"]) if row else 0

    # --- inside ---------------------------------------------------------------------------------

    def _taken(self, work: Transaction, execution_id: str) -> list[Row]:
        return work.run(
            "SELECT * FROM inbox WHERE workspace = ? AND execution_id = ? AND state = 'taken'"
            " ORDER BY id",
            self._workspace,
            execution_id,
        )

    def _arrived(self, rows: Sequence[Row]) -> list[Arrived]:
        return [
            Arrived(
                id=row["id"],
                key=row["key"],
                source=row["source"],
                at=datetime.fromisoformat(row["at"]) if row["at"] else None,
                bundle=self._opened(row),
                starts=row["starts"],
            )
            for row in rows
        ]

    def _opened(self, row: Row) -> Record:
        text = self._sealer.unseal(row["bundle_sealed"], f"inbox/{row['id']}").reveal()
        bundle: Record = parse_strict(text.encode())
        return bundle


def _also(state: ItemState) -> str:
    """What changes with a state: what is done is erased, and an end makes up for the starts."""
    also = {ItemState.DONE: ", bundle_sealed = NULL", ItemState.INCOMPLETE: ", starts = 1"}
    return also.get(state, "")

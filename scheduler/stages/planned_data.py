"""Data stores as a plan would leave them: what is there, and what the plan has written over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adloom.clock import Clock
from adloom.database import Database
from adloom.json_text import parse_strict
from adloom.wire import Record
from scenarios.model import StoreOperation, StoreStep
from scheduler.data_store import DataStore, Entry, Held, stored_text
from scheduler.stages.memory import ReadOnly

__all__ = ["PlannedData", "PlannedWrite"]


@dataclass(frozen=True)
class PlannedWrite:
    """A write that a plan foresees.

    Args:
        execution: Whose.
        path: The step, for this bundle.
        operation: `put`, `add` or `delete`.
        store: Where.
        key: What.
        before: What was there.
        after: What would be.
    """

    execution: str
    path: str
    operation: str
    store: str
    key: str
    before: Held
    after: Held


class PlannedData(DataStore):
    """Reads what is there, and keeps what would be written to itself.

    Args:
        database: The journal's.
        clock: For the dates.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(ReadOnly(database), clock)
        self._written: dict[tuple[str, str], Held] = {}
        self.writes: list[PlannedWrite] = []

    async def get(self, store: str, key: str) -> Held:
        """What would stand under a key."""
        held = await super().get(store, key)
        return self._written.get((store, key), held)

    async def exists(self, store: str, key: str) -> bool:
        """Whether anything would stand under a key."""
        return (await self.get(store, key)).exists

    async def count(self, store: str) -> int:
        """How many keys a store would have."""
        return len(await self.list(store))

    async def list(
        self, store: str, *, prefix: str = "", after: str | None = None, limit: int = 0
    ) -> Sequence[Entry]:
        """The entries a store would have, by key."""
        found = {one.key: one.value for one in await super().list(store, prefix=prefix)}
        for (where, key), held in self._written.items():
            if where == store and key.startswith(prefix):
                found.pop(key, None)
                if held.exists:
                    found[key] = held.value
        entries = [Entry(key, found[key]) for key in sorted(found) if not after or key > after]
        return entries[: limit or None]

    async def plan(
        self, execution: str, path: str, step: StoreStep, key: str, value: Any
    ) -> Record:
        """Take a write as done and say what the step would hand on.

        Raises:
            InvalidParamsError: The key cannot be one, or the value is too large.
        """
        before = await self.get(step.store, key)
        operation = step.operation
        if operation is StoreOperation.DELETE:
            after = Held()
        else:
            kept = Held(exists=True, value=parse_strict(stored_text(value).encode()))
            after = before if operation is StoreOperation.ADD and before.exists else kept
        if after != before:
            write = PlannedWrite(execution, path, operation, step.store, key, before, after)
            self.writes.append(write)
            self._written[step.store, key] = after
        match operation:
            case StoreOperation.ADD:
                return {"key": key, "added": not before.exists}
            case StoreOperation.DELETE:
                return {"key": key, "deleted": before.exists}
            case _:
                return {"key": key, "value": value, "replaced": before.exists}

    def undo(self, execution: str) -> None:
        """Take back what an execution would have written, the last first."""
        for write in [one for one in reversed(self.writes) if one.execution == execution]:
            self._written[write.store, write.key] = write.before
            self.writes.remove(write)

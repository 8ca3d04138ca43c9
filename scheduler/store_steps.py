"""Steps that read and write data stores.

A write, the note that it was done, and what was there before are one transaction: after a crash
it is neither lost nor done twice, and a rollback can put it back.
"""

from typing import Any, Final

from adloom.database import Transaction
from adloom.json_text import dump, parse_strict
from adloom.wire import Record
from scenarios.model import StoreOperation, StoreStep
from scheduler.data_store import DataStore, Held
from scheduler.history import StepRun, StepState
from scheduler.walking import Scope, Walk

__all__ = ["WRITES", "asked_of", "read_store", "run_store", "undo"]

WRITES: Final = frozenset({StoreOperation.PUT, StoreOperation.ADD, StoreOperation.DELETE})


async def run_store(walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
    """Do what the step says with its data store.

    Raises:
        InvalidParamsError: The key cannot be one, or the value is too large.
    """
    key, value = asked_of(walk, step, scope, here)
    if step.operation in WRITES:
        return [await _write(walk, step, here, key, value)]
    return await read_store(walk.equipment.store, step, key)


def asked_of(walk: Walk, step: StoreStep, scope: Scope, here: str) -> tuple[str, Any]:
    """The key and the value a step is given for one bundle."""
    moment = walk.moment(here)
    key = "" if step.key is None else _key(step.key.evaluate(scope, moment))
    return key, None if step.value is None else step.value.evaluate(scope, moment)


async def read_store(store: DataStore, step: StoreStep, key: str) -> list[Record]:
    """What a step reads of a data store."""
    match step.operation:
        case StoreOperation.COUNT:
            return [{"count": await store.count(step.store)}]
        case StoreOperation.LIST:
            return [
                {"key": one.key, "value": one.value}
                for one in await store.list(step.store, prefix=key)
            ]
        case StoreOperation.EXISTS:
            return [{"key": key, "exists": await store.exists(step.store, key)}]
        case _:
            held = await store.get(step.store, key)
            return [{"key": key, "value": held.value, "exists": held.exists}]


async def _write(walk: Walk, step: StoreStep, here: str, key: str, value: Any) -> Record:
    """Write, and write down that it was written."""
    store, execution = walk.equipment.store, walk.execution
    started = walk.equipment.clock.now()

    def work(work: Transaction) -> Record:
        before = store.get_in(work, step.store, key)
        output = _written(store, work, step, key, value)
        now = store.get_in(work, step.store, key)
        counting = "SELECT COUNT(*) AS known FROM data_change WHERE execution_id = ?"
        row = work.one(counting, execution.id)
        work.run(
            "INSERT INTO data_change (execution_id, number, store, key, existed, value,"
            " exists_now, value_now) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            execution.id,
            (row["known"] if row else 0) + 1,
            step.store,
            key,
            int(before.exists),
            dump(before.value).decode(),
            int(now.exists),
            dump(now.value).decode(),
        )
        run = StepRun(here, step.id, StepState.DONE, started, output=[output])
        walk.history.write_in(work, run)
        return output

    return await walk.history.database.write(work)


def _written(store: DataStore, work: Transaction, step: StoreStep, key: str, value: Any) -> Record:
    match step.operation:
        case StoreOperation.ADD:
            return {"key": key, "added": store.add_in(work, step.store, key, value)}
        case StoreOperation.DELETE:
            return {"key": key, "deleted": store.delete_in(work, step.store, key).exists}
        case _:
            held = store.put_in(work, step.store, key, value)
            return {"key": key, "value": value, "replaced": held.exists}


async def undo(walk: Walk) -> None:
    """Put back what an execution has written, the last first."""
    store, execution = walk.equipment.store, walk.execution

    def work(work: Transaction) -> None:
        changes = "SELECT * FROM data_change WHERE execution_id = ? ORDER BY number DESC"
        for row in work.run(changes, execution.id):
            held = Held(bool(row["existed"]), parse_strict(row["value"].encode()))
            store.restore_in(work, row["store"], row["key"], held)
        work.run("DELETE FROM data_change WHERE execution_id = ?", execution.id)

    await walk.history.database.write(work)


def _key(value: Any) -> str:
    return value if isinstance(value, str) else dump(value).decode()

"""What an execution wrote to data stores, and how it goes back: all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from adloom.database import Row, Transaction
from adloom.errors import LimitExceededError
from adloom.json_text import dump, parse_strict
from modules.base import Change
from scheduler.data_store import DataStore, Held
from scheduler.undo_items import DataBack, Item, Verdict

__all__ = ["DataLook", "look_at_data", "put_back"]

WRITTEN: Final = "SELECT * FROM data_change WHERE execution_id = ? ORDER BY number"
OLD: Final = "what was written is not known: an earlier version of adloom did not note it"


@dataclass(frozen=True)
class DataLook:
    """What can go back, and what is told of all of it."""

    items: tuple[Item, ...]
    backs: tuple[DataBack, ...]


def look_at_data(
    work: Transaction,
    store: DataStore,
    execution_id: str,
    *,
    first: int,
    undoes: Sequence[str] = (),
) -> DataLook:
    """Compare what an execution left in data stores with what is there now.

    Args:
        work: A transaction.
        store: The data stores.
        execution_id: The execution.
        first: The number of the first key.
        undoes: Executions that have taken some of it back before.
    """
    chains: dict[tuple[str, str], list[Row]] = {}
    for row in work.run(WRITTEN, execution_id):
        chains.setdefault((row["store"], row["key"]), []).append(row)
    over = {(row["store"], row["key"]) for one in undoes for row in work.run(WRITTEN, one)}
    items: list[Item] = []
    backs: list[DataBack] = []
    for number, (place, rows) in enumerate(chains.items(), start=first):
        present = store.get_in(work, *place)
        before, now = _before(rows[0]), _now(rows[-1])
        verdict, reason = _judged(rows, present, over=place in over)
        change = Change("data", place[1], place[0], "value", _told(now), _told(before))
        items.append(Item(number, verdict, "", "", change, reason))
        if verdict is Verdict.UNDO and now is not None:
            backs.append(DataBack(number, *place, now, before))
    return DataLook(tuple(reversed(items)), tuple(reversed(backs)))


def put_back(
    work: Transaction, store: DataStore, execution_id: str, backs: Sequence[DataBack]
) -> None:
    """Put keys back, and write down what that changed.

    Raises:
        LimitExceededError: One of them was changed since somebody looked; nothing is put back.
    """
    for number, back in enumerate(backs, start=1):
        if store.get_in(work, back.store, back.key) != back.now:
            raise LimitExceededError(
                f"{back.key!r} of the data store {back.store!r} was changed just now."
                " Nothing was undone.",
                hint="Look again, then undo what is left.",
            )
        store.restore_in(work, back.store, back.key, back.before)
        work.run(
            "INSERT INTO data_change (execution_id, number, store, key, existed, value,"
            " exists_now, value_now) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            execution_id,
            number,
            back.store,
            back.key,
            int(back.now.exists),
            dump(back.now.value).decode(),
            int(back.before.exists),
            dump(back.before.value).decode(),
        )


def _judged(rows: Sequence[Row], present: Held, *, over: bool) -> tuple[Verdict, str | None]:
    before, now = _before(rows[0]), _now(rows[-1])
    if over:
        return Verdict.ALREADY, "an earlier undo took it back"
    if now is None or any(_now(row) is None for row in rows):
        return Verdict.NO_WAY, OLD
    if present == before:
        return Verdict.ALREADY, None
    if present != now:
        text = f"changed since by somebody: {_told(now)} → {_told(present)}"
        return Verdict.CONFLICT, text
    if any(_now(earlier) != _before(row) for earlier, row in pairwise(rows)):
        return Verdict.CONFLICT, "somebody else wrote it while the execution ran"
    return Verdict.UNDO, None


def _before(row: Row) -> Held:
    return Held(bool(row["existed"]), parse_strict(row["value"].encode()))


def _now(row: Row) -> Held | None:
    """What an execution wrote; None if that was not noted."""
    if row["exists_now"] is None:
        return None
    return Held(bool(row["exists_now"]), parse_strict(row["value_now"].encode()))


def _told(held: Held | None) -> Any:
    return held.value if held is not None and held.exists else None

"""Undo: what an execution changed goes back, as far as nobody has changed it since.

A preview reads how things are now and writes nothing. Carrying it out is an execution of its own,
with intents, look-ups and recovery; it can be undone in turn, which is a redo.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from adloom.database import Database, Transaction
from adloom.errors import LimitExceededError, UnknownNameError, UsageError
from modules import find_module
from modules.base import Change, Context
from scheduler.audit import Audit
from scheduler.data_store import DataStore
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened, Result
from scheduler.reading import Reader
from scheduler.records import CallState, Execution, Status
from scheduler.undo_carry import UndoCarrier, operations_of
from scheduler.undo_data import DataLook, look_at_data, put_back
from scheduler.undo_items import Item, Outlook, Preview, Verdict
from scheduler.undo_look import Look, ours_of
from scheduler.undo_parts import Happened, Key, happened, key_of, unknown

__all__ = ["Undo"]

#: What to do first about an execution that has not come to its end.
FIRST: Final = {
    Status.INCOMPLETE: "would go on by itself. Resume it, or give it up: adloom executions drop {}",
    Status.IN_DOUBT: "has a change nobody knows the outcome of. Look at the platform, then:"
    " adloom executions resume {}, or drop it",
    Status.RUNNING: "is still running. Wait for its end; if its process died:"
    " adloom executions resume {}",
}
EARLIER: Final = (
    "SELECT id, status FROM execution WHERE workspace = ? AND undoes = ? ORDER BY started_at, id"
)
DROPPED: Final = "it was given up while nobody knew whether it had happened; look at the platform"


@dataclass
class Undo:
    """Takes executions back.

    Args:
        journal: Where executions are written down.
        database: The journal's.
        reader: Opens connections and looks.
        store: The data stores.
        node: This process.
        stopped: Whether the kill switch has been pulled.
        workspace: Which workspace's rows.
    """

    journal: Journal
    database: Database
    reader: Reader
    store: DataStore
    node: Node
    stopped: Callable[[], bool] = lambda: False
    workspace: str = "local"
    _opened: dict[tuple[str, str], Opened] = field(default_factory=dict, repr=False)

    async def preview(
        self, execution_id: str, *, only: Collection[int] = (), allow_delete: bool = False
    ) -> Preview:
        """Look what taking an execution back would do, and what stands in its way.

        Args:
            execution_id: The execution, or the beginning of its id.
            only: The numbers of the calls that are taken back; empty is all.
            allow_delete: Whether what the execution made may be deleted.

        Raises:
            UsageError: It has not ended, was undone before, or is not kept any more.
        """
        execution = await self._load(execution_id)
        earlier = await self._earlier(execution)
        order = await Audit(self.database, self.workspace).order(execution.id)
        calls = happened(execution, order)
        data = await self._data(execution, earlier, first=len(calls) + 1)
        _check_numbers(only, len(calls) + len(data.items))
        chosen = [one for one in calls if not only or one.number in only]
        over = frozenset({key for one in earlier for key in _taken_back(one)})
        look = Look(self._context, Outlook(ours_of(calls), over=over), allow_delete)
        await look.all(chosen)
        preview = Preview(
            execution,
            (
                *(one for one in data.items if not only or one.call in only),
                *look.items,
                *(_dropped(execution) if not only else ()),
            ),
            tuple(look.takings),
            tuple(one for one in data.backs if not only or one.number in only),
            execution.undoes,
            len(earlier),
        )
        if earlier and preview.is_empty:
            await self._refuse_again(execution, earlier)
        return preview

    async def apply(self, preview: Preview, *, partial: bool = False) -> Result:
        """Carry a preview out; all of it or, unless what is left may be left, nothing.

        Args:
            preview: What was looked at.
            partial: Whether to leave what cannot be taken back.

        Raises:
            UsageError: There is nothing to undo, or somebody else has undone it meanwhile.
            LimitExceededError: Some of it cannot be taken back.
        """
        undone = preview.execution
        if preview.blocking and not partial:
            raise _blocked(preview)
        if preview.is_empty:
            raise UsageError(f"There is nothing of {undone.id} to take back.")
        if self.stopped():
            raise LimitExceededError(
                "The workspace is stopped; nothing is changed.",
                hint="Remove the file STOP from the workspace to go on.",
            )
        identity = self.reader.new_id()
        execution = Execution(
            identity,
            Status.RUNNING,
            self.reader.clock.now(),
            self.node.id,
            operations=operations_of(identity, preview.takings),
            undoes=undone.id,
        )

        def also(work: Transaction) -> None:
            """Be the only one, and put the data stores back with it."""
            if len(work.run(EARLIER, self.workspace, undone.id)) != preview.earlier:
                raise UsageError(f"Somebody else is undoing execution {undone.id}.")
            put_back(work, self.store, identity, preview.data)

        await self.journal.begin(execution, also)
        return await UndoCarrier(self.reader, self.journal, self.stopped).carry(execution)

    # --- may it be undone? ----------------------------------------------------------------------

    async def _load(self, execution_id: str) -> Execution:
        try:
            execution = await self.journal.load(execution_id)
        except UnknownNameError:
            audit = Audit(self.database, self.workspace)
            if await audit.changes(execution_id=execution_id, limit=1):
                raise UsageError(
                    f"Execution {execution_id} was pruned: how to take it back is not kept.",
                    hint=f"What it changed: adloom executions audit --execution {execution_id}",
                ) from None
            raise
        if (why := FIRST.get(execution.status)) is not None:
            raise UsageError(f"Execution {execution.id} {why.format(execution.id)}")
        return execution

    async def _earlier(self, execution: Execution) -> list[Execution]:
        """Undos of it that took only part of it back.

        Raises:
            UsageError: One took all of it back, or is not over.
        """
        rows = await self.database.read(
            lambda work: work.run(EARLIER, self.workspace, execution.id)
        )
        found = [await self.journal.load(row["id"]) for row in rows]
        for one in found:
            if one.status in FIRST:
                raise UsageError(
                    f"Execution {execution.id} is being undone by {one.id}, which is {one.status}.",
                    hint=f"Go on with that: adloom executions resume {one.id}",
                )
        return found

    async def _refuse_again(self, execution: Execution, earlier: Sequence[Execution]) -> None:
        """Refuse what has been taken back; whoever wants it back undoes the undo."""
        last = earlier[-1].id
        rows = await self.database.read(lambda work: work.run(EARLIER, self.workspace, last))
        if rows:
            redo = rows[-1]["id"]
            raise UsageError(
                f"Execution {execution.id} was already undone by {last}, which {redo} undid.",
                hint=f"Undo that: adloom executions undo {redo}",
            )
        raise UsageError(
            f"Execution {execution.id} was already undone by {last}.",
            hint=f"To have it back: adloom executions undo {last}",
        )

    # --- looking --------------------------------------------------------------------------------

    async def _data(
        self, execution: Execution, earlier: Sequence[Execution], *, first: int
    ) -> DataLook:
        undoes = [one.id for one in earlier]
        return await self.database.read(
            lambda work: look_at_data(work, self.store, execution.id, first=first, undoes=undoes)
        )

    async def _context(self, one: Happened) -> Context:
        """What a call's module looks with; a connection is opened once."""
        use = one.operation.module, one.operation.connection
        if use not in self._opened:
            self._opened[use] = await self.reader.open(find_module(use[0]), use[1])
        return self.reader.context(self._opened[use], one.operation.id)


def _check_numbers(only: Collection[int], most: int) -> None:
    if wrong := sorted(one for one in only if not 1 <= one <= most):
        raise UsageError(
            f"There is no call {wrong[0]}: the execution has {most or 'none'} that can be named.",
            hint="See their numbers: adloom executions undo --dry-run EXECUTION",
        )


def _taken_back(undo: Execution) -> set[Key]:
    """What an undo has put back, by object and field."""
    calls = (one for operation in undo.operations for one in operation.calls)
    return {
        key_of(change)
        for one in calls
        if one.state is CallState.DONE
        for change in one.call.changes
    }


def _dropped(execution: Execution) -> list[Item]:
    return [
        Item(
            0,
            Verdict.UNKNOWN,
            operation.module,
            operation.connection,
            replace(change, old=change.new, new=change.old),
            DROPPED,
        )
        for operation, one in unknown(execution)
        for change in one.call.changes
        or (Change("call", one.call.request.path, "", "", None, None),)
    ]


def _blocked(preview: Preview) -> LimitExceededError:
    """Nothing is done by halves unless that is asked for."""
    blocking = preview.blocking
    first = blocking[0]
    return LimitExceededError(
        f"{len(blocking)} of {len(preview.items)} changes cannot be taken back as things are, so"
        f" nothing was. {first.change.kind} {first.change.id}: {first.reason}.",
        hint="Take the others back all the same: --partial",
    )

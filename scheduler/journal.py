"""The journal: what adloom is about to change, and what came of it.

An intent is on disk before its call leaves, an outcome as soon as it is known. Whoever finds an
intent without an outcome knows that the call may have happened (reliability.md §0.9, §0.10).

Nothing secret stands in the journal: what the redaction changes is kept sealed beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import UnknownNameError
from adloom.json_text import dump
from adloom.wire import Answer
from scheduler.audit import append
from scheduler.audit_rows import Entry, entries_of
from scheduler.records import CallState, Execution, Operation, RecordedCall, Status
from scheduler.rows import Rows, Sealer, insert_execution

__all__ = ["Journal", "LostClaimError"]

EVERYTHING: Final = (
    "SELECT * FROM execution WHERE workspace = ? ORDER BY started_at DESC, id DESC LIMIT ?"
)
#: Those that somebody may still have to do something about.
ONLY_OPEN: Final = (
    "SELECT * FROM execution WHERE workspace = ?"
    " AND status IN ('running', 'incomplete', 'in doubt')"
    " ORDER BY started_at DESC, id DESC LIMIT ?"
)


class LostClaimError(Exception):
    """Another process has taken this execution over; whoever gets this must stop working on it."""


class Journal:
    """Remembers executions.

    Args:
        database: With the schema in `scheduler.schema`.
        sealer: Seals secrets among parameters and requests.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, *, workspace: str = "local"
    ) -> None:
        self._database = database
        self._rows = Rows(sealer)
        self._clock = clock
        self._workspace = workspace

    async def begin(
        self, execution: Execution, also: Callable[[Transaction], None] = lambda _: None
    ) -> None:
        """Write down an execution with everything it plans to send, before anything is sent.

        Args:
            execution: The execution.
            also: What is written in the same transaction, before it; if it raises, nothing is.
        """

        def work(work: Transaction) -> None:
            also(work)
            insert_execution(work, self._workspace, execution)
            for operation in execution.operations:
                self._rows.insert(work, execution.id, operation)

        await self._database.write(work)

    async def add(self, execution: Execution, operation: Operation) -> None:
        """Write down an operation of a scenario before it sends anything.

        It takes the place of an earlier plan of which nothing has happened.

        Raises:
            LostClaimError: Another process has taken the execution over.
        """

        def work(work: Transaction) -> None:
            self._rows.forget(work, operation.id)
            self._rows.insert(work, execution.id, operation)

        await self._write_mine(execution, work)

    async def extend(
        self, execution: Execution, operation: Operation, calls: Sequence[RecordedCall]
    ) -> None:
        """Plan more calls of an operation, unless its execution has been taken over.

        Raises:
            LostClaimError: Another process has taken over.
        """

        def work(work: Transaction) -> None:
            for recorded in calls:
                self._rows.insert_call(work, operation.id, recorded)

        await self._write_mine(execution, work)

    async def intent(self, execution: Execution, operation: Operation, seq: int) -> datetime:
        """Write down that a call is about to leave; returns the moment it counts from.

        Raises:
            LostClaimError: Another process has taken over.
        """
        now = self._clock.now()
        await self._update_call(
            execution,
            operation,
            seq,
            "state = ?, attempts = attempts + 1, attempted_at = ?, finished_at = NULL,"
            " error = NULL",
            CallState.INTENT.value,
            now.isoformat(),
        )
        return now

    async def outcome(
        self,
        execution: Execution,
        operation: Operation,
        recorded: RecordedCall,
        state: CallState,
        *,
        answer: Answer | None = None,
        found: Any = None,
        error: str | None = None,
    ) -> RecordedCall:
        """Write down what came of a call and return it as it now stands.

        Args:
            execution: What the call is part of.
            operation: Whose call it is.
            recorded: The call.
            state: Where it stands now.
            answer: What came back.
            found: What a look found in place of an answer that was lost.
            error: Why it did not happen.
        """
        body = answer.body if answer else found
        headers = dict(answer.headers) if answer else {}
        shown, sealed = self._rows.split_answer(operation.id, recorded.seq, body)
        is_over = state is CallState.DONE and recorded.call.personal
        status = answer.status if answer else None
        known = replace(recorded, state=state, status=status, headers=headers, body=body)
        now = self._clock.now()
        await self._update_call(
            execution,
            operation,
            recorded.seq,
            "state = ?, finished_at = ?, answer_status = ?, answer_headers = ?, answer = ?,"
            f" answer_sealed = ?, error = ?{', request_sealed = NULL' if is_over else ''}",
            state.value,
            now.isoformat(),
            status,
            dump(headers).decode(),
            shown,
            sealed,
            error,
            audit=entries_of(execution, operation, known, now, self._rows.sealer),
        )
        return replace(known, error=error)

    async def finish(self, execution: Execution, status: Status, error: str | None = None) -> None:
        """Write down how an execution ended, or where it stopped."""
        await self._database.write(
            lambda work: work.run(
                "UPDATE execution SET status = ?, error = ?, ended_at = ?"
                " WHERE id = ? AND generation = ?",
                status.value,
                error,
                self._clock.now().isoformat(),
                execution.id,
                execution.generation,
            )
        )

    async def take_over(self, execution: Execution, node: str) -> Execution | None:
        """Become the process that carries an execution; None if somebody else was faster."""
        rows = await self._database.write(
            lambda work: work.run(
                "UPDATE execution SET node = ?, generation = generation + 1, status = ?,"
                " ended_at = NULL, error = NULL WHERE id = ? AND generation = ? RETURNING id",
                node,
                Status.RUNNING.value,
                execution.id,
                execution.generation,
            )
        )
        return await self.load(execution.id) if rows else None

    async def drop(self, execution: Execution) -> None:
        """Give an execution up for good: what it still planned is not sent."""

        def work(work: Transaction) -> None:
            work.run(
                "UPDATE call SET state = ? WHERE state IN (?, ?, ?) AND operation_id IN"
                " (SELECT id FROM operation WHERE execution_id = ?)",
                CallState.DROPPED.value,
                CallState.PLANNED.value,
                CallState.INTENT.value,
                CallState.IN_DOUBT.value,
                execution.id,
            )
            work.run(
                "UPDATE execution SET status = ?, generation = generation + 1, ended_at = ?"
                " WHERE id = ?",
                Status.DROPPED.value,
                self._clock.now().isoformat(),
                execution.id,
            )

        await self._database.write(work)

    # --- reading --------------------------------------------------------------------------------

    async def load(self, execution_id: str) -> Execution:
        """Load an execution by its id, or by the beginning of it.

        Raises:
            UnknownNameError: There is none, or several begin so.
        """

        def work(work: Transaction) -> Execution | None:
            rows = work.run(
                "SELECT * FROM execution WHERE workspace = ? AND substr(id, 1, ?) = ? LIMIT 2",
                self._workspace,
                len(execution_id),
                execution_id,
            )
            return self._rows.execution(work, rows[0]) if len(rows) == 1 else None

        found = await self._database.read(work)
        if found is None:
            known = [execution.id for execution in await self.all(limit=50)]
            hint = "See them all: adloom executions list"
            raise UnknownNameError("execution", execution_id, known, hint=hint)
        return found

    async def all(self, *, limit: int = 20, only_open: bool = False) -> list[Execution]:
        """List executions, the newest first; of the open ones all that wait for somebody."""
        chosen = ONLY_OPEN if only_open else EVERYTHING

        def work(work: Transaction) -> list[Execution]:
            rows = work.run(chosen, self._workspace, limit)
            return [self._rows.execution(work, row) for row in rows]

        return await self._database.read(work)

    async def _write_mine(self, execution: Execution, work: Callable[[Transaction], None]) -> None:
        """Write something, unless the execution has been taken over."""

        def if_mine(transaction: Transaction) -> bool:
            mine = "SELECT 1 FROM execution WHERE id = ? AND generation = ?"
            if not transaction.run(mine, execution.id, execution.generation):
                return False
            work(transaction)
            return True

        if not await self._database.write(if_mine):
            raise LostClaimError(execution.id)

    async def _update_call(
        self,
        execution: Execution,
        operation: Operation,
        seq: int,
        changes: str,
        *values: Any,
        audit: Sequence[Entry] = (),
    ) -> None:
        """Change a call's row, unless the execution has been taken over."""

        def work(work: Transaction) -> bool:
            mine = work.run(
                f"UPDATE call SET {changes} WHERE operation_id = ? AND seq = ? AND EXISTS"
                " (SELECT 1 FROM execution WHERE id = ? AND generation = ?) RETURNING seq",
                *values,
                operation.id,
                seq,
                execution.id,
                execution.generation,
            )
            append(work, self._workspace, audit if mine else ())
            return bool(mine)

        if not await self._database.write(work):
            raise LostClaimError(execution.id)

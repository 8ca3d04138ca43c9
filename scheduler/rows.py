"""Executions as rows of the journal, and back: what is secret in them sealed."""

from datetime import datetime
from typing import Any, Protocol

from adloom.database import Row, Transaction
from adloom.json_text import dump, parse_strict
from adloom.secret import Secret, is_harmless, redact
from scheduler.records import (
    CallState,
    Execution,
    Operation,
    RecordedCall,
    Status,
    call_from_json,
    call_to_json,
)

__all__ = ["Rows", "Sealer", "insert_execution"]


class Sealer(Protocol):
    """Seals what must not be read in the journal; the vault does."""

    def seal(self, text: str, place: str) -> bytes:
        """Seal a value for one place."""
        ...

    def unseal(self, sealed: bytes, place: str) -> Secret:
        """Open it again."""
        ...


class Rows:
    """Reads and writes the journal's rows.

    Args:
        sealer: Seals secrets among parameters and requests.
    """

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def insert(self, work: Transaction, execution_id: str, operation: Operation) -> None:
        """Write an operation and the calls it plans."""
        params, sealed = self._split(operation.params, _params_place(operation.id))
        before, before_sealed = self._split(operation.before, _before_place(operation.id))
        work.run(
            "INSERT INTO operation (id, execution_id, module, connection, params, params_sealed,"
            " before, before_sealed, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            operation.id,
            execution_id,
            operation.module,
            operation.connection,
            params,
            sealed,
            before,
            before_sealed,
            operation.path,
        )
        for recorded in operation.calls:
            self.insert_call(work, operation.id, recorded)

    def forget(self, work: Transaction, operation_id: str) -> None:
        """Remove a plan of which nothing has happened; nothing else is ever removed."""
        undone = "SELECT 1 FROM call WHERE operation_id = ? AND state NOT IN ('planned', 'failed')"
        if not work.run(undone, operation_id):
            work.run("DELETE FROM call WHERE operation_id = ?", operation_id)
            work.run("DELETE FROM operation WHERE id = ?", operation_id)

    def insert_call(self, work: Transaction, operation_id: str, recorded: RecordedCall) -> None:
        """Write a call that is planned."""
        value = parse_strict(call_to_json(recorded.call).encode())
        place = _call_place(operation_id, recorded.seq)
        if recorded.call.personal:
            request = dump(redact({**value, "body": None})).decode()
            sealed: bytes | None = self.sealer.seal(dump(value).decode(), place)
        else:
            request, sealed = self._split(value, place)
        work.run(
            "INSERT INTO call (operation_id, seq, key, request, request_sealed, state,"
            " attempts) VALUES (?, ?, ?, ?, ?, ?, 0)",
            operation_id,
            recorded.seq,
            recorded.call.key,
            request,
            sealed,
            recorded.state.value,
        )

    def split_answer(self, operation_id: str, seq: int, body: Any) -> tuple[str, bytes | None]:
        """What may be read of an answer, and the whole sealed where that is more."""
        return self._split(body, _answer_place(operation_id, seq))

    def execution(self, work: Transaction, row: Row) -> Execution:
        """Read an execution with everything in it."""
        operations = work.run("SELECT * FROM operation WHERE execution_id = ?", row["id"])
        return Execution(
            id=row["id"],
            status=Status(row["status"]),
            started_at=datetime.fromisoformat(row["started_at"]),
            node=row["node"],
            generation=row["generation"],
            ended_at=_moment(row["ended_at"]),
            error=row["error"],
            operations=tuple(self._operation(work, one) for one in operations),
            scenario=row["scenario"],
            scenario_hash=row["scenario_hash"],
            slot=row["slot"],
            undoes=row["undoes"],
        )

    def _operation(self, work: Transaction, row: Row) -> Operation:
        calls = work.run("SELECT * FROM call WHERE operation_id = ? ORDER BY seq", row["id"])
        params = self._join(row["params"], row["params_sealed"], _params_place(row["id"]))
        before = self._join(row["before"], row["before_sealed"], _before_place(row["id"]))
        return Operation(
            id=row["id"],
            module=row["module"],
            connection=row["connection"],
            params=parse_strict(params.encode()),
            before=parse_strict(before.encode()),
            calls=tuple(self._call(one) for one in calls),
            path=row["path"],
        )

    def _call(self, row: Row) -> RecordedCall:
        place = _call_place(row["operation_id"], row["seq"])
        return RecordedCall(
            seq=row["seq"],
            call=call_from_json(self._join(row["request"], row["request_sealed"], place)),
            state=CallState(row["state"]),
            attempts=row["attempts"],
            attempted_at=_moment(row["attempted_at"]),
            status=row["answer_status"],
            headers=parse_strict((row["answer_headers"] or "{}").encode()),
            body=parse_strict(
                self._join(
                    row["answer"] or "null",
                    row["answer_sealed"],
                    _answer_place(row["operation_id"], row["seq"]),
                ).encode()
            ),
            error=row["error"],
        )

    def _split(self, value: Any, place: str) -> tuple[str, bytes | None]:
        """What may be read, and the whole sealed where that is more."""
        whole = dump(value).decode()
        if is_harmless(whole):
            return whole, None
        shown = dump(redact(parse_strict(whole.encode()))).decode()
        return shown, None if shown == whole else self.sealer.seal(whole, place)

    def _join(self, shown: str, sealed: bytes | None, place: str) -> str:
        return self.sealer.unseal(sealed, place).reveal() if sealed else shown


def insert_execution(work: Transaction, workspace: str, execution: Execution) -> None:
    """Write an execution's own row."""
    work.run(
        "INSERT INTO execution (workspace, id, status, node, generation, started_at, scenario,"
        " scenario_hash, slot, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        workspace,
        execution.id,
        execution.status.value,
        execution.node,
        execution.generation,
        execution.started_at.isoformat(),
        execution.scenario,
        execution.scenario_hash,
        execution.slot,
        execution.undoes,
    )


def _params_place(operation_id: str) -> str:
    return f"operation/{operation_id}/params"


def _before_place(operation_id: str) -> str:
    return f"operation/{operation_id}/before"


def _call_place(operation_id: str, seq: int) -> str:
    return f"call/{operation_id}/{seq}"


def _answer_place(operation_id: str, seq: int) -> str:
    return f"answer/{operation_id}/{seq}"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""History: what every step was given and what came of it; an execution resumes from it."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adloom.database import Database, Migration, Row, Transaction
from adloom.database.base import forget_done
from adloom.json_text import dump, parse_strict
from adloom.secret import is_harmless, redact
from adloom.wire import Record
from scheduler.rows import Sealer

__all__ = ["BEFORE_MIGRATION", "HISTORY_MIGRATIONS", "History", "StepRun", "StepState"]

BEFORE_MIGRATION: Final = Migration(
    "0009 sealed reads", ("ALTER TABLE operation ADD COLUMN before_sealed BLOB",)
)

HISTORY_MIGRATIONS: Final = (
    Migration(
        "0006 history",
        (
            "ALTER TABLE execution ADD COLUMN scenario TEXT",
            "ALTER TABLE execution ADD COLUMN scenario_hash TEXT",
            "ALTER TABLE execution ADD COLUMN slot TEXT",
            "ALTER TABLE operation ADD COLUMN path TEXT",
            "CREATE INDEX execution_scenario ON execution (workspace, scenario, started_at)",
            """CREATE TABLE step_run (
                 execution_id TEXT NOT NULL REFERENCES execution (id), path TEXT NOT NULL,
                 step TEXT NOT NULL, state TEXT NOT NULL, given TEXT, output TEXT,
                 output_sealed BLOB, trace TEXT, error TEXT, started_at TEXT NOT NULL,
                 milliseconds DOUBLE PRECISION NOT NULL, PRIMARY KEY (execution_id, path))""",
        ),
    ),
)

#: How many rows wait for each other before they are written, at most.
GROUP: Final = 200

UPSERT: Final = (
    "INSERT INTO step_run (execution_id, path, step, state, given, output, output_sealed, trace,"
    " error, started_at, milliseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (execution_id, path) DO UPDATE SET state = excluded.state,"
    " given = excluded.given, output = excluded.output, output_sealed = excluded.output_sealed,"
    " trace = excluded.trace, error = excluded.error, milliseconds = excluded.milliseconds"
)


class StepState(StrEnum):
    """How a step ended for one bundle.

    Args:
        DONE: It has an output.
        DROPPED: The bundle did not fulfil its condition.
        FAILED: It failed, and was handled.
        INCOMPLETE: It failed, and is kept to be resumed.
    """

    DONE = "done"
    DROPPED = "dropped"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class StepRun:
    """One run of one step for one bundle.

    Args:
        path: The way to it: `3>report:0>pause` is the step `pause`, for the first bundle of
            `report`, for the fourth bundle of the trigger.
        step: The step's id.
        state: How it ended.
        started_at: When it began.
        milliseconds: How long it took.
        given: Its parameters, redacted.
        output: Its bundles.
        trace: Why its condition let the bundle pass or not.
        error: Why it failed.
    """

    path: str
    step: str
    state: StepState
    started_at: datetime
    milliseconds: float = 0.0
    given: Any = None
    output: Sequence[Record] = ()
    trace: str | None = None
    error: str | None = None


@dataclass
class History:
    """Writes down one execution's steps, many at a time.

    Nothing waits for these rows, but what is written afterwards is never safe before them: the
    database takes its work in order. If some of them cannot be written, nothing more of this
    execution may be changed anywhere: whoever resumed it would go another way.

    Args:
        database: The journal's.
        sealer: Seals outputs that must not be read.
        execution_id: Whose steps these are.
        confidential: Whether contents are sealed, and erased at the end.
    """

    database: Database
    sealer: Sealer
    execution_id: str
    confidential: bool = False
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _also: list[Callable[[Transaction], object]] = field(default_factory=list)
    _sent: deque[Future[Any]] = field(default_factory=deque)

    def add(self, run: StepRun) -> None:
        """Take note of a step."""
        self._rows.append(self._row(run))
        if len(self._rows) >= GROUP:
            self.send()

    def add_work(self, work: Callable[[Transaction], object]) -> None:
        """Let something be written together with the steps noted so far."""
        self._also.append(work)
        if len(self._also) >= GROUP:
            self.send()

    def write_in(self, work: Transaction, run: StepRun) -> None:
        """Write a step down inside another transaction."""
        work.many(UPSERT, [self._row(run)])

    def send(self) -> None:
        """Hand what is noted to the database, without waiting for it."""
        rows, also = self._rows, self._also
        if not rows and not also:
            return
        self._rows, self._also = [], []

        def work(work: Transaction) -> None:
            if rows:
                work.many(UPSERT, rows)
            for more in also:
                more(work)

        forget_done(self._sent)
        self._sent.append(self.database.post(work))

    async def flush(self) -> None:
        """Write down what is noted, and wait until it is safe.

        Raises:
            WorkspaceError: Some of it is not, and never will be; so it is from then on.
        """
        self.send()
        for one in tuple(self._sent):  # others may go on noting while this waits
            if one.done():
                one.result()
            else:
                await asyncio.shield(asyncio.wrap_future(one))
        forget_done(self._sent)

    async def close(self) -> None:
        """Write down what is noted, and wait for everything else that was posted as well."""
        try:
            await self.flush()
        finally:
            await self.database.settle()

    async def known(self) -> dict[str, StepRun]:
        """What an earlier process has written down, by path."""
        rows = await self.database.read(
            lambda work: work.run(
                "SELECT * FROM step_run WHERE execution_id = ?", self.execution_id
            )
        )
        return {row["path"]: self._run(row) for row in rows}

    async def erase(self) -> None:
        """Erase the contents of a confidential execution that has ended."""
        if not self.confidential:
            return
        await self.database.write(
            lambda work: work.run(
                "UPDATE step_run SET given = NULL, output = NULL, output_sealed = NULL"
                " WHERE execution_id = ?",
                self.execution_id,
            )
        )

    def _row(self, run: StepRun) -> tuple[Any, ...]:
        given, output, sealed = self._contents(run)
        return (
            self.execution_id,
            run.path,
            run.step,
            run.state.value,
            given,
            output,
            sealed,
            run.trace,
            run.error,
            run.started_at.isoformat(),
            run.milliseconds,
        )

    def _contents(self, run: StepRun) -> tuple[str | None, str | None, bytes | None]:
        whole = dump(list(run.output)).decode()
        if self.confidential:
            return None, None, self.sealer.seal(whole, self._place(run.path))
        given = None if run.given is None else _readable(run.given)
        if is_harmless(whole):
            return given, whole, None
        shown = dump(redact(list(run.output))).decode()
        sealed = None if shown == whole else self.sealer.seal(whole, self._place(run.path))
        return given, shown, sealed

    def _run(self, row: Row) -> StepRun:
        text = row["output"] or "[]"
        if row["output_sealed"] is not None:
            text = self.sealer.unseal(row["output_sealed"], self._place(row["path"])).reveal()
        return StepRun(
            path=row["path"],
            step=row["step"],
            state=StepState(row["state"]),
            started_at=datetime.fromisoformat(row["started_at"]),
            milliseconds=row["milliseconds"],
            given=None if row["given"] is None else parse_strict(row["given"].encode()),
            output=parse_strict(text.encode()),
            trace=row["trace"],
            error=row["error"],
        )

    def _place(self, path: str) -> str:
        return f"step/{self.execution_id}/{path}"


def _readable(value: Any) -> str:
    text = dump(value).decode()
    return text if is_harmless(text) else dump(redact(value)).decode()


def shown(work: Transaction, execution_id: str) -> list[Mapping[str, Any]]:
    """Every step of an execution as anybody may read it, in order."""
    rows = work.run(
        "SELECT path, step, state, given, output, trace, error, started_at, milliseconds"
        " FROM step_run WHERE execution_id = ? ORDER BY started_at, path",
        execution_id,
    )
    return [dict(row) for row in rows]

"""What an execution sent, and what it changed: read as it is shown, redacted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from adloom.database import Database, Row, Transaction
from adloom.errors import UnknownNameError
from adloom.json_text import parse_fast
from adloom.secret import redact, scrub
from modules import find_module
from scheduler.records import CallState

__all__ = ["CallLine", "ChangeLine", "LogLine", "calls_of", "changes_of", "log_of"]

#: Calls that are shown on a page; all of them are in its JSON.
MOST: Final = 200
CALLS: Final = (
    "SELECT o.id AS operation_id, o.module, o.connection, o.path AS way, c.seq, c.request,"
    " c.state, c.attempts, c.attempted_at, c.finished_at, c.answer_status, c.answer, c.error,"
    " CASE WHEN c.request_sealed IS NULL THEN 0 ELSE 1 END AS is_sealed"
    " FROM call c JOIN operation o ON o.id = c.operation_id WHERE o.execution_id = ?"
)


@dataclass(frozen=True)
class ChangeLine:
    """One value of one object that a call changes.

    Args:
        kind: What it is.
        id: Which one.
        name: What people call it; hostile text.
        field: Which value.
        old: As it was.
        new: As it was to be.
        unit: What both are counted in.
        state: How its call stands.
        attempts: How often its call was sent.
        way: The step and the bundle that led to it.
    """

    kind: str
    id: str
    name: str
    field: str
    old: Any
    new: Any
    unit: str
    state: CallState
    attempts: int
    way: str | None


@dataclass(frozen=True)
class CallLine:
    """A request that changes something.

    Args:
        operation_id: Its operation.
        seq: Its place in it.
        module: What sends it.
        title: What people call that.
        connection: With which connection.
        way: The step and the bundle that led to it.
        method: `POST`, mostly.
        path: Where it goes.
        request: Its query and body.
        is_sealed: Whether more of it is kept than may be shown.
        is_personal: Whether its body belongs to persons.
        state: How it stands.
        attempts: How often it was sent.
        attempted_at: When it was last sent, or about to be.
        finished_at: When it was known what came of it.
        status: The HTTP status of the answer.
        answer: The answer.
        error: Why it did not happen.
        changes: What it changes.
    """

    operation_id: str
    seq: int
    module: str
    title: str
    connection: str
    way: str | None
    method: str
    path: str
    request: Any
    is_sealed: bool
    is_personal: bool
    state: CallState
    attempts: int
    attempted_at: datetime | None
    finished_at: datetime | None
    status: int | None
    answer: Any
    error: str | None
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class LogLine:
    """Something that happened, and when."""

    at: datetime
    text: str
    kind: str = ""


async def calls_of(
    database: Database,
    execution_id: str,
    *,
    states: Iterable[CallState] = (),
    limit: int = MOST,
) -> list[CallLine]:
    """The calls of an execution, in the order they were sent; those that were not come last."""
    wanted = [one.value for one in states]
    condition = f" AND c.state IN ({', '.join('?' * len(wanted))})" if wanted else ""

    def work(work: Transaction) -> list[CallLine]:
        rows = work.run(
            f"{CALLS}{condition} ORDER BY CASE WHEN c.attempted_at IS NULL THEN 1 ELSE 0 END,"
            " c.attempted_at, o.id, c.seq LIMIT ?",
            execution_id,
            *wanted,
            limit,
        )
        return [_line(row) for row in rows]

    return await database.read(work)


def changes_of(calls: Iterable[CallLine]) -> list[ChangeLine]:
    """Everything that some calls change."""
    return [change for one in calls for change in one.changes]


def log_of(calls: Iterable[CallLine]) -> list[LogLine]:
    """What the journal knows about when calls left and ended, in order."""
    lines = []
    for one in calls:
        what = f"{one.method} {one.path}"
        if one.attempted_at is not None:
            times = f", attempt {one.attempts}" if one.attempts > 1 else ""
            lines.append(LogLine(one.attempted_at, f"{one.title}: sent {what}{times}"))
        if one.finished_at is not None:
            why = f": {one.error}" if one.error else ""
            lines.append(LogLine(one.finished_at, f"{what} {one.state}{why}", one.state.value))
    return sorted(lines, key=lambda one: one.at)


def _line(row: Row) -> CallLine:
    request: Any = redact(parse_fast(row["request"].encode()))
    state = CallState(row["state"])
    sent = {name: request.get(name) for name in ("query", "body") if request.get(name)}
    return CallLine(
        operation_id=row["operation_id"],
        seq=row["seq"],
        module=row["module"],
        title=_title(row["module"]),
        connection=row["connection"],
        way=row["way"],
        method=request["method"],
        path=request["path"],
        request=sent or None,
        is_sealed=bool(row["is_sealed"]),
        is_personal=bool(request.get("personal")),
        state=state,
        attempts=row["attempts"],
        attempted_at=_moment(row["attempted_at"]),
        finished_at=_moment(row["finished_at"]),
        status=row["answer_status"],
        answer=redact(parse_fast((row["answer"] or "null").encode())),
        error=None if row["error"] is None else scrub(row["error"]),
        changes=tuple(
            ChangeLine(**change, state=state, attempts=row["attempts"], way=row["way"])
            for change in request["changes"]
        ),
    )


def _title(module: str) -> str:
    try:
        return find_module(module).title
    except UnknownNameError:  # it went with another version of adloom
        return module


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

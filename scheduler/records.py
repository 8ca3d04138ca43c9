"""What the journal remembers: executions, operations, calls."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from adloom.errors import AdloomError
from adloom.json_text import dump, parse_strict
from adloom.wire import Body, FileBody, JsonBody, Record, Request, SliceBody, TextBody
from modules.base import Call, Change

__all__ = [
    "CallState",
    "Execution",
    "Operation",
    "RecordedCall",
    "Status",
    "call_from_json",
    "call_to_json",
    "status_after",
]


class Status(StrEnum):
    """Where an execution stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    IN_DOUBT = "in doubt"
    DROPPED = "dropped"


class CallState(StrEnum):
    """Where a call stands: an intent was sent, or was about to be."""

    PLANNED = "planned"
    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    DROPPED = "dropped"


@dataclass(frozen=True)
class RecordedCall:
    """A call with its history.

    Args:
        seq: Its place within the operation.
        call: What is sent.
        state: Where it stands.
        attempts: How often it was sent.
        attempted_at: When it was last sent, or about to be.
        status: The HTTP status of the answer.
        headers: The answer's headers.
        body: The answer; the journal shows it redacted and keeps the whole sealed.
        error: Why it did not happen.
        failure: The same as it was raised, for as long as the process lives.
    """

    seq: int
    call: Call
    state: CallState = CallState.PLANNED
    attempts: int = 0
    attempted_at: datetime | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    error: str | None = None
    failure: AdloomError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Operation:
    """One call of one module for one set of parameters.

    Args:
        id: Unique.
        module: Its name.
        connection: The connection's name.
        params: As they were given.
        before: What was read before anything was changed.
        calls: What it sends.
        path: The step of a scenario it belongs to, and the bundle; None outside of scenarios.
    """

    id: str
    module: str
    connection: str
    params: Mapping[str, Any]
    before: list[Record] = field(default_factory=list)
    calls: tuple[RecordedCall, ...] = ()
    path: str | None = None


@dataclass(frozen=True)
class Execution:
    """One run.

    Args:
        id: Unique; begins with its date.
        status: Where it stands.
        started_at: When it began; "now" for everything in it.
        node: The process that carries it.
        generation: Grows when another process takes over; writes of the old one are refused.
        ended_at: When it ended.
        error: Why it did not end well.
        operations: What it consists of.
        scenario: The scenario it runs; None for a module run by itself.
        scenario_hash: Which version of its text.
        slot: The occurrence of its schedule; None if somebody asked for it.
        undoes: The execution it takes back; None if it takes back none.
    """

    id: str
    status: Status
    started_at: datetime
    node: str
    generation: int = 1
    ended_at: datetime | None = None
    error: str | None = None
    operations: tuple[Operation, ...] = ()
    scenario: str | None = None
    scenario_hash: str | None = None
    slot: str | None = None
    undoes: str | None = None


def status_after(calls: Sequence[RecordedCall]) -> Status:
    """Where an execution stands whose calls stand so."""
    states = {one.state for one in calls}
    if CallState.IN_DOUBT in states:
        return Status.IN_DOUBT
    if states & {CallState.PLANNED, CallState.INTENT}:
        return Status.INCOMPLETE
    return Status.FAILED if CallState.FAILED in states else Status.DONE


def call_to_json(call: Call) -> str:
    """Write a call so that it can be sent again exactly."""
    request = call.request
    body: Record | None = None
    match request.body:
        case JsonBody(value):
            body = {"json": value}
        case TextBody(text, content_type):
            body = {"text": text, "content_type": content_type}
        case FileBody() as file:
            body = {"file": {**vars(file), "fields": dict(file.fields)}}
        case SliceBody() as part:
            body = {"slice": vars(part)}
        case None:
            pass
    record = {
        "key": call.key,
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "headers": dict(request.headers),
        "body": body,
        "changes": [vars(change) for change in call.changes],
        "known": list(call.known),
        "patience": request.patience,
        "expect": list(request.expect),
        "queued": call.queued,
        "personal": call.personal,
    }
    return dump(record).decode()


def call_from_json(text: str) -> Call:
    """Read a call back."""
    record = parse_strict(text.encode())
    body: Body | None = None
    match record["body"]:
        case {"json": value}:
            body = JsonBody(value)
        case {"text": text, "content_type": kind}:
            body = TextBody(text, kind)
        case {"file": file}:
            content = file.pop("content", None)
            body = FileBody(**file, content=None if content is None else b64decode(content))
        case {"slice": part}:
            body = SliceBody(**part)
        case _:
            pass
    request = Request(
        record["method"],
        record["path"],
        record["query"],
        body,
        record["headers"],
        patience=record.get("patience", 0.0),
        expect=tuple(record.get("expect", ())),
    )
    changes = tuple(Change(**one) for one in record["changes"])
    return Call(
        record["key"],
        request,
        changes,
        tuple(record.get("known", ())),
        queued=record.get("queued", False),
        personal=record.get("personal", False),
    )

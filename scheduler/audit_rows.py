"""What the audit says of a change: who, when, where, old and new; nothing personal, nothing secret.

What a message, an event, a row of a file or the body of an arbitrary call carries belongs to others
and may be about persons: of that only a digest is kept, over the value and a random salt that is
sealed. Whoever has the vault can prove with it what the value was; nobody else can try guesses.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from adloom.json_text import dump, parse_strict
from adloom.secret import is_harmless, redact
from adloom.wire import FileBody, JsonBody, Request
from modules import MODULES, find_module
from modules.base import Call, Change, Done, Outcome
from scheduler.records import CallState, Execution, Operation, RecordedCall
from scheduler.rows import Sealer

__all__ = ["CHANGE", "CHECKPOINT", "COLUMNS", "Entry", "actor_of", "covers", "entries_of"]

#: The kinds of rows.
CHANGE: Final = "change"
CHECKPOINT: Final = "checkpoint"
#: What is told in clear: objects of a platform, and how its libraries' files are called.
TOLD: Final = frozenset(
    {
        "ad",
        "ad group",
        "campaign",
        "image",
        "Smart+ ad",
        "Smart+ ad group",
        "Smart+ campaign",
        "sound",
        "upload",
        "video",
    }
)
HIDDEN: Final = "•••"
#: Characters of a value; rows are kept for ever, so they stay small.
LONGEST: Final = 2_000


@dataclass(frozen=True)
class Entry:
    """One row of the audit, but for its place in the chain.

    Args:
        what: A change, or a checkpoint.
        at: When its outcome was known, in ISO 8601.
        actor: The scenario that did it, `command`, or the execution it undid.
        execution_id: The execution.
        operation_id: The operation.
        seq: The call's place within the operation.
        module: The module's name.
        connection: The connection's name.
        account: The advertiser it was done to, where the request names one.
        path: The step of a scenario and the bundle.
        kind: What was changed.
        object_id: Which one.
        name: What people call it.
        field: Which value of it.
        old: As it was, as JSON.
        new: As it is, as JSON.
        unit: What both are counted in.
        part: 1 if the platform did only part of the call.
        digest: SHA-256 over the salt and what is not told in clear; empty if everything is.
        salt: The salt, sealed, in base64.
    """

    what: str
    at: str
    actor: str
    execution_id: str = ""
    operation_id: str = ""
    seq: int = 0
    module: str = ""
    connection: str = ""
    account: str = ""
    path: str = ""
    kind: str = ""
    object_id: str = ""
    name: str = ""
    field: str = ""
    old: str = "null"
    new: str = "null"
    unit: str = ""
    part: int = 0
    digest: str = ""
    salt: str = ""


#: The columns of a row that hold an entry, in the order the hash takes them.
COLUMNS: Final = tuple(one.name for one in fields(Entry))


def entries_of(
    execution: Execution,
    operation: Operation,
    recorded: RecordedCall,
    at: datetime,
    sealer: Sealer,
) -> list[Entry]:
    """A row for each change of a call that happened; one for a call that names none.

    A call that failed though it was answered was done in part; only its answer tells in which.

    Args:
        execution: What the call was part of.
        operation: Whose call it was.
        recorded: The call with its answer.
        at: When that was known.
        sealer: Seals salts.
    """
    partly = recorded.state is CallState.FAILED and recorded.status is not None
    if recorded.state is not CallState.DONE and not partly:
        return []
    call = recorded.call
    common = Entry(
        CHANGE,
        at.isoformat(),
        actor_of(execution),
        execution.id,
        operation.id,
        recorded.seq,
        operation.module,
        operation.connection,
        _account(call.request),
        operation.path or "",
        part=int(partly),
    )
    is_new = any(not one.id for one in call.changes)
    made = _made(operation.module, recorded) if is_new else ""
    changes = call.changes or (Change("call", call.request.path, "", "", None, None),)
    return [_told(common, one, call, sealer, made) for one in changes]


def actor_of(execution: Execution) -> str:
    """Who did what an execution did."""
    if execution.undoes is not None:
        return f"undo of {execution.undoes}"
    return f"scenario {execution.scenario}" if execution.scenario else "command"


def covers(entry: Entry, value: Any, sealer: Sealer) -> bool:
    """Whether a digest is that of this value: old and new, as a list of two."""
    if not entry.digest:
        return False
    salt = sealer.unseal(b64decode(entry.salt), _salt_place(entry)).reveal()
    return _digest(salt, dump(value).decode()) == entry.digest


def _told(common: Entry, change: Change, call: Call, sealer: Sealer, made: str) -> Entry:
    """What may be told of a change, and a digest of the rest."""
    hides = call.personal or change.kind not in TOLD
    old, new = (_shown(value, hides=hides) for value in (change.old, change.new))
    entry = replace(
        common,
        kind=change.kind,
        object_id=str(redact(change.id)) or made,
        name=_cut(str(redact(change.name))),
        field=_cut(str(redact(change.field))),
        old=old,
        new=new,
        unit=change.unit,
    )
    whole = dump([change.old, change.new]).decode()
    if f"[{old},{new}]" == whole:
        return entry
    salt = secrets.token_hex(16)
    sealed = b64encode(sealer.seal(salt, _salt_place(entry))).decode()
    return replace(entry, digest=_digest(salt, whole), salt=sealed)


def _shown(value: Any, *, hides: bool) -> str:
    """A value as JSON that anybody may read for ever."""
    if value is not None and hides:
        return dump(HIDDEN).decode()
    text = dump(value).decode()
    if not is_harmless(text):
        text = dump(redact(parse_strict(text.encode()))).decode()
    return text if len(text) <= LONGEST else dump(f"{text[:LONGEST]}…").decode()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _digest(salt: str, whole: str) -> str:
    return hashlib.sha256(f"{salt}{whole}".encode()).hexdigest()


def _salt_place(entry: Entry) -> str:
    return f"audit/{entry.operation_id}/{entry.seq}"


def _account(request: Request) -> str:
    """The account that a request names (business_api.md §1.1)."""
    return next((str(one["advertiser_id"]) for one in _said(request) if "advertiser_id" in one), "")


def _said(request: Request) -> Iterator[Any]:
    match request.body:
        case JsonBody(dict() as value):
            yield value
        case FileBody() as file:
            yield file.fields
        case _:
            pass
    yield request.query


def _made(module: str, recorded: RecordedCall) -> str:
    """The id of what a call made, where its answer tells it."""
    action = find_module(module).action if module in MODULES else None
    if action is None:
        return ""
    return action.made_by(Done(recorded.call, Outcome.HAPPENED, body=recorded.body)) or ""

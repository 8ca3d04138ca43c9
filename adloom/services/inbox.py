"""What stopped part-way, by its cause: what it waits for, and what a person can do about it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from adloom.database import Database, Row, Transaction
from adloom.errors import Reaction
from adloom.json_text import parse_fast
from adloom.secret import redact, scrub
from scenarios.model import ModuleStep, Scenario
from scheduler.records import Status

__all__ = ["Cause", "Fix", "Stopped", "cause_named", "causes", "fix_of"]

#: Bundles of a cause that are shown with what they were given.
SHOWN: Final = 3
#: Ids and other long numbers differ from bundle to bundle; the cause is the same.
NUMBERS: Final = re.compile(r"[0-9A-Za-z]*\d{5,}[0-9A-Za-z]*")
OPEN_ONES: Final = (
    "SELECT i.execution_id, i.path, i.scenario, i.step, i.reaction, i.error, i.hint, i.attempts,"
    " i.next_at, i.created_at, e.status, e.scenario_hash FROM incomplete i"
    " JOIN execution e ON e.id = i.execution_id"
    " WHERE i.workspace = ? AND i.resolved_at IS NULL AND i.reaction <> ?"
    " AND e.status IN (?, ?) AND (CAST(? AS TEXT) IS NULL OR e.id = ?)"
    " ORDER BY i.created_at, i.execution_id, i.path"
)
#: Executions that stopped as a whole: of a single module, or before any bundle had begun.
WHOLE: Final = (
    "SELECT e.id AS execution_id, e.scenario, e.scenario_hash, e.error, e.status, e.started_at,"
    " (SELECT MIN(o.module) FROM operation o WHERE o.execution_id = e.id) AS module,"
    " (SELECT MIN(o.connection) FROM operation o WHERE o.execution_id = e.id) AS connection"
    " FROM execution e WHERE e.workspace = ? AND e.status = ? AND NOT EXISTS"
    " (SELECT 1 FROM incomplete i WHERE i.workspace = e.workspace AND i.execution_id = e.id"
    " AND i.resolved_at IS NULL) AND (CAST(? AS TEXT) IS NULL OR e.id = ?) ORDER BY e.started_at"
)


@dataclass(frozen=True)
class Stopped:
    """A bundle that stopped.

    Args:
        execution_id: In which execution.
        path: The step it stopped at, for this bundle; empty where all of it stopped.
        attempts: How often it was tried.
        next_at: When it is tried again by itself; None is never.
        since: When it first stopped.
        given: What the step was given, where that is kept.
        version: The version of the scenario that it runs.
    """

    execution_id: str
    path: str
    attempts: int
    next_at: datetime | None
    since: datetime
    given: Any = None
    version: str | None = None


@dataclass
class Cause:
    """Everything that stopped for one reason.

    Args:
        key: What addresses call it by.
        scenario: The scenario; None for single modules.
        step: The step; of a single module, the module.
        error: Why, as the first of them says it.
        hint: What the error says about what to do.
        reaction: What kind of error it was; None where that is not kept.
        connection: The connection of a single module.
        items: What stopped, the oldest first.
    """

    key: str
    scenario: str | None
    step: str
    error: str
    hint: str | None
    reaction: Reaction | None
    connection: str | None = None
    items: list[Stopped] = field(default_factory=list)

    @property
    def executions(self) -> list[str]:
        """The executions they belong to."""
        return list(dict.fromkeys(one.execution_id for one in self.items))

    @property
    def mark(self) -> str:
        """Names what belongs to it now: whoever decides on it has seen exactly these."""
        return hashlib.sha256("\0".join(sorted(self.executions)).encode()).hexdigest()[:16]

    @property
    def next_at(self) -> datetime | None:
        """When the first of them is tried again by itself."""
        return min((one.next_at for one in self.items if one.next_at), default=None)

    @property
    def version(self) -> str | None:
        """The version of the scenario that the newest of them runs."""
        return self.items[-1].version


@dataclass(frozen=True)
class Fix:
    """What a person can do about a cause.

    Args:
        means: What it means.
        todo: What to do.
        label: What the button says; empty where there is none.
        href: Where it leads.
    """

    means: str
    todo: str
    label: str = ""
    href: str = ""


async def causes(
    database: Database, *, execution_id: str | None = None, workspace: str = "local"
) -> list[Cause]:
    """What stopped part-way, by cause, what most bundles wait for first.

    Args:
        database: The journal's.
        execution_id: Only in this execution.
        workspace: Which workspace's rows.
    """
    only = execution_id, execution_id

    def work(work: Transaction) -> list[Cause]:
        found: dict[str, Cause] = {}
        rows = work.run(
            OPEN_ONES,
            workspace,
            Reaction.LOOK_UP.value,
            Status.INCOMPLETE.value,
            Status.IN_DOUBT.value,
            *only,
        )
        for row in rows:
            _add(found, row, _stopped(row), Reaction(row["reaction"]))
        for row in work.run(WHOLE, workspace, Status.INCOMPLETE.value, *only):
            _add(found, row, _whole(row), None)
        for one in found.values():
            one.items[:SHOWN] = [_with_input(work, item) for item in one.items[:SHOWN]]
        return sorted(found.values(), key=lambda one: -len(one.items))

    return await database.read(work)


async def cause_named(database: Database, key: str) -> Cause | None:
    """One cause; None if nothing waits for it any more."""
    return next((one for one in await causes(database) if one.key == key), None)


def _add(found: dict[str, Cause], row: Row, item: Stopped, reaction: Reaction | None) -> None:
    error = scrub(row["error"] or "It stopped before its end.")
    step = row["step"] if reaction is not None else row["module"] or ""
    text = "\0".join((row["scenario"] or "", step, NUMBERS.sub("…", error)))
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    if key not in found:
        hint = scrub(row["hint"]) if reaction is not None and row["hint"] else None
        connection = None if reaction is not None else row["connection"]
        found[key] = Cause(key, row["scenario"], step, error, hint, reaction, connection)
    found[key].items.append(item)


def _stopped(row: Row) -> Stopped:
    next_at = datetime.fromisoformat(row["next_at"]) if row["next_at"] else None
    since, version = datetime.fromisoformat(row["created_at"]), row["scenario_hash"]
    return Stopped(
        row["execution_id"], row["path"], row["attempts"], next_at, since, version=version
    )


def _whole(row: Row) -> Stopped:
    since = datetime.fromisoformat(row["started_at"])
    return Stopped(row["execution_id"], "", 1, None, since, version=row["scenario_hash"])


def _with_input(work: Transaction, item: Stopped) -> Stopped:
    row = work.one(
        "SELECT given FROM step_run WHERE execution_id = ? AND path = ?",
        item.execution_id,
        item.path,
    )
    if row is None or row["given"] is None:
        return item
    given = redact(parse_fast(row["given"].encode()))
    return Stopped(
        item.execution_id,
        item.path,
        item.attempts,
        item.next_at,
        item.since,
        given,
        item.version,
    )


def fix_of(cause: Cause, scenario: Scenario | None, held: Iterable[str], *, stopped: bool) -> Fix:
    """What a person can do about a cause.

    Args:
        cause: The cause.
        scenario: The version that it runs, if it is kept.
        held: Executions with something that a limit has parked.
        stopped: Whether the kill switch of the workspace is pulled.
    """
    match cause.reaction:
        case Reaction.RECONNECT:
            return _reconnect(cause, scenario)
        case Reaction.RETRY:
            return _wait(cause)
        case Reaction.HOLD:
            return _hold(cause, set(held), stopped=stopped)
        case None:
            means = "It stopped before its end. What it has done is not done again."
            return Fix(means, cause.hint or "Try it again, or give it up.")
        case _:
            return _mend(cause)


def _reconnect(cause: Cause, scenario: Scenario | None) -> Fix:
    name = cause.connection or _connection(cause.step, scenario)
    return Fix(
        "The platform no longer accepts the connection, or it was not granted what this needs.",
        "Reconnect it, then try again. Nothing is lost while it waits.",
        f"Reconnect {name}" if name else "Connections",
        f"/connections/{quote(name, safe='')}/reconnect" if name else "/connections",
    )


def _wait(cause: Cause) -> Fix:
    means = "Nothing was changed by this step, and the same may work in a while."
    if cause.next_at is not None:
        return Fix(means, "You need do nothing: it is tried again by itself.")
    return Fix(means, "It was tried as often as it is tried by itself. Try it again now.")


def _hold(cause: Cause, held: set[str], *, stopped: bool) -> Fix:
    if held & set(cause.executions):
        return Fix(
            "A limit that you have set has parked the change.",
            "Decide whether it goes through.",
            "See what is held",
            "/executions?status=held",
        )
    if stopped:
        return Fix(
            "Everything is stopped in this workspace.",
            "Let it go on in the settings, then try again.",
            "Settings",
            "/settings#stop",
        )
    todo = cause.hint or "Look at the limits of the scenario, then try again or give it up."
    return Fix(
        "A limit that you have set said no. Nothing more was changed.", todo, *_editor(cause)
    )


def _mend(cause: Cause) -> Fix:
    if cause.scenario is None:
        return Fix("The platform refused it.", cause.hint or "Give it up, and do it otherwise.")
    return Fix(
        "The step cannot work with what it was given: trying the same again helps only if the"
        " account has changed since.",
        cause.hint
        or "Mend the step for the runs to come. This execution keeps the version it"
        " began with: try it again as it is, or give it up.",
        *_editor(cause),
    )


def _editor(cause: Cause) -> tuple[str, str]:
    if cause.scenario is None:
        return "", ""
    first = cause.items[0].execution_id
    return (
        "Open the step in the editor",
        f"/scenarios/{cause.scenario}/edit?step={cause.step}&execution={first}",
    )


def _connection(step: str, scenario: Scenario | None) -> str | None:
    steps: Sequence[Any] = list(scenario.all_steps()) if scenario else ()
    return next(
        (one.connection for one in steps if isinstance(one, ModuleStep) and one.id == step), None
    )

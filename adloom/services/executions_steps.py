"""The steps of an execution: what each took in, handed on, dropped, and how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from adloom.database import Database, Row, Transaction
from adloom.json_text import parse_fast
from adloom.secret import redact, scrub
from scenarios.model import RouterStep, Scenario
from scheduler.history import StepState

__all__ = ["Run", "RunPage", "StepLine", "run_from", "runs_of", "step_lines", "table_of"]

#: Beyond so many runs nobody counts what they handed on: every one would have to be read.
MOST_COUNTED: Final = 20_000
RUNS: Final = (
    "SELECT path, step, state, given, output, trace, error, started_at, milliseconds,"
    " CASE WHEN output IS NULL THEN 1 ELSE 0 END AS is_sealed FROM step_run"
)
#: Steps of a scenario that was called go by the same ids as its own.
SUMS: Final = (
    "SELECT step, CASE WHEN path LIKE '%/%' THEN 1 ELSE 0 END AS called, state, COUNT(*) AS runs,"
    " SUM(milliseconds) AS took, MAX(milliseconds) AS longest, MIN(started_at) AS begun,"
    " MAX(started_at) AS last FROM step_run WHERE execution_id = ?"
    " GROUP BY step, CASE WHEN path LIKE '%/%' THEN 1 ELSE 0 END, state"
)
OUTPUTS: Final = (
    "SELECT step, CASE WHEN path LIKE '%/%' THEN 1 ELSE 0 END AS called, output FROM step_run"
    " WHERE execution_id = ?"
)
_LENGTH: Final = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class Run:
    """One run of a step for one bundle.

    Args:
        path: The way to it.
        step: The step's id.
        state: How it ended.
        started_at: When it began.
        milliseconds: How long it took.
        given: Its parameters; None if it has none, or they are not kept.
        output: What it handed on; None if that is confidential.
        trace: Why its condition let the bundle pass, or not.
        error: Why it failed.
    """

    path: str
    step: str
    state: StepState
    started_at: datetime
    milliseconds: float
    given: Any
    output: list[Any] | None
    trace: str | None
    error: str | None


@dataclass(frozen=True)
class RunPage:
    """Some runs of a step, and behind which path the next ones are."""

    runs: tuple[Run, ...]
    after: str | None = None


@dataclass
class StepLine:
    """What a step did, all bundles together.

    Args:
        id: The step's id; of a router's route with its number.
        title: What it does.
        is_called: Whether it is one of a scenario that was called.
        runs: How many bundles came to it.
        out: How many bundles it handed on; None if nobody counted.
        states: How many runs ended how.
        milliseconds: How long it took in all.
        begin: When it first began.
        end: When it was last busy.
        x: Where it begins on the time line, in thousandths of it.
        width: How much of it it covers.
    """

    id: str
    title: str = ""
    is_called: bool = False
    runs: int = 0
    out: int | None = 0
    states: dict[StepState, int] = field(default_factory=dict)
    milliseconds: float = 0.0
    begin: datetime | None = None
    end: datetime | None = None
    x: int = 0
    width: int = 0

    def count(self, *states: str) -> int:
        """How many runs ended in one of these states."""
        return sum(self.states.get(StepState(state), 0) for state in states)


async def step_lines(
    database: Database, execution_id: str, scenario: Scenario | None
) -> list[StepLine]:
    """What every step did, in the order of the scenario; those that nothing reached too."""
    found = await database.read(lambda work: _lines(work, execution_id))
    titles, order = _known(scenario)
    reached = {one.id for one in found if not one.is_called}
    found += [StepLine(name) for name in order if ":" not in name and name not in reached]
    for line in found:
        line.title = "" if line.is_called else titles.get(line.id.partition(":")[0], "")
    places = {name: place for place, name in enumerate(order)}
    last = len(places)
    if scenario is not None:
        found.sort(key=lambda one: (one.is_called, places.get(one.id.partition(":")[0], last)))
    _draw(found)
    return found


def _known(scenario: Scenario | None) -> tuple[dict[str, str], list[str]]:
    """What steps are titled, and in which order they stand."""
    if scenario is None:
        return {}, []
    titles: dict[str, str] = {}
    for step in scenario.all_steps():
        kind = getattr(step, "module", None) or type(step).__name__.removesuffix("Step").lower()
        titles[step.id] = step.title or str(kind).replace("_", "-")
        if isinstance(step, RouterStep) and not step.title:
            titles[step.id] = "router"
    return titles, list(titles)


def _lines(work: Transaction, execution_id: str) -> list[StepLine]:
    lines: dict[tuple[str, int], StepLine] = {}
    rows = work.run(SUMS, execution_id)
    for row in rows:
        key = row["step"], int(row["called"])
        line = lines.setdefault(key, StepLine(row["step"], is_called=bool(row["called"])))
        line.runs += int(row["runs"])
        line.states[StepState(row["state"])] = int(row["runs"])
        line.milliseconds += float(row["took"])
        begin = datetime.fromisoformat(row["begun"])
        end = datetime.fromisoformat(row["last"]) + timedelta(milliseconds=float(row["longest"]))
        line.begin = min(line.begin or begin, begin)
        line.end = max(line.end or end, end)
    _count(work, execution_id, lines)
    return sorted(lines.values(), key=lambda one: (one.begin, one.id))


def _count(work: Transaction, execution_id: str, lines: dict[tuple[str, int], StepLine]) -> None:
    """Count what steps handed on, where that does not take too long."""
    if sum(one.runs for one in lines.values()) > MOST_COUNTED:
        for line in lines.values():
            line.out = None
        return
    rows = work.run(OUTPUTS, execution_id)
    for row in rows:
        line = lines[row["step"], int(row["called"])]
        if row["output"] is None:
            line.out = None
        elif line.out is not None:
            line.out += len(_LENGTH.decode(row["output"]))


def _draw(lines: Sequence[StepLine]) -> None:
    """Place every step on one time line."""
    begins = [one.begin for one in lines if one.begin is not None]
    ends = [one.end for one in lines if one.end is not None]
    if not begins or not ends:
        return
    first, last = min(begins), max(ends)
    whole = max((last - first).total_seconds(), 0.001)
    for one in lines:
        if one.begin is not None and one.end is not None:
            one.x = min(990, round((one.begin - first).total_seconds() / whole * 1000))
            share = round((one.end - one.begin).total_seconds() / whole * 1000)
            one.width = max(10, min(share, 1000 - one.x))


async def runs_of(
    database: Database,
    execution_id: str,
    step: str,
    *,
    state: StepState | None = None,
    after: str = "",
    size: int = 25,
) -> RunPage:
    """What a step did bundle by bundle, in the order of their ways."""
    condition = "" if state is None else " AND state = ?"
    more = () if state is None else (state.value,)

    def work(work: Transaction) -> RunPage:
        rows = work.run(
            f"{RUNS} WHERE execution_id = ? AND step = ? AND path > ?{condition}"
            " ORDER BY path LIMIT ?",
            execution_id,
            step,
            after,
            *more,
            size + 1,
        )
        runs = tuple(run_from(row) for row in rows[:size])
        return RunPage(runs, runs[-1].path if len(rows) > size else None)

    return await database.read(work)


def run_from(row: Row) -> Run:
    """A run as its row tells it, with everything secret as dots."""
    return Run(
        path=row["path"],
        step=row["step"],
        state=StepState(row["state"]),
        started_at=datetime.fromisoformat(row["started_at"]),
        milliseconds=float(row["milliseconds"]),
        given=None if row["given"] is None else redact(parse_fast(row["given"].encode())),
        output=None if row["is_sealed"] else _list(row["output"]),
        trace=None if row["trace"] is None else scrub(row["trace"]),
        error=None if row["error"] is None else scrub(row["error"]),
    )


def _list(text: str) -> list[Any]:
    value = redact(parse_fast(text.encode()))
    return value if isinstance(value, list) else [value]


def table_of(rows: Sequence[Any], *, columns: int = 12) -> tuple[list[str], list[list[str]]]:
    """Bundles as a table of texts: its columns in the order they come up, and its rows."""
    names: dict[str, None] = {}
    for row in rows:
        names |= dict.fromkeys(row if isinstance(row, dict) else ("value",))
    shown = list(names)[:columns]
    return shown, [[_cell(row, name) for name in shown] for row in rows]


def _cell(row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, dict) else row
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)

"""What is shown of a run: how far it is, what it found, what it would change, what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adloom.console.desk import Desk
from adloom.console.jobs import Job
from adloom.console.problems import Problem, problem_of
from adloom.errors import UnforeseenError
from adloom.json_text import dump
from adloom.services.module_runs import Reading
from adloom.services.module_runs_changes import Applied, Applying, Planned
from adloom.services.module_runs_rows import MOST_SHOWN, KeptRows
from adloom.wire import Record
from modules.base import Change
from scheduler.records import Status

__all__ = ["Table", "cell", "rows_of", "shown"]

#: Rows on a page of a table, and how many columns it has; the download has all.
PAGE: Final = 25
MOST_COLUMNS: Final = 14
#: Characters of a cell, and of all the JSON that is shown at a time.
LONGEST_CELL: Final = 160
LONGEST_JSON: Final = 200_000
#: Changes that are listed; more are only counted.
MOST_CHANGES: Final = 500


@dataclass(frozen=True)
class Table:
    """Some of the rows of a run.

    Args:
        titles: Names and titles of the columns.
        rows: Cells as text.
        records: The same as data.
        number: Which page this is, from 1.
        pages: How many pages there are.
        first: The number of its first row.
        hidden: How many columns are left out.
        is_cut: Whether more rows came than are shown on all pages.
    """

    titles: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[str]] = ()
    records: Sequence[Record] = ()
    number: int = 1
    pages: int = 1
    first: int = 1
    hidden: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class Shown:
    """A run as its fragment needs it.

    Args:
        state: `looking`, `reading`, `found`, `planned`, `changing`, `changed` or `failed`.
        job: The run.
        rows: What it found.
        table: The rows of one page.
        view: `table` or `json`.
        connection: With which connection it ran.
        changes: What it would change, or did.
        more_changes: How many are not listed.
        calls: How many calls it would make.
        seconds: How long it took.
        problem: Why it ended.
        reading: What it read, if it read.
        planned: What it would do, if it would change something.
        applied: What it did, if it changed something.
    """

    state: str
    job: Job
    rows: KeptRows | None = None
    table: Table = field(default_factory=Table)
    view: str = "table"
    connection: str = ""
    changes: Sequence[Change] = ()
    more_changes: int = 0
    calls: int = 0
    seconds: float = 0.0
    problem: Problem | None = None
    reading: Reading | None = None
    planned: Planned | None = None
    applied: Applied | None = None

    @property
    def is_over(self) -> bool:
        """Whether it will not change by itself any more."""
        return not self.job.running


def shown(desk: Desk, job: Job, *, view: str = "", number: int = 1) -> dict[str, Any]:
    """What `_run.html` shows of a job."""
    now = job.ended_at or desk.session.wiring.clock.now()
    rows, result = rows_of(job), job.result
    changes = _changes(result)
    table = _table(rows, result, number) if rows is not None else Table()
    one = Shown(
        state=_state(job),
        job=job,
        rows=rows,
        table=table,
        view=view if view in ("table", "json") else _usual_view(result),
        connection=_connection(result),
        changes=changes[:MOST_CHANGES],
        more_changes=max(0, len(changes) - MOST_CHANGES),
        calls=len(result.plan.operation.calls) if isinstance(result, Planned) else 0,
        seconds=(now - job.started_at) / timedelta(seconds=1),
        problem=_problem(job),
        reading=result if isinstance(result, Reading) else None,
        planned=result if isinstance(result, Planned) else None,
        applied=result if isinstance(result, Applied) else None,
    )
    return {"run": one, "cell": cell, "cut": _cut, "Status": Status, "most_shown": MOST_SHOWN}


def rows_of(job: Job) -> KeptRows | None:
    """The rows that a run has found, if it is of the kind that finds any."""
    return job.result.rows if isinstance(job.result, Reading | Applied) else None


def _state(job: Job) -> str:
    match job.result:
        case Applying():
            return "changing" if job.running else "failed"
        case Reading():
            return "reading" if job.running else "found"
        case Planned():
            return "planned"
        case Applied():
            return "changed"
        case _:
            return "looking" if job.running else "failed"


def _connection(result: object) -> str:
    match result:
        case Reading() | Applied():
            return result.connection
        case Planned():
            return result.plan.operation.connection
        case Applying():
            return result.planned.plan.operation.connection
        case _:
            return ""


def _changes(result: object) -> list[Change]:
    match result:
        case Planned():
            return result.plan.changes
        case Applying():
            return result.planned.plan.changes
        case _:
            return []


def _problem(job: Job) -> Problem | None:
    error = job.error
    if error is None and isinstance(job.result, Applied):
        error = job.result.result.error
    if error is None:
        return None
    if job.fault:
        error = UnforeseenError(str(error), hint=f"Please report it with this file: {job.fault}")
    return problem_of(error)


def _usual_view(result: object) -> str:
    """One answer of an API is no table."""
    is_answer = isinstance(result, Reading) and result.module.action is not None
    return "json" if is_answer else "table"


def _table(rows: KeptRows, result: object, number: int) -> Table:
    pages = max(1, -(-len(rows.shown) // PAGE))
    number = min(max(1, number), pages)
    records = rows.shown[(number - 1) * PAGE : number * PAGE]
    # The columns are those of all pages, so that a table stays the same from page to page.
    names = rows.columns(rows.shown)
    titles = _titles(result)
    wanted = names[:MOST_COLUMNS]
    return Table(
        titles=[(name, titles.get(name, name)) for name in wanted],
        rows=[[cell(record.get(name)) for name in wanted] for record in records],
        records=records,
        number=number,
        pages=pages,
        first=(number - 1) * PAGE + 1,
        hidden=len(names) - len(wanted),
        is_cut=rows.count > len(rows.shown),
    )


def _titles(result: object) -> dict[str, str]:
    if not isinstance(result, Reading | Applied):
        return {}
    fields = result.module.bundle.model_fields
    return {name: info.title or name for name, info in fields.items()}


def cell(value: Any) -> str:
    """A value as a few words."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            text = value
        case dict() | list():
            text = dump(value).decode() if value else ""
        case _:
            text = str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _cut(text: str) -> str:
    """JSON that a browser can show without effort."""
    if len(text) <= LONGEST_JSON:
        return text
    return f"{text[:LONGEST_JSON]}\n… {len(text) - LONGEST_JSON:,} more characters: download them."

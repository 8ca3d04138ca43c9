"""What happened in an execution of a scenario, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from adloom.cli.output import plain, show_changes, show_table
from adloom.database import Database
from adloom.secret import redact
from adloom.services.execution_data import steps_of
from scheduler.history import StepState
from scheduler.incompletes import Incomplete
from scheduler.records import Execution

__all__ = [
    "named",
    "show_calls",
    "show_each_step",
    "show_steps",
    "show_troubles",
]

#: Rows of one table; the rest is told as a number, and whole with --json.
MOST_ROWS: Final = 200


async def show_steps(database: Database, execution_id: str) -> None:
    """What each step did, all bundles together."""
    steps = await steps_of(database, execution_id)
    order = list(dict.fromkeys(one["step"] for one in steps))
    rows = []
    for name in order:
        mine = [one for one in steps if one["step"] == name]
        count = {state: sum(one["state"] == state for one in mine) for state in StepState}
        rows.append(
            [
                name,
                len(mine),
                sum(len(one["output"]) for one in mine),
                count[StepState.DROPPED] or "",
                (count[StepState.FAILED] + count[StepState.INCOMPLETE]) or "",
                f"{sum(one['milliseconds'] for one in mine):,.0f}",
            ]
        )
    if rows:
        show_table(["Step", "Bundles in", "Out", "Dropped", "Failed", "ms"], rows)


def show_each_step(steps: Sequence[Mapping[str, Any]], keys: Mapping[str, str]) -> None:
    """Every run of every step, one line each."""
    rows = [
        [
            named(one["path"], keys),
            one["state"],
            f"{one['milliseconds']:,.0f}",
            len(one["output"]),
            one["error"] or (one["trace"] if one["state"] == StepState.DROPPED else ""),
        ]
        for one in steps[:MOST_ROWS]
    ]
    if rows:
        show_table(["Way", "State", "ms", "Bundles out", "Why"], rows)
    if len(steps) > MOST_ROWS:
        click.echo(f"… and {len(steps) - MOST_ROWS:,} more; all of them: --json")


def show_troubles(troubles: Sequence[Incomplete], keys: Mapping[str, str]) -> None:
    """What stopped part-way, and when it is tried again."""
    for one in troubles:
        click.secho(f"stopped at {named(one.path, keys)}", fg="yellow")
        click.echo(f"  {plain(one.error)}")
        if one.hint:
            click.echo(f"  → {plain(one.hint)}")
        again = f"{one.next_at:%Y-%m-%d %H:%M} UTC" if one.next_at else "only if you say so"
        click.echo(f"  tried {one.attempts} times; again: {again}")


def show_calls(execution: Execution, keys: Mapping[str, str]) -> None:
    """Every call that changes something, what it changed, and which bundle led to it."""
    for operation in execution.operations:
        way = f", for {named(operation.path, keys)}" if operation.path else ""
        click.echo(f"{operation.module.replace('_', '-')} with {operation.connection}{way}")
        for one in operation.calls:
            times = f", sent {one.attempts} times" if one.attempts > 1 else ""
            path = redact(one.call.request.path)
            click.echo(f"{one.call.request.method} {path}: {one.state}{times}")
            show_changes(one.call.changes, err=False)
            if one.error:
                click.echo(f"  {plain(one.error)}")


def named(path: str, keys: Mapping[str, str]) -> str:
    """A path that begins with what the trigger called the bundle."""
    first, mark, rest = path.partition(">")
    return f"{keys.get(first, first)}{mark}{rest}"

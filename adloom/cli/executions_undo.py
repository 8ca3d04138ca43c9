"""`adloom executions undo`: look what can be taken back, ask, take it back, tell."""

import sys
from typing import Any, Final

import click

from adloom.cli.carry import tell, tell_recovered
from adloom.cli.output import plain
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.services.undoing import going_back, undo_of
from scheduler.plan import Result
from scheduler.undo_items import Item, Preview, Verdict

__all__ = ["undo", "undo_of"]

#: Lines on a terminal; all of them with --json.
MOST_LINES: Final = 200


@click.command()
@click.argument("execution_id")
@click.option(
    "--only",
    type=click.IntRange(1),
    multiple=True,
    metavar="CALL",
    help="Only this call, by its number in the preview. Repeat it for several.",
)
@click.option("--partial", is_flag=True, help="Leave what cannot be taken back.")
@click.option("--allow-delete", is_flag=True, help="Delete what the execution made.")
@click.option("--dry-run", is_flag=True, help="Show what would go back, and change nothing.")
@yes_option
@json_option
def undo(
    execution_id: str,
    *,
    only: tuple[int, ...],
    partial: bool,
    allow_delete: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take back what an execution changed, the last first.

    Shows each change as it is now and as it was, and asks. What somebody has changed since is left
    alone: then nothing is taken back, unless --partial says so. What was sent, told or deleted does
    not come back. An undo is an execution too: to undo it brings everything back.
    """

    async def work(session: Session) -> int:
        if not dry_run:
            tell_recovered(await (await session.engine()).recover())
        taking_back = await undo_of(session)
        preview = await taking_back.preview(execution_id, only=only, allow_delete=allow_delete)
        machine = as_json or not sys.stdout.isatty()
        _show(preview, as_json=machine)
        if dry_run:
            say("Dry run: nothing was changed.")
            return 0
        if not yes and not preview.is_empty and (partial or not preview.blocking):
            _ask(preview)
        result = await taking_back.apply(preview, partial=partial)
        _tell(result, as_json=machine)
        return tell(result)

    click.get_current_context().exit(in_session(work))


def _ask(preview: Preview) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "This changes something, and nobody is here to confirm it. Nothing was changed.",
            hint="Add --yes, or look first with --dry-run.",
        )
    count = len(going_back(preview))
    things = "this change" if count == 1 else f"these {count} changes"
    if not click.confirm(f"Take {things} back?", err=True):
        raise click.Abort


def _show(preview: Preview, *, as_json: bool) -> None:
    """Tell what goes back, and what does not."""
    if preview.redoes is not None:
        say(f"This is a redo: it brings back what execution {preview.redoes} did.")
    if as_json:
        for one in preview.items:
            sys.stdout.buffer.write(dump(_as_data(one)) + b"\n")
        sys.stdout.buffer.flush()
        return
    for one in preview.items[:MOST_LINES]:
        click.echo(_line(one), err=True)
        if one.verdict is not Verdict.UNDO:
            reason = f": {one.reason}" if one.reason else ""
            click.secho(f"       {one.verdict}{plain(reason)}", fg="yellow", err=True)
    if len(preview.items) > MOST_LINES:
        more = len(preview.items) - MOST_LINES
        click.echo(f"… and {more:,} more; all of them: --json", err=True)


def _line(one: Item) -> str:
    change = one.change
    number = f"{one.call:>4}" if one.call else "   -"
    name = f" “{plain(change.name)}”" if change.name else ""
    what = f"{change.kind} {plain(change.id)}".strip()
    values = f"{_value(change.old)} → {_value(change.new)}"
    return f"{number}   {what}{name} {plain(change.field)}: {values} {change.unit}".rstrip()


def _value(value: Any) -> str:
    return plain(value) or "nothing"


def _as_data(one: Item) -> dict[str, Any]:
    return {**vars(one), "change": vars(one.change)}


def _tell(result: Result, *, as_json: bool) -> None:
    """Say how it went, call by call where a program reads."""
    execution = result.execution
    if not as_json:
        say(f"Execution {execution.id} undoes {execution.undoes}: {execution.status}.")
        return
    calls = [
        {
            "state": one.state,
            "error": one.error,
            "changes": [vars(change) for change in one.call.changes],
        }
        for operation in execution.operations
        for one in operation.calls
    ]
    ended = {"execution": execution.id, "undoes": execution.undoes, "status": execution.status}
    sys.stdout.buffer.write(dump({**ended, "calls": calls}) + b"\n")
    sys.stdout.buffer.flush()

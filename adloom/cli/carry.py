"""Carrying one module out for somebody at a keyboard: show, ask, do, tell."""

import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import click

from adloom.cli.events_flush import flush_events
from adloom.cli.output import Writer, show_changes
from adloom.cli.progress import Counting
from adloom.cli.session import Session, open_session, say, workspace_of
from adloom.errors import UsageError
from adloom.fields import validate
from adloom.json_text import dump
from adloom.wire import Page
from modules.base import Module
from scheduler.plan import Plan, Result
from scheduler.records import CallState, Status

__all__ = ["carry_out", "tell_recovered"]

EXIT_FAILED = 1


async def carry_out(
    context: click.Context,
    module: Module,
    values: Mapping[str, Any],
    *,
    connection: str | None,
    as_json: bool,
    yes: bool,
    dry_run: bool,
    since: datetime | None = None,
) -> None:
    """Run a module and leave with the exit code its outcome calls for."""
    params = validate(module.params, values)
    counting = Counting(limit=getattr(params, "limit", 0))
    async with open_session(workspace_of(context), tell=counting.say) as session:
        chosen = await session.choose(connection, module.providers)
        changes = module.action is not None and module.action.changes(params)
        if not changes:
            pages = session.reader.read(module, values, chosen, since=since)
            await _read(module, pages, counting, as_json=as_json)
            return
        if not dry_run:
            tell_recovered(await (await session.engine()).recover())
        plan = await (await session.engine()).plan(module, values, chosen)
        await _change(context, session, plan, as_json=as_json, yes=yes, dry_run=dry_run)


async def _read(
    module: Module,
    pages: AsyncIterator[Page[Any]],
    counting: Counting,
    *,
    as_json: bool,
) -> None:
    writer = Writer(module.bundle, as_json=as_json)
    total: int | None = None
    with counting:
        async for page in pages:
            # An API call yields one bundle a page, whatever number of rows its page announces.
            if not module.action and page.total is not None:
                total = page.total
            writer.write(page.records)
            counting.show(writer.count, total, more=page.has_more)
    if sys.stderr.isatty():
        of_all = f" of {total:,}" if total and total > writer.count else ""
        more = " All of them: --limit 0" if of_all and "limit" in module.params.model_fields else ""
        say(f"{writer.count:,}{of_all} shown.{more}")


async def _change(
    context: click.Context,
    session: Session,
    plan: Plan,
    *,
    as_json: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Show the changes, ask, make them, tell what came of it."""
    writer = Writer(plan.module.bundle, as_json=as_json)
    if not plan.changes:
        say("Everything already is as wished; nothing to change.")
    else:
        show_changes(plan.changes)
    if dry_run:
        writer_of_plan(plan, as_json=as_json)
        say("Dry run: nothing was changed.")
        return
    if plan.changes and not yes:
        _ask(len(plan.changes))
    result = await (await session.engine()).apply(plan)
    writer.write(result.records)
    await flush_events(session)
    context.exit(tell(result))


def writer_of_plan(plan: Plan, *, as_json: bool) -> None:
    """Write the planned changes where a program expects results."""
    if not as_json and sys.stdout.isatty():
        return
    for change in plan.changes:
        sys.stdout.buffer.write(dump(vars(change)) + b"\n")
    sys.stdout.buffer.flush()


def tell(result: Result) -> int:
    """Say how an execution ended; return the exit code."""
    execution = result.execution
    for operation in execution.operations:
        for one in operation.calls:
            if one.state in (CallState.FAILED, CallState.IN_DOUBT) and one.error:
                click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
                click.echo(one.error, err=True)
    if result.error is not None:
        raise result.error
    if execution.status in (Status.INCOMPLETE, Status.IN_DOUBT):
        say(f"Execution {execution.id} is {execution.status}.")
        say(f"See it: adloom executions show {execution.id}")
    return 0 if execution.status is Status.DONE else EXIT_FAILED


def tell_recovered(results: list[Result]) -> None:
    """Say what became of executions that an earlier process left behind."""
    for result in results:
        say(f"Execution {result.execution.id} of an earlier run: {result.execution.status}.")
        if result.error:
            say(str(result.error))


def _ask(count: int) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "This changes something, and nobody is here to confirm it. Nothing was changed.",
            hint="Add --yes, or look first with --dry-run.",
        )
    things = "this change" if count == 1 else f"these {count} changes"
    if not click.confirm(f"Make {things}?", err=True):
        raise click.Abort

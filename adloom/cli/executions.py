"""`adloom executions`: what was changed, and what waits for somebody."""

import sys
from typing import Any

import click

from adloom.cli.carry import tell
from adloom.cli.output import Writer, show_changes, show_table
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.json_text import dump
from adloom.secret import redact
from modules import find_module
from scheduler.records import Execution, Status

__all__ = ["executions"]


@click.group(no_args_is_help=True)
def executions() -> None:
    """See what was changed; resume or drop what stopped part-way."""


@executions.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that wait for somebody.")
@click.option("--limit", default=20, show_default=True, help="How many at most.")
@json_option
def list_executions(*, only_open: bool, limit: int, as_json: bool) -> None:
    """List executions, the newest first."""

    async def work(session: Session) -> list[Execution]:
        return await (await session.journal()).all(limit=limit, only_open=only_open)

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(_summary(one)) + b"\n")
        return
    rows = [
        [one.id, one.operations[0].module.replace("_", "-"), _count(one), one.status, one.error]
        for one in found
    ]
    show_table(["Execution", "Module", "Changes", "Status", "Error"], rows)


@executions.command()
@click.argument("execution_id")
@json_option
def show(execution_id: str, *, as_json: bool) -> None:
    """Show an execution: every call, what it changed, and what came of it."""

    async def work(session: Session) -> Execution:
        return await (await session.journal()).load(execution_id)

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(_whole(found)) + b"\n")
        return
    click.secho(f"{found.id}: {found.status}", bold=True)
    if found.error:
        click.echo(found.error)
    for operation in found.operations:
        click.echo(f"{operation.module.replace('_', '-')} with {operation.connection}")
        for one in operation.calls:
            times = f", sent {one.attempts} times" if one.attempts > 1 else ""
            path = redact(one.call.request.path)
            click.echo(f"{one.call.request.method} {path}: {one.state}{times}")
            show_changes(one.call.changes, err=False)
            if one.error:
                click.echo(f"  {one.error}")


@executions.command()
@click.argument("execution_id")
@click.option(
    "--again", is_flag=True, help="You have looked: it did not happen and may be sent again."
)
@json_option
def resume(execution_id: str, *, again: bool, as_json: bool) -> None:
    """Go on with an execution that stopped part-way."""

    async def work(session: Session) -> int:
        result = await (await session.engine()).resume(execution_id, again=again)
        module = find_module(result.execution.operations[0].module)
        Writer(module.bundle, as_json=as_json).write(result.records)
        code = tell(result)
        say(f"Execution {result.execution.id} is {result.execution.status}.")
        return code

    click.get_current_context().exit(in_session(work))


@executions.command()
@click.argument("execution_id")
@yes_option
def drop(execution_id: str, *, yes: bool) -> None:
    """Give an execution up: what it had not sent yet is never sent."""

    async def work(session: Session) -> None:
        execution = await (await session.journal()).load(execution_id)
        if execution.status in (Status.DONE, Status.DROPPED, Status.FAILED):
            say(f"Execution {execution.id} is {execution.status}; there is nothing to drop.")
            return
        if not yes and not click.confirm(f"Drop {execution.id} ({execution.status})?", err=True):
            raise click.Abort
        await (await session.journal()).drop(execution)
        click.echo(f"{execution.id} is dropped.")

    in_session(work)


def _count(execution: Execution) -> int:
    return sum(len(one.call.changes) for step in execution.operations for one in step.calls)


def _summary(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "status": execution.status,
        "started_at": execution.started_at,
        "ended_at": execution.ended_at,
        "error": execution.error,
        "modules": [operation.module for operation in execution.operations],
        "changes": _count(execution),
    }


def _whole(execution: Execution) -> dict[str, Any]:
    return _summary(execution) | {
        "operations": [
            {
                "module": operation.module,
                "connection": operation.connection,
                "params": redact(dict(operation.params)),
                "calls": [
                    {
                        "method": one.call.request.method,
                        "path": redact(one.call.request.path),
                        "state": one.state,
                        "attempts": one.attempts,
                        "attempted_at": one.attempted_at,
                        "changes": [vars(change) for change in one.call.changes],
                        "answer": redact(one.body),
                        "error": one.error,
                    }
                    for one in operation.calls
                ],
            }
            for operation in execution.operations
        ]
    }

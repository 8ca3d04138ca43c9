"""`adloom executions`: what was done, and what waits for somebody."""

import sys

import click

from adloom.cli.carry import tell
from adloom.cli.events_flush import flush_events
from adloom.cli.execution_words import show_calls, show_each_step, show_troubles
from adloom.cli.executions_audit import audit
from adloom.cli.executions_record import record_execution
from adloom.cli.executions_replay import replay_execution
from adloom.cli.executions_undo import undo
from adloom.cli.holds import dismiss, holds, release
from adloom.cli.output import Writer, plain, show_table
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.json_text import dump
from adloom.services.execution_data import as_data, keys_of, steps_of
from adloom.services.executions import OVER
from adloom.services.executions_resuming import Resumed
from adloom.services.executions_resuming import drop as give_up
from adloom.services.executions_resuming import resume as carry_on
from modules import find_module
from scheduler.incompletes import Incompletes
from scheduler.records import Execution, Status
from scheduler.summaries import OPEN, Summary, summaries

__all__ = ["executions"]


@click.group(no_args_is_help=True)
def executions() -> None:
    """See what was done and changed; resume or drop what stopped part-way, take changes back."""


executions.add_command(audit)
executions.add_command(undo)


for command in (record_execution, replay_execution, holds, release, dismiss):
    executions.add_command(command)


@executions.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that wait for somebody.")
@click.option("--scenario", metavar="NAME", help="Only those of a scenario.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in Status]),
    help="Only those that stand so. Repeat it for several.",
)
@click.option("--limit", default=20, show_default=True, help="How many at most.")
@json_option
def list_executions(
    *, only_open: bool, scenario: str | None, statuses: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """List executions, the newest first: of scenarios, and of modules that changed something."""
    wanted = OPEN if only_open else tuple(Status(one) for one in statuses)

    async def work(session: Session) -> list[Summary]:
        database = await session.journal_database()
        return await summaries(database, limit=limit, scenario=scenario, statuses=wanted)

    found = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(vars(one)) + b"\n")
        return
    rows = [
        [one.id, one.scenario or _modules(one), one.changes or "", one.status, one.error]
        for one in found
    ]
    show_table(["Execution", "Scenario or module", "Changes", "Status", "Error"], rows)


def _modules(one: Summary) -> str:
    return ", ".join(name.replace("_", "-") for name in one.modules)


@executions.command()
@click.argument("execution_id")
@json_option
def show(execution_id: str, *, as_json: bool) -> None:
    """Show an execution: each step, each call, what it changed, and what came of it.

    Of a scenario each bundle is told by the way it took: `17…>report:0>pause` is the step pause,
    for the first bundle of report, for the bundle 17… of the trigger.
    """

    async def work(session: Session) -> None:
        execution = await (await session.journal()).load(execution_id)
        database = await session.journal_database()
        steps = await steps_of(database, execution.id)
        keys = await keys_of(database, execution.id)
        stopped = await Incompletes(database, session.wiring.clock).open(execution.scenario)
        troubles = [one for one in stopped if one.execution_id == execution.id]
        if as_json or not sys.stdout.isatty():
            told = as_data(execution) | {"steps": steps, "bundles": keys, "stopped": troubles}
            sys.stdout.buffer.write(dump(told) + b"\n")
            return
        _tell(execution)
        show_each_step(steps, keys)
        show_troubles(troubles, keys)
        show_calls(execution, keys)

    in_session(work)


def _tell(execution: Execution) -> None:
    of = f" of {execution.scenario}" if execution.scenario else ""
    of += f", undoes {execution.undoes}" if execution.undoes else ""
    click.secho(f"{execution.id}{of}: {execution.status}", bold=True)
    if execution.scenario:
        ended = f", ended {execution.ended_at:%H:%M:%S}" if execution.ended_at else ""
        why = execution.slot or "by hand"
        click.echo(f"Began {execution.started_at:%Y-%m-%d %H:%M:%S} UTC ({why}){ended}")
    if execution.error:
        click.echo(plain(execution.error))


@executions.command()
@click.argument("execution_id")
@click.option(
    "--again", is_flag=True, help="You have looked: it did not happen and may be sent again."
)
@json_option
def resume(execution_id: str, *, again: bool, as_json: bool) -> None:
    """Go on with an execution that stopped part-way; what is done is not done again."""

    async def work(session: Session) -> int:
        resumed = await carry_on(session, execution_id, again=again)
        if resumed.result is None:
            return await _tell_scenario(session, resumed)
        result = resumed.result
        if result.execution.undoes is not None:
            say(f"Execution {result.execution.id} is {result.execution.status}.")
            return tell(result)
        module = find_module(result.execution.operations[0].module)
        Writer(module.bundle, as_json=as_json).write(result.records)
        await flush_events(session)
        code = tell(result)
        say(f"Execution {result.execution.id} is {result.execution.status}.")
        return code

    click.get_current_context().exit(in_session(work))


async def _tell_scenario(session: Session, resumed: Resumed) -> int:
    await flush_events(session)
    for step, error in resumed.troubles:
        click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(f"{step}: {error}", err=True)
    say(f"Execution {resumed.execution.id} is {resumed.execution.status}.")
    if resumed.error is not None:
        raise resumed.error
    return 0 if resumed.is_done else 1


@executions.command()
@click.argument("execution_id")
@yes_option
def drop(execution_id: str, *, yes: bool) -> None:
    """Give an execution up: what it had not sent yet is never sent."""

    async def work(session: Session) -> None:
        execution = await (await session.journal()).load(execution_id)
        if execution.status in OVER:
            say(f"Execution {execution.id} is {execution.status}; there is nothing to drop.")
            return
        if not yes and not click.confirm(f"Drop {execution.id} ({execution.status})?", err=True):
            raise click.Abort
        await give_up(session, execution)
        click.echo(f"{execution.id} is dropped.")

    in_session(work)

"""`adloom serve`: runs scenarios by their schedules, in the foreground, until it is stopped."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from types import FrameType
from typing import Any, Final

import click

from adloom.cli.console_options import Address, address_from, console_options
from adloom.cli.demo_account import SimulatedAccount
from adloom.cli.demo_workspace import demo_workspace
from adloom.cli.serve_chores import Chores
from adloom.cli.serve_events import Events
from adloom.cli.serve_hooks import Hooks
from adloom.cli.serve_intake import intake
from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session, open_session, workspace_of
from adloom.services.serve_log import ServeLog
from adloom.settings import Workspace
from scheduler.conducting import Conducting
from scheduler.runner import Chore, Runner
from scheduler.scenario_rows import Due, RunEnd, RunStatus
from scheduler.sole_runner import sole_runner
from scheduler.workshop import Workshop

__all__ = ["serve"]

EXIT_INTERRUPTED: Final = 130
#: Seconds that what runs may go on after a stop was asked for.
PATIENCE: Final = 30.0
SHORT: Final = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Run what is due and send what waits, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Write the log as JSON lines.")
@console_options
def serve(*, once: bool, as_json: bool, **typed: Any) -> None:
    """Run scenarios by their schedules, until you stop it; the web console is part of it.

    Prints the link that opens the console in a browser. Reads the scenario files again whenever
    they change, goes on with what an earlier process left behind, tries again what stopped
    part-way, renews tokens, takes in webhooks on this machine if a scenario begins with one, and
    events if the settings have an address for them; sends the events that wait. Writes a line for
    whatever happens. The demo account, if the workspace has one, runs along.

    Ctrl-C or SIGTERM lets what runs end, for half a minute at most; a second one stops at once.
    What was under way is gone on with the next time. A file named STOP in the workspace pauses it.
    """
    context = click.get_current_context()
    demo = bool(typed["demo"])
    workspace = asyncio.run(demo_workspace(context)) if demo else workspace_of(context)
    lines = ServeLog(as_json=as_json)
    address = None if once else address_from(workspace, typed)
    context.exit(asyncio.run(_serve(workspace, lines, address, once=once, demo=demo)))


async def _serve(
    workspace: Workspace, lines: ServeLog, address: Address | None, *, once: bool, demo: bool
) -> int:
    async with open_session(workspace, tell=lines.say_once) as session:
        with sole_runner(workspace.locks, session.wiring.clock.now()):
            workshop = await session.workshop()
            notices = Notices(session, lines)
            hooks = Hooks(session, workshop, lines, notices)
            events = Events(session, lines, notices)
            chores = [
                *Chores(session, workshop, lines, notices).all(),
                Chore("open webhooks", 3, hooks.refresh, at_start=True),
                *events.chores(),
            ]
            runner = _runner(workshop, lines, notices, chores)
            account = SimulatedAccount(session, lines)
            try:
                await (account.start() if demo else account.resume())
                if once:
                    return await _once(runner, workshop, lines, chores, events)
                async with _console(session, workshop, lines, address, account):
                    return await _stay(runner, hooks, events, session, lines)
            finally:
                await hooks.settle(PATIENCE if once else SHORT)
                await events.settle(SHORT)
                await notices.settle()
                await account.end()


def _console(
    session: Session,
    workshop: Workshop,
    lines: ServeLog,
    address: Address | None,
    account: SimulatedAccount,
) -> AbstractAsyncContextManager[object]:
    """The console, unless nobody wants it."""
    if address is None:
        return nullcontext()
    # Imported here: without it, serving needs no templates.
    from adloom.cli.serve_console import console

    return console(session, workshop, lines, address, demo=account)


def _runner(
    workshop: Workshop, lines: ServeLog, notices: Notices, chores: Sequence[Chore]
) -> Runner:
    conducting = Conducting(workshop)

    async def conduct(due: Due) -> RunEnd:
        began = time.monotonic()
        end = await conducting.conduct(due)
        took = f"{time.monotonic() - began:.1f} s"
        if end.status is RunStatus.DONE:
            lines.say(f"done in {took}" if end.found else f"nothing new ({took})", due.scenario)
        else:
            lines.alert(f"{end.status} after {took}. {end.error or ''}", due.scenario)
        return end

    return Runner(
        workshop.dues,
        conduct,
        workshop.clock,
        workshop.node,
        chores=chores,
        stopped=workshop.stopped,
        patience=PATIENCE,
        tell=lines.say,
        disabled=lambda name, reason: notices.tell(name, f"{name} is disabled now. {reason}"),
    )


async def _stay(
    runner: Runner, hooks: Hooks, events: Events, session: Session, lines: ServeLog
) -> int:
    def stop() -> None:
        runner.stop()
        events.stop()

    with _asked_to_stop(stop) as asked:
        async with intake(hooks, events, session, lines):
            events.begin()
            lines.say("Running. Stop it with Ctrl-C.")
            await runner.serve()
        await events.settle(PATIENCE)
    lines.say("Stopped.")
    return EXIT_INTERRUPTED if signal.SIGINT in asked else 0


async def _once(
    runner: Runner, workshop: Workshop, lines: ServeLog, chores: Sequence[Chore], events: Events
) -> int:
    """Do everything that is due now, and what follows from it at once."""
    here = asyncio.current_task()
    assert here is not None  # noqa: S101 - this is a coroutine
    with _asked_to_stop(here.cancel) as asked:
        try:
            count = await _due(runner, workshop, chores)
            await events.send_rest()
        except asyncio.CancelledError:
            if not asked:
                raise
            lines.say("Stopped before the end; the next time goes on with the rest.")
            return EXIT_INTERRUPTED
    lines.say(f"{count} due and run." if count else "Nothing was due.")
    return 0


async def _due(runner: Runner, workshop: Workshop, chores: Sequence[Chore]) -> int:
    """Run what is due until nothing is; how many occurrences that was."""
    await workshop.dues.recompute()
    for chore in chores:
        await chore.work()
    count = await runner.take_over()
    await runner.idle()
    while started := await runner.tick():
        count += started
        await runner.idle()
    return count


@contextmanager
def _asked_to_stop(obey: Callable[[], object]) -> Iterator[list[int]]:
    """Have something called for SIGTERM and Ctrl-C; tells which of them came."""
    loop = asyncio.get_running_loop()
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)
        loop.call_soon_threadsafe(obey)

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for one, known in before.items():
            signal.signal(one, known)

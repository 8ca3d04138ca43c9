"""Running one scenario once, now, because a person says so."""

import dataclasses
from collections.abc import Callable

from adloom.errors import UsageError
from scenarios.model import Epoch, ModuleStep, Scenario
from scheduler.conducting import Conducting
from scheduler.run_ends import end_of
from scheduler.runs import RunResult, trigger_of
from scheduler.scenario_rows import RunEnd, RunStatus
from scheduler.workshop import Workshop

__all__ = ["run_once", "say_end", "say_polled", "started_at"]


async def started_at(workshop: Workshop, scenario: Scenario, start: Epoch) -> Scenario:
    """The same scenario with another start of its watch.

    Raises:
        UsageError: It has no watch, or that has started already.
    """
    trigger = trigger_of(scenario)
    if trigger is None:
        raise UsageError(f"{scenario.name} does not begin with a watch, so it starts nowhere.")
    if await workshop.watches.all(scenario.name):
        raise UsageError(
            f"The watch of {scenario.name} has started already and goes on where it stands.",
            hint=f"See where: adloom scenarios show {scenario.name}",
        )
    first: ModuleStep = dataclasses.replace(trigger, start=start)
    return dataclasses.replace(scenario, steps=(first, *scenario.steps[1:]))


async def run_once(
    workshop: Workshop, scenario: Scenario, say: Callable[[str], object]
) -> tuple[RunResult, RunEnd]:
    """Run it as an occurrence of its own, so that it never runs beside itself.

    Args:
        workshop: What scenarios are run with.
        scenario: The scenario, as it is to be run.
        say: Told what somebody should know on the way.

    Raises:
        UsageError: It cannot run, or runs already.
    """
    for left in await workshop.dues.reclaim(workshop.node.id, workshop.node.is_alive):
        say(f"{left.scenario}: going on with what a process that died had begun.")
        await workshop.dues.ended(left, await Conducting(workshop).conduct(left))
    due = await workshop.dues.claim_now(scenario.name, workshop.node.id)
    end = RunEnd(RunStatus.STOPPED, "It was interrupted.")
    try:
        result = await workshop.run(scenario, slot=due.slot)
        end = end_of(scenario, result)
    finally:
        await workshop.dues.ended(due, end)
    return result, end


def say_polled(scenario: Scenario, result: RunResult) -> list[str]:
    """What its watch told, in lines."""
    if result.polled is None:
        return []
    first = scenario.steps[0].id
    said = [f"{source or first}: {error}" for source, error in result.polled.errors]
    return said + [f"{source}: watching from now on." for source in result.polled.begun]


def say_end(scenario: Scenario, result: RunResult, end: RunEnd) -> str | None:
    """What a run came to, in a line; None where its watch has told why it came to nothing."""
    if result.held:
        return f"{scenario.name} did not run: {result.held}."
    if result.executions:
        return f"{scenario.name}: {end.status}." + (f" {end.error}" if end.error else "")
    if result.failed:
        return None
    waiting = result.polled.waiting if result.polled else 0
    return f"{scenario.name}: nothing new." + (f" {waiting} wait." if waiting else "")

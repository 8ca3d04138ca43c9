"""A saved scenario run once from where it is edited, and what its executions left behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adloom.services.draft_bundles import runs_in
from adloom.services.executions_steps import Run
from adloom.services.scenario_runs import run_once, say_end, say_polled, started_at
from scenarios.model import Epoch, EpochKind, Scenario
from scheduler.workshop import Workshop

__all__ = ["Looked", "look_at", "run_saved"]


@dataclass(frozen=True)
class Looked:
    """Executions as the editor shows them.

    Args:
        executions: Their ids, statuses and errors.
        runs: What every step did.
    """

    executions: Sequence[tuple[str, str, str | None]]
    runs: Sequence[Run]


async def run_saved(
    workshop: Workshop,
    scenario: Scenario,
    say: Callable[[str], object],
    *,
    everything: bool = False,
) -> list[str]:
    """Run a scenario of the workspace once, for real.

    Args:
        workshop: What scenarios are run with.
        scenario: The scenario, as it is to be run.
        say: Told what somebody should know on the way, and what came of it.
        everything: Whether its watch begins with all there is.

    Returns:
        The ids of its executions.

    Raises:
        UsageError: It cannot run, or runs already.
    """
    chosen = scenario
    if everything:
        chosen = await started_at(workshop, scenario, Epoch(EpochKind.EVERYTHING))
    result, end = await run_once(workshop, chosen, say)
    for line in (*say_polled(chosen, result), say_end(chosen, result, end)):
        if line:
            say(line)
    return [one.execution.id for one in result.executions]


async def look_at(workshop: Workshop, executions: Sequence[str]) -> Looked:
    """What some executions did, as anybody may read it.

    Args:
        workshop: What keeps them.
        executions: Their ids.

    Raises:
        UnknownNameError: There is none of one of these ids.
    """
    found = [await workshop.journal.load(one) for one in executions]
    told = [(one.id, str(one.status), one.error) for one in found]
    return Looked(told, await runs_in(workshop.database, [one.id for one in found]))

"""What a run was, as the schedule remembers it: good, not all good, or a failure that counts."""

from adloom.errors import AdloomError, LimitExceededError, Reaction
from scenarios.model import Scenario
from scheduler.runs import Ended, RunResult, is_fed
from scheduler.scenario_rows import RunEnd, RunStatus

__all__ = ["end_of"]


def end_of(scenario: Scenario, result: RunResult) -> RunEnd:
    """Judge a run (platforms.md §1.5).

    What may work later by itself does not count as a failure, and neither does a bundle that a
    limit has parked for a person, or one that is kept while others went through: they are warnings.
    """
    found = bool(result.executions) or bool(result.polled and result.polled.found)
    if result.held:
        return RunEnd(RunStatus.STOPPED, f"It did not run: {result.held}.")
    errors: list[AdloomError] = []
    if result.polled:
        errors += [error for _, error in result.polled.errors]
    errors += [one.error for one in result.executions if one.error is not None]
    for one in result.executions:
        if _is_whole(scenario, one):
            errors += [trouble.error for trouble in one.troubles]
    lasting = [error for error in errors if not _waits(error)]
    if lasting:
        return RunEnd(RunStatus.FAILED, str(lasting[0]), found)
    troubles = [trouble for one in result.executions for trouble in one.troubles]
    if errors or troubles:
        text = f"{troubles[0].step}: {troubles[0].error}" if troubles else str(errors[0])
        return RunEnd(RunStatus.WARNING, text, found)
    return RunEnd(RunStatus.DONE, None, found)


def _waits(error: AdloomError) -> bool:
    """Whether it may go on by itself, or waits for a person who was asked."""
    asked = isinstance(error, LimitExceededError) and error.alone
    return asked or error.reaction is Reaction.RETRY


def _is_whole(scenario: Scenario, ended: Ended) -> bool:
    """Whether nothing of an execution came through."""
    if not ended.troubles:
        return False
    if is_fed(scenario):
        return len({one.path.partition(">")[0] for one in ended.troubles}) >= ended.bundles
    # A scenario without a trigger begins with its first step: beyond it, others went on.
    return any(">" not in one.path for one in ended.troubles)

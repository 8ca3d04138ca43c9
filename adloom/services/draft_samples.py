"""What the steps of a scenario handed on the last time, for previews while it is edited."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.errors import AdloomError
from scheduler.history import History, StepState
from scheduler.records import Status
from scheduler.summaries import summaries
from scheduler.workshop import Workshop

__all__ = ["samples_of"]

#: How many executions are looked at, the newest first, and how many bundles of a step are kept.
MOST_EXECUTIONS: Final = 3
MOST_BUNDLES: Final = 20


async def samples_of(
    workshop: Workshop, scenario: str, *, execution: str | None = None
) -> Mapping[str, Sequence[Any]]:
    """Bundles by step: of one execution, or of the newest that have some.

    Args:
        workshop: What runs scenarios.
        scenario: Whose executions.
        execution: Only this one.
    """
    ids = [execution] if execution else await _newest(workshop, scenario)
    found: dict[str, list[Any]] = {}
    for one in ids:
        for step, bundles in (await _bundles(workshop, one)).items():
            found.setdefault(step, bundles)
    return found


async def _newest(workshop: Workshop, scenario: str) -> list[str]:
    listed = await summaries(workshop.database, limit=MOST_EXECUTIONS, scenario=scenario)
    return [one.id for one in listed if one.status is not Status.RUNNING]


async def _bundles(workshop: Workshop, execution: str) -> dict[str, list[Any]]:
    history = History(workshop.database, workshop.sealer, execution)
    found: dict[str, list[Any]] = {}
    try:
        known = await history.known()
    except AdloomError:  # sealed with another key: a preview is no reason to stop
        return {}
    for run in known.values():
        if run.state is StepState.DONE and run.output:
            kept = found.setdefault(run.step, [])
            kept.extend(run.output[: MOST_BUNDLES - len(kept)])
    return found

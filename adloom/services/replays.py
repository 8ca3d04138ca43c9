"""Replays: an execution walked again against its records, and what of it is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.model import Scenario
from scheduler.comparing import Aspect
from scheduler.replaying import Replay
from scheduler.workshop import Workshop

__all__ = ["changes_left_and_new", "replay_summary", "todays_version"]


async def todays_version(workshop: Workshop, execution_id: str) -> Scenario | None:
    """The scenario of an execution as it is now; None of a single module.

    Raises:
        UnknownNameError: There is no such execution, or no such scenario any more.
    """
    await workshop.synchronise()
    execution = await workshop.journal.load(execution_id)
    return await workshop.current(execution.scenario) if execution.scenario else None


def replay_summary(found: Replay) -> str:
    """What came of a replay, in a line."""
    said = f"{found.execution.id}: {found.same} steps the same"
    said += f", {len(found.differences)} would differ" if found.differences else ""
    said += f", {len(found.missing)} without a record" if found.missing else ""
    if found.erased:
        said += f"; {found.erased} bundles of the trigger were erased when they were done"
    return f"{said}."


def changes_left_and_new(
    aspect: Aspect,
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """Changes that would not be made any more, and those that would be made instead."""
    gone = [one for one in aspect.old if one not in aspect.new]
    return gone, [one for one in aspect.new if one not in aspect.old]

"""Making a plan of a scenario: what it would do if it ran now, with nothing being sent."""

from collections.abc import Sequence
from typing import Any, Final

from adloom.errors import UsageError
from adloom.json_text import JsonError, parse_strict
from adloom.services.scenario_list_check import runnable
from adloom.services.session import Session
from adloom.wire import Record
from scenarios.model import Scenario
from scheduler.plan_records import ScenarioPlan
from scheduler.workshop import Workshop

__all__ = ["LARGEST_INPUT", "bundles_from", "make_plan", "plan_of"]

#: Bytes that given bundles may have.
LARGEST_INPUT: Final = 10_000_000


def bundles_from(content: bytes, called: str = "The input") -> list[Record]:
    """Bundles to begin with, as somebody has written them.

    Args:
        content: A JSON object, or a list of them.
        called: What messages call it.

    Raises:
        UsageError: They are none.
    """
    if len(content) > LARGEST_INPUT:
        raise UsageError(f"{called} takes {LARGEST_INPUT:,} bytes at most.")
    try:
        value = parse_strict(content)
    except JsonError as error:
        raise UsageError(f"{called} is no JSON: {error}.") from None
    bundles: list[Any] = value if isinstance(value, list) else [value]
    if not bundles or not all(isinstance(one, dict) for one in bundles):
        raise UsageError(f"{called} is a JSON object, or a list of them.")
    return bundles


async def make_plan(
    workshop: Workshop,
    scenario: Scenario,
    *,
    given: Sequence[Record] | None = None,
    limit: int | None = None,
    save: bool = True,
) -> ScenarioPlan:
    """Make a plan, and keep it.

    Args:
        workshop: What scenarios are run with.
        scenario: The scenario.
        given: Bundles to begin with, instead of what its trigger would be told.
        limit: Carry at most so many bundles.
        save: Whether it is kept, so that it can be applied.
    """
    made = await workshop.plan(scenario, given=given, limit=limit)
    if save:
        await workshop.plans.save(made)
    return made


async def plan_of(
    session: Session,
    workshop: Workshop,
    name: str,
    *,
    given: Sequence[Record] | None = None,
    limit: int | None = None,
) -> ScenarioPlan:
    """Make a plan of a scenario of the workspace as its file stands now, and keep it.

    Raises:
        UnknownNameError: There is no such scenario.
        InvalidScenarioError: It cannot be run where it is.
    """
    scenario = await runnable(session, workshop, name)
    return await make_plan(workshop, scenario, given=given, limit=limit)

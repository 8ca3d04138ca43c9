"""Where a schedule is at home: what its file says, and the time zone of the account it works in."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from adloom.services.editing_nodes import child
from adloom.services.editing_problems import tolerant_scenario
from scenarios.load_schedule import read_schedule
from scenarios.model import Scenario
from scenarios.problems import Problems
from scenarios.schedules import ACCOUNT, Schedule, ScheduleKind
from scenarios.yaml_reading import compose
from scheduler.scenario_store import StoredScenario
from scheduler.workshop import Workshop

__all__ = ["account_zone", "schedule_in"]


def schedule_in(text: str) -> tuple[Schedule | None, Any]:
    """The schedule of a text, as it is understood and as it is written; None if there is none."""
    node = child(compose(text, Problems()), "schedule")
    if node is None:
        return None, None
    return read_schedule(node, ("schedule",), Problems()), node.plain()


async def account_zone(
    workshop: Workshop, stored: StoredScenario, text: str
) -> tuple[Scenario | None, ZoneInfo | None]:
    """A scenario as far as it can be understood, and the time zone of its account if it is known.

    Args:
        workshop: Asks the platform, where nobody has asked yet.
        stored: The scenario as the journal knows it.
        text: What its file says now.
    """
    scenario = tolerant_scenario(text)
    if stored.schedule and stored.schedule.timezone == ACCOUNT and stored.zone:
        return scenario, stored.place
    if scenario is None:
        return None, None
    at_home = Schedule(ScheduleKind.ON_DEMAND, timezone=ACCOUNT)
    named = replace(scenario, name=stored.name, schedule=at_home)
    zone = (await workshop.zones.of([named])).get(stored.name)
    return scenario, ZoneInfo(zone) if zone else None

"""What is to be known of scenarios before they run: their requests, and whom they may meet."""

from collections.abc import Sequence
from datetime import datetime

from adloom.database import Database
from adloom.services.scenario_files import texts
from adloom.services.session import Session
from connections.store import ConnectionStore
from modules import find_module
from scenarios.conflicts import conflict_problems
from scenarios.directions import Direction
from scenarios.limits import SpendRaising
from scenarios.model import ModuleStep, Scenario
from scenarios.problems import Problem
from scenarios.touches import touches_of
from scheduler.rails.forecast import COUNTED, Forecast, forecast_of, measured_uses

__all__ = ["conflicts_of", "forecasts", "unasked_raises"]

#: What a connection allows that says nothing about it, requests a second (DESIGN §5).
USUAL_RATE = 8.0


async def forecasts(
    store: ConnectionStore, journal: Database, scenarios: Sequence[Scenario], now: datetime
) -> list[Forecast]:
    """Forecast the scenarios that ask anything of a platform by themselves."""
    rates = {one.name: one.settings.get("requests_per_second") for one in await store.all()}
    others = {one.name: one for one in scenarios}
    found = []
    for scenario in scenarios:
        asked = _asked(scenario)
        if not asked or scenario.schedule is None:
            continue
        known = [float(rate) for name in asked if (rate := rates.get(name))]
        rate = min(known, default=USUAL_RATE)
        uses = await measured_uses(journal, scenario)
        found.append(forecast_of(scenario, now, rate=rate, uses=uses, others=others))
    return found


def unasked_raises(scenario: Scenario) -> list[str]:
    """The steps that may raise spending without asking anybody."""
    if scenario.limits.spend_raising is not SpendRaising.ALLOW:
        return []
    touches = touches_of(scenario)
    return [touch.step.id for touch in touches if Direction.RAISES in touch.directions]


def conflicts_of(session: Session, scenario: Scenario) -> Sequence[Problem]:
    """Whom else of the workspace it may meet at the same objects."""
    found = texts(session.workspace.scenarios)
    understood = [one.scenario for one in found if one.scenario is not None]
    return conflict_problems([scenario], understood)


def _asked(scenario: Scenario) -> set[str]:
    """The connections through which a scenario asks a platform for anything."""
    uses = (step for step in scenario.all_steps() if isinstance(step, ModuleStep))
    return {
        step.connection or ""
        for step in uses
        if not step.disabled and COUNTED & set(find_module(step.module).providers)
    }

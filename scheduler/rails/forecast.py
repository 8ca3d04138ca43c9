"""How many requests a scenario is going to make: from its schedule, its steps and its past runs.

A forecast is honest about what it stands on: uses of steps are measured where this version of the
scenario has run, otherwise assumed, and it says which.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adloom.database import Database
from modules import find_module
from modules.base import Kind
from scenarios.model import (
    AggregatorStep,
    IteratorStep,
    ModuleStep,
    RouterStep,
    Scenario,
    ScenarioStep,
    Step,
)
from scheduler.occurrences import next_occurrence

__all__ = ["Forecast", "forecast_of", "measured_uses"]

#: Platforms whose requests are counted.
COUNTED: Final = frozenset({"tiktok-business", "tiktok"})
#: Bundles of a listing that has no limit, where nothing was measured.
ASSUMED_BUNDLES: Final = 100
#: Two reads of what is, the change, and a look whether it happened.
REQUESTS_OF_A_CHANGE: Final = 4
#: A watch looks, and looks again to be sure.
REQUESTS_OF_A_WATCH: Final = 2
ROWS_OF_A_PAGE: Final = 1_000
#: So many of the last executions are looked at.
LOOKED_AT: Final = 20
MOST_RUNS: Final = 24 * 3600
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Uses:
    """How often steps were used, in so many runs.

    Args:
        runs: How many runs.
        of_step: Uses in all of them, by step.
    """

    runs: int = 0
    of_step: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Forecast:
    """How many requests a scenario is going to make.

    Args:
        scenario: Its name.
        per_run: Requests of one run.
        runs: Runs in the next 24 hours.
        rate: Requests a second that the connection allows.
        allowed: Requests one run may make (`settings.budget.api_calls`).
        measured: In how many past runs uses of steps were counted; 0 means they are assumed.
    """

    scenario: str
    per_run: int
    runs: int
    rate: float
    allowed: int
    measured: int

    @property
    def per_day(self) -> int:
        """Requests of the next 24 hours."""
        return self.per_run * self.runs

    @property
    def seconds(self) -> float:
        """How long the requests of one run take at least."""
        return self.per_run / self.rate

    @property
    def text(self) -> str:
        """In one line."""
        when = (
            f"{self.runs:,} run{'' if self.runs == 1 else 's'} a day: {self.per_day:,}"
            if self.runs
            else "when you say so"
        )
        basis = (
            f"counted in {self.measured} past run{'' if self.measured == 1 else 's'}"
            if self.measured
            else f"assuming {ASSUMED_BUNDLES} bundles of a listing without limit"
        )
        return (
            f"{self.scenario}: about {self.per_run:,} requests a run, {when}. At"
            f" {self.rate:g} a second a run takes at least {math.ceil(self.seconds)} s ({basis},"
            f" {REQUESTS_OF_A_CHANGE} requests a change, every bundle passing)."
        )

    @property
    def warnings(self) -> list[str]:
        """What would not go well."""
        found = []
        if self.per_run > self.allowed:
            text = f"{self.scenario} would be stopped: a run may make {self.allowed:,} requests"
            found.append(f"{text} (settings.budget.api_calls).")
        if self.runs and self.seconds * self.runs > DAY.total_seconds():
            found.append(f"{self.scenario} would not be done before it is due again.")
        return found


def forecast_of(
    scenario: Scenario,
    now: datetime,
    *,
    rate: float,
    uses: Uses | None = None,
    others: Mapping[str, Scenario] | None = None,
) -> Forecast:
    """Work out what a scenario is going to ask of its platform.

    Args:
        scenario: The scenario.
        now: The present.
        rate: Requests a second that its connection allows.
        uses: How often its steps were used.
        others: Scenarios it may call, by name.
    """
    uses = uses or Uses()
    if uses.runs and uses.of_step:
        steps = {step.id: step for step in scenario.all_steps()}
        total = sum(
            count * _requests(steps[name]) for name, count in uses.of_step.items() if name in steps
        )
        per_run = math.ceil(total / uses.runs)
    else:
        per_run = math.ceil(_walk(scenario.steps, 1.0, others or {}, frozenset({scenario.name})))
    allowed = scenario.settings.budget.api_calls
    return Forecast(scenario.name, per_run, _runs(scenario, now), rate, allowed, uses.runs)


async def measured_uses(
    database: Database, scenario: Scenario, *, workspace: str = "local"
) -> Uses:
    """How often each step was used in the last runs of this very version.

    Args:
        database: The journal's.
        scenario: The scenario.
        workspace: Which workspace's rows.
    """
    chosen = (
        "SELECT id, slot FROM execution WHERE workspace = ? AND scenario = ? AND scenario_hash = ?"
        " AND status <> 'running' ORDER BY started_at DESC LIMIT ?"
    )
    place = (workspace, scenario.name, scenario.hash, LOOKED_AT)
    rows = await database.read(lambda work: work.run(chosen, *place))
    found: dict[str, int] = {}
    for row in rows:
        counts = await database.read(
            lambda work, one=row["id"]: work.run(  # type: ignore[misc] # the row of this turn
                "SELECT step, COUNT(*) AS uses FROM step_run WHERE execution_id = ?"
                " AND state <> 'dropped' GROUP BY step",
                one,
            )
        )
        for one in counts:
            found[one["step"]] = found.get(one["step"], 0) + one["uses"]
    first = scenario.steps[0]
    if rows and isinstance(first, ModuleStep) and first.id not in found:
        found[first.id] = len(rows)  # a trigger is polled before the execution begins
    return Uses(len({row["slot"] or row["id"] for row in rows}), found)


def _runs(scenario: Scenario, now: datetime) -> int:
    """How often it is due in the next 24 hours."""
    schedule, count = scenario.schedule, 0
    if schedule is None:
        return 0
    zone = ZoneInfo(schedule.timezone) if schedule.timezone != "account" else ZoneInfo("UTC")
    after = now
    while count < MOST_RUNS:
        found = next_occurrence(schedule, after, zone)
        if found is None or found.at > now + DAY:
            break
        count, after = count + 1, found.at
    return count


def _walk(
    steps: tuple[Step, ...],
    bundles: float,
    others: Mapping[str, Scenario],
    seen: frozenset[str],
) -> float:
    """Requests of some steps, if every bundle passes every condition and takes every route."""
    total = 0.0
    for step in steps:
        if step.disabled:
            continue
        total += bundles * _requests(step)
        if isinstance(step, RouterStep):
            ways = [*(route.steps for route in step.routes), step.fallback]
            return total + sum(_walk(way, bundles, others, seen) for way in ways)
        if isinstance(step, ScenarioStep) and step.scenario in others and step.scenario not in seen:
            called = others[step.scenario]
            total += _walk(called.steps, bundles, others, seen | {step.scenario})
        bundles = bundles * _bundles_of(step) if not isinstance(step, AggregatorStep) else 1.0
    return total


def _requests(step: Step) -> int:
    """Requests of one use of a step."""
    if not isinstance(step, ModuleStep):
        return 0
    module = find_module(step.module)
    if not COUNTED & set(module.providers):
        return 0
    if module.kind is Kind.TRIGGER:
        accounts = step.given.get("advertiser_ids")
        return REQUESTS_OF_A_WATCH * (len(accounts) if isinstance(accounts, list) else 1)
    if module.action is not None and step.given.get("method") != "GET":
        return REQUESTS_OF_A_CHANGE
    return max(1, math.ceil((_limit(step) or 1) / ROWS_OF_A_PAGE))


def _bundles_of(step: Step) -> float:
    """Bundles of one use of a step, where nothing was measured."""
    if isinstance(step, IteratorStep):
        return ASSUMED_BUNDLES
    if not isinstance(step, ModuleStep):
        return 1.0
    module = find_module(step.module)
    # What is asked for one bundle answers with one.
    if module.action is not None or (module.kind is Kind.SEARCH and step.params.references):
        return 1.0
    if "limit" not in module.params.model_fields:
        return 1.0
    return float(_limit(step) or ASSUMED_BUNDLES)


def _limit(step: ModuleStep) -> int:
    """Its limit; 0 if it has none."""
    given = step.given.get("limit")
    if isinstance(given, int):
        return given
    field = find_module(step.module).params.model_fields.get("limit")
    return field.default if field is not None and isinstance(field.default, int) else 0

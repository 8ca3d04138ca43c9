"""How much of a scenario's limits a plan would use, and what they stop in it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from adloom.json_text import dump
from adloom.services.limit_words import limit_title, limit_value
from adloom.services.scenario_list_overview import say_limits
from modules import MODULES, find_module
from scenarios.directions import Direction
from scenarios.model import Scenario
from scheduler.plan_records import ScenarioPlan
from scheduler.rails.asking import BUDGET, STATUS, Asked, asked_of
from scheduler.rails.counting import Counting
from scheduler.rails.judging import Facts
from scheduler.records import call_from_json
from scheduler.workshop import Workshop

__all__ = ["LimitUse", "limits_used"]

_RAIL: Final = re.compile(r"\blimits\.([\w.]+) of ")
NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class LimitUse:
    """A limit, and what a plan means for it.

    Args:
        name: What the file calls it below `limits`.
        allowed: What it allows, in words.
        used: What this plan would use of it, in words; empty where that cannot be counted.
        stopped: How many things of the plan it stops.
    """

    name: str
    allowed: str
    used: str = ""
    stopped: int = 0

    @property
    def title(self) -> str:
        """What it is called on a page."""
        return limit_title(self.name)


async def limits_used(workshop: Workshop, plan: ScenarioPlan, scenario: Scenario) -> list[LimitUse]:
    """Every limit that is set, with what the plan would use of it.

    Args:
        workshop: What knows what was changed so far.
        plan: The plan.
        scenario: Its scenario, as it was planned.
    """
    asked = _asked(plan)
    now = workshop.clock.now()
    facts = await workshop.database.read(
        lambda work: Counting(work, "local", now).facts(
            scenario.name, scenario.limits, "", asked, {}
        )
    )
    used = _used(asked, facts)
    stopped = Counter(
        found[1]
        for stop in (*plan.troubles, *plan.unforeseen)
        if (found := _RAIL.search(stop.reason))
    )
    limits = say_limits(scenario.limits)
    told = [LimitUse(name, limit_value(name, allowed)) for name, allowed in limits]
    known = {one.name for one in told}
    told += [LimitUse(name, "", "", 0) for name in stopped if name not in known]
    return [replace(one, used=used.get(one.name, ""), stopped=stopped[one.name]) for one in told]


def _asked(plan: ScenarioPlan) -> list[Asked]:
    found: list[Asked] = []
    for use in plan.uses:
        provider = find_module(use.module).provider if use.module in MODULES else ""
        for call in use.calls:
            found += asked_of(call_from_json(dump(call).decode()), provider)
    return found


def _used(asked: Sequence[Asked], facts: Facts) -> Mapping[str, str]:
    count = sum(one.counts for one in asked)
    objects = Counter(one.id for one in asked if one.id and one.counts)
    most = max((number + facts.of_object.get(one, 0) for one, number in objects.items()), default=0)
    off = {one.id for one in asked if one.field == STATUS and one.direction is Direction.LOWERS}
    return {
        "changes_per_run": f"{count:,}",
        "changes_per_day": f"{facts.day + count:,} ({facts.day:,} of them made before)",
        "changes_per_object_per_day": f"{most:,} at most",
        "share_of_active_ads": f"switches off {len(off):,}",
        "budget.raise_per_run": _raised(asked, {}),
        "budget.raise_per_day": _raised(asked, facts.moves.raised_in_day),
    }


def _raised(asked: Sequence[Asked], before: Mapping[str, Decimal]) -> str:
    total = dict(before)
    for one in asked:
        if one.field == BUDGET and one.old is not None and isinstance(one.new, Decimal):
            total[one.unit] = total.get(one.unit, NOTHING) + max(one.new - one.old, NOTHING)
    return ", ".join(f"{more:,f} {unit}".strip() for unit, more in total.items()) or "0"

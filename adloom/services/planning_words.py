"""Plans as plain data and in words that both faces use."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from adloom.wire import Record
from scheduler.plan_records import PlannedUse, ScenarioPlan
from scheduler.stages.foreseen import show
from scheduler.stages.kinds import OBJECTS

__all__ = ["Line", "changes_of", "count_of", "plan_data", "say_totals", "totals_of"]

#: A change with the use of a step that makes it.
Line = tuple[PlannedUse, Record]


def count_of(count: int, what: str) -> str:
    """A count of things, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def changes_of(plan: ScenarioPlan) -> list[Line]:
    """Every change with the use that makes it, placeholders as people read them."""
    names = plan.names
    return [
        (
            replace(use, led_by=show(use.led_by, names)),
            {name: show(value, names) for name, value in change.items()},
        )
        for use, change in plan.changes()
    ]


def say_totals(plan: ScenarioPlan) -> Iterator[str]:
    """What it comes to."""
    totals = totals_of(plan)
    yield (
        f"In all: {count_of(totals['changes'], 'change')} of"
        f" {count_of(totals['objects'], 'object')},"
        f" {count_of(totals['effects'], 'other effect')},"
        f" {count_of(totals['values'], 'value')} in data stores,"
        f" {count_of(totals['troubles'], 'trouble')}, {totals['unforeseen']} unforeseen."
    )
    for unit, more in plan.daily_budget.items():
        yield f"Daily budgets of what is switched on: {more:+,f} {unit}".rstrip()
    requests = count_of(plan.requests, "request")
    yield f"It took {requests}; nothing was sent that changes anything."


def totals_of(plan: ScenarioPlan) -> Record:
    """How much of everything it holds."""
    changes = [
        (use.connection, change["kind"], change["id"] or use.path)
        for use, change in plan.changes()
        if change["kind"] in OBJECTS
    ]
    daily: dict[str, Decimal] = dict(plan.daily_budget)
    return {
        "changes": len(changes),
        "objects": len(set(changes)),
        "effects": sum(1 for _ in plan.changes()) - len(changes),
        "values": len(plan.values),
        "troubles": len(plan.troubles),
        "unforeseen": len(plan.unforeseen),
        "daily_budget": daily,
        "requests": plan.requests,
    }


def plan_data(plan: ScenarioPlan) -> Record:
    """A plan as plain data."""
    lines = changes_of(plan)
    return {
        "plan": plan.id,
        "scenario": plan.scenario,
        "hash": plan.hash,
        "made_at": plan.made_at,
        "bundles": plan.bundles,
        "changes": [_line(*one) for one in lines if one[1]["kind"] in OBJECTS],
        "effects": [_line(*one) for one in lines if one[1]["kind"] not in OBJECTS],
        "values": [show(vars(one), plan.names) for one in plan.values],
        "troubles": [show(vars(one), plan.names) for one in plan.troubles],
        "unforeseen": [show(vars(one), plan.names) for one in plan.unforeseen],
        "watches_begun": list(plan.begun),
        "notes": show(plan.notes, plan.names),
        "totals": totals_of(plan),
    }


def _line(use: PlannedUse, change: Record) -> Record:
    where = {"step": use.step, "path": use.path, "module": use.module}
    return {**change, **where, "connection": use.connection, "led_by": use.led_by}

"""Plans as plain data and in words that both faces use."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from adloom.wire import Record
from scheduler.plan_records import PlannedUse, ScenarioPlan
from scheduler.stages.foreseen import show
from scheduler.stages.kinds import OBJECTS

__all__ = [
    "Line",
    "changes_of",
    "count_of",
    "effect_word",
    "plan_data",
    "say_all",
    "say_totals",
    "totals_of",
]

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


def effect_word(plan: ScenarioPlan) -> str:
    """What its effects are called that change no object: messages, events, or both and more."""
    kinds = {change["kind"] for _, change in plan.changes() if change["kind"] not in OBJECTS}
    return {("notification",): "message", ("event",): "event"}.get(tuple(kinds), "other effect")


def say_all(plan: ScenarioPlan) -> str:
    """Everything that applying it does, so that a yes is a yes to all of it."""
    totals = totals_of(plan)
    counts = [
        (totals["changes"], "change"),
        (totals["effects"], effect_word(plan)),
        (totals["values"], "stored value"),
    ]
    counts = [(count, what) for count, what in counts if count]
    if len(counts) == 1 and counts[0][0] == 1:
        return f"this {counts[0][1]}"
    *first, last = (count_of(count, what) for count, what in counts or [(0, "change")])
    return f"{', '.join(first)} and {last}" if first else f"these {last}"


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

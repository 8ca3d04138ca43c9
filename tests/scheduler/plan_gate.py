"""Does a plan say what applying it then does? One scenario after the other is planned and applied.

In between somebody may change things. Then a plan need not come true, but where it does not,
applying it says so, and it never does anything that was not planned.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from scheduler.applying import Applied, Applying
from scheduler.plan_records import PlannedUse, ScenarioPlan, call_data
from scheduler.records import CallState
from scheduler.reviewing import Reviewed
from scheduler.workshop import Workshop

__all__ = ["Verdicts", "judge"]

#: Parts of what is said where a plan did not come true.
SAID = ("changed since it was planned", "could not be foreseen when this was planned")

Step = Callable[[], Awaitable[None]]


@dataclass
class Verdicts:
    """What was found.

    Args:
        counted: How often each verdict fell.
        faults: What must not be: each with its scenario.
    """

    counted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Verdicts") -> Self:
        self.counted += other.counted
        self.faults += other.faults
        return self


async def judge(
    workshop: Workshop, meddle: Step | None, effects: Callable[[], int], verdicts: Verdicts
) -> None:
    """Plan the scenario `s`, let somebody meddle, apply the plan, and compare."""
    scenario = await workshop.current("s")
    before = effects()
    plan = await workshop.plan(scenario)
    await workshop.plans.save(plan)
    if effects() != before:
        verdicts.faults.append(f"planning changed something: {scenario.text}")
    if meddle is not None:
        await meddle()
    if plan.is_empty:
        verdicts.counted["nothing to do"] += 1
        if meddle is None and not plan.unforeseen:
            await workshop.run(scenario)
            if effects() != before:
                verdicts.faults.append(f"nothing was planned, and yet: {scenario.text}")
        return
    applying = Applying(workshop)
    stored = dict(await _data(workshop))
    applied = await applying.apply(await applying.ready(plan.id))
    fault = await _fault(workshop, plan, applied, stored, meddled=meddle is not None)
    if fault is not None:
        verdicts.faults.append(f"{fault}\n{scenario.text}")
    verdicts.counted[_verdict(plan, applied)] += 1
    verdicts.counted["changes planned"] += sum(1 for _ in plan.changes())
    verdicts.counted["values planned"] += len(plan.values)


async def _data(workshop: Workshop) -> list[tuple[str, object]]:
    return [(one.key, one.value) for one in await workshop.data.list("gate")]


def _verdict(plan: ScenarioPlan, applied: Applied) -> str:
    if _said(applied) or applied.left:
        return "changed since, and said so" if not plan.unforeseen else "not foreseen, and said so"
    return "as planned"


def _said(applied: Applied) -> list[str]:
    return [
        str(trouble.error)
        for ended in applied.executions
        for trouble in ended.troubles
        if any(part in str(trouble.error) for part in SAID)
    ]


async def _fault(
    workshop: Workshop,
    plan: ScenarioPlan,
    applied: Applied,
    stored: dict[str, object],
    *,
    meddled: bool,
) -> str | None:
    """What is wrong: something that was done and not planned, or planned, not done, not said."""
    for ended in applied.executions:
        execution = await workshop.journal.load(ended.execution.id)
        review = Reviewed(plan.of(execution.id))
        for operation in execution.operations:
            done = [one for one in operation.calls if one.state is CallState.DONE]
            if done and not review._find(operation):
                return f"done and not planned: {call_data([one.call for one in done])}"
    untold = [one for one in applied.left if not _is_told(applied, one)]
    if untold and not meddled:
        return f"planned and not done: {untold[0].changes}"
    if meddled:
        return None
    if not plan.unforeseen and _said(applied):
        return f"nothing changed, and yet: {_said(applied)[0]}"
    return await _other_fault(workshop, plan, applied, stored)


def _is_told(applied: Applied, use: PlannedUse) -> bool:
    """Whether what was left undone stopped where the execution says it did."""
    stops = [one.path for ended in applied.executions for one in ended.troubles]
    return any(use.path == stop or use.path.startswith(f"{stop}:") for stop in stops)


async def _other_fault(
    workshop: Workshop, plan: ScenarioPlan, applied: Applied, stored: dict[str, object]
) -> str | None:
    """Whether values and troubles came out otherwise although nobody has changed anything."""
    troubles = {
        (one.path, str(one.error)) for ended in applied.executions for one in ended.troubles
    }
    foreseen = {(one.path, one.reason) for one in plan.troubles}
    unforeseen = {one.path for one in plan.unforeseen}
    others = {one for one in troubles - foreseen if one[0] not in unforeseen}
    if plan.unforeseen:
        return None  # what comes after it may fail, or write values, or not
    if others or foreseen - troubles:
        return f"troubles: planned {sorted(foreseen)}, came {sorted(troubles)}"
    for value in plan.values:
        if value.after is None:
            stored.pop(value.key, None)
        else:
            stored[value.key] = value.after
    now = dict(await _data(workshop))
    return None if now == stored else f"data: planned {stored}, is {now}"

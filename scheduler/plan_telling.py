"""From what was walked to a plan that people can read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from adloom.errors import UnforeseenError
from adloom.wire import Record
from scheduler.history import StepState
from scheduler.plan_records import (
    PlannedBatch,
    PlannedUse,
    PlannedValue,
    ScenarioPlan,
    Stop,
    call_data,
    plain_data,
)
from scheduler.stages.memory import MemoryHistory
from scheduler.stages.overlay import Overlay
from scheduler.stages.planned_data import PlannedWrite
from scheduler.stages.planning import PlannedOperation, PlanningStage
from scheduler.walking import HaltError, Trouble

__all__ = ["Walked", "told"]

#: What tells a bundle from others, the most telling first: the column of its id, and what it is.
OBJECTS: Final = (
    ("ad_id", "ad_name", "ad"),
    ("adgroup_id", "adgroup_name", "ad group"),
    ("campaign_id", "campaign_name", "campaign"),
)
OTHERS: Final = (("id", "name", ""), ("key", "name", ""), ("value", "name", ""))
DAILY: Final = ("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET")


@dataclass(frozen=True)
class Walked:
    """One execution of a plan, walked to its end.

    Args:
        batch: What it carried.
        history: What its steps were given and handed on.
        troubles: What stopped part-way.
        halt: Why all of it stopped.
    """

    batch: PlannedBatch
    history: MemoryHistory
    troubles: tuple[Trouble, ...]
    halt: HaltError | None = None


def told(
    frame: ScenarioPlan, stage: PlanningStage, walked: Sequence[Walked], notes: Iterable[str]
) -> ScenarioPlan:
    """A plan with everything that came of walking.

    Args:
        frame: What it began with.
        stage: Where it was walked.
        walked: Its executions.
        notes: What somebody should know; nothing is said twice.
    """
    by_id = {one.batch.execution: one for one in walked}
    uses = [_use(one, by_id[one.execution]) for one in stage.operations]
    stops = [_stop(one.batch.execution, trouble) for one in walked for trouble in one.troubles]
    stops += [(stop, True) for one in walked for stop in _dropped(one)]
    halts = [_halted(one) for one in walked]
    return replace(
        frame,
        uses=tuple(uses),
        values=tuple(_value(one) for one in stage.data.writes),
        troubles=tuple(stop for stop, is_known in (*stops, *filter(None, halts)) if is_known),
        unforeseen=tuple(stop for stop, is_known in stops if not is_known),
        names=dict(stage.overlay.placeholders.names),
        notes=tuple(dict.fromkeys(notes)),
        requests=stage.spent.requests,
        daily_budget=_daily_budget(stage.overlay, uses),
    )


def _use(planned: PlannedOperation, walked: Walked) -> PlannedUse:
    operation = planned.operation
    path = operation.path or ""
    return PlannedUse(
        planned.execution,
        path,
        planned.step,
        operation.module,
        operation.connection,
        _led_by(path, walked),
        call_data([one.call for one in operation.calls]),
        tuple(plain_data(operation.before)),
    )


def _value(write: PlannedWrite) -> PlannedValue:
    return PlannedValue(
        write.execution,
        write.path,
        str(write.operation),
        write.store,
        write.key,
        write.before.value if write.before.exists else None,
        write.after.value if write.after.exists else None,
    )


def _stop(execution: str, trouble: Trouble) -> tuple[Stop, bool]:
    """Where it stops, and whether that is how it would go."""
    error = trouble.error
    stop = Stop(execution, trouble.path, trouble.step, str(error), error.hint)
    return stop, not isinstance(error, UnforeseenError)


def _dropped(walked: Walked) -> Iterator[Stop]:
    """Bundles that a limit would drop: they go no further, and nothing of them is kept."""
    for run in walked.history.runs.values():
        if run.state is StepState.FAILED and run.error and run.error.startswith("limits."):
            yield Stop(walked.batch.execution, run.path, run.step, run.error)


def _halted(walked: Walked) -> tuple[Stop, bool] | None:
    """What stopped all of an execution, where no bundle tells it."""
    halt = walked.halt
    if halt is None or halt.error is None or any(
        one.error is halt.error for one in walked.troubles
    ):  # fmt: skip
        return None
    return Stop(walked.batch.execution, "", "", str(halt.error), halt.error.hint), True


def _led_by(path: str, walked: Walked) -> str:
    """The bundle nearest above a step that says what it is, in words."""
    above = [bundle for bundle in _bundles_above(path, walked) if bundle]
    labels = [_label(bundle, telling) for telling in (OBJECTS, OTHERS) for bundle in above]
    return next(filter(None, labels), "")


def _bundles_above(path: str, walked: Walked) -> Iterator[Record]:
    items = {one.id: one.bundle for one in walked.batch.items or ()}
    while path := path[: max(path.rfind(">"), path.rfind("/"), 0)]:
        if path in items:
            yield items[path]
        step, colon, number = path.rpartition(":")
        run = walked.history.runs.get(step) if colon and number.isdigit() else None
        if run is not None and int(number) < len(run.output):
            yield run.output[int(number)]


def _label(bundle: Record, telling: Iterable[tuple[str, str, str]]) -> str:
    values = dict(bundle)
    for key, name, kind in telling:
        if values.get(key) not in (None, ""):
            called = f" “{values[name]}”" if values.get(name) else ""
            return f"{kind} {values[key]}{called}".strip()
    return ""


def _daily_budget(overlay: Overlay, uses: Sequence[PlannedUse]) -> dict[str, Decimal]:
    """By how much the daily budgets of what is switched on change, by currency."""
    units = {
        (change["kind"].removeprefix("Smart+ "), str(change["id"])): change["unit"]
        for use in uses
        for change in use.changes
        if change["unit"]
    }
    only = next(iter(set(units.values())), "") if len(set(units.values())) == 1 else ""
    total: dict[str, Decimal] = {}
    for one in overlay.budgeted():
        more = _daily(one.after) - _daily({**one.after, **one.before} if one.before else {})
        unit = units.get((one.kind, one.id), only)
        total[unit] = total.get(unit, Decimal(0)) + more
    return {unit: more for unit, more in total.items() if more}


def _daily(row: Mapping[str, Any]) -> Decimal:
    if row.get("budget_mode") not in DAILY or row.get("operation_status", "ENABLE") != "ENABLE":
        return Decimal(0)
    return Decimal(str(row.get("budget") or 0))

"""A change that one module would make: worked out, shown, and made after a yes; once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adloom.errors import UsageError
from adloom.secret import scrub
from adloom.services.module_runs import Bench
from adloom.services.module_runs_events import Flushed, flush_events
from adloom.services.module_runs_rows import KeptRows
from modules.base import Module
from scheduler.plan import Plan, Result
from scheduler.records import CallState

__all__ = ["Applied", "Applying", "Planned", "apply_plan", "plan_change"]

#: A plan that is older than this is made anew: what it was made from may have changed.
GOOD_FOR: Final = timedelta(minutes=30)


@dataclass
class Planned:
    """A change that was worked out, and waits for somebody's yes.

    Args:
        plan: Exactly what would be done.
        made_at: When it was worked out.
        applied_by: The job that carries it out, once somebody said yes.
    """

    plan: Plan
    made_at: datetime
    applied_by: str | None = None

    @property
    def id(self) -> str:
        """What a yes has to name; the execution will be called the same."""
        return self.plan.execution.id

    def check(self, named: str, now: datetime) -> None:
        """Make sure that a yes is meant for this plan, and that the plan still holds.

        Raises:
            UsageError: It is for another one, or comes too late.
        """
        if named != self.id:
            raise UsageError(
                "This yes belongs to another plan. Nothing was changed.",
                hint="Look at the plan again, and confirm that one.",
            )
        if now - self.made_at > GOOD_FOR:
            raise UsageError(
                "This plan is more than half an hour old, and things may have changed since."
                " Nothing was changed.",
                hint="Run it again to see what it would do now.",
            )


@dataclass(frozen=True)
class Applying:
    """A change that is being made: it is not to be stopped half-way.

    Args:
        planned: What was said yes to.
    """

    planned: Planned


@dataclass(frozen=True)
class Applied:
    """What came of a change.

    Args:
        module: What ran.
        connection: With which connection.
        result: How it ended.
        rows: Its bundles.
        faults: Why calls failed or are in doubt.
        flushed: What became of its events, if it queued any.
    """

    module: Module
    connection: str
    result: Result
    rows: KeptRows
    faults: tuple[str, ...] = ()
    flushed: Flushed | None = field(default=None)


async def plan_change(
    bench: Bench, module: Module, values: Mapping[str, Any], connection: str
) -> Planned:
    """Work out what would change; finish first what a process that died has left behind."""
    for result in await bench.engine.recover():
        execution = result.execution
        bench.tell(f"Execution {execution.id} of an earlier run: {execution.status}.")
        if result.error:
            bench.tell(scrub(str(result.error)))
    plan = await bench.engine.plan(module, values, connection)
    return Planned(plan, bench.reader.clock.now())


async def apply_plan(planned: Planned, bench: Bench, *, sent_elsewhere: bool) -> Applied:
    """Carry a plan out, and wait for its events.

    Args:
        planned: The plan.
        bench: What it is carried out with.
        sent_elsewhere: Whether a runner of this process sends events.
    """
    plan = planned.plan
    result = await bench.engine.apply(plan)
    rows = KeptRows(tuple(plan.module.bundle.model_fields))
    rows.add(result.records)
    flushed = await flush_events(
        bench.session, bench.queue, tell=bench.tell, sent_elsewhere=sent_elsewhere
    )
    faults = dict.fromkeys(
        scrub(one.error)
        for operation in result.execution.operations
        for one in operation.calls
        if one.state in (CallState.FAILED, CallState.IN_DOUBT) and one.error
    )
    connection = plan.operation.connection
    return Applied(plan.module, connection, result, rows, tuple(faults), flushed)

"""One module, run once by somebody who watches: read, or shown first and then changed."""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from adloom.errors import UsageError
from adloom.fields import validate
from adloom.secret import scrub
from adloom.services.module_runs_events import Flushed, flush_events
from adloom.services.module_runs_rows import KeptRows
from adloom.services.onboarding import note_module_ran
from adloom.services.session import Session
from connections.connection import Connection
from connections.providers import provider_named
from modules.base import Module
from scheduler.plan import Plan, Result
from scheduler.reading import Reader
from scheduler.records import CallState

if TYPE_CHECKING:
    from scheduler.engine import Engine
    from scheduler.outbox.handing_over import OutboxQueue

__all__ = [
    "Applied",
    "Applying",
    "Bench",
    "Planned",
    "Reading",
    "apply_plan",
    "bench_of",
    "changes_something",
    "needs_connection",
    "plan_change",
    "read_all",
    "usable_connections",
]

#: A plan that is older than this is made anew: what it was made from may have changed.
GOOD_FOR: Final = timedelta(minutes=30)
#: Bytes of rows that are kept; whoever needs more has them written into a file.
LARGEST: Final = 200_000_000


@dataclass(frozen=True)
class Bench:
    """What one run is carried out with; what it has to say, it says to whoever watches.

    Args:
        session: The open workspace.
        reader: Reads.
        engine: Changes.
        queue: Takes the events it queues.
        tell: Told what the user should know.
    """

    session: Session
    reader: Reader
    engine: "Engine"
    queue: "OutboxQueue"
    tell: Callable[[str], None]


async def bench_of(session: Session, tell: Callable[[str], None]) -> Bench:
    """Lay out what one run needs."""
    from scheduler.engine import Engine
    from scheduler.outbox.handing_over import OutboxQueue

    reader = replace(session.reader, say=lambda text: tell(scrub(text)))
    queue = OutboxQueue(session.outbox)
    engine = Engine(
        reader,
        await session.journal(),
        session.node(),
        stopped=lambda: session.workspace.stopped,
        queue=queue,
    )
    return Bench(session, reader, engine, queue, tell)


async def usable_connections(session: Session, module: Module) -> list[Connection]:
    """The connections a module works with, those of its own kind first."""
    known = await session.wiring.store.all()
    return [one for kind in module.providers for one in known if one.provider == kind]


def needs_connection(module: Module) -> bool:
    """Whether a connection has to be made before it can be used."""
    return module.instant is None and not provider_named(module.provider).anonymous


def changes_something(module: Module, values: Mapping[str, Any]) -> bool:
    """Whether this use of a module would change anything.

    Raises:
        InvalidParamsError: The parameters are wrong.
    """
    params = validate(module.params, values)
    return module.action is not None and module.action.changes(params)


# --- reading --------------------------------------------------------------------------------------


@dataclass
class Reading:
    """What a run that changes nothing has found so far.

    Args:
        module: What runs.
        connection: With which connection.
        rows: What it found.
        pages: How many pages came.
        total: How many rows there are, if anybody knows.
        is_cut: Whether there would have been more than can be kept.
    """

    module: Module
    connection: str
    rows: KeptRows
    pages: int = 0
    total: int | None = None
    is_cut: bool = False


async def read_all(
    bench: Bench,
    reading: Reading,
    values: Mapping[str, Any],
    *,
    since: datetime | None = None,
    watched: Callable[[Reading], None] = lambda _: None,
    largest: int = LARGEST,
) -> None:
    """Read page by page until the limit, and keep what comes.

    Args:
        bench: What it is carried out with.
        reading: Takes what is found.
        values: The parameters.
        since: For a trigger, the moment it starts from.
        watched: Told after every page.
        largest: Bytes of rows after which it stops.
    """
    module = reading.module
    pages = bench.reader.read(module, values, reading.connection, since=since)
    async with aclosing(pages) as found:  # type: ignore[type-var] # an async generator, as declared
        async for page in found:
            # An API call yields one bundle a page, whatever number of rows its page announces.
            if not module.action and page.total is not None:
                reading.total = page.total
            reading.rows.add(page.records)
            reading.pages += 1
            watched(reading)
            if reading.rows.size > largest:
                reading.is_cut = True
                return
    note_module_ran(bench.session.workspace)


# --- changing -------------------------------------------------------------------------------------


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

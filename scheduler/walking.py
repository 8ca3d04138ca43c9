"""One execution of a scenario on its way: what it carries, has spent and has found out."""

import time
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from adloom.clock import Clock
from adloom.errors import AdloomError, LimitExceededError
from adloom.mapping import Moment
from adloom.wire import Record
from scenarios.model import Scenario
from scenarios.schedules import ACCOUNT
from scheduler.data_store import DataStore
from scheduler.history import History, StepRun
from scheduler.journal import Journal
from scheduler.plan import Opened
from scheduler.reading import Reader
from scheduler.records import Execution, Operation
from scheduler.sending import Queue
from scheduler.stages.base import Stage

__all__ = ["Equipment", "HaltError", "Review", "Scope", "Trouble", "Walk"]

#: The bundles of the steps before, by step id.
Scope = Mapping[str, Any]


class HaltError(Exception):
    """Nothing more of this execution is carried on.

    Args:
        error: Why; None if a handler wanted it so.
        undo: Whether what was written to data stores is put back.
    """

    def __init__(self, error: AdloomError | None = None, *, undo: bool = False) -> None:
        super().__init__(str(error or "halted"))
        #: Whether a handler wanted it so; the bundle it stood at is dropped.
        self.is_wanted = error is None or undo
        self.error = error
        self.undo = undo


@dataclass(frozen=True)
class Equipment:
    """What every execution of a process works with.

    Args:
        reader: Opens connections and reads.
        journal: Where operations go.
        store: Keys and values that outlive executions.
        clock: The time.
        library: Finds another scenario by its name.
        stage: How its steps reach the world.
        stopped: Whether the kill switch has been pulled.
        say: Told what somebody should know.
        queue: Takes the calls that are queued.
    """

    reader: Reader
    journal: Journal
    store: DataStore
    clock: Clock
    library: Callable[[str], Awaitable[Scenario]]
    stage: Stage
    stopped: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda _: None
    queue: Queue | None = None


class Review(Protocol):
    """What an execution was said to do, and must do now."""

    @property
    def moment(self) -> datetime:
        """What was the present when it was reviewed, and so is for its mappings now."""
        ...

    def check(self, operation: Operation) -> None:
        """Let an operation pass that is as it was reviewed.

        Raises:
            LimitExceededError: It is another one.
        """
        ...


@dataclass(frozen=True)
class Trouble:
    """A bundle that stopped part-way.

    Args:
        path: The step it stopped at, for this bundle.
        step: The step's id.
        error: Why.
        count: How often to try again by itself; None is as the kind of error says.
        interval_seconds: How long to wait before each attempt.
    """

    path: str
    step: str
    error: AdloomError
    count: int | None = None
    interval_seconds: int = 0

    def is_within(self, ways: AbstractSet[str]) -> bool:
        """Whether it stopped somewhere below one of these paths, or at it."""
        ends = (place for place, sign in enumerate(self.path) if sign in ">/")
        return self.path in ways or any(self.path[:end] in ways for end in ends)


@dataclass
class Spent:
    """What an execution and everything it called have used."""

    operations: int = 0
    api_calls: int = 0
    since: float = field(default_factory=time.monotonic)


@dataclass
class Walk:
    """One execution.

    Args:
        equipment: What it works with.
        scenario: What it runs.
        execution: As it is written down.
        history: Where its steps are written down.
        known: Steps that an earlier process has done, by path.
        operations: What was begun to be changed and did not come to its end, by path.
        review: What it may do, where somebody has reviewed that.
    """

    equipment: Equipment
    scenario: Scenario
    execution: Execution
    history: History
    known: Mapping[str, StepRun] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    review: Review | None = None
    #: What scenarios that were called have done so far; known if they are called again.
    lately: dict[str, StepRun] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    lasting: dict[str, Any] = field(default_factory=dict)
    returned: list[Record] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    #: What modules were given, by path, until it is written down.
    given: dict[str, Any] = field(default_factory=dict)
    #: Bundles of the inbox that were begun, and those of them that reached their end.
    begun: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    #: Whether it was called by another scenario, whose step answers for its errors.
    is_called: bool = False
    depth: int = 0
    spent: Spent = field(default_factory=Spent)
    _opened: dict[str, Opened] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The present, the same for everything in an execution and for its replay."""
        return self.execution.started_at if self.review is None else self.review.moment

    def moment(self, here: str) -> Moment:
        """What a mapping is told besides the bundles."""
        schedule = self.scenario.schedule
        zone = "UTC" if schedule is None else schedule.timezone
        if zone == ACCOUNT:
            zone = "UTC"  # nobody could tell where the account is at home
        return Moment(self.now, zone, self.execution.id, f"{self.execution.id}{here}")

    async def open(self, name: str, connect: Callable[[], Awaitable[Opened]]) -> Opened:
        """Open a connection once for the whole execution."""
        if name not in self._opened:
            self._opened[name] = await connect()
        return self._opened[name]

    def spend(self) -> None:
        """Count an operation.

        Raises:
            HaltError: The budget is used up.
        """
        budget = self.scenario.settings.budget
        self.spent.operations += 1
        if self.spent.operations > budget.operations:
            raise HaltError(_used_up(f"{budget.operations:,} operations", "operations"))
        if time.monotonic() - self.spent.since > budget.time_seconds:
            raise HaltError(_used_up(f"{budget.time_seconds:,} seconds", "time"))

    def spend_call(self) -> None:
        """Count a request to a platform.

        Raises:
            HaltError: The budget is used up.
        """
        budget = self.scenario.settings.budget
        self.spent.api_calls += 1
        if self.spent.api_calls > budget.api_calls:
            raise HaltError(_used_up(f"{budget.api_calls:,} requests", "api_calls"))


def _used_up(what: str, setting: str) -> LimitExceededError:
    return LimitExceededError(
        f"This execution has used the {what} it may use; it was stopped.",
        hint=f"Look at it, then raise settings.budget.{setting} if that is what you want.",
    )

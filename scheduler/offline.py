"""Walking through a scenario away from every workspace: nothing is written down, nothing sent.

Replays and scenario tests stand on this. Whatever reaches for a database or a connection here is
refused: that would be a fault of ours.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar

from adloom.clock import FrozenClock
from adloom.database import Database, Transaction
from adloom.errors import AdloomError
from adloom.json_text import parse_strict
from adloom.secret import Secret
from adloom.wire import Record
from scenarios.check_flow import INPUT
from scenarios.model import Scenario, StoreOperation, StoreStep
from scheduler.carrying import Carrier
from scheduler.data_store import DataStore, Entry, Held, stored_text
from scheduler.history import History, StepRun
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.journal import Journal
from scheduler.plan import Opened
from scheduler.reading import Reader
from scheduler.records import Execution, Status
from scheduler.runs import status_of
from scheduler.stages.base import Stage
from scheduler.walker import Walker
from scheduler.walking import Equipment, HaltError, Trouble, Walk

__all__ = ["Library", "Notes", "Shelves", "Start", "Walked", "exact", "walk_offline"]

ResultT = TypeVar("ResultT")
Library = Callable[[str], Awaitable[Scenario]]


def exact(value: Any) -> Any:
    """JSON data with its decimals as modules know them."""
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {name: exact(one) for name, one in value.items()}
        case list():
            return [exact(one) for one in value]
        case _:
            return value


class _Nowhere(Database):
    """No database: there is nothing to read, and nothing is written."""

    def __init__(self) -> None:
        super().__init__("nowhere")

    async def read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Refuse."""
        self._refuse(work)

    async def write(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Refuse."""
        self._refuse(work)

    def post(self, work: Callable[[Transaction], object]) -> NoReturn:
        """Refuse."""
        self._refuse(work)

    async def settle(self) -> None:
        """Nothing was posted."""

    def inspect(self) -> dict[str, str]:
        """What it runs on."""
        return {}

    def _refuse(self, work: object) -> NoReturn:
        raise AssertionError(f"there is no workspace here; {work} was not run")

    def _transact(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        self._refuse(work)

    def _read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        self._refuse(work)

    def _explain(self, error: BaseException) -> BaseException:
        return error

    def _disconnect(self) -> None:
        """There is nothing to close."""


class _NoSealer:
    """Nothing is sealed, since nothing is kept."""

    def seal(self, text: str, place: str) -> bytes:
        """Refuse."""
        raise AssertionError(f"{place} is not kept here: {len(text)} characters")

    def unseal(self, sealed: bytes, place: str) -> Secret:
        """Refuse."""
        raise AssertionError(f"{place} is not kept here: {len(sealed)} bytes")


NOWHERE: Final = _Nowhere()
#: What is the present, an execution says; nobody looks at this.
NO_TIME: Final = FrozenClock(datetime(2000, 1, 1, tzinfo=UTC))


@dataclass
class Notes(History):
    """One execution's steps, in the order they were done."""

    runs: dict[str, StepRun] = field(default_factory=dict)

    def add(self, run: StepRun) -> None:
        """Take note of a step."""
        self.runs[run.path] = run

    def add_work(self, work: Callable[[Transaction], object]) -> None:
        """There is nothing to be written together with it."""

    def send(self) -> None:
        """Nothing waits."""

    async def flush(self) -> None:
        """Nothing waits."""


class _NoInbox(Inbox):
    """Counts no starts and no ends."""

    def post_begun(self, item: Arrived) -> None:
        """Nobody counts."""

    def ending(self, item: Arrived, state: ItemState) -> Callable[[Transaction], object]:  # noqa: ARG002 - Inbox's signature
        """Nobody counts."""
        return lambda _: None


class Shelves(DataStore):
    """Data stores in memory.

    Args:
        content: What they hold, by store and key; JSON data.
    """

    def __init__(self, content: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(NOWHERE, NO_TIME)
        self.content = {store: dict(values) for store, values in (content or {}).items()}

    async def get(self, store: str, key: str) -> Held:
        """What stands under a key."""
        values = self.content.get(store, {})
        return Held(exists=True, value=values[key]) if key in values else Held()

    async def count(self, store: str) -> int:
        """How many keys a store has."""
        return len(self.content.get(store, {}))

    async def list(
        self, store: str, *, prefix: str = "", after: str | None = None, limit: int = 0
    ) -> Sequence[Entry]:
        """A store's entries by key."""
        values = self.content.get(store, {})
        keys = [key for key in sorted(values) if key.startswith(prefix) and key > (after or "")]
        return [Entry(key, values[key]) for key in keys[: limit or None]]

    def change(self, step: StoreStep, key: str, value: Any) -> Record:
        """Write as a step says, and say what it hands on.

        Raises:
            InvalidParamsError: The value is too large, or no JSON.
        """
        values = self.content.setdefault(step.store, {})
        known = key in values
        if step.operation is StoreOperation.DELETE:
            values.pop(key, None)
            return {"key": key, "deleted": known}
        kept = parse_strict(stored_text(value).encode())
        if step.operation is StoreOperation.ADD:
            values.setdefault(key, kept)
            return {"key": key, "added": not known}
        values[key] = kept
        return {"key": key, "value": value, "replaced": known}


@dataclass(frozen=True)
class Walked:
    """What came of a walk.

    Args:
        runs: Every step for every bundle, in order, by path.
        status: How the execution would have ended.
        troubles: What stopped part-way.
        returned: What its `return` steps returned.
        error: What stopped all of it.
        undone: Whether what was written to data stores was to be put back.
    """

    runs: Mapping[str, StepRun]
    status: Status
    troubles: Sequence[Trouble] = ()
    returned: Sequence[Record] = ()
    error: AdloomError | None = None
    undone: bool = False


@dataclass(frozen=True)
class Start:
    """What a walk begins with.

    Args:
        items: What its trigger handed on; None if it begins by itself.
        input: What it sees as `{{input.…}}`, where another scenario calls it.
        lasting: Variables of the execution that earlier cycles have set.
    """

    items: Sequence[Arrived] | None = None
    input: Record | None = None
    lasting: Mapping[str, Any] = field(default_factory=dict)


async def walk_offline(
    stage: Stage,
    scenario: Scenario,
    execution: Execution,
    library: Library,
    start: Start,
    say: Callable[[str], None] = lambda _: None,
) -> Walked:
    """Walk through a scenario the way an execution does.

    Args:
        stage: Answers for everything outside.
        scenario: What is walked.
        execution: Says what is the present, and seeds chance.
        library: Finds another scenario by its name.
        start: What it begins with.
        say: Told what somebody should know.
    """
    clock = FrozenClock(execution.started_at)
    sealer = _NoSealer()
    reader = Reader(clock, _no_connection, say)
    journal = Journal(NOWHERE, sealer, clock)
    store = DataStore(NOWHERE, clock)
    equipment = Equipment(reader, journal, store, clock, library, stage, say=say)
    notes = Notes(NOWHERE, sealer, execution.id)
    walk = Walk(equipment, scenario, execution, notes, lasting=dict(start.lasting))
    halt: HaltError | None = None
    try:
        if start.items is None and start.input is not None:
            await Walker(walk).flow(scenario.steps, {INPUT: start.input}, "")
        else:
            inbox = _NoInbox(NOWHERE, sealer, clock)
            await Carrier(inbox, walk, resumed=False).carry(start.items)
    except HaltError as stop:
        halt = stop
    return Walked(
        notes.runs,
        status_of(walk, halt),
        tuple(walk.troubles),
        tuple(walk.returned),
        halt.error if halt else None,
        undone=halt is not None and halt.undo,
    )


async def _no_connection(name: str) -> Opened:
    raise AssertionError(f"no connection is opened here, and {name} was")

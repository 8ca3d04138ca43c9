"""Events through the engine: sent or queued once, never repeated too late, nobody's data kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adloom.database import open_database
from adloom.errors import AdloomError, UnknownOutcomeError, WorkspaceError
from adloom.wire import Answer, JsonBody
from modules import find_module
from modules.base import Call, ConnectionFacts
from scheduler.engine import Engine
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened, Plan, Result
from scheduler.reading import Reader
from scheduler.records import CallState, Execution, Operation, RecordedCall, Status
from scheduler.schema import MIGRATIONS
from tests.scheduler.world import PlainSealer, World

LOST = UnknownOutcomeError("No answer.")
HOUR = 3600
PIXEL = "C0FFEE00000000000001"
PAGE = {"url": "https://shop.example.com/thanks"}
EMAIL = "ada.canary@example.com"


class DeadSealer(PlainSealer):
    """Seals so that nothing can be read, and remembers it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def seal(self, text: str, place: str) -> bytes:
        self.kept[place] = super().seal(text, place).decode()
        return place.encode()

    def unseal(self, sealed: bytes, place: str) -> Any:
        return super().unseal(self.kept[sealed.decode()].encode(), place)


@dataclass
class Shelf:
    """An outbox that keeps each event once; a full disk may come first."""

    kept: dict[str, Any] = field(default_factory=dict)
    times: int = 0
    full: bool = False
    before: list[AdloomError | None] = field(default_factory=list)

    async def take(self, execution: Execution, operation: Operation, call: Call) -> Answer:
        del execution, operation
        if self.full:
            raise WorkspaceError("The disk is full.")
        self.times += 1
        assert isinstance(call.request.body, JsonBody)
        new = {one["event_id"]: one for one in call.request.body.value["data"]}
        told = {"message": "queued", "new": len(new.keys() - self.kept.keys())}
        self.kept |= new
        return Answer(202, {}, told, told)


@dataclass
class Table:
    """An engine whose platform takes events."""

    engine: Engine
    journal: Journal
    world: World
    shelf: Shelf
    said: list[str]
    folder: Path
    sealer: DeadSealer

    async def plan(self, **values: Any) -> Plan:
        asked = {"event": "Purchase", "page": PAGE, "user": {"email": EMAIL}, **values}
        return await self.engine.plan(find_module("send_event"), asked, "shop")

    async def send(self, **values: Any) -> Result:
        return await self.engine.apply(await self.plan(**values))

    async def begun(self, state: CallState = CallState.INTENT, **values: Any) -> Execution:
        """An execution whose process died in the middle of it."""
        plan = await self.plan(**values)
        execution = replace(plan.execution, node="a dead one")
        await self.journal.begin(execution)
        if state is CallState.INTENT:
            await self.journal.intent(execution, plan.operation, 0)
        return execution

    def bytes_left(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.iterdir() if path.is_file())


@asynccontextmanager
async def table(folder: Path) -> AsyncIterator[Table]:
    world, shelf, sealer = World(), Shelf(), DeadSealer()
    said: list[str] = []
    settings = {"source": "web", "source_id": PIXEL}
    facts = ConnectionFacts("shop", "tiktok-events", {}, settings)

    async def connect(_: str) -> Opened:
        return Opened(world, facts)

    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
        journal = Journal(database, sealer, world.clock)
        with Node(folder / "locks") as node:
            reader = Reader(world.clock, connect, said.append)
            engine = Engine(reader, journal, node, queue=shelf)
            yield Table(engine, journal, world, shelf, said, folder, sealer)


def calls_of(execution: Execution) -> list[RecordedCall]:
    return [one for operation in execution.operations for one in operation.calls]


async def test_an_event_is_sent_once_and_its_answer_told(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        result = await here.send(event_id="E1")

    assert Status.DONE is result.execution.status
    assert ["/event/track/"] == [one.path for one in here.world.sent]
    assert {"code": 0, "event_id": "E1", "queued": False}.items() <= result.records[0].items()


async def test_a_plan_shows_the_event_and_sends_nothing(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        for delivery in ("now", "queued"):
            plan = await here.plan(delivery=delivery)

            assert [("event", "Purchase")] == [(one.kind, one.name) for one in plan.changes]

    assert ([], {}) == (here.world.sent, here.shelf.kept)


async def test_an_event_without_an_answer_is_repeated_with_the_same_id(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        here.world.after = [LOST]

        result = await here.send()

    assert Status.DONE is result.execution.status
    bodies = [one.body.value for one in here.world.sent if isinstance(one.body, JsonBody)]
    assert 2 == len(bodies)
    assert bodies[0] == bodies[1]


async def test_a_dead_process_s_event_is_repeated_while_tiktok_still_drops_repeats(
    tmp_path: Path,
) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun()
        here.world.clock.move(46 * HOUR)

        result = await here.engine.resume(begun.id)

    assert Status.DONE is result.execution.status
    assert 1 == len(here.world.sent)


async def test_after_that_it_is_left_to_a_person(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun()
        here.world.clock.move(48 * HOUR)

        parked = await here.engine.resume(begun.id)
        sent_by_itself = len(here.world.sent)
        [call] = calls_of(parked.execution)
        result = await here.engine.resume(begun.id, again=True)

    assert (Status.IN_DOUBT, 0) == (parked.execution.status, sent_by_itself)
    assert "too late" in (call.error or "")
    assert (Status.DONE, 1) == (result.execution.status, len(here.world.sent))


async def test_what_was_taken_in_part_is_not_repeated_too_late_either(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun()
        [call] = calls_of(begun)
        answer = Answer(200, {}, {"code": 20001}, {}, partial=True)
        state = CallState.PLANNED  # as a scenario plans again what failed
        await here.journal.outcome(begun, begun.operations[0], call, state, answer=answer)
        here.world.clock.move(48 * HOUR)

        result = await here.engine.resume(begun.id)

    assert (Status.IN_DOUBT, []) == (result.execution.status, here.world.sent)


async def test_what_never_left_is_sent_however_late(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun(CallState.PLANNED)
        here.world.clock.move(48 * HOUR)

        result = await here.engine.resume(begun.id)

    assert (Status.DONE, 1) == (result.execution.status, len(here.world.sent))


async def test_a_queued_event_goes_to_the_outbox_and_not_over_the_wire(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        result = await here.send(delivery="queued", event_id="E1")
        [written] = await here.journal.all()

    assert ([], ["E1"]) == (here.world.sent, list(here.shelf.kept))
    assert {"queued": True, "event_id": "E1"}.items() <= result.records[0].items()
    assert [CallState.DONE] == [one.state for one in calls_of(written)]
    assert [0.0] == [*here.world.clock.slept, 0.0]


async def test_a_queued_event_of_a_dead_process_is_handed_in_again_at_once(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun(delivery="queued")
        [call] = calls_of(begun)
        await here.shelf.take(begun, begun.operations[0], call.call)

        result = await here.engine.resume(begun.id)

    assert Status.DONE is result.execution.status
    assert (2, 1) == (here.shelf.times, len(here.shelf.kept))
    assert [] == here.world.clock.slept


async def test_an_outbox_that_cannot_keep_an_event_fails_the_call(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        here.shelf.full = True

        result = await here.send(delivery="queued")

    assert (Status.FAILED, []) == (result.execution.status, here.world.sent)
    assert ["The disk is full."] == [one.error for one in calls_of(result.execution)]


async def test_the_kill_switch_keeps_events_out_of_the_outbox_too(tmp_path: Path) -> None:
    async with table(tmp_path) as here:
        here.engine._stopped = lambda: True

        result = await here.send(delivery="queued")

    assert (Status.INCOMPLETE, {}) == (result.execution.status, here.shelf.kept)


async def test_the_journal_shows_nothing_of_a_person_and_forgets_what_is_done(
    tmp_path: Path,
) -> None:
    async with table(tmp_path) as here:
        begun = await here.begun(user={"email": EMAIL, "ip": "203.0.113.7"})
        while_open = here.bytes_left()
        result = await here.engine.resume(begun.id)
        [written] = await here.journal.all()
        rows = await here.journal._database.read(
            lambda work: work.run(
                "SELECT request, request_sealed, params, before FROM call, operation"
            )
        )

    assert Status.DONE is result.execution.status
    assert not [word for word in (b"canary", b"203.0.113.7") if word in while_open]
    assert [None] == [row["request_sealed"] for row in rows]
    assert "canary" not in "".join(here.sealer.kept.values())
    [call] = calls_of(written)
    assert ("Purchase", True) == (call.call.changes[0].name, call.call.personal)

"""Every kind of call meets every fault of the simulator, over HTTP (reliability.md §2.3).

`docs/faults.md` shows the same table; `python -m tests.connections.fault_page` writes it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from adloom.clock import FrozenClock
from adloom.errors import AdloomError
from adloom.secret import scrub
from adloom.simulator import Options, Running
from adloom.simulator.faults import CATALOGUE
from adloom.wire import Answer
from connections.connection import State
from connections.providers import PROVIDERS
from tests.connections.fault_calls import CALLS, Call
from tests.connections.fault_lines import LINES
from tests.connections.fault_natures import NATURES, Fault, faults, strikes
from tests.connections.fault_page import PAGE, page
from tests.connections.fault_stage import START, Line, Stage, Stopwatch
from tests.connections.fault_table import RULES, Ending, Expected, expected, faults_of
from tests.connections.fault_twists import TWISTS, Twist
from tests.seams.stores import open_store

#: Tokens and codes as the simulator makes them up.
MINTED = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
LARGEST = 1_000_000
#: Seconds by which a request may pass its deadline.
SLACK = 0.5
#: How a call ended, and its error if there was one.
Found = tuple[Ending, AdloomError | None]

#: Kinds of connections that no call of the table is made with.
WITHOUT_ANSWERS = {
    "files": "reads files",
    "notify": "speaks through a library of its own",
    "webhook": "is called by others",
}


@asynccontextmanager
async def staged(folder: Path, deadline: float) -> AsyncIterator[Stage]:
    options = Options(
        port=0, speed=0, start=START, ads=80, videos=25, report_delay=0, open_limits=False
    )
    clock = FrozenClock(START)
    with Running(options) as simulator:
        async with (
            open_store(folder, clock=clock) as store,
            Stopwatch(largest_answer=LARGEST) as transport,
        ):
            yield Stage(simulator, store, transport, clock, folder, deadline=deadline)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("faults"), deadline=10.0) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def hasty(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage without patience; what comes late there must not be counted elsewhere."""
    async with staged(tmp_path, deadline=0.3) as found:
        yield found


async def ended(line: Line) -> Found:
    """How a call ends."""
    try:
        answer = await line.send()
    except AdloomError as error:
        return Ending(type(error).__name__), error
    partly = isinstance(answer, Answer) and answer.partial
    return (Ending.PARTLY if partly else Ending.ANSWERED), None


def told(error: AdloomError) -> str:
    """All that a person or a log may see of an error."""
    return f"{error} {error.hint} {scrub(str(error.details))}"


async def complaints(stage: Stage, call: Call, line: Line, found: Found) -> list[str]:
    """What is wrong with a call, apart from how it ended."""
    ending, error = found
    wrong = []
    if error is not None:
        text = told(error)
        if any(secret in text for secret in line.hidden()) or MINTED.search(text):
            wrong.append(f"tells a secret: {text}")
    if not call.changes and stage.took_effect(call) and call.name != "order report":
        wrong.append("a read changed something")
    consented = call.token or call.name == "renew token"
    dead = ending is Ending.RECONNECT and consented
    if (await stage.state_of(line.connection) is State.RECONNECT) != dead:
        wrong.append(f"the connection is {'not ' if dead else ''}to be renewed by its owner")
    return wrong


async def wrongs(stage: Stage, call: Call, fault: Fault, line: Line, found: Found) -> list[str]:
    """Where a cell is not as the table says; nothing if it is."""
    want = expected(call, fault)
    sent = None if want.sent is None else stage.arrived(call)
    effects = stage.took_effect(call) if call.changes else 0
    if fault.hangs and effects <= 1:
        effects = want.effects  # it may come later, but never twice
    came = Expected(found[0], sent, effects)
    wrong = await complaints(stage, call, line, found)
    elsewhere = {} if fault.hangs else stage.changed_elsewhere(call)
    if elsewhere:
        wrong.append(f"changed {elsewhere}")
    if want != came:
        wrong.append(f"{want} but {came}: {found[1]}")
    return [f"{call.name}, {fault.name}, {fault.when}: {one}" for one in wrong]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name.replace(" ", "-"))
async def test_every_fault_ends_as_the_table_says(stage: Stage, call: Call) -> None:
    wrong = []
    for fault in faults_of(call):
        if fault.hangs:
            continue
        stage.between()
        line = await LINES[call.name](stage)
        stage.simulator.effects.reset()
        stage.simulator.faults.add([fault.rule(call.path)])
        wrong += await wrongs(stage, call, fault, line, await ended(line))

    assert [] == wrong
    assert stage.transport.late < SLACK


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "fault",
    [fault for fault in faults() if fault.hangs],
    ids=lambda fault: f"{fault.name}-{fault.when}".replace(" ", "-"),
)
async def test_no_call_outlives_its_deadline(hasty: Stage, fault: Fault) -> None:
    wrong = []
    # Tokens are counted together, whoever hands them out.
    rounds = [[call] for call in CALLS if call.family == "oauth"]
    for calls in [[call for call in CALLS if call.family != "oauth"], *rounds]:
        hasty.between()
        lines = [await LINES[call.name](hasty) for call in calls]
        hasty.simulator.effects.reset()
        hasty.simulator.faults.add(
            [fault.rule(call.path) for call in calls if strikes(fault, call)]
        )
        found = await asyncio.gather(*(ended(line) for line in lines))
        for call, line, one in zip(calls, lines, found, strict=True):
            wrong += await wrongs(hasty, call, fault, line, one)

    assert [] == wrong
    assert hasty.transport.late < SLACK


# --- the table itself ---------------------------------------------------------------------------


def test_every_fault_of_the_catalogue_has_a_nature() -> None:
    known = {name for fault in faults() for name in (fault.general, fault.kind)}

    assert {kind.name for kind in CATALOGUE} == {fault.kind for fault in faults()}
    assert [] == [fault.name for fault in faults() if fault.nature not in RULES]
    assert set() == set(NATURES) - known


def test_every_kind_of_call_can_be_made() -> None:
    assert [call.name for call in CALLS] == list(LINES)


def test_every_platform_is_called() -> None:
    assert set(PROVIDERS) <= {call.provider for call in CALLS} | set(WITHOUT_ANSWERS)


@pytest.mark.parametrize("twist", TWISTS, ids=lambda twist: twist.reason[:40])
def test_every_exception_is_needed(twist: Twist) -> None:
    met = [
        (fault, call)
        for call in CALLS
        for fault in faults_of(call)
        if twist is next((one for one in TWISTS if one.meets(fault, call)), None)
    ]

    assert met
    assert any(fault.nature is not twist.nature for fault, _ in met)


def test_every_fault_strikes_some_call() -> None:
    struck = {fault.name for call in CALLS for fault in faults_of(call)}

    assert {fault.name for fault in faults()} == struck


def test_the_page_shows_this_table() -> None:
    assert page() == PAGE.read_text(encoding="utf-8")

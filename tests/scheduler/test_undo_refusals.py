"""Undo: what has no way back, what is refused, and what happens on the way."""

import copy
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import (
    AuthorizationError,
    LimitExceededError,
    RejectedError,
    UnknownNameError,
    UnknownOutcomeError,
    UsageError,
)
from scheduler.audit import Audit
from scheduler.audit_check import verify
from scheduler.pruning import PARTS
from scheduler.records import CallState, Execution, Status
from scheduler.undo_items import Preview, Verdict
from tests.scheduler.undo_world import (
    ADVERTISER,
    Undoing,
    UndoWorld,
    dying,
    undo_world,
    undoing,
)

FIRST, SECOND = "1700000000000001", "1700000000000002"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Undoing]:
    async with undoing(tmp_path, undo_world()) as made:
        yield made


def world_of(here: Undoing) -> UndoWorld:
    assert isinstance(here.stage.world, UndoWorld)
    return here.stage.world


def verdicts(preview: Preview) -> list[tuple[int, str, Verdict]]:
    return [(one.call, one.change.id, one.verdict) for one in preview.items]


def switching(*statuses: str) -> str:
    """A scenario that switches the same ad again and again."""
    steps = [
        f"  - {{id: s{place}, module: update_ad_status, connection: acme, params:"
        f' {{advertiser_id: "{ADVERTISER}", ad_ids: ["{FIRST}"], status: {status}}}}}\n'
        for place, status in enumerate(statuses)
    ]
    return "name: switching\nsteps:\n" + "".join(steps)


# --- what has no way back -----------------------------------------------------------------------


async def test_a_creation_goes_back_only_if_deleting_is_allowed(here: Undoing) -> None:
    identity = await here.run()

    preview = await here.undo.preview(identity)
    with pytest.raises(LimitExceededError, match="--allow-delete"):
        await here.undo.apply(preview)
    await here.undo.apply(preview, partial=True)

    made = world_of(here).campaigns[0]["campaign_id"]
    # What was done to it afterwards goes back all the same: it was made switched off.
    assert world_of(here).state()[made] == "DISABLE"


async def test_arbitrary_calls_are_listed_with_their_modules_own_reason(here: Undoing) -> None:
    text = (
        "name: call\nsteps:\n  - {id: a, module: make_api_call, connection: acme,"
        " params: {path: /anything/, method: POST, body: {a: 1}}}\n"
    )
    identity = await here.run(text)

    preview = await here.undo.preview(identity)

    [one] = preview.items
    assert (one.verdict, one.reason) == (
        Verdict.NO_WAY,
        "What an arbitrary call did, only its sender can take back.",
    )
    assert not preview.blocking
    with pytest.raises(UsageError, match="nothing of"):
        await here.undo.apply(preview)


# --- what cannot be undone ----------------------------------------------------------------------


async def test_an_execution_is_not_undone_twice(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))
    undo = await here.undo.apply(await here.undo.preview(identity))

    with pytest.raises(UsageError, match=f"already undone by {undo.execution.id}"):
        await here.undo.preview(identity)


async def test_two_undos_at_once_are_one(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))
    one, other = [await here.undo.preview(identity) for _ in range(2)]
    await here.undo.apply(one)

    with pytest.raises(UsageError, match="Somebody else"):
        await here.undo.apply(other)

    assert len(await here.stage.journal.all()) == 2


async def test_an_undo_is_undone_which_is_a_redo(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run(switching("DISABLE"))
    done = world.state()
    undo = await here.undo.apply(await here.undo.preview(identity))

    preview = await here.undo.preview(undo.execution.id)
    redo = await here.undo.apply(preview)

    assert preview.redoes == identity
    assert world.state() == done
    with pytest.raises(UsageError, match=f"which {redo.execution.id} undid"):
        await here.undo.preview(identity)
    await here.undo.apply(await here.undo.preview(redo.execution.id))
    assert world.state()[FIRST] == "ENABLE"


async def test_a_redo_brings_the_data_store_back_but_nothing_that_was_deleted(
    here: Undoing,
) -> None:
    identity = await here.run()
    held = await here.held()
    undo = await here.undo.apply(await here.undo.preview(identity, allow_delete=True))

    preview = await here.undo.preview(undo.execution.id)
    await here.undo.apply(preview)

    assert await here.held() == held
    [gone] = [one for one in preview.items if one.verdict is Verdict.NO_WAY]
    assert gone.reason == "A deleted campaign cannot be brought back."


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.RUNNING, "still running"),
        (Status.INCOMPLETE, "adloom executions drop"),
        (Status.IN_DOUBT, "nobody knows"),
    ],
)
async def test_what_is_not_over_is_not_undone(here: Undoing, status: Status, said: str) -> None:
    identity = await here.run(switching("DISABLE"))
    execution = await here.stage.journal.load(identity)
    await here.stage.journal.finish(execution, status)

    with pytest.raises(UsageError, match=said):
        await here.undo.preview(identity)


async def test_a_pruned_execution_is_told_from_one_that_never_was(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))

    def forget(work: Any) -> None:
        for statement in PARTS:
            work.run(statement, identity)

    await here.stage.database.write(forget)

    with pytest.raises(UsageError, match="was pruned") as caught:
        await here.undo.preview(identity)
    with pytest.raises(UnknownNameError):
        await here.undo.preview("20200101-000000-abcdef")

    assert f"adloom executions audit --execution {identity}" in str(caught.value.hint)


@pytest.mark.parametrize("number", [-1, 0, 9])
async def test_a_call_that_is_not_there_is_not_undone(here: Undoing, number: int) -> None:
    identity = await here.run()

    with pytest.raises(UsageError, match=f"There is no call {number}"):
        await here.undo.preview(identity, only=[number])


async def test_a_stopped_workspace_undoes_nothing(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))
    preview = await here.undo.preview(identity)
    here.stage.stopped.append(True)

    with pytest.raises(LimitExceededError, match="stopped"):
        await here.undo.apply(preview)

    assert world_of(here).state()[FIRST] == "DISABLE"


async def test_what_was_given_up_in_doubt_is_told(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))
    execution = await here.stage.journal.load(identity)
    await here.stage.database.write(
        lambda work: work.run("UPDATE call SET state = ?", CallState.DROPPED.value)
    )

    preview = await here.undo.preview(execution.id)

    assert [one.verdict for one in preview.items] == [Verdict.UNKNOWN]


# --- on its way ---------------------------------------------------------------------------------


async def test_an_undo_whose_answer_was_lost_is_looked_up(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run(switching("DISABLE"))
    preview = await here.undo.preview(identity)
    world.after = [UnknownOutcomeError("No answer.")]
    sent = len(world.sent)

    result = await here.undo.apply(preview)

    assert (result.execution.status, len(world.sent) - sent) == (Status.DONE, 1)


async def test_a_lost_answer_and_a_foreign_value_leave_it_to_a_person(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run(switching("DISABLE"))
    preview = await here.undo.preview(identity)
    change = world.change

    async def lost(request: Any) -> Any:
        await change(request)
        world.ads[0]["secondary_status"] = "AD_STATUS_DELETE"
        raise UnknownOutcomeError("No answer.")

    world.change = lost  # type: ignore[method-assign] # somebody is quicker
    result = await here.undo.apply(preview)

    assert result.execution.status is Status.IN_DOUBT
    with pytest.raises(UsageError, match=f"being undone by {result.execution.id}"):
        await here.undo.preview(identity)


async def test_what_the_platform_refuses_is_told_and_can_be_tried_again(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run()
    world.before = [RejectedError("not now (40002)")]

    first = await here.undo.apply(await here.undo.preview(identity, allow_delete=True))
    second = await here.undo.apply(await here.undo.preview(identity, allow_delete=True))

    assert (first.execution.status, second.execution.status) == (Status.FAILED, Status.DONE)
    assert set(world.state().values()) == {"ENABLE"}


async def test_a_connection_that_needs_its_owner_stops_it_and_it_is_resumed(here: Undoing) -> None:
    world = world_of(here)
    before = world.state()
    identity = await here.run()
    world.before = [AuthorizationError("expired")]

    stopped = await here.undo.apply(await here.undo.preview(identity, allow_delete=True))
    with pytest.raises(UsageError, match="being undone"):
        await here.undo.preview(identity)
    resumed = await here.engine.resume(stopped.execution.id)

    assert isinstance(stopped.error, AuthorizationError)
    assert stopped.execution.status is Status.INCOMPLETE
    assert resumed.execution.status is Status.DONE
    assert (world.state(), await here.held()) == (before, {})


async def test_the_audit_names_the_undo_as_who_did_it(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE"))
    await here.undo.apply(await here.undo.preview(identity))

    rows = await Audit(here.stage.database).changes(object_id=FIRST)

    assert [one.entry.actor for one in rows] == ["scenario switching", f"undo of {identity}"]


async def test_it_ends_right_wherever_its_process_dies(tmp_path: Path) -> None:
    """Just before and just after every commit, every call, every listing; then recovered."""
    start = tmp_path / "start"
    start.mkdir()
    template = undo_world()
    before = template.state()
    async with undoing(start, template) as here:
        identity = await here.run()
    deaths = 0
    for at in range(1, 400):
        folder, world = tmp_path / str(at), copy.deepcopy(template)
        folder.mkdir()
        shutil.copy(start / "journal.db", folder / "journal.db")
        world.__post_init__()
        ended = await _undone(folder, world, identity, at)
        deaths += world_died(world, at)
        assert world.state() == before, at
        assert [one.status for one in ended if one.undoes] == [Status.DONE], at
        if world.points.passed < at:
            break

    assert deaths > 30


def world_died(world: UndoWorld, at: int) -> bool:
    return world.points.at == at and world.points.is_dead


async def _undone(folder: Path, world: UndoWorld, identity: str, at: int) -> list[Execution]:
    """Die at a point of an undo; whoever comes next goes on, or begins if nothing was begun."""
    async with dying(folder, world, at) as here:
        await here.undo.apply(await here.undo.preview(identity, allow_delete=True))
    points = world.points
    async with dying(folder, world, None) as here:
        await here.engine.recover()
        if not any(one.undoes for one in await here.stage.journal.all()):
            await here.undo.apply(await here.undo.preview(identity, allow_delete=True))
        assert await here.held() == {}
        assert (await verify(here.stage.database)).whole
        ended = await here.stage.journal.all()
    switches = [one for one in world.effects if one.endswith("DELETE")]
    assert len(switches) == 1, at
    world.points = points
    return ended

"""Undo: what goes back, and what somebody has changed since."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import (
    LimitExceededError,
    UsageError,
)
from scheduler.audit_check import verify
from scheduler.records import CallState, Status
from scheduler.undo_items import Preview, Verdict
from tests.scheduler.undo_world import (
    ADVERTISER,
    MIX,
    Undoing,
    UndoWorld,
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


# --- what goes back -----------------------------------------------------------------------------


async def test_everything_goes_back_last_first(here: Undoing) -> None:
    world = world_of(here)
    before = world.state()
    identity = await here.run()
    await here.store.put("other", "k", 1)

    preview = await here.undo.preview(identity, allow_delete=True)
    result = await here.undo.apply(preview)

    assert result.execution.status is Status.DONE
    assert (world.state(), await here.held()) == (before, {})
    sent = [one.path for one in world.sent[-3:]]
    assert sent == ["/ad/status/update/", "/campaign/status/update/", "/ad/status/update/"]
    written = await here.stage.journal.load(result.execution.id)
    assert (written.undoes, written.status) == (identity, Status.DONE)
    assert (await verify(here.stage.database)).whole


async def test_a_preview_shows_each_change_and_writes_nothing(here: Undoing) -> None:
    identity = await here.run()
    sent, rows = len(world_of(here).sent), len(await here.stage.journal.all())

    preview = await here.undo.preview(identity, allow_delete=True)

    made = world_of(here).campaigns[0]["campaign_id"]
    assert verdicts(preview) == [
        (6, "b", Verdict.UNDO),
        (5, "a", Verdict.UNDO),
        (4, SECOND, Verdict.UNDO),
        (2, made, Verdict.UNDO),
        (1, FIRST, Verdict.UNDO),
    ]
    assert (sent, rows) == (len(world_of(here).sent), len(await here.stage.journal.all()))


async def test_several_changes_of_one_value_go_back_in_one_step(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE", "ENABLE", "DISABLE"))

    preview = await here.undo.preview(identity)
    result = await here.undo.apply(preview)

    assert len(preview.takings) == 1
    assert [one.change.new for one in preview.items] == ["ENABLE"]
    assert result.execution.status is Status.DONE
    assert world_of(here).state()[FIRST] == "ENABLE"


async def test_what_was_changed_and_changed_back_needs_nothing(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE", "ENABLE"))

    preview = await here.undo.preview(identity)

    assert [(one.verdict, one.reason) for one in preview.items] == [
        (Verdict.ALREADY, "changed, and changed back")
    ]
    with pytest.raises(UsageError, match="nothing of"):
        await here.undo.apply(preview)


async def test_only_some_calls_go_back_if_only_they_are_named(here: Undoing) -> None:
    identity = await here.run()

    preview = await here.undo.preview(identity, only=[4, 6])
    await here.undo.apply(preview)

    assert world_of(here).state()[SECOND] == "ENABLE"
    assert world_of(here).state()[FIRST] == "DISABLE"
    assert list(await here.held()) == ["a"]


async def test_the_rest_goes_back_later(here: Undoing) -> None:
    world = world_of(here)
    before = world.state()
    identity = await here.run()
    await here.undo.apply(await here.undo.preview(identity, only=[4, 6]))
    world.ads[1]["operation_status"] = "DISABLE"  # somebody's own wish, after the undo

    preview = await here.undo.preview(identity, allow_delete=True)
    await here.undo.apply(preview)

    assert {one.call: one.reason for one in preview.items if one.verdict is Verdict.ALREADY} == {
        4: "an earlier undo took it back",
        6: "an earlier undo took it back",
    }
    assert world.state() == before | {SECOND: "DISABLE"}


async def test_a_call_that_is_changed_again_by_a_later_one_needs_that_one(here: Undoing) -> None:
    identity = await here.run(switching("DISABLE", "ENABLE"))

    preview = await here.undo.preview(identity, only=[1])

    assert [one.verdict for one in preview.items] == [Verdict.ALREADY]


async def test_what_was_done_in_part_goes_back_as_far_as_it_was_done(here: Undoing) -> None:
    world = world_of(here)
    world.partial = True
    text = switching("DISABLE").replace(f'["{FIRST}"]', f'["{FIRST}", "{SECOND}"]')
    change = world.change

    async def partly(request: Any) -> Any:
        answer = await change(request)
        world.ads[1]["operation_status"] = "ENABLE"  # this one was left out
        return answer

    world.change = partly  # type: ignore[method-assign] # does it in part
    identity = await here.run(text)
    await here.stage.journal.drop(await here.stage.journal.load(identity))
    world.partial, world.change = False, change  # type: ignore[method-assign] # as before

    preview = await here.undo.preview(identity)
    result = await here.undo.apply(preview)

    assert [one.verdict for one in preview.items] == [Verdict.ALREADY, Verdict.UNDO]
    assert result.execution.status is Status.DONE
    assert world.state() == {FIRST: "ENABLE", SECOND: "ENABLE"}


async def test_only_a_data_store_goes_back_without_any_call(here: Undoing) -> None:
    await here.store.put("seen", "a", 1)
    text = (
        "name: data\nsteps:\n"
        "  - {id: a, store: {name: seen, operation: put, key: a, value: 2}}\n"
        "  - {id: b, store: {name: seen, operation: put, key: a, value: 3}}\n"
        "  - {id: c, store: {name: seen, operation: delete, key: a}}\n"
    )
    identity = await here.run(text)

    result = await here.undo.apply(await here.undo.preview(identity))

    assert (result.execution.status, await here.held()) == (Status.DONE, {"a": 1})


# --- what somebody else has done ----------------------------------------------------------------


async def test_what_somebody_changed_since_keeps_everything_as_it_is(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run()
    world.ads[0]["operation_status"] = "ENABLE"
    world.ads[1]["secondary_status"] = "AD_STATUS_DELETE"
    met = world.state()

    preview = await here.undo.preview(identity, allow_delete=True)
    with pytest.raises(LimitExceededError, match="deleted since by somebody"):
        await here.undo.apply(preview)

    assert world.state() == met
    assert len(await here.stage.journal.all()) == 1
    by_id = {one.change.id: one.verdict for one in preview.items}
    assert (by_id[FIRST], by_id[SECOND]) == (Verdict.ALREADY, Verdict.CONFLICT)


async def test_the_rest_goes_back_if_that_is_asked_for(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run()
    await here.store.put("seen", "a", "somebody's")

    preview = await here.undo.preview(identity, allow_delete=True)
    result = await here.undo.apply(preview, partial=True)

    assert result.execution.status is Status.DONE
    assert set(world.state().values()) == {"ENABLE"}
    assert await here.held() == {"a": "somebody's"}
    [conflict] = preview.blocking
    assert "changed since by somebody" in str(conflict.reason)


async def test_what_was_made_and_changed_by_others_is_not_deleted(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run()
    world.campaigns[0]["campaign_name"] = "Renamed"

    preview = await here.undo.preview(identity, allow_delete=True)

    [conflict] = preview.blocking
    assert conflict.reason == "campaign_name changed since by somebody: New → Renamed"


async def test_what_others_put_into_it_is_not_deleted_along(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run()
    made = world.campaigns[0]["campaign_id"]
    row = {"adgroup_id": "9", "adgroup_name": "Theirs", "campaign_id": made}
    world.listings["/adgroup/get/"] = lambda _: [{**row, "operation_status": "DISABLE"}]

    preview = await here.undo.preview(identity, allow_delete=True)

    [conflict] = preview.blocking
    assert conflict.reason == "ad group 9 “Theirs” has come into it since"


async def test_what_was_made_stays_while_something_in_it_does(here: Undoing) -> None:
    """The ad group is the execution's own, but somebody has given it another budget."""
    group = f"""
  - id: group
    module: create_ad_group
    connection: acme
    params:
      advertiser_id: "{ADVERTISER}"
      campaign_id: "{{{{made.campaign_id}}}}"
      adgroup_name: Group
      optimization_goal: CLICK
      billing_event: CPC
      budget: 50
"""
    identity = await here.run(MIX.partition("  - id: run")[0].rstrip() + group)
    world_of(here).groups[0]["budget"] = 700

    preview = await here.undo.preview(identity, allow_delete=True)

    reasons = {one.change.kind: one.reason for one in preview.blocking}
    made = world_of(here).groups[0]["adgroup_id"]
    assert reasons == {
        "ad group": "budget changed since by somebody: 50 → 700",
        "campaign": f"ad group {made} “Group” is in it and stays",
    }


async def test_a_change_between_preview_and_undo_is_noticed_before_it_is_overwritten(
    here: Undoing,
) -> None:
    world = world_of(here)
    identity = await here.run()
    preview = await here.undo.preview(identity, allow_delete=True)
    world.campaigns[0]["campaign_name"] = "Renamed"

    result = await here.undo.apply(preview)

    assert result.execution.status is Status.FAILED
    calls = [one for operation in result.execution.operations for one in operation.calls]
    assert [one.state for one in calls] == [CallState.DONE, CallState.FAILED, CallState.DONE]
    assert calls[1].error == (
        "Not taken back: campaign_name changed since by somebody: New → Renamed."
    )
    assert world.campaigns[0]["operation_status"] == "ENABLE"


async def test_what_somebody_put_back_by_hand_meanwhile_is_not_sent_again(here: Undoing) -> None:
    world = world_of(here)
    identity = await here.run(switching("DISABLE"))
    preview = await here.undo.preview(identity)
    world.ads[0]["operation_status"] = "ENABLE"
    sent = len(world.sent)

    result = await here.undo.apply(preview)

    assert (result.execution.status, len(world.sent)) == (Status.DONE, sent)


async def test_a_data_store_changed_between_preview_and_undo_stops_all_of_it(
    here: Undoing,
) -> None:
    identity = await here.run()
    preview = await here.undo.preview(identity, allow_delete=True)
    await here.store.put("seen", "b", 2)
    met = world_of(here).state()

    with pytest.raises(LimitExceededError, match="Nothing was undone"):
        await here.undo.apply(preview)

    assert world_of(here).state() == met
    assert len(await here.stage.journal.all()) == 1

"""A plan is applied as it was reviewed, or says what is not so any more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import LimitExceededError, RetryableError, UnknownNameError, UsageError
from scheduler.applying import Applying
from scheduler.conducting import Conducting
from scheduler.records import Status
from tests.scheduler.accounts import AccountWorld, campaign_id, group_id
from tests.scheduler.bench_of_scenarios import DatedWorld, ScenarioBench, scenario_bench
from tests.scheduler.planned import PAUSE, SEARCH, WATCH, ads, applied, planned
from tests.scheduler.test_overlay import GROUP, NEW, scenario, step

FIRST, SECOND, THIRD = "1700000000000001", "1700000000000002", "1700000000000003"
NOTE = """\
  - id: note
    store: {name: seen, operation: put, key: "{{ads.ad_id}}", value: "{{now}}"}
"""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(3))) as made:
        yield made


@pytest.fixture
async def account(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, AccountWorld()) as made:
        yield made


def statuses(bench: ScenarioBench) -> list[str]:
    return [ad["operation_status"] for ad in bench.world.ads]


def change(bench: ScenarioBench, number: int, **more: Any) -> None:
    """Somebody else changes an ad."""
    bench.world.ads[number] |= more


# --- as it was reviewed ---------------------------------------------------------------------------


async def test_it_does_exactly_what_was_planned(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE + NOTE)
    bench.world.clock.move(3_600)

    done = await applied(bench, plan)

    assert not done.failed
    assert [FIRST, SECOND, THIRD] == bench.world.effects
    held = await bench.workshop.data.get("seen", FIRST)
    assert plan.values[0].after == held.value
    [ended] = done.executions
    assert plan.batches[0].execution == ended.execution.id
    assert ended.execution.started_at > plan.made_at


async def test_what_it_makes_is_made_under_the_id_that_was_planned(
    account: ScenarioBench,
) -> None:
    on = step("on", "update_campaign_status", campaign_id="{{new.campaign_id}}", status="ENABLE")
    plan = await planned(account, scenario(NEW, GROUP, on))

    done = await applied(account, plan)

    world = account.world
    assert isinstance(world, AccountWorld)
    made = world.rows["campaign"][-1]
    assert not done.failed, (done.left, done.executions)
    assert ("Summer", "ENABLE") == (made["campaign_name"], made["operation_status"])
    assert made["campaign_id"] == world.rows["adgroup"][-1]["campaign_id"]


async def test_budgets_end_where_the_plan_says(account: ScenarioBench) -> None:
    more = step("more", "update_ad_group_budget", adgroup_id=group_id(0), budget="+20 %")
    plan = await planned(account, scenario(more, more.replace("id: more", "id: again")))

    done = await applied(account, plan)

    world = account.world
    assert isinstance(world, AccountWorld)
    assert not done.failed
    assert 72.0 == world.find("adgroup", group_id(0))["budget"]


# --- what is not so any more ----------------------------------------------------------------------


async def test_what_would_come_out_otherwise_is_held_and_the_others_go_on(
    bench: ScenarioBench,
) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    change(bench, 1, operation_status="DISABLE")

    done = await applied(bench, plan)

    [ended] = done.executions
    [trouble] = ended.troubles
    assert [FIRST, THIRD] == bench.world.effects
    assert Status.INCOMPLETE is ended.execution.status
    assert isinstance(trouble.error, LimitExceededError)
    assert "changed since it was planned" in str(trouble.error)
    assert f"ad {SECOND} “Ad 2”: operation_status ENABLE → DISABLE" in str(trouble.error)
    assert [SECOND] == [use.changes[0]["id"] for use in done.left]


async def test_what_was_not_planned_is_held(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    bench.world.ads += ads(4)[3:]

    done = await applied(bench, plan)

    assert [FIRST, SECOND, THIRD] == bench.world.effects
    [trouble] = done.executions[0].troubles
    assert "nothing, and now ad 1700000000000004" in str(trouble.error)


async def test_bundles_that_come_in_another_order_are_recognised(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    bench.world.ads.reverse()

    done = await applied(bench, plan)

    assert not done.failed
    assert [THIRD, SECOND, FIRST] == bench.world.effects


async def test_what_is_gone_is_told(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    del bench.world.ads[0]

    done = await applied(bench, plan)

    assert done.failed
    assert [FIRST] == [use.changes[0]["id"] for use in done.left]
    assert [SECOND, THIRD] == bench.world.effects


async def test_what_could_not_be_foreseen_is_held(account: ScenarioBench) -> None:
    call = (
        "  - id: call\n    module: make_api_call\n    connection: acme\n"
        "    params: {path: /campaign/create/, method: POST, body: {x: 1}}\n"
    )
    off = step("off", "update_campaign_status", campaign_id="{{call.body.data.campaign_id}}",
               status="DISABLE")  # fmt: skip
    plan = await planned(account, scenario(call, off))

    done = await applied(account, plan)

    assert ["off"] == [one.step for one in plan.unforeseen]
    [trouble] = done.executions[0].troubles
    assert "off" == trouble.step
    assert "could not be foreseen" in str(trouble.error)


async def test_only_if_unchanged_refuses_everything(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    change(bench, 1, operation_status="DISABLE")

    done = await applied(bench, plan, only_if_unchanged=True)

    assert [] == bench.world.effects
    [difference] = done.differences
    assert difference.old is not None
    assert "ENABLE → DISABLE" in difference.old
    assert difference.new is None
    assert done.failed
    assert not (await bench.workshop.plans.find(plan.id)).applied_at


async def test_only_if_unchanged_applies_what_is_unchanged(account: ScenarioBench) -> None:
    more = step("more", "update_campaign_budget", campaign_id=campaign_id(1), budget="+10")
    plan = await planned(account, scenario(NEW, more))

    done = await applied(account, plan, only_if_unchanged=True)

    assert () == done.differences
    assert not done.failed


# --- refused --------------------------------------------------------------------------------------


async def test_a_plan_is_applied_once(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    await applied(bench, plan)

    with pytest.raises(UsageError, match="applied once"):
        await applied(bench, plan)


async def test_two_who_apply_it_at_once_apply_it_once(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    applying = Applying(bench.workshop)
    ready = await applying.ready(plan.id)
    again = await applying.ready(plan.id)
    await applying.apply(ready)
    bench.world.clock.move(1)

    with pytest.raises(UsageError, match="in the meantime"):
        await applying.apply(again)
    assert 3 == len(bench.world.effects)


async def test_a_plan_of_another_scenario_is_refused(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)

    with pytest.raises(UsageError, match="not of other"):
        await Applying(bench.workshop).ready(plan.id, scenario="other")


async def test_a_plan_of_another_text_is_refused(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    await bench.put(SEARCH + PAUSE.replace("DISABLE", "ENABLE"))

    with pytest.raises(UsageError, match="was changed since") as refused:
        await applied(bench, plan)
    assert refused.value.hint is not None


async def test_a_stale_plan_is_refused(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    bench.world.clock.move(24 * 3_600 + 1)

    with pytest.raises(UsageError, match="more than 24 hours old"):
        await applied(bench, plan)


async def test_a_plan_that_does_nothing_and_one_nobody_knows_are_refused(
    bench: ScenarioBench,
) -> None:
    bench.world.ads.clear()
    plan = await planned(bench, SEARCH + PAUSE)

    with pytest.raises(UsageError, match="nothing to apply"):
        await applied(bench, plan)
    with pytest.raises(UnknownNameError):
        await Applying(bench.workshop).ready("20200101")


async def test_nothing_is_applied_while_everything_stands_still(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    bench.stopped.append(True)

    with pytest.raises(LimitExceededError, match="stopped"):
        await applied(bench, plan)
    assert [] == bench.world.effects


# --- bundles of triggers --------------------------------------------------------------------------


async def test_bundles_that_were_applied_are_not_carried_again(bench: ScenarioBench) -> None:
    plan = await planned(bench, WATCH + PAUSE)

    done = await applied(bench, plan)
    ran = await bench.run()

    assert not done.failed
    assert 2 == plan.bundles
    assert [FIRST, SECOND, THIRD] == bench.world.effects
    assert ran.polled is not None
    assert 1 == ran.polled.found


async def test_waiting_bundles_are_taken_out_of_the_inbox(bench: ScenarioBench) -> None:
    await bench.put(WATCH + PAUSE)
    await bench.workshop.inbox.put("s", "ads", "x", bench.world.ads[2])
    bench.world.clock.move(1)

    plan = await planned(bench, WATCH + PAUSE)
    done = await applied(bench, plan)

    assert not done.failed
    assert [THIRD, FIRST] == bench.world.effects
    assert 0 == await bench.workshop.inbox.waiting("s")


async def test_a_scenario_that_ran_in_the_meantime_makes_a_plan_void(
    bench: ScenarioBench,
) -> None:
    plan = await planned(bench, WATCH + PAUSE)
    await bench.run()

    with pytest.raises(UsageError, match="in the meantime"):
        await applied(bench, plan)
    assert [FIRST, SECOND] == bench.world.effects
    assert not (await bench.workshop.plans.find(plan.id)).applied_at


async def test_bundles_of_several_cycles_go_to_executions_of_their_own(
    bench: ScenarioBench,
) -> None:
    text = (WATCH + PAUSE).replace("steps:", "settings: {cycles: 2}\nsteps:", 1)
    plan = await planned(bench, text)

    done = await applied(bench, plan)

    assert [2, 1] == [one.bundles for one in done.executions]
    assert not done.failed
    assert [FIRST, SECOND, THIRD] == bench.world.effects


async def test_given_bundles_are_carried_for_real(bench: ScenarioBench) -> None:
    text = """
name: s
schedule: immediately
steps:
  - {id: request, module: watch_webhook}
  - id: note
    store: {name: seen, operation: put, key: "{{request.body.id}}", value: 1}
"""
    given = {"request_id": "r1", "body": {"id": "a"}}
    plan = await planned(bench, text, given=[given])

    done = await applied(bench, plan)

    assert not done.failed
    assert (await bench.workshop.data.get("seen", "a")).exists
    assert not await bench.workshop.inbox.put("s", "request", "r1", given)


# --- a process that dies --------------------------------------------------------------------------


class DeadError(BaseException):
    """The process died here."""


@dataclass
class DyingWorld(DatedWorld):
    """A platform during whose changes a process may die, after they have happened."""

    dies_at: int = 0

    async def change(self, request: Any) -> Any:
        answer = await super().change(request)
        if self.dies_at and len(self.effects) == self.dies_at:
            raise DeadError
        return answer


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_what_a_dead_process_left_is_finished_and_held_to_the_plan(
    tmp_path: Path, at: int
) -> None:
    world = DyingWorld(ads=ads(3), dies_at=at)
    text = (WATCH + PAUSE).replace("steps:", "settings: {cycles: 2}\nsteps:", 1)
    async with scenario_bench(tmp_path, world) as bench:
        plan = await planned(bench, text)
        with pytest.raises(DeadError):
            await applied(bench, plan)
    world.dies_at = 0
    world.clock.move(60)

    async with scenario_bench(tmp_path, world) as later:
        await later.workshop.synchronise()
        await later.workshop.dues.reclaim(later.workshop.node.id, later.workshop.node.is_alive)
        await Conducting(later.workshop).recover()
        ran = await later.run()

        open_ones = await later.workshop.journal.all(only_open=True)
        assert [] == open_ones
        assert {FIRST, SECOND, THIRD} == set(world.effects)
        assert 3 == len(world.effects)
        assert ["DISABLE"] * 3 == statuses(later)
        assert ran.polled is not None
        assert 0 == ran.polled.found


async def test_who_goes_on_holds_what_changed_in_between(tmp_path: Path) -> None:
    world = DyingWorld(ads=ads(2), dies_at=1)
    async with scenario_bench(tmp_path, world) as bench:
        plan = await planned(bench, WATCH + PAUSE)
        with pytest.raises(DeadError):
            await applied(bench, plan)
    world.dies_at = 0
    world.ads[1]["operation_status"] = "DISABLE"
    world.clock.move(60)

    async with scenario_bench(tmp_path, world) as later:
        await later.workshop.synchronise()
        await later.workshop.dues.reclaim(later.workshop.node.id, later.workshop.node.is_alive)
        [ended, *_] = await Conducting(later.workshop).recover()

        assert [FIRST] == world.effects
        assert Status.INCOMPLETE is ended.execution.status


async def test_a_process_that_dies_before_it_takes_the_plan_has_done_nothing(
    bench: ScenarioBench,
) -> None:
    plan = await planned(bench, WATCH + PAUSE)
    due = await bench.workshop.dues.claim_now("s", "a-node-that-died")
    bench.world.clock.move(1)

    await bench.workshop.dues.reclaim(bench.workshop.node.id, lambda _: False)
    done = await applied(bench, plan)

    assert due.slot
    assert not done.failed
    assert [FIRST, SECOND] == bench.world.effects


async def test_a_failed_call_is_tried_again_by_the_same_plan(bench: ScenarioBench) -> None:
    plan = await planned(bench, SEARCH + PAUSE)
    bench.world.before += [RetryableError("Later, please.")] * 4

    done = await applied(bench, plan)
    [ended] = done.executions
    again = await Conducting(bench.workshop).resume(ended.execution.id)

    assert Status.INCOMPLETE is ended.execution.status
    assert Status.DONE is again.execution.status
    assert sorted([FIRST, SECOND, THIRD]) == sorted(bench.world.effects)

"""The engine: what it sends, what it writes down, and what it does when nobody knows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    LimitExceededError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from modules import find_module
from modules.base import Outcome
from scheduler.records import CallState, Execution, Status
from tests.modules.fake_api import ad_row
from tests.scheduler.world import ADVERTISER, Bench, World, bench

UNKNOWN = UnknownOutcomeError("No answer.")


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


def states(execution: Execution) -> list[CallState]:
    return [one.state for operation in execution.operations for one in operation.calls]


async def test_a_plan_shows_every_change_and_sends_nothing(table: Bench) -> None:
    plan = await table.plan()

    assert [(one.old, one.new) for one in plan.changes] == [("ENABLE", "DISABLE")] * 2
    assert table.world.sent == []
    assert await table.journal.all() == []


async def test_applying_a_plan_changes_tells_and_writes_down(table: Bench) -> None:
    result = await table.engine.apply(await table.plan())

    assert [record["changed"] for record in result.records] == [True, True]
    [written] = await table.journal.all()
    assert written.status is Status.DONE
    assert states(written) == [CallState.DONE]
    assert written.operations[0].calls[0].body == {"code": 0, "data": {"ok": True}}


async def test_nothing_to_change_is_no_execution(table: Bench) -> None:
    await table.engine.apply(await table.plan())

    result = await table.engine.apply(await table.plan())

    assert [record["changed"] for record in result.records] == [False, False]
    assert len(await table.journal.all()) == 1


async def test_the_intent_is_written_before_the_call_leaves(table: Bench) -> None:
    seen: list[CallState] = []
    change = table.world.change

    async def watched(request: Any) -> Any:
        [execution] = await table.journal.all()
        seen.extend(states(execution))
        return await change(request)

    table.world.change = watched  # type: ignore[method-assign] # looks over its shoulder

    await table.engine.apply(await table.plan())

    assert seen == [CallState.INTENT]


async def test_a_change_that_happened_without_an_answer_is_not_repeated(table: Bench) -> None:
    table.world.after = [UNKNOWN]

    result = await table.engine.apply(await table.plan())

    assert result.execution.status is Status.DONE
    assert len(table.world.sent) == 1
    assert len(table.world.effects) == 2


async def test_a_change_that_did_not_happen_is_sent_again_after_settling(table: Bench) -> None:
    table.world.before = [UNKNOWN]

    result = await table.engine.apply(await table.plan())

    assert result.execution.status is Status.DONE
    assert len(table.world.sent) == 2
    assert len(table.world.effects) == 2
    assert sum(table.world.clock.slept) >= table.world.settle_seconds


async def test_the_look_waits_until_the_attempt_must_have_settled(table: Bench) -> None:
    """A look too early finds nothing although the change is on its way (reliability.md §0.10)."""
    table.world.after = [UNKNOWN]
    table.world.settle_seconds = 12.0

    await table.engine.apply(await table.plan())

    assert table.world.clock.slept[0] == 12.0


async def test_what_certainly_did_not_happen_is_tried_four_times(table: Bench) -> None:
    table.world.before = [RetryableError("cannot be reached")] * 4

    result = await table.engine.apply(await table.plan())

    assert len(table.world.sent) == 4
    assert states(result.execution) == [CallState.FAILED]
    assert result.execution.status is Status.FAILED
    assert table.world.effects == []


async def test_a_throttled_change_waits_as_long_as_it_is_asked_to(table: Bench) -> None:
    table.world.before = [RateLimitedError("too fast", retry_after=7.0)]

    await table.engine.apply(await table.plan())

    assert table.world.clock.slept[0] == 7.0
    assert len(table.world.effects) == 2


async def test_one_rejected_call_does_not_stop_the_others(tmp_path: Path) -> None:
    world = World(ads=[ad_row(number) for number in range(45)])
    world.before = [None, RejectedError("no (40002)"), None]

    async with bench(tmp_path, world) as table:
        result = await table.engine.apply(await table.plan())

    assert states(result.execution) == [CallState.DONE, CallState.FAILED, CallState.DONE]
    assert [record["changed"] for record in result.records].count(True) == 25
    assert {record["error"] for record in result.records} == {None, "no (40002)"}


async def test_a_dead_token_stops_everything_and_keeps_the_rest_planned(tmp_path: Path) -> None:
    world = World(ads=[ad_row(number) for number in range(45)])
    world.before = [None, AuthorizationError("revoked (40105)")]

    async with bench(tmp_path, world) as table:
        result = await table.engine.apply(await table.plan())
        [written] = await table.journal.all()

    assert isinstance(result.error, AuthorizationError)
    assert written.status is Status.INCOMPLETE
    assert states(written) == [CallState.DONE, CallState.PLANNED, CallState.PLANNED]


async def test_a_missing_permission_sets_only_its_call_aside(table: Bench) -> None:
    table.world.before = [MissingPermissionError("not yours (40001)")]

    result = await table.engine.apply(await table.plan())

    assert states(result.execution) == [CallState.FAILED]
    assert result.error is None


async def test_the_kill_switch_stops_before_the_next_change(table: Bench) -> None:
    plan = await table.plan()
    table.stopped.append(True)

    result = await table.engine.apply(plan)

    assert isinstance(result.error, LimitExceededError)
    assert table.world.sent == []
    assert result.execution.status is Status.INCOMPLETE


async def test_an_accepted_change_that_does_not_show_is_told(table: Bench) -> None:
    table.world.blind = True

    result = await table.engine.apply(await table.plan())

    assert result.execution.status is Status.DONE
    assert "TikTok accepted the change but does not show it yet." in table.said
    assert sum(table.world.clock.slept) <= table.world.visibility_lag


async def test_partly_done_is_believed_only_if_it_shows(table: Bench) -> None:
    table.world.partial = True
    whole = await table.engine.apply(await table.plan())
    table.world.blind = True
    part = await table.engine.apply(await table.plan(status="ENABLE"))

    assert whole.execution.status is Status.DONE
    assert part.execution.status is Status.FAILED


async def test_an_arbitrary_call_in_doubt_is_parked_and_never_repeated(table: Bench) -> None:
    table.world.after = [UNKNOWN]

    result = await table.engine.apply(await table.plan_call(campaign_name="x"))

    assert result.execution.status is Status.IN_DOUBT
    assert len(table.world.sent) == 1
    assert await table.engine.recover() == []
    with pytest.raises(UsageError, match="Nobody knows"):
        await table.engine.resume(result.execution.id)
    assert len(table.world.sent) == 1


async def test_a_person_may_decide_that_it_did_not_happen(table: Bench) -> None:
    table.world.before = [UNKNOWN]
    result = await table.engine.apply(await table.plan_call(campaign_name="x"))

    again = await table.engine.resume(result.execution.id, again=True)

    assert again.execution.status is Status.DONE
    assert table.world.effects == ["/campaign/create/"]
    assert again.records[0]["status_code"] == 200


async def test_a_person_may_drop_what_is_in_doubt(table: Bench) -> None:
    table.world.after = [UNKNOWN]
    result = await table.engine.apply(await table.plan_call(campaign_name="x"))

    await table.journal.drop(result.execution)

    [written] = await table.journal.all()
    assert written.status is Status.DROPPED
    assert states(written) == [CallState.DROPPED]
    with pytest.raises(UsageError, match="nothing to resume"):
        await table.engine.resume(result.execution.id)


async def test_a_look_that_fails_leaves_the_outcome_in_doubt(table: Bench) -> None:
    plan = await table.plan()
    table.world.after = [UNKNOWN]

    def broken(_: Any) -> Any:
        raise RejectedError("cannot look (40002)")

    table.world.listings["/ad/get/"] = broken

    result = await table.engine.apply(plan)

    assert result.execution.status is Status.IN_DOUBT
    assert len(table.world.sent) == 1


async def test_looking_again_later_settles_it(table: Bench) -> None:
    plan = await table.plan()
    listing = table.world.listings["/ad/get/"]
    table.world.after = [UNKNOWN]

    def broken(_: Any) -> Any:
        raise RejectedError("cannot look (40002)")

    table.world.listings["/ad/get/"] = broken
    result = await table.engine.apply(plan)
    table.world.listings["/ad/get/"] = listing

    again = await table.engine.resume(result.execution.id)

    assert again.execution.status is Status.DONE
    assert len(table.world.sent) == 1


async def test_cancelling_in_the_middle_leaves_the_intent_for_recovery(tmp_path: Path) -> None:
    async with bench(tmp_path) as table:
        change = table.world.change
        changed = asyncio.Event()

        async def hangs(request: Any) -> Any:
            await change(request)
            changed.set()
            await asyncio.Event().wait()

        table.world.change = hangs  # type: ignore[method-assign] # never answers
        task = asyncio.create_task(table.engine.apply(await table.plan()))
        await changed.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        world = table.world
        world.change = change  # type: ignore[method-assign] # answers again

    async with bench(tmp_path, world) as table:
        [result] = await table.engine.recover()

    assert result.execution.status is Status.DONE
    assert len(world.sent) == 1
    assert result.execution.generation == 2


async def test_a_living_process_keeps_its_execution(tmp_path: Path) -> None:
    async with bench(tmp_path) as first:
        plan = await first.plan()
        await first.journal.begin(plan.execution)

        async with bench(tmp_path, first.world) as second:
            assert await second.engine.recover() == []
            with pytest.raises(UsageError, match="still running"):
                await second.engine.resume(plan.execution.id)


async def test_what_a_dead_process_left_long_ago_is_left_to_a_person(tmp_path: Path) -> None:
    async with bench(tmp_path) as first:
        plan = await first.plan()
        await first.journal.begin(plan.execution)
    first.world.clock.move(2 * 3600)

    async with bench(tmp_path, first.world) as second:
        assert await second.engine.recover() == []
        assert any(f"adloom executions show {plan.execution.id}" in one for one in second.said)
        resumed = await second.engine.resume(plan.execution.id)

    assert resumed.execution.status is Status.DONE
    assert len(first.world.effects) == 2


async def test_a_process_that_lost_its_claim_stops_writing(tmp_path: Path) -> None:
    async with bench(tmp_path) as first, bench(tmp_path, first.world) as second:
        plan = await first.plan()
        await first.journal.begin(plan.execution)
        await second.journal.take_over(plan.execution, second.node.id)

        result = await first.engine._carry(plan)

        assert "taken" in str(result.error)
        assert first.world.sent == []


async def test_only_one_of_two_takes_over(tmp_path: Path) -> None:
    async with bench(tmp_path) as first:
        plan = await first.plan()
        await first.journal.begin(plan.execution)

    async with bench(tmp_path, first.world) as one, bench(tmp_path, first.world) as two:
        taken = [
            await one.journal.take_over(plan.execution, one.node.id),
            await two.journal.take_over(plan.execution, two.node.id),
        ]

    assert [execution is not None for execution in taken] == [True, False]


async def test_a_search_stops_at_its_limit_in_the_middle_of_a_page(tmp_path: Path) -> None:
    world = World(ads=[ad_row(number) for number in range(30)])
    values = {"advertiser_id": ADVERTISER, "limit": 7, "name_contains": "Ad"}

    async with bench(tmp_path, world) as table:
        pages = table.reader.read(find_module("search_ads"), values, "acme")
        found = [row async for page in pages for row in page.records]

    assert len(found) == 7


async def test_a_module_without_its_permission_is_refused_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, permissions=[44]) as table:
        with pytest.raises(MissingPermissionError, match="221"):
            await table.plan()

    assert table.world.asked == []


async def test_a_change_is_refused_where_only_reading_is_meant(table: Bench) -> None:
    values = {"path": "/campaign/create/", "method": "POST"}

    with pytest.raises(UsageError, match="would change something"):
        async for _ in table.reader.read(find_module("make_api_call"), values, "acme"):
            pass


async def test_a_search_cannot_be_planned(table: Bench) -> None:
    with pytest.raises(UsageError, match="changes nothing"):
        await table.engine.plan(find_module("search_ads"), {"advertiser_id": ADVERTISER}, "acme")


async def test_a_connection_that_is_gone_leaves_the_execution_incomplete(tmp_path: Path) -> None:
    async with bench(tmp_path) as first:
        plan = await first.plan()
        await first.journal.begin(plan.execution)

    async with bench(tmp_path, first.world) as second:

        async def gone(_: str) -> Any:
            raise UsageError("There is no connection named 'acme'.")

        object.__setattr__(second.reader, "connect", gone)
        [result] = await second.engine.recover()
        [written] = await second.journal.all()

    assert isinstance(result.error, AdloomError)
    assert written.status is Status.INCOMPLETE
    assert written.error == "There is no connection named 'acme'."


def test_a_call_without_a_verdict_is_unknown_to_its_action() -> None:
    from scheduler.records import RecordedCall
    from scheduler.sending import as_done

    call: Any = object()

    assert as_done(RecordedCall(0, call, CallState.INTENT)).outcome is Outcome.UNKNOWN
    assert as_done(RecordedCall(0, call, CallState.FAILED)).outcome is Outcome.NOT_HAPPENED

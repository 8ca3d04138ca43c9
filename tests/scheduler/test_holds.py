"""What a limit parks waits for a person: let through exactly so, dropped, or expired."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adloom.errors import UnknownNameError, UsageError
from scheduler.incompletes import Incompletes
from scheduler.rails.holds import Holds
from scheduler.records import Status
from scheduler.run_ends import end_of
from scheduler.runs import Ended
from scheduler.scenario_rows import RunStatus
from tests.scheduler.railed import Budgets, ads, scenario
from tests.scheduler.stage import Stage, stage
from tests.scheduler.world import World

TEXT = scenario("{changes_per_run: 1, on_limit: hold, hold_for: 2 hours}")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=ads(3))) as made:
        yield made


def holds(here: Stage) -> Holds:
    return Holds(here.database, here.world.clock)


async def parked(here: Stage, text: str = TEXT) -> Ended:
    [ended] = (await here.run(text)).executions
    return ended


async def test_what_is_parked_says_which_change_by_which_limit_and_until_when(here: Stage) -> None:
    ended = await parked(here)

    found = await holds(here).open()
    ids = [ad["ad_id"] for ad in here.world.ads[1:]]
    assert ids == sorted(one.changes[0]["id"] for one in found)
    assert {("railed", "change", "changes_per_run", ended.execution.id)} == {
        (one.scenario, one.step, one.rail, one.execution_id) for one in found
    }
    assert {timedelta(hours=2)} == {one.expires_at - one.held_at for one in found}
    assert "1 change in this run, 1 more asked for, 1 allowed" == found[0].reason


async def test_the_others_go_on_and_it_is_no_failure(here: Stage) -> None:
    result = await here.run(TEXT)

    assert 1 == len(here.world.effects)
    assert RunStatus.WARNING is end_of(here.load(TEXT), result).status


async def test_what_is_let_through_is_changed_and_the_rest_stays_parked(here: Stage) -> None:
    ended = await parked(here)
    first, second = await holds(here).open()

    await holds(here).release(first.operation_id)
    again = await here.resume(ended)

    assert 2 == len(here.world.effects)
    assert Status.INCOMPLETE is again.execution.status
    assert [second.operation_id] == [one.operation_id for one in await holds(here).open()]


async def test_what_is_dropped_is_not_changed_and_the_execution_is_over(here: Stage) -> None:
    ended = await parked(here)

    assert 2 == len(await holds(here).dismiss(ended.execution.id))
    again = await here.resume(ended)

    assert 1 == len(here.world.effects)
    assert Status.DONE is again.execution.status
    assert [] == await holds(here).open()


async def test_what_nobody_decided_about_expires_by_itself(here: Stage) -> None:
    ended = await parked(here)
    incompletes = Incompletes(here.database, here.world.clock)
    due = [await incompletes.due(here.world.clock.now())]

    await here.world.clock.sleep(2 * 3600 + 1)
    due.append(await incompletes.due(here.world.clock.now()))
    again = await here.resume(ended)

    assert [[], [ended.execution.id]] == due
    assert 1 == len(here.world.effects)
    assert Status.DONE is again.execution.status
    with pytest.raises(UnknownNameError):
        await holds(here).release(ended.execution.id)


async def test_what_has_expired_cannot_be_let_through(here: Stage) -> None:
    ended = await parked(here)
    await here.world.clock.sleep(2 * 3600)

    with pytest.raises(UsageError, match="expired"):
        await holds(here).release(ended.execution.id)


async def test_resuming_without_a_decision_parks_it_again_and_keeps_its_time(here: Stage) -> None:
    ended = await parked(here)
    before = await holds(here).open()
    await here.world.clock.sleep(3600)

    await here.resume(ended)
    after = await holds(here).open()

    assert 1 == len(here.world.effects)
    assert [one.expires_at for one in before] == [one.expires_at for one in after]


async def test_what_fits_by_now_passes_without_a_decision(here: Stage) -> None:
    ended = await parked(here)

    again = await here.resume(ended, TEXT.replace("changes_per_run: 1", "changes_per_run: 9"))

    assert 3 == len(here.world.effects)
    assert Status.DONE is again.execution.status
    assert [] == await holds(here).open()


async def test_only_what_was_parked_is_let_through_not_what_it_has_become(tmp_path: Path) -> None:
    world = Budgets(ads=ads(1))
    text = scenario(
        "{budget: {step: 10 %}, on_limit: hold}",
        module="update_ad_group_budget",
        params='adgroup_id: "{{ads.adgroup_id}}", budget: "+20 %"',
    )
    async with stage(tmp_path, world) as here:
        ended = await parked(here, text)
        await holds(here).release(ended.execution.id)
        world.groups[0]["budget"] = Decimal(1000)
        again = await here.resume(ended)
        [hold] = await holds(here).open()
        await holds(here).release(ended.execution.id)
        last = await here.resume(again)

        assert 1200 == hold.changes[0]["new"]
        assert (1, 1200) == (len(world.sent), world.groups[0]["budget"])
        assert Status.DONE is last.execution.status


async def test_spending_more_can_be_left_to_a_person_while_the_rest_is_automatic(
    tmp_path: Path,
) -> None:
    world = World(ads=ads(2))
    world.ads[0]["operation_status"] = "DISABLE"
    other = "{{if(ads.operation_status = 'ENABLE'; 'DISABLE'; 'ENABLE')}}"
    params = f'ad_id: "{{{{ads.ad_id}}}}", status: "{other}"'
    async with stage(tmp_path, world) as here:
        ended = await parked(here, scenario("{spend_raising: hold}", params=params))
        [hold] = await holds(here).open()
        await holds(here).release(ended.execution.id)
        status = [ad["operation_status"] for ad in world.ads]
        await here.resume(ended)

        assert "spend_raising" == hold.rail
        assert ["DISABLE", "DISABLE"] == status
        assert ["ENABLE", "DISABLE"] == [ad["operation_status"] for ad in world.ads]


async def test_a_name_that_is_not_parked_or_not_clear_is_refused(here: Stage) -> None:
    await parked(here)
    await here.world.clock.sleep(1)
    await parked(here)

    for name in ("nothing", "2026"):
        with pytest.raises(UnknownNameError):
            await holds(here).release(name)


async def test_a_handler_of_a_step_does_not_overrule_a_limit(tmp_path: Path) -> None:
    line = '    params: {advertiser_id: "{{trim'
    text = TEXT.replace(line, f"    on_error: ignore\n{line}")
    async with stage(tmp_path, World(ads=ads(2))) as here:
        ended = await parked(here, text)

        assert 1 == len(ended.troubles)
        assert 1 == len(await holds(here).open())

"""No more is changed than a scenario's limits allow, and what stopped is told with its count."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import Reaction, RejectedError, UnknownOutcomeError
from adloom.wire import JsonBody, Request
from modules import all_modules
from modules.base import Call, Change
from scenarios.directions import COUNTED, Direction, direction_of
from scenarios.limits import Breaker, Limits
from scenarios.touches import CHANGING, UNLISTED
from scheduler.rails.asking import asked_of
from scheduler.rails.judging import Facts, judge
from scheduler.rails.ledger import Ledger
from scheduler.rails.tickets import Bound, Ticket
from scheduler.records import CallState, Status
from scheduler.run_ends import end_of
from scheduler.scenario_rows import RunStatus
from scheduler.stages.kinds import OBJECTS
from tests.scheduler.railed import Budgets, ads, scenario, troubles
from tests.scheduler.stage import Stage, stage
from tests.scheduler.timetable import timetable
from tests.scheduler.world import ADVERTISER, NOW, World

PARAMS = '    params: {advertiser_id: "{{trim'
SEARCH = f"""\
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""
BUDGET = 'adgroup_id: "{{ads.adgroup_id}}", budget: "%s"'


def budgets(limits: str, step: str = "+20 %", **more: Any) -> str:
    return scenario(limits, module="update_ad_group_budget", params=BUDGET % step, **more)


async def states(here: Stage) -> dict[str, int]:
    rows = await here.database.read(
        lambda work: work.run("SELECT state, COUNT(*) AS many FROM rail_change GROUP BY state")
    )
    return {row["state"]: row["many"] for row in rows}


# --- how many -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fate", "status"),
    [("stop", Status.INCOMPLETE), ("skip", Status.DONE), ("hold", Status.INCOMPLETE)],
)
async def test_a_run_changes_no_more_than_it_may(tmp_path: Path, fate: str, status: Status) -> None:
    async with stage(tmp_path, World(ads=ads(5))) as here:
        result = await here.run(scenario(f"{{changes_per_run: 3, on_limit: {fate}}}"))

        [ended] = result.executions
        assert 3 == len(here.world.effects)
        assert status is ended.execution.status


async def test_a_limit_is_told_with_its_name_the_count_and_what_to_do(tmp_path: Path) -> None:
    async with stage(tmp_path, World(ads=ads(3))) as here:
        result = await here.run(scenario("{changes_per_run: 2}"))

        [ended] = result.executions
        [trouble] = ended.troubles
        assert (
            "limits.changes_per_run of railed says no: 2 changes in this run, 1 more asked for,"
            " 2 allowed. It was not changed." == str(trouble.error)
        )
        assert "change limits.changes_per_run" in str(trouble.error.hint)
        assert Reaction.HOLD is trouble.error.reaction


async def test_what_was_left_out_is_told_in_history(tmp_path: Path) -> None:
    async with stage(tmp_path, World(ads=ads(3))) as here:
        result = await here.run(scenario("{changes_per_run: 2, on_limit: skip}"))

        steps = await here.steps(result.executions[0])
        [left] = [run for run in steps.values() if run.error]
        assert "limits.changes_per_run" in str(left.error)
        assert "change" == left.step


async def test_bundles_that_run_side_by_side_share_a_limit(tmp_path: Path) -> None:
    watch = scenario("{changes_per_run: 7, on_limit: skip}", settings="{parallel: 10}").replace(
        f'module: search_ads\n    connection: acme\n    params: {{advertiser_id: "{ADVERTISER}"',
        "module: watch_ads\n    connection: acme\n    start: everything\n"
        f'    params: {{advertiser_ids: ["{ADVERTISER}"]',
    )
    async with stage(tmp_path, World(ads=ads(40))) as here:
        await here.run(watch)

        assert 7 == len(here.world.effects)


async def test_a_day_is_the_last_24_hours(tmp_path: Path) -> None:
    text = scenario("{changes_per_day: 3, on_limit: skip}")
    async with stage(tmp_path, World(ads=ads(8))) as here:
        counts = []
        for hours in (0, 23, 2):
            await here.world.clock.sleep(hours * 3600)
            await here.run(text)
            counts.append(len(here.world.effects))

        assert [3, 3, 6] == counts


async def test_cycles_of_one_occurrence_are_one_run(tmp_path: Path) -> None:
    text = scenario("{changes_per_run: 3, on_limit: skip}")
    async with stage(tmp_path, World(ads=ads(8))) as here:
        for _ in range(2):
            await here.conductor.run(here.load(text), slot="2026-11-21 12:00")

        assert 3 == len(here.world.effects)


async def test_one_object_is_changed_no_more_often_than_it_may_be(tmp_path: Path) -> None:
    limits = "{changes_per_object_per_day: 2, on_limit: skip}"
    async with stage(tmp_path, World(ads=ads(1))) as here:
        for status in ("DISABLE", "ENABLE", "DISABLE"):
            params = f'ad_id: "{{{{ads.ad_id}}}}", status: {status}'
            await here.run(scenario(limits, params=params))

        assert 2 == len(here.world.effects)
        assert "ENABLE" == here.world.ads[0]["operation_status"]


async def test_no_more_than_a_share_of_the_active_ads_is_switched_off(tmp_path: Path) -> None:
    async with stage(tmp_path, World(ads=ads(10))) as here:
        result = await here.run(scenario("{share_of_active_ads: 30 %, on_limit: skip}"))

        counts = [one for one in here.world.asked if "primary_status" in str(one.query)]
        counts = [one for one in counts if "STATUS_DELIVERY_OK" in str(one.query)]
        steps = await here.steps(result.executions[0])
        assert 3 == len(here.world.effects)
        assert 1 == len(counts)
        assert "10 ads of account" in next(str(one.error) for one in steps.values() if one.error)


async def test_switching_a_campaign_off_counts_all_ads_below_it(tmp_path: Path) -> None:
    campaign = "1700000000000010"
    world = World(ads=ads(10))
    world.listings["/campaign/get/"] = lambda _: [
        {"campaign_id": campaign, "operation_status": "ENABLE", "secondary_status": "OK"}
    ]
    text = scenario(
        "{share_of_active_ads: 90 %}",
        module="update_campaign_status",
        params=f'campaign_id: "{campaign}", status: DISABLE',
    )
    async with stage(tmp_path, world) as here:
        result = await here.run(text)

        assert [] == here.world.sent
        assert "10 more asked for, 9 allowed (90 %)" in troubles(result)[0]


# --- how soon -----------------------------------------------------------------------------------


async def test_a_value_is_left_alone_until_it_has_cooled_down(tmp_path: Path) -> None:
    limits = "{cooldown: 6 hours, on_limit: skip}"
    on = scenario(limits, name="on", params='ad_id: "{{ads.ad_id}}", status: ENABLE')
    off = scenario("", name="off")
    async with stage(tmp_path, World(ads=ads(1))) as here:
        await here.run(off)
        await here.run(on)
        cold = here.world.ads[0]["operation_status"]
        await here.world.clock.sleep(6 * 3600)
        await here.run(on)

        assert ("DISABLE", "ENABLE") == (cold, here.world.ads[0]["operation_status"])


async def test_a_scenario_does_not_wait_for_one_with_a_lower_priority(tmp_path: Path) -> None:
    limits = "{cooldown: 6 hours, on_limit: skip, priority: %d}"
    low = scenario(limits % 1, name="low")
    high = scenario(limits % 2, name="high", params='ad_id: "{{ads.ad_id}}", status: ENABLE')
    async with stage(tmp_path, World(ads=ads(1))) as here:
        seen = []
        for text in (low, high, low):
            await here.run(text)
            seen.append(here.world.ads[0]["operation_status"])

        assert ["DISABLE", "ENABLE", "ENABLE"] == seen


async def test_its_own_cooldown_counts_only_its_own_changes(tmp_path: Path) -> None:
    mine = scenario("{own_cooldown: 6 hours, on_limit: skip}", name="mine")
    theirs = scenario("", name="theirs", params='ad_id: "{{ads.ad_id}}", status: ENABLE')
    async with stage(tmp_path, World(ads=ads(1))) as here:
        seen = []
        for text in (theirs, mine, theirs, mine):
            await here.run(text)
            seen.append(here.world.ads[0]["operation_status"])

        assert ["ENABLE", "DISABLE", "ENABLE", "ENABLE"] == seen


# --- budgets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "step", "word"),
    [
        ("step: 10 %", "+20 %", "by 20.0 %; 10 % is allowed"),
        ("step_amount: 19.99", "+20", "by 20.00; 19.99 is allowed"),
        ("ceiling: 110", "+20", "above 110"),
        ("floor: 90", "-20", "below 90"),
        ("raise_per_run: 10", "+20", "raised by 0 EUR, 20.00 more asked for, 10 allowed"),
        ("per_day: 10 %", "-20 %", "20.0 % from 100.00 in 24 hours; 10 % is allowed"),
    ],
)
async def test_a_budget_is_not_moved_too_far(
    tmp_path: Path, limit: str, step: str, word: str
) -> None:
    async with stage(tmp_path, Budgets(ads=ads(1))) as here:
        result = await here.run(budgets(f"{{budget: {{{limit}}}}}", step))

        assert [] == here.world.sent
        assert word in troubles(result)[0]


async def test_small_steps_do_not_add_up_beyond_a_day(tmp_path: Path) -> None:
    world = Budgets(ads=ads(1))
    text = budgets("{budget: {per_day: 50 %}, on_limit: skip}")
    async with stage(tmp_path, world) as here:
        for _ in range(5):
            await here.run(text)
        day_one = world.groups[0]["budget"]
        await here.world.clock.sleep(24 * 3600)
        await here.run(text)

        assert (Decimal("144.00"), Decimal("172.80")) == (day_one, world.groups[0]["budget"])


async def test_all_raises_of_a_run_together_have_an_end(tmp_path: Path) -> None:
    world = Budgets(ads=ads(5))
    async with stage(tmp_path, world) as here:
        await here.run(budgets("{budget: {raise_per_run: 50}, on_limit: skip}"))

        assert 540 == sum(group["budget"] for group in world.groups)


async def test_a_budget_set_by_an_arbitrary_call_is_not_let_past_its_limits(tmp_path: Path) -> None:
    world = Budgets(ads=ads(1))
    body = f'{{advertiser_id: "{ADVERTISER}", campaign_id: "1700000000000010", budget: 900}}'
    text = scenario(
        "{budget: {ceiling: 100}}",
        module="make_api_call",
        params=f"path: /campaign/update/, method: POST, body: {body}",
    ).replace('advertiser_id: "{{trim(ads.advertiser_id)}}", ', "")
    async with stage(tmp_path, world) as here:
        result = await here.run(text)

        assert [] == world.sent
        assert (
            "nobody knows what the budget of campaign 1700000000000010 was" in troubles(result)[0]
        )


# --- which, and which way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (f"{{never: {{advertisers: {ADVERTISER}}}}}", "limits.never.advertisers"),
        (f"{{never: {{ids: {ads(1)[0]['ad_id']}}}}}", "limits.never.ids"),
        ("{only: {ids: [12]}}", "limits.only.ids"),
        ("{only: {advertisers: [12]}}", "limits.only.advertisers"),
    ],
)
async def test_what_is_not_to_be_changed_is_not(tmp_path: Path, limits: str, word: str) -> None:
    async with stage(tmp_path, World(ads=ads(1))) as here:
        result = await here.run(scenario(limits))

        assert [] == here.world.sent
        assert word in troubles(result)[0]


@pytest.mark.parametrize("fate", ["stop", "skip", "hold"])
async def test_nothing_is_deleted_unless_the_scenario_says_so(tmp_path: Path, fate: str) -> None:
    params = 'ad_id: "{{ads.ad_id}}", status: "{{upper(\'delete\')}}", allow_delete: true'
    async with stage(tmp_path, World(ads=ads(2))) as here:
        await here.run(scenario(f"{{on_limit: {fate}}}", params=params))
        before = len(here.world.sent)
        await here.run(scenario("{allow_delete: true}", params=params))

        assert (0, 2) == (before, len(here.world.effects))


async def test_an_arbitrary_call_that_deletes_is_seen_through(tmp_path: Path) -> None:
    ad_id = ads(1)[0]["ad_id"]
    status = "{{upper(ads.x)}}"
    body = f'{{advertiser_id: "{ADVERTISER}", ad_ids: ["{ad_id}"], operation_status: "{status}"}}'
    text = scenario(
        "",
        module="make_api_call",
        params=f"path: /ad/status/update/, method: POST, body: {body}",
    ).replace('advertiser_id: "{{trim(ads.advertiser_id)}}", ', "")
    async with stage(tmp_path, World(ads=ads(1, x="delete"))) as here:
        result = await here.run(text)

        assert [] == here.world.sent
        assert f"ad {ad_id} would be deleted" in troubles(result)[0]


async def test_spending_is_raised_only_where_that_is_allowed(tmp_path: Path) -> None:
    off = ads(2, operation_status="DISABLE")
    params = 'ad_id: "{{ads.ad_id}}", status: ENABLE'
    async with stage(tmp_path, World(ads=off)) as here:
        result = await here.run(scenario("{spend_raising: refuse}", params=params))
        await here.run(scenario("{spend_raising: refuse}"))

        assert [] == here.world.sent
        assert "it raises spending (operation_status of ad" in troubles(result)[0]


async def test_nothing_is_changed_without_enough_figures(tmp_path: Path) -> None:
    world = World(ads=ads(3))
    for ad, spend in zip(world.ads, (Decimal(19), Decimal(20), None), strict=True):
        ad["spend"] = spend
    async with stage(tmp_path, world) as here:
        result = await here.run(scenario("{require: {step: ads, min_spend: 20}}"))

        assert [world.ads[1]["ad_id"]] == world.effects
        assert Status.DONE is result.executions[0].execution.status


# --- what happened, and what did not ------------------------------------------------------------


async def test_what_the_platform_refused_does_not_count(tmp_path: Path) -> None:
    world = World(ads=ads(4), before=[RejectedError("No."), RejectedError("No.")])
    text = scenario("{changes_per_run: 2, on_limit: skip}").replace(
        PARAMS, f"    on_error: ignore\n{PARAMS}"
    )
    async with stage(tmp_path, world) as here:
        await here.run(text)

        assert 2 == len(world.effects)


async def test_what_may_have_happened_counts(tmp_path: Path) -> None:
    world = World(ads=ads(4), blind=True)
    world.answers["/ad/get/"] = RejectedError("Blind.")
    lost = UnknownOutcomeError("The answer was lost.")
    async with stage(tmp_path, world) as here:
        world.after = [lost, lost, lost, lost]
        world.listings["/ad/get/"] = Seeing(world.listings["/ad/get/"], world)
        await here.run(scenario("{changes_per_run: 2}"))

        executions = await here.journal.all()
        known = [call.state for operation in executions[0].operations for call in operation.calls]
        assert 2 == known.count(CallState.IN_DOUBT)
        assert 2 == len(world.sent)


class Seeing:
    """A listing that cannot be read any more once something was sent for an ad."""

    def __init__(self, listing: Any, world: World) -> None:
        self.listing = listing
        self.world = world

    def __call__(self, query: Any) -> Any:
        wanted = str((query.get("filtering") or {}).get("ad_ids"))
        if any(wanted != "None" and one in wanted for one in self._sent()):
            raise RejectedError("Blind.")
        return self.listing(query)

    def _sent(self) -> list[str]:
        bodies = [one.body for one in self.world.sent]
        return [ad for one in bodies if isinstance(one, JsonBody) for ad in one.value["ad_ids"]]


async def test_going_on_with_an_execution_counts_nothing_twice(tmp_path: Path) -> None:
    world = World(ads=ads(6))
    text = scenario("{changes_per_run: 4}")
    async with stage(tmp_path, world) as here:
        [ended] = (await here.run(text)).executions
        again = await here.resume(ended)
        counts = await states(here)
        await here.resume(again, text.replace("4", "6"))

        assert 6 == len(world.effects)
        assert 4 == sum(counts.values())


async def test_a_scenario_whose_changes_keep_failing_is_stopped(tmp_path: Path) -> None:
    world = World(ads=ads(30), before=[RejectedError("No.")] * 30)
    text = scenario("{circuit_breaker: {errors: 50 %, of: 10}}").replace(
        PARAMS, f"    on_error: ignore\n{PARAMS}"
    )
    async with stage(tmp_path, world) as here:
        result = await here.run(text)

        assert 10 == len(world.sent)
        assert "10 of 10 changes of this run failed" in troubles(result)[0]
        assert RunStatus.FAILED is end_of(here.load(text), result).status


async def test_a_scenario_that_is_stopped_so_is_switched_off(tmp_path: Path) -> None:
    limits = Limits(breaker=Breaker(Decimal(50), 1))
    async with timetable(tmp_path, tmp_path) as table:
        table.write("pause", "{every: 1 hour}")
        await table.synchronise()
        await table.scenarios.enable("pause")
        ledger = Ledger(table.database, table.clock)
        facts = judge(limits, [], Facts(NOW, tried=1, failed=1))
        assert facts is not None
        ticket = Ticket("e-op", "e", "p", "s", "r", [Bound("pause", limits)], {})
        await table.database.write(
            lambda work: ledger._refuse(work, ticket, ticket.bounds[0], facts, NOW)
        )
        stored = await table.scenarios.load("pause")

    assert not stored.enabled
    assert "limits.circuit_breaker: 1 of 1 changes" in str(stored.disabled_reason)


async def test_limits_of_the_caller_and_of_the_called_hold_both(tmp_path: Path) -> None:
    called = scenario("{changes_per_run: 4, on_limit: skip}", name="called")
    called = called.replace("{{ads.ad_id}}", "{{input.ad_id}}")
    called = called.replace("{{trim(ads.advertiser_id)}}", ADVERTISER)
    called = called.replace(SEARCH, "")
    calling = scenario("{changes_per_run: %d, on_limit: skip}", name="calling").split("  - id: ch")[
        0
    ]
    calling += '  - {id: call, scenario: called, input: {ad_id: "{{ads.ad_id}}"}}\n'
    counts = []
    for number, most in enumerate((2, 9)):
        async with stage(tmp_path / str(number), World(ads=ads(6))) as here:
            here.load(called)
            await here.run(calling % most)
            counts.append(len(here.world.effects))

    assert [2, 4] == counts


# --- what limits look at ------------------------------------------------------------------------


def test_every_kind_of_object_that_changes_name_is_looked_at() -> None:
    assert set(OBJECTS) | {"call"} == COUNTED


def test_every_action_on_ads_is_known_to_limits_or_left_out_for_a_reason() -> None:
    actions = {
        one.name for one in all_modules() if one.action and one.provider == "tiktok-business"
    }

    assert actions == set(CHANGING) | set(UNLISTED)
    assert not set(CHANGING) & set(UNLISTED)


@pytest.mark.parametrize(
    ("change", "direction"),
    [
        (Change("ad", "1", "", "operation_status", "DISABLE", "ENABLE"), Direction.RAISES),
        (Change("Smart+ ad", "1", "", "operation_status", "ENABLE", "DISABLE"), Direction.LOWERS),
        (Change("campaign", "1", "", "operation_status", "ENABLE", "DELETE"), Direction.LOWERS),
        (Change("ad group", "1", "", "budget", Decimal(5), Decimal(6)), Direction.RAISES),
        (Change("ad group", "1", "", "budget", "6.00", "5.00"), Direction.LOWERS),
        (Change("ad group", "1", "", "budget", None, 5), Direction.UNKNOWN),
        (Change("ad group", "1", "", "bid_price", 1, 2), Direction.RAISES),
        (Change("campaign", "1", "", "roas_bid", 1, 2), Direction.LOWERS),
        (Change("ad", "1", "", "ad_text", "a", "b"), Direction.NEITHER),
        (Change("ad", "1", "", "something", "a", "b"), Direction.UNKNOWN),
        (Change("campaign", "", "New", "new in", None, {"budget": 5}), Direction.RAISES),
        (
            Change("campaign", "", "New", "new in", None, {"operation_status": "DISABLE"}),
            Direction.NEITHER,
        ),
        (Change("call", "/x/", "", "POST", None, {}), Direction.UNKNOWN),
        (Change("notification", "", "", "message", None, "Hello"), Direction.NEITHER),
    ],
)
def test_a_change_tells_which_way_it_moves_spending(change: Change, direction: Direction) -> None:
    assert direction is direction_of(change)


def test_several_values_of_one_object_are_one_change() -> None:
    changes = tuple(Change("ad", "1", "", name, "a", "b") for name in ("ad_name", "ad_text"))
    request = Request("POST", "/ad/update/", body=JsonBody({"advertiser_id": "7"}))

    found = asked_of(Call("one", request, changes), "tiktok-business")

    assert [True, False] == [one.counts for one in found]
    assert {"7"} == {one.account for one in found}


def test_messages_files_and_other_servers_are_not_looked_at() -> None:
    request = Request("POST", "/x/", body=JsonBody({}))
    for kind, provider in (("notification", "notify"), ("file", "files"), ("call", "web")):
        call = Call("one", request, (Change(kind, "", "", "x", None, "y"),))

        assert () == asked_of(call, provider)

"""Later steps of a plan see what its earlier steps would have changed."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.fields import validate
from modules import all_modules
from modules.base import Change, Module
from scheduler.plan_records import ScenarioPlan
from scheduler.stages.foreseen import PLACEHOLDER
from scheduler.stages.kinds import BY_PATH, EFFECTS, OBJECTS, kind_of_change
from scheduler.stages.statuses import possible_after
from tests.modules.test_conformance import SAMPLES
from tests.scheduler.accounts import ADVERTISER, AccountWorld, ad_id, campaign_id, group_id
from tests.scheduler.bench_of_scenarios import ScenarioBench, scenario_bench
from tests.scheduler.change_samples import changes_of
from tests.scheduler.planned import planned, said

ACTIONS = [one for one in all_modules() if one.action]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, AccountWorld()) as made:
        yield made


def step(identity: str, module: str, **params: Any) -> str:
    given = ", ".join(f"{name}: {json.dumps(value)}" for name, value in params.items())
    return (
        f"  - id: {identity}\n    module: {module}\n    connection: acme\n"
        f'    params: {{advertiser_id: "{ADVERTISER}", {given}}}\n'
    )


def note(identity: str, value: str) -> str:
    """A step that writes down what an expression says, once for each bundle."""
    store = f'{{name: s, operation: put, key: "{{{{{value}}}}}", value: 1}}'
    return f"  - {{id: n{identity}, store: {store}}}\n"


def scenario(*steps: str) -> str:
    return "name: s\nsteps:\n" + "".join(steps)


async def plan_of(bench: ScenarioBench, *steps: str) -> ScenarioPlan:
    deletes = any("DELETE" in one for one in steps)
    limits = "limits: {allow_delete: true}\n" if deletes else ""
    found = await planned(bench, limits + scenario(*steps))
    world = bench.world

    assert [] == world.sent
    return found


def noted(plan: ScenarioPlan) -> list[str]:
    return [one.key for one in plan.values]


OFF = step("off", "update_ad_status", ad_id=ad_id(0), status="DISABLE")


# --- one object -----------------------------------------------------------------------------------


async def test_an_ad_that_would_be_off_is_read_as_off(bench: ScenarioBench) -> None:
    plan = await plan_of(
        bench,
        OFF,
        step("ad", "get_ad", ad_id=ad_id(0)),
        note("1", "ad.operation_status"),
    )

    assert ["DISABLE"] == noted(plan)


async def test_what_would_be_so_already_is_not_changed_again(bench: ScenarioBench) -> None:
    plan = await plan_of(bench, OFF, OFF.replace("id: off", "id: again"))

    assert [(ad_id(0), "operation_status", "ENABLE", "DISABLE")] == said(plan)


async def test_twenty_per_cent_twice_are_reckoned_from_what_came_of_the_first(
    bench: ScenarioBench,
) -> None:
    more = step("more", "update_ad_group_budget", adgroup_id=group_id(0), budget="+20 %")
    plan = await plan_of(bench, more, more.replace("id: more", "id: again"))

    assert [
        (group_id(0), "budget", Decimal("50.00"), Decimal("60.00")),
        (group_id(0), "budget", Decimal("60.00"), Decimal("72.00")),
    ] == said(plan)
    assert {"EUR": Decimal("22.00")} == plan.daily_budget


async def test_a_new_name_is_found_by_its_name(bench: ScenarioBench) -> None:
    plan = await plan_of(
        bench,
        step("rename", "update_ad", ad_id=ad_id(3), ad_name="Winter"),
        step("ads", "search_ads", name_contains="winter"),
        note("1", "ads.ad_id"),
    )

    assert [ad_id(3)] == noted(plan)


async def test_when_it_was_changed_nobody_knows_before(bench: ScenarioBench) -> None:
    plan = await plan_of(
        bench,
        OFF,
        step("ads", "search_ads", ad_id=ad_id(0)),
        note("1", "ads.modify_time"),
    )

    assert ["n1"] == [one.step for one in plan.unforeseen]


# --- filters --------------------------------------------------------------------------------------


async def test_what_would_be_off_is_no_longer_among_those_that_deliver(
    bench: ScenarioBench,
) -> None:
    plan = await plan_of(
        bench,
        OFF,
        step("ads", "search_ads", primary_status="STATUS_DELIVERY_OK", limit=0),
        note("1", "ads.ad_id"),
    )

    assert sorted(ad_id(number) for number in range(1, 8)) == sorted(noted(plan))


async def test_it_is_among_those_that_are_off_where_the_newest_come_first(
    bench: ScenarioBench,
) -> None:
    world = bench.world
    assert isinstance(world, AccountWorld)
    world.find("ad", ad_id(3))["operation_status"] = "DISABLE"
    world.find("ad", ad_id(5))["operation_status"] = "DISABLE"

    plan = await plan_of(
        bench,
        step("off", "update_ad_status", ad_id=ad_id(4), status="DISABLE"),
        step("ads", "search_ads", primary_status="STATUS_DISABLE", limit=2),
        note("1", "ads.ad_id"),
    )

    assert [ad_id(5), ad_id(4)] == noted(plan)


async def test_ads_of_a_campaign_that_would_be_off_are_off_too(bench: ScenarioBench) -> None:
    plan = await plan_of(
        bench,
        step("off", "update_campaign_status", campaign_id=campaign_id(0), status="DISABLE"),
        step("ads", "search_ads", secondary_status="AD_STATUS_CAMPAIGN_DISABLE", limit=0),
        note("1", "ads.ad_id"),
    )

    assert [ad_id(number) for number in (3, 2, 1, 0)] == noted(plan)


async def test_what_would_be_deleted_is_hidden_unless_asked_for(bench: ScenarioBench) -> None:
    gone = step("gone", "update_ad_status", ad_id=ad_id(0), status="DELETE", allow_delete=True)
    ads = step("ads", "search_ads", ad_id=ad_id(0))
    every = step("ads", "search_ads", ad_id=ad_id(0), primary_status="STATUS_ALL")

    hidden = await plan_of(bench, gone, ads, note("1", "ads.ad_id"))
    shown = await plan_of(bench, gone, every, note("1", "ads.secondary_status"))

    assert [] == noted(hidden)
    assert ["AD_STATUS_DELETE"] == noted(shown)


async def test_whether_something_will_deliver_again_nobody_knows_before(
    bench: ScenarioBench,
) -> None:
    world = bench.world
    assert isinstance(world, AccountWorld)
    world.find("ad", ad_id(0))["operation_status"] = "DISABLE"
    on = step("on", "update_ad_status", ad_id=ad_id(0), status="ENABLE")

    asked = await plan_of(
        bench, on, step("ads", "search_ads", primary_status="STATUS_DELIVERY_OK", limit=0)
    )
    clear = await plan_of(
        bench,
        on,
        step("ads", "search_ads", primary_status="STATUS_DISABLE", limit=0),
        note("1", "ads.ad_id"),
    )

    assert ["ads"] == [one.step for one in asked.unforeseen]
    assert () == clear.unforeseen
    assert [] == noted(clear)


async def test_only_some_columns_are_handed_on_as_they_would_be(bench: ScenarioBench) -> None:
    columns = step("ads", "search_ads", ad_id=ad_id(0)).replace(
        "}", ", fields: [operation_status]}"
    )

    plan = await plan_of(bench, OFF, columns, note("1", "`ads`"))

    [kept] = noted(plan)
    assert {"ad_id", "ad_name", "operation_status"} == set(json.loads(kept))
    assert "DISABLE" == json.loads(kept)["operation_status"]


async def test_rows_read_by_an_arbitrary_call_are_corrected_too(bench: ScenarioBench) -> None:
    from adloom.wire import Answer

    row = {"ad_id": ad_id(0), "operation_status": "ENABLE", "secondary_status": "X"}
    data = {"list": [row]}
    bench.world.answers["/ad/get/"] = Answer(200, {}, {"code": 0, "data": data}, data)
    call = (
        "  - id: call\n    module: make_api_call\n    connection: acme\n"
        f'    params: {{path: /ad/get/, query: {{advertiser_id: "{ADVERTISER}"}}}}\n'
    )

    plan = await plan_of(bench, OFF, call, note("1", "call.body.data.list[1].operation_status"))

    assert ["DISABLE"] == noted(plan)


# --- what is new ----------------------------------------------------------------------------------

NEW = step("new", "create_campaign", campaign_name="Summer", objective_type="TRAFFIC",
           budget_mode="BUDGET_MODE_DAY", budget="100")  # fmt: skip
GROUP = step("group", "create_ad_group", campaign_id="{{new.campaign_id}}", adgroup_name="Berlin",
             optimization_goal="CLICK", billing_event="CPC", budget="20")  # fmt: skip


async def test_what_would_be_made_has_a_placeholder_that_later_steps_use(
    bench: ScenarioBench,
) -> None:
    plan = await plan_of(
        bench,
        NEW,
        GROUP,
        step("on", "update_campaign_status", campaign_id="{{new.campaign_id}}", status="ENABLE"),
        step("list", "list_ad_groups", campaign_id="{{new.campaign_id}}"),
        note("1", "list.adgroup_name"),
    )

    assert ["new campaign 1", "new ad group 1"] == list(plan.names.values())
    assert () == plan.troubles
    assert ["Berlin"] == noted(plan)
    last = said(plan)[-1]
    assert PLACEHOLDER.fullmatch(last[0])
    assert ("operation_status", "DISABLE", "ENABLE") == last[1:]


async def test_a_second_one_that_looks_the_same_is_noticed(bench: ScenarioBench) -> None:
    plan = await plan_of(bench, NEW, NEW.replace("id: new", "id: twin"))

    assert any("which looks the same" in one for one in plan.notes)
    assert [[], ["99999999999999000001"]] == [use.calls[0]["known"] for use in plan.uses]


async def test_what_tiktok_makes_of_it_nobody_knows_before(bench: ScenarioBench) -> None:
    plan = await plan_of(bench, NEW, note("1", "new.campaign_name"), note("2", "new.create_time"))

    assert ["Summer"] == noted(plan)
    assert ["n2"] == [one.step for one in plan.unforeseen]


async def test_figures_of_what_is_not_there_yet_cannot_be_read(bench: ScenarioBench) -> None:
    report = (
        "  - id: report\n    module: list_ad_reports\n    connection: acme\n    params:\n"
        f'      advertiser_ids: ["{ADVERTISER}"]\n      data_level: AUCTION_CAMPAIGN\n'
        "      dimensions: [campaign_id]\n      metrics: [spend]\n      date_range: today\n"
        '      filtering: {campaign_ids: ["{{new.campaign_id}}"]}\n'
    )

    plan = await plan_of(bench, NEW, report)

    assert ["report"] == [one.step for one in plan.unforeseen]


# --- data stores ----------------------------------------------------------------------------------


async def test_data_stores_are_read_as_they_would_be(bench: ScenarioBench) -> None:
    await bench.workshop.data.put("s", "a", "old")
    await bench.workshop.data.put("s", "b", "gone")

    plan = await plan_of(
        bench,
        "  - {id: p, store: {name: s, operation: put, key: a, value: new}}\n",
        "  - {id: d, store: {name: s, operation: delete, key: b}}\n",
        "  - {id: x, store: {name: s, operation: add, key: a, value: never}}\n",
        "  - {id: g, store: {name: s, operation: get, key: a}}\n",
        "  - {id: c, store: {name: s, operation: count}}\n",
        note("1", "concat(g.value; ' '; c.count; ' '; x.added)").replace("name: s", "name: t"),
    )

    assert ["a", "b", "new 1 false"] == noted(plan)
    assert ("old", "new") == (plan.values[0].before, plan.values[0].after)


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ACTIONS, ids=lambda module: module.name)
def test_every_change_of_every_action_is_in_the_table_or_has_a_reason(module: Module) -> None:
    assert module.action is not None
    params = validate(module.params, SAMPLES[module.name])
    changes = changes_of(module, params)

    if not module.action.changes(params):
        return
    assert changes
    for change in changes:
        kind = kind_of_change(change)
        if kind is None:
            assert EFFECTS[change.kind]
        elif change.id:
            assert _is_known(kind.bundle.model_fields, change) or module.name == "update_ad"


def _is_known(fields: Any, change: Change) -> bool:
    return change.field in fields


def test_a_change_nobody_has_thought_of_is_refused() -> None:
    with pytest.raises(KeyError):
        kind_of_change(Change("ferry", "1", "", "speed", 1, 2))


def test_no_kind_is_both_an_object_and_without_effect() -> None:
    assert not set(OBJECTS) & set(EFFECTS)


@pytest.mark.parametrize(
    ("level", "old", "switches", "after"),
    [
        ("ad", "AD_STATUS_DELIVERY_OK", (None, None, "DISABLE"), {"AD_STATUS_DISABLE"}),
        ("ad", "AD_STATUS_CAMPAIGN_DISABLE", (None, None, "DISABLE"),
         {"AD_STATUS_CAMPAIGN_DISABLE"}),
        ("ad", "AD_STATUS_DISABLE", ("DISABLE", None, "DISABLE"), {"AD_STATUS_CAMPAIGN_DISABLE"}),
        ("ad", "AD_STATUS_AUDIT", ("ENABLE", None, "ENABLE"), {"AD_STATUS_AUDIT"}),
        ("ad", "AD_STATUS_CAMPAIGN_DISABLE", ("ENABLE", None, "DISABLE"),
         {"AD_STATUS_ADGROUP_DISABLE", "AD_STATUS_DISABLE"}),
        ("ad", None, (None, None, "DISABLE"),
         {"AD_STATUS_CAMPAIGN_DISABLE", "AD_STATUS_ADGROUP_DISABLE", "AD_STATUS_DISABLE"}),
        ("adgroup", "ADGROUP_STATUS_DELIVERY_OK", ("DELETE", "ENABLE"),
         {"ADGROUP_STATUS_CAMPAIGN_DELETE"}),
        ("campaign", "CAMPAIGN_STATUS_ENABLE", ("DISABLE",), {"CAMPAIGN_STATUS_DISABLE"}),
    ],
)  # fmt: skip
def test_states_follow_from_switches_from_the_top_down(
    level: str, old: str | None, switches: tuple[str | None, ...], after: set[str]
) -> None:
    [kind] = [one for one in BY_PATH.values() if one.level == level]

    assert after == possible_after(kind, old, switches)

"""Changing budgets: steps fixed to amounts, bounds kept, nothing half done."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import (
    InvalidParamsError,
    MissingPermissionError,
    RejectedError,
    RetryableError,
)
from adloom.fields import FieldKind, fields_of, validate
from adloom.wire import JsonBody, Record
from modules.base import Call, Change, Context, Done, Outcome
from modules.records.amounts import clamped, step_of
from modules.update_ad_group_budget import UpdateAdGroupBudget, UpdateAdGroupBudgetParams
from modules.update_campaign_budget import UpdateCampaignBudget, UpdateCampaignBudgetParams
from scheduler.records import call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, context_for
from tests.modules.objects import ADVERTISER, account, campaign_row, group_row, platform

CAMPAIGNS = UpdateCampaignBudget()
GROUPS = UpdateAdGroupBudget()
SMART_PLUS: dict[str, Any] = {"campaign_automation_type": "UPGRADED_SMART_PLUS"}


def asked(rows: list[Record], budget: Any, **more: Any) -> UpdateAdGroupBudgetParams:
    ids = [row["adgroup_id"] for row in rows]
    values = {"advertiser_id": ADVERTISER, "adgroup_ids": ids, "budget": budget, **more}
    return validate(UpdateAdGroupBudgetParams, values)


def campaigns_asked(rows: list[Record], budget: Any, **more: Any) -> UpdateCampaignBudgetParams:
    ids = [row["campaign_id"] for row in rows]
    values = {"advertiser_id": ADVERTISER, "campaign_ids": ids, "budget": budget, **more}
    return validate(UpdateCampaignBudgetParams, values)


async def planned(
    rows: list[Record],
    budget: Any,
    *,
    api: FakeApi | None = None,
    said: list[str] | None = None,
    **more: Any,
) -> list[Call]:
    params = asked(rows, budget, **more)
    context = context_for(api or platform(groups=rows), said)
    return GROUPS.calls(params, await GROUPS.before(params, context))


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


def at(moment: datetime, api: FakeApi) -> Context:
    return replace(context_for(api), now=moment)


# --- amounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "old", "new"),
    [
        ("50", "20", "50"),
        (50, "20", "50"),
        (49.9, "20", "49.9"),
        (Decimal("49.90"), "20", "49.90"),
        ("+20 %", "50", "60"),
        ("+20%", "50", "60"),
        (" - 20 % ", "50", "40"),
        ("\N{MINUS SIGN}5", "50", "45"),
        (-5, "50", "45"),
        ("+ 5.5", "50", "55.5"),
    ],
)
def test_an_amount_is_read_however_it_is_written(written: Any, old: str, new: str) -> None:
    step = step_of(asked([group_row()], written).budget)

    assert Decimal(new) == step.taken_from(Decimal(old))


@pytest.mark.parametrize(
    "written",
    [
        "20 %",
        "0",
        "+0",
        "1,5",
        "1e3",
        "fifty",
        "",
        "--5",
        "NaN",
        True,
        None,
        [5],
        "\N{ARABIC-INDIC DIGIT FIVE}",
        "5" * 20,
    ],
)
def test_what_is_no_amount_is_refused(written: Any) -> None:
    with pytest.raises(InvalidParamsError, match="budget"):
        asked([group_row()], written)


@pytest.mark.parametrize("bound", ["0", "-1", "x"])
def test_bounds_are_amounts_above_zero(bound: str) -> None:
    with pytest.raises(InvalidParamsError, match="at_most"):
        asked([group_row()], "50", at_most=bound)


def test_bounds_are_asked_for_as_numbers() -> None:
    kinds = {field.name: field.kind for field in fields_of(UpdateAdGroupBudgetParams)}

    assert (FieldKind.TEXT, FieldKind.NUMBER) == (kinds["budget"], kinds["at_most"])


AMOUNTS = st.decimals("0.01", "100000", places=2)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from("+-"))
def test_bounds_never_turn_a_step_round(
    old: Decimal, by: Decimal, one: Decimal, two: Decimal, sign: str
) -> None:
    bounds = (min(one, two), max(one, two))
    step = step_of(f"{sign}{by}")
    wanted = step.taken_from(old)

    kept = clamped(step, old, wanted, bounds)

    assert kept >= old if sign == "+" else kept <= old
    assert kept in (wanted, old, *bounds)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_an_amount_always_ends_within_bounds(
    old: Decimal, amount: Decimal, one: Decimal, two: Decimal
) -> None:
    bounds = (min(one, two), max(one, two))

    assert bounds[0] <= clamped(step_of(str(amount)), old, amount, bounds) <= bounds[1]


# --- what is sent -------------------------------------------------------------------------------


async def test_a_step_is_fixed_to_an_amount_before_anything_is_sent() -> None:
    [call] = await planned([group_row()], "+20 %")

    assert call.request.path == "/adgroup/budget/update/"
    assert body(call) == {
        "advertiser_id": ADVERTISER,
        "budget": [{"adgroup_id": group_row()["adgroup_id"], "budget": Decimal("60.00")}],
    }
    assert call.changes == (
        Change(
            "ad group",
            group_row()["adgroup_id"],
            "Ad group 0",
            "budget",
            Decimal(50),
            Decimal("60.00"),
            "EUR",
        ),
    )


async def test_twenty_ad_groups_go_into_one_call_and_smart_plus_ones_into_another() -> None:
    smart = campaign_row(1, **SMART_PLUS)
    rows = [group_row(number) for number in range(25)]
    rows += [group_row(90, campaign_id=smart["campaign_id"])]
    api = platform(campaigns=[campaign_row(), smart], groups=rows)

    calls = await planned(rows, "70", api=api)

    assert [(call.request.path, len(body(call)["budget"])) for call in calls] == [
        ("/adgroup/budget/update/", 20),
        ("/adgroup/budget/update/", 5),
        ("/smart_plus/adgroup/budget/update/", 1),
    ]


async def test_every_campaign_has_a_call_of_its_own() -> None:
    rows = [campaign_row(0), campaign_row(1, **SMART_PLUS)]
    params = campaigns_asked(rows, "-10.5")

    before = await CAMPAIGNS.before(params, context_for(platform(campaigns=rows)))
    calls = CAMPAIGNS.calls(params, before)

    assert [(call.request.path, body(call)) for call in calls] == [
        (
            path,
            {
                "advertiser_id": ADVERTISER,
                "campaign_id": row["campaign_id"],
                "budget": Decimal("89.50"),
            },
        )
        for path, row in zip(
            ("/campaign/update/", "/smart_plus/campaign/update/"), rows, strict=True
        )
    ]


async def test_a_budget_that_is_already_so_is_left_alone() -> None:
    assert await planned([group_row(budget=50.0)], "50.00") == []


async def test_a_bound_stops_a_budget_and_says_so() -> None:
    said: list[str] = []

    [call] = await planned([group_row()], "+100 %", said=said, at_most=80)

    assert call.changes[0].new == 80
    assert "100.00 EUR is out of bounds; it becomes 80" in said[0]


async def test_a_currency_without_cents_is_rounded_to_whole_amounts() -> None:
    api = platform(groups=[group_row(budget=1010)])
    api.answers["/advertiser/info/"] = account("JPY")

    [call] = await planned([group_row()], "+33 %", api=api)

    assert (call.changes[0].new, call.changes[0].unit) == (Decimal(1343), "JPY")


async def test_without_the_permission_the_currency_stays_unknown() -> None:
    api = platform()
    api.answers["/advertiser/info/"] = MissingPermissionError("not granted")
    said: list[str] = []

    [call] = await planned([group_row()], "60", api=api, said=said)

    assert call.changes[0].unit == ""
    assert "not granted" in said[0]


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "budget", "words"),
    [
        (group_row(7), "60", r"has no ad group 1700000000000107\. Nothing"),
        (group_row(secondary_status="ADGROUP_STATUS_CAMPAIGN_DELETE"), "60", "Already deleted"),
        (group_row(budget_mode="BUDGET_MODE_INFINITE"), "60", "Without a budget of their own"),
        (group_row(budget=0), "+20 %", "Without a budget of their own"),
        (group_row(budget=None), "60", "Without a budget of their own"),
        (group_row(), "-50", "nothing would be left of it"),
        (group_row(), "-100 %", "nothing would be left of it"),
    ],
)
async def test_one_budget_that_cannot_be_changed_stops_everything(
    row: Record, budget: str, words: str
) -> None:
    rows = [group_row(1, budget=500), *([] if row["adgroup_id"].endswith("107") else [row])]

    with pytest.raises(RejectedError, match=words):
        await planned([*rows, row], budget, api=platform(groups=rows))


async def test_bounds_with_nothing_between_them_are_refused() -> None:
    with pytest.raises(InvalidParamsError, match="at_least"):
        await planned([group_row()], "60", at_least=70, at_most=60)


@pytest.mark.parametrize(("hour", "minute", "wait"), [(22, 55, 300), (22, 59, 60)])
async def test_nothing_is_changed_in_the_last_minutes_of_the_accounts_day(
    hour: int, minute: int, wait: int
) -> None:
    moment = datetime(2026, 11, 21, hour, minute, tzinfo=UTC)  # an hour later in Berlin

    with pytest.raises(RetryableError, match="23:55 to 00:00") as told:
        await GROUPS.before(asked([group_row()], "60"), at(moment, platform()))

    assert wait == told.value.retry_after
    params = campaigns_asked([campaign_row()], "60")
    assert await CAMPAIGNS.before(params, at(moment, platform()))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "", "Mars/Olympus"])
async def test_at_any_other_time_budgets_can_be_changed(zone: str) -> None:
    moment = datetime(2026, 11, 21, 23, 56, tzinfo=UTC)
    api = platform()
    api.answers["/advertiser/info/"] = account(timezone=zone)

    assert await GROUPS.before(asked([group_row()], "60"), at(moment, api))


# --- afterwards ---------------------------------------------------------------------------------


async def test_a_look_compares_amounts_also_after_the_journal() -> None:
    [call] = await planned([group_row()], "+5.10")
    again = call_from_json(call_to_json(call))
    changed = platform(groups=[group_row(budget=55.1)])

    assert await GROUPS.look_up(again, context_for(changed)) is Outcome.HAPPENED
    assert await GROUPS.look_up(again, context_for(platform())) is Outcome.NOT_HAPPENED


async def test_the_inverse_puts_the_old_budgets_back() -> None:
    rows = [group_row(0, budget=12.3), group_row(1)]
    [call] = await planned(rows, "60")

    [back] = GROUPS.inverse(Done(call_from_json(call_to_json(call)), Outcome.HAPPENED))

    assert [one["budget"] for one in body(back)["budget"]] == [Decimal("12.3"), Decimal(50)]
    assert [(one.old, one.new, one.unit) for one in back.changes] == [
        (60, 12.3, "EUR"),
        (60, 50, "EUR"),
    ]


async def test_the_result_tells_budget_by_budget_what_became_of_it() -> None:
    rows = [group_row(0), group_row(1, budget=60)]
    params = asked(rows, "60")
    before = await GROUPS.before(params, context_for(platform(groups=rows)))
    [call] = GROUPS.calls(params, before)

    told = GROUPS.result(params, before, [Done(call, Outcome.HAPPENED)])
    failed = GROUPS.result(params, before, [Done(call, Outcome.NOT_HAPPENED, error="too low")])

    assert [(one["before"], one["after"], one["changed"]) for one in told] == [
        (50, 60, True),
        (60, 60, False),
    ]
    assert (failed[0]["after"], failed[0]["error"]) == (50, "too low")

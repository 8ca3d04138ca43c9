from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.catalogue import load
from adloom.simulator.world import World
from adloom.simulator.world.account_rows import account_row
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.tables import DISABLE, ENABLE
from tests.simulator.worlds import DAY, START, ads, first, snapshot

# --- reproducible -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_world() -> None:
    one, other = World(start=START, seed=7), World(start=START, seed=7)
    for world in (one, other):
        world.advance(START + 3 * DAY)

    assert snapshot(one) == snapshot(other)


def test_another_seed_gives_another_world() -> None:
    assert snapshot(World(start=START, seed=7)) != snapshot(World(start=START, seed=8))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 2 * DAY), max_size=8))
def test_it_does_not_matter_how_often_time_is_looked_at(steps: list[int]) -> None:
    watched, unwatched = World(start=START, ads=40), World(start=START, ads=40)
    now = START
    for step in steps:
        now += step
        watched.advance(now)
    unwatched.advance(now)

    assert snapshot(watched) == snapshot(unwatched)


def test_the_same_changes_at_the_same_times_give_the_same_world() -> None:
    one, other = World(start=START), World(start=START)
    for world in (one, other):
        world.advance(START + 5000)
        world.switch(first(world), "campaign", 0, DISABLE)
        world.advance(START + DAY)
        world.switch(first(world), "campaign", 0, ENABLE)
        world.advance(START + 2 * DAY)

    assert snapshot(one) == snapshot(other)


def test_time_never_runs_back() -> None:
    world = World(start=START)
    world.advance(START + DAY)
    before = snapshot(world)
    world.advance(START)

    assert snapshot(world) == before
    assert world.now == START + DAY


# --- shapes -------------------------------------------------------------------------------------


def test_rows_have_known_fields_only() -> None:
    world = World(start=START, ads=60)
    for account in world.accounts.values():
        found = {
            "ad": ad_row(account, 0),
            "adgroup": group_row(account, 0),
            "advertiser": account_row(account),
            "campaign": campaign_row(account, 0),
        }
        for kind, row in found.items():
            assert set(row) <= set(load().entity(kind))


def test_words_are_tiktoks_own() -> None:
    world = World(start=START, ads=400)
    catalogue = load()
    account = first(world)
    groups = [group_row(account, row) for row in range(len(account.groups))]
    campaigns = [campaign_row(account, row) for row in range(len(account.campaigns))]
    for rows, field, enum in (
        (ads(world), "secondary_status", "SecondaryStatus"),
        (ads(world), "operation_status", "OperationStatus"),
        (ads(world), "ad_format", "AdFormat"),
        (groups, "secondary_status", "SecondaryStatus"),
        (groups, "promotion_type", "PromotionType"),
        (groups, "optimization_goal", "OptimizationGoal"),
        (groups, "billing_event", "BillingEvent"),
        (groups, "creative_material_mode", "CreativeMaterialMode"),
        (campaigns, "secondary_status", "SecondaryStatus"),
        (campaigns, "objective_type", "ObjectiveType"),
        (campaigns, "campaign_type", "CampaignType"),
        (campaigns, "budget_mode", "BudgetMode"),
    ):
        assert {row[field] for row in rows} <= set(catalogue.enum(enum))


def test_children_are_younger_than_their_parents() -> None:
    for ad in ads(World(start=START)):
        assert int(ad["campaign_id"]) < int(ad["adgroup_id"]) < int(ad["ad_id"])


def test_ids_hold_the_second_of_creation() -> None:
    for ad in ads(World(start=START)):
        created = datetime.fromtimestamp(int(ad["ad_id"]) >> 20, UTC)

        assert ad["create_time"] == created.strftime("%Y-%m-%d %H:%M:%S")


def test_nothing_was_modified_before_it_was_created_or_after_now() -> None:
    for ad in ads(World(start=START)):
        assert (
            ad["modify_time"] is None
            or ad["create_time"] <= ad["modify_time"] <= "2026-09-01 12:00:00"
        )


@pytest.mark.parametrize("size", [0, 1, 2, 5, 13])
def test_small_worlds_live_as_well(size: int) -> None:
    world = World(start=START, ads=size)
    assert len(first(world).ads) == size
    world.advance(START + 30 * DAY)

    assert snapshot(world)

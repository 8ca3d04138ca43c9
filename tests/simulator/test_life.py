from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adloom.simulator.world import World
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.money import Money
from adloom.simulator.world.tables import DISABLE, ENABLE
from tests.simulator.worlds import DAY, START, ads, first


def test_new_ads_appear_about_every_ten_minutes() -> None:
    world = World(start=START)
    before = sum(len(account.ads) for account in world.accounts.values())
    world.advance(START + DAY)
    after = sum(len(account.ads) for account in world.accounts.values())

    assert 120 <= after - before <= 180


def test_a_new_ad_is_reviewed_and_then_delivers_or_is_denied() -> None:
    world = World(start=START)
    account = first(world)
    seen: dict[int, list[str]] = {}
    size = len(account.ads)
    for passed in range(0, DAY, 240):
        world.advance(START + passed)
        for row in range(size, len(account.ads)):
            status = ad_row(account, row)["secondary_status"]
            if seen.setdefault(row, [])[-1:] != [status]:
                seen[row].append(status)
    ways = Counter(tuple(way[:2]) for way in seen.values())

    assert (
        ways["AD_STATUS_AUDIT", "AD_STATUS_DELIVERY_OK"]
        > ways["AD_STATUS_AUDIT", "AD_STATUS_AUDIT_DENY"]
    )
    assert ways["AD_STATUS_AUDIT", "AD_STATUS_AUDIT_DENY"] >= 1


def test_a_review_leaves_the_modify_time_alone() -> None:
    world = World(start=START)
    account = first(world)
    waiting = [row for row in range(len(account.ads)) if account.ads.review[row] == 1]
    before = [ad_row(account, row) for row in waiting]
    world.advance(START + 1800)
    after = [ad_row(account, row) for row in waiting]

    assert waiting
    assert [row["modify_time"] for row in before] == [row["modify_time"] for row in after]
    assert all(row["secondary_status"] != "AD_STATUS_AUDIT" for row in after)


def test_edits_change_content_and_modify_time_together() -> None:
    world = World(start=START)
    account = first(world)
    before = ads(world)
    world.advance(START + 2 * DAY)
    after = ads(world)[: len(before)]
    changed = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if (old["ad_name"], old["ad_text"]) != (new["ad_name"], new["ad_text"])
    ]

    assert len(changed) > 20
    for old, new in changed:
        if account.ads.modified[before.index(old)]:
            assert new["modify_time"] > old["modify_time"]
        else:
            assert new["modify_time"] is None


def test_some_edits_share_their_second() -> None:
    world = World(start=START)
    world.advance(START + 3 * DAY)
    shared = Counter(row["modify_time"] for row in ads(world) if row["modify_time"])

    assert max(count for moment, count in shared.items() if moment > "2026-09-01 12:00:00") > 1


def test_the_balance_falls_by_the_minute_and_is_topped_up() -> None:
    world = World(start=START)
    account = first(world)
    balances = []
    for minute in range(3):
        world.advance(START + 60 * minute)
        balances.append(account.money.shown)
    world.advance(START + 30 * DAY)

    assert all(later < earlier for earlier, later in pairwise(balances))
    assert account.money.shown > 0


def test_an_account_without_money_stops_delivering() -> None:
    world = World(start=START)
    account = list(world.accounts.values())[1]
    world.advance(START + 60 * DAY)
    statuses = {ad_row(account, row)["secondary_status"] for row in range(len(account.ads))}

    assert account.money.shown == 0
    assert "AD_STATUS_BALANCE_EXCEED" in statuses
    assert "AD_STATUS_DELIVERY_OK" not in statuses


def test_groups_begin_and_end_by_their_schedule() -> None:
    world = World(start=START, ads=2000)
    account = first(world)
    world.advance(START + 25 * DAY)
    for row in range(len(account.groups)):
        group = group_row(account, row)
        if group["secondary_status"] == "ADGROUP_STATUS_DELIVERY_OK":
            assert (
                group["schedule_start_time"] <= "2026-09-26 12:00:00" < group["schedule_end_time"]
            )


def test_delivering_ads_are_what_spends() -> None:
    world = World(start=START)
    account = first(world)
    for campaign in range(len(account.campaigns)):
        world.switch(account, "campaign", campaign, DISABLE)

    assert account.money.rate == 0


# --- changes that are seen late -----------------------------------------------------------------


def test_a_change_becomes_visible_when_it_is_due() -> None:
    world = World(start=START)
    account = first(world)
    row = next(
        row
        for row in range(len(account.ads))
        if ad_row(account, row)["secondary_status"] == "AD_STATUS_DELIVERY_OK"
    )
    before = ad_row(account, row)
    world.switch(account, "ad", row, DISABLE, due=5.0)
    world.advance(START + 1, real=4.9)
    early = ad_row(account, row)
    world.advance(START + 2, real=5.0)
    late = ad_row(account, row)

    assert early == before
    assert late["operation_status"] == "DISABLE"
    assert late["modify_time"] == "2026-09-01 12:00:00"


def test_the_last_of_two_late_changes_wins() -> None:
    world = World(start=START)
    account = first(world)
    world.switch(account, "ad", 0, DISABLE, due=1.0)
    world.switch(account, "ad", 0, ENABLE, due=2.0)

    assert account.ads.switch_of(0) == ENABLE
    world.advance(START, real=1.0)
    assert account.ads.switch_of(0) == ENABLE
    world.advance(START, real=2.0)
    assert account.ads.switch[0] == ENABLE


# --- money --------------------------------------------------------------------------------------


@given(
    st.integers(0, 5000),
    st.integers(0, 40),
    st.lists(st.integers(0, 900), max_size=10),
    st.sampled_from([(0, 0), (700, 100), (5000, 300)]),
)
def test_settling_in_between_changes_no_balance(
    balance: int, rate: int, steps: list[int], top_up: tuple[int, int]
) -> None:
    once, often = (
        Money(balance + top_up[1], minute=0, top_up=top_up[0], floor=top_up[1], rate=rate)
        for _ in range(2)
    )
    now = 0
    for step in steps:
        now += step
        often.settle(now)
    once.settle(now)

    assert often.balance == once.balance

"""The accounts as they are when the simulator starts."""

import random
from collections.abc import Iterator
from typing import Final

from adloom.simulator.world.account import Account, Facts
from adloom.simulator.world.growth import add_ad, add_campaign, add_group, stream
from adloom.simulator.world.money import MINUTE, PART, Money
from adloom.simulator.world.tables import DELETE, DISABLE, ENABLE, Review
from adloom.simulator.world.words import AWKWARD_NAMES

__all__ = ["accounts_at"]

DAY: Final = 86_400
SPAN: Final = 540 * DAY
#: New ads per new group, and new groups per new campaign.
ADS_PER_GROUP: Final = 4
GROUPS_PER_CAMPAIGN: Final = 3
#: Ads that are still in review at the start, the newest ones.
WAITING: Final = 3
#: How many ads the two small accounts have.
SMALL: Final = (96, 24)

FACTS: Final = (
    Facts(
        advertiser_id="7048218394563018753",
        name="Northwind Outdoor",
        company="Northwind Outdoor Inc.",
        currency="USD",
        timezone="Etc/GMT+8",
        display_timezone="America/Los_Angeles",
        country="US",
        language="en",
        status="STATUS_ENABLE",
        kinds=(0, 3, 1, 8, 4, 10, 0, 2, 6, 5, 1, 9, 7, 11, 14, 15),
    ),
    Facts(
        advertiser_id="7073510249382117377",
        name="Kaffeerösterei Morgenrot",
        company="Morgenrot GmbH & Co. KG",
        currency="EUR",
        timezone="Europe/Berlin",
        display_timezone="Europe/Berlin",
        country="DE",
        language="de",
        status="STATUS_ENABLE",
        kinds=(0, 13, 3, 12, 1, 11, 14, 5),
    ),
    Facts(
        advertiser_id="7101264870125535234",
        name="青空スタジオ",
        company="Aozora Studio K.K.",
        currency="JPY",
        timezone="Asia/Tokyo",
        display_timezone="Asia/Tokyo",
        country="JP",
        language="ja",
        status="STATUS_LIMIT",
        kinds=(1, 0, 4),
        rejection_reason="1:The account is limited until its documents are checked.",
    ),
)


def accounts_at(start: int, *, seed: int, ads: int) -> dict[str, Account]:
    """The three accounts: one with `ads` ads in all, two small ones.

    Args:
        start: Now, in UNIX seconds.
        seed: The same seed and start give the same accounts.
        ads: How many ads the first account has, deleted ones included.
    """
    minute = start // MINUTE
    wealth = (
        Money(balance=25_000 * PART, minute=minute, top_up=20_000 * PART, floor=5_000 * PART),
        # Runs out after a few days.
        Money(balance=1_250 * PART, minute=minute),
        Money(balance=48_000 * PART, minute=minute),
    )
    accounts = {}
    for facts, money, size in zip(FACTS, wealth, (ads, *SMALL), strict=True):
        account = Account(facts, money)
        chance = stream(seed, f"history of {facts.advertiser_id}")
        _populate(account, chance, size, start)
        _name_awkwardly(account, chance)
        account.refresh_all(start)
        account.deliveries.clear()
        accounts[facts.advertiser_id] = account
    return accounts


def _populate(account: Account, chance: random.Random, ads: int, start: int) -> None:
    """Live through the past: now and then a campaign, more often a group, most often an ad."""
    times = sorted(chance.randrange(start - SPAN, start - 2 * 3600) for _ in range(ads))
    recent: list[int] = []
    for ordinal, at in enumerate(times):
        bits = chance.getrandbits(60)
        if ordinal % ADS_PER_GROUP == 0:
            recent = [*recent[-3:], _open_group(account, at, bits >> 3, start)]
        waiting = ordinal >= ads - WAITING
        add_ad(
            account,
            recent[(bits >> 8) % len(recent)],
            at,
            bits >> 10,
            review=Review.WAITING if waiting else _past_review(bits >> 28),
            modified=_modified(at, bits >> 34, start),
            switch=ENABLE if waiting else _past_switch(bits >> 42, deleted=5, off=20),
        )


def _open_group(account: Account, at: int, bits: int, start: int) -> int:
    if len(account.groups) % GROUPS_PER_CAMPAIGN == 0:
        add_campaign(
            account,
            at - 120,
            bits >> 5,
            modified=_modified(at - 120, bits >> 20, start),
            switch=_past_switch(bits >> 30, deleted=2, off=12),
        )
    return add_group(
        account,
        len(account.campaigns) - 1,
        at - 60,
        bits >> 7,
        modified=_modified(at - 60, bits >> 22, start),
        switch=_past_switch(bits >> 33, deleted=3, off=12),
    )


def _past_switch(bits: int, *, deleted: int, off: int) -> int:
    """A switch; the two shares are per cent."""
    percent = bits % 100
    if percent < deleted:
        return DELETE
    return DISABLE if percent < deleted + off else ENABLE


def _past_review(bits: int) -> int:
    return {0: Review.AGAIN, 1: Review.DENIED, 2: Review.DENIED, 3: Review.DENIED}.get(
        bits % 50, Review.PASSED
    )


def _modified(at: int, bits: int, start: int) -> int:
    """Half of all objects were edited after a while."""
    later = at + 30 if bits & 1 else at + bits % (40 * DAY)
    return min(later, start - 60)


def _name_awkwardly(account: Account, chance: random.Random) -> None:
    """Give some ads that are shown by default the names that break things."""
    for name, ad in zip(AWKWARD_NAMES, _visible(account, chance), strict=False):
        account.ads.changed[ad] = {"ad_name": name}


def _visible(account: Account, chance: random.Random) -> Iterator[int]:
    rows = list(range(len(account.ads)))
    chance.shuffle(rows)
    return (ad for ad in rows if not account.is_gone("ad", ad))

"""How campaigns, groups and ads come into being, before the start and after it."""

import random
from typing import Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS
from adloom.simulator.world.tables import ENABLE, FROZEN, mix

__all__ = ["FOREVER", "add_ad", "add_campaign", "add_group", "stream"]

DAY: Final = 86_400
#: How far ahead the end of a group lies that has none (business_api.yaml `entities.adgroup`).
FOREVER: Final = 3650 * DAY


def stream(seed: int, name: str) -> random.Random:
    """Chance that repeats itself: the same seed and name give the same numbers."""
    return random.Random(f"{seed} {name}")  # noqa: S311 - nothing here is secret


def add_campaign(account: Account, at: int, bits: int, *, modified: int, switch: int = 0) -> int:
    """Create a campaign of the account's next kind and return its row."""
    kinds = account.facts.kinds
    kind = kinds[account.campaigns.lived % len(kinds)]
    return account.campaigns.add(at=at, bits=bits, kind=kind, modified=modified, switch=switch)


def add_group(
    account: Account, campaign: int, at: int, bits: int, *, modified: int, switch: int = ENABLE
) -> int:
    """Create a group of the campaign's next kind and return its row."""
    campaign_kind = account.campaigns.campaign_kind[campaign]
    siblings = account.campaigns.groups[campaign]
    choices = CAMPAIGN_KINDS[campaign_kind].groups
    group_kind = choices[len(siblings) % len(choices)]
    starts, ends = _schedule(at, bits, CAMPAIGN_KINDS[campaign_kind].buying_type)
    group = account.groups.add(
        at=at,
        bits=bits,
        campaign=campaign,
        campaign_kind=campaign_kind,
        group_kind=group_kind,
        starts=starts,
        ends=ends,
        modified=modified,
        switch=FROZEN if GROUP_KINDS[group_kind].frozen else switch,
    )
    siblings.append(group)
    return group


def _schedule(at: int, bits: int, buying_type: str) -> tuple[int, int]:
    """Most groups run from now on for ever; reservations and some others have an end."""
    usual = FOREVER if buying_type == "AUCTION" else 90 * DAY
    delay, length = {0: (0, 20 * DAY), 1: (0, 400 * DAY), 2: (2 * DAY, FOREVER)}.get(
        mix(bits) % 12, (0, usual)
    )
    return at + delay, at + delay + length


def add_ad(
    account: Account,
    group: int,
    at: int,
    bits: int,
    *,
    review: int,
    modified: int,
    switch: int = ENABLE,
) -> int:
    """Create an ad and return its row."""
    campaign_kind = account.groups.campaign_kind[group]
    upgraded = CAMPAIGN_KINDS[campaign_kind].is_upgraded
    ad = account.ads.add(
        at=at,
        bits=bits,
        group=group,
        campaign_kind=campaign_kind,
        group_kind=account.groups.group_kind[group],
        review=review,
        modified=0 if upgraded else modified,
        switch=switch,
    )
    account.groups.ads[group].append(ad)
    return ad

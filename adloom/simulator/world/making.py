"""What clients make and change: rows that appear among those that came about by themselves."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.growth import add_ad
from adloom.simulator.world.kinds import (
    CAMPAIGN_KINDS,
    GROUP_KINDS,
    CampaignKind,
    GroupKind,
    number_of,
)
from adloom.simulator.world.life import Life
from adloom.simulator.world.tables import Level, Review

__all__ = ["apply", "make_ad", "make_campaign", "make_group"]

NO_FIELDS: Final = ("kind", "review", "span")


def make_campaign(
    account: Account, at: int, bits: int, *, kind: CampaignKind, switch: int, values: dict[str, Any]
) -> int:
    """Append a campaign and return its row.

    Args:
        account: Whose it is.
        at: Now, in UNIX seconds.
        bits: What its id ends in.
        kind: What filters look at.
        switch: Whether it is on.
        values: Its fields.
    """
    number = number_of(CAMPAIGN_KINDS, kind)
    row = account.campaigns.add(at=at, bits=bits, kind=number, modified=at, switch=switch)
    account.campaigns.changed[row] = values
    account.campaigns.mark_made(row)
    account.refresh_campaign(row, at)
    return row


def make_group(
    account: Account,
    at: int,
    bits: int,
    *,
    campaign: int,
    kind: GroupKind,
    span: tuple[int, int],
    switch: int,
    values: dict[str, Any],
) -> int:
    """Append an ad group and return its row.

    Args:
        account: Whose it is.
        at: Now, in UNIX seconds.
        bits: What its id ends in.
        campaign: The row of its campaign.
        kind: What filters look at.
        span: When it begins and when it ends.
        switch: Whether it is on.
        values: Its fields.
    """
    row = account.groups.add(
        at=at,
        bits=bits,
        campaign=campaign,
        campaign_kind=account.campaigns.campaign_kind[campaign],
        group_kind=number_of(GROUP_KINDS, kind),
        starts=span[0],
        ends=span[1],
        modified=at,
        switch=switch,
    )
    account.campaigns.groups[campaign].append(row)
    account.groups.changed[row] = values
    account.groups.mark_made(row)
    account.refresh_group(row, at)
    return row


def make_ad(
    account: Account, at: int, bits: int, *, group: int, switch: int, values: dict[str, Any]
) -> int:
    """Append an ad that waits for its review, and return its row."""
    row = add_ad(account, group, at, bits, review=Review.WAITING, modified=at, switch=switch)
    account.ads.changed[row] = values
    account.ads.mark_made(row)
    account.refresh_ad(row, at)
    return row


def apply(
    account: Account, life: Life, level: Level, index: int, values: Mapping[str, Any], at: int
) -> None:
    """Let changed fields show.

    Args:
        account: Where the object is.
        life: What a new review, or a new schedule, is planned in.
        level: Of the object.
        index: Its row.
        values: Its new fields; `review`, `span` and `kind` are no fields, they send an ad to review
            again, move a group's schedule, and change what filters look at in a group.
        at: When that was asked for; becomes `modify_time`.
    """
    table = account.table(level)
    fields = {name: value for name, value in values.items() if name not in NO_FIELDS}
    table.changed[index] = table.changed.get(index, {}) | fields
    account.touch(level, index, at)
    if "span" in values:
        account.groups.starts[index], account.groups.ends[index] = values["span"]
        account.refresh_group(index, at)
        life.expect_schedule(account, index, at)
    if "kind" in values:
        _set_kind(account, index, values["kind"])
    if "review" in values:
        _review_again(account, life, index, at)


def _set_kind(account: Account, group: int, kind: GroupKind) -> None:
    """Let filters find a group and its ads by other facts."""
    number = number_of(GROUP_KINDS, kind)
    account.groups.group_kind[group] = number
    for ad in account.groups.ads[group]:
        account.ads.group_kind[ad] = number


def _review_again(account: Account, life: Life, ad: int, at: int) -> None:
    """Send an ad that was reviewed to review once more; one that waits goes on waiting."""
    if account.ads.review[ad] in (Review.PASSED, Review.DENIED):
        account.ads.review[ad] = Review.AGAIN
        account.refresh_ad(ad, at)
        life.expect_review(account, ad, at)

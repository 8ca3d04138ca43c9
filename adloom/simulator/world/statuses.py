"""`secondary_status`: what becomes of an object, computed from the top down.

Deleted before switched off before everything else, the campaign before the group before the ad
(business_api.yaml `status_model.simulator_hint`). What is below that, and how a group follows from
its ads, is assumed.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from adloom.simulator.world.tables import DELETE, DISABLE, Level, Review

__all__ = [
    "DELIVERING",
    "STATUSES",
    "Obstacle",
    "ad_status",
    "campaign_status",
    "group_status",
]


class Obstacle(IntEnum):
    """What keeps a whole group from delivering, besides switches and reviews."""

    NONE = 0
    FROZEN = 1
    PUNISHED = 2
    ENDED = 3
    NOT_STARTED = 4
    NO_BALANCE = 5


#: Every status this simulator gives, by level; a row stores its place in here.
STATUSES: Final[dict[Level, tuple[str, ...]]] = {
    "campaign": (
        "CAMPAIGN_STATUS_DELETE",
        "CAMPAIGN_STATUS_DISABLE",
        "ADVERTISER_ACCOUNT_PUNISH",
        "CAMPAIGN_STATUS_ENABLE",
    ),
    "adgroup": (
        "ADGROUP_STATUS_CAMPAIGN_DELETE",
        "ADGROUP_STATUS_DELETE",
        "ADGROUP_STATUS_CAMPAIGN_DISABLE",
        "ADGROUP_STATUS_DISABLE",
        "ADGROUP_STATUS_FROZEN",
        "ADVERTISER_ACCOUNT_PUNISH",
        "ADGROUP_STATUS_TIME_DONE",
        "ADGROUP_STATUS_NOT_START",
        "ADGROUP_STATUS_BALANCE_EXCEED",
        "ADGROUP_STATUS_CREATE",
        "ADGROUP_STATUS_AUDIT",
        "ADGROUP_STATUS_AUDIT_DENY",
        "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK",
        "ADGROUP_STATUS_DELIVERY_OK",
    ),
    "ad": (
        "AD_STATUS_CAMPAIGN_DELETE",
        "AD_STATUS_ADGROUP_DELETE",
        "AD_STATUS_DELETE",
        "AD_STATUS_CAMPAIGN_DISABLE",
        "AD_STATUS_ADGROUP_DISABLE",
        "AD_STATUS_DISABLE",
        "ADGROUP_STATUS_FROZEN",
        "ADVERTISER_ACCOUNT_PUNISH",
        "AD_STATUS_DONE",
        "AD_STATUS_NOT_START",
        "AD_STATUS_BALANCE_EXCEED",
        "AD_STATUS_DELIVERY_OK",
        "AD_STATUS_AUDIT",
        "AD_STATUS_REAUDIT",
        "AD_STATUS_AUDIT_DENY",
    ),
}
_CAMPAIGN: Final = {word: code for code, word in enumerate(STATUSES["campaign"])}
_GROUP: Final = {word: code for code, word in enumerate(STATUSES["adgroup"])}
_FIRST_GROUP_OBSTACLE: Final = _GROUP["ADGROUP_STATUS_FROZEN"] - 1
_FIRST_AD_OBSTACLE: Final = STATUSES["ad"].index("ADGROUP_STATUS_FROZEN") - 1
DELIVERING: Final = STATUSES["ad"].index("AD_STATUS_DELIVERY_OK")


def campaign_status(switch: int, *, punished: bool) -> int:
    """The status of a campaign."""
    if switch == DELETE:
        return _CAMPAIGN["CAMPAIGN_STATUS_DELETE"]
    if switch == DISABLE:
        return _CAMPAIGN["CAMPAIGN_STATUS_DISABLE"]
    return _CAMPAIGN["ADVERTISER_ACCOUNT_PUNISH" if punished else "CAMPAIGN_STATUS_ENABLE"]


def group_status(campaign: int, group: int, obstacle: Obstacle, reviews: Iterable[int]) -> int:
    """The status of an ad group.

    Args:
        campaign: The campaign's switch.
        group: The group's own switch.
        obstacle: What else is in its way.
        reviews: The reviews of its ads, without the deleted ones.
    """
    for switched, parents, own in (
        (DELETE, "ADGROUP_STATUS_CAMPAIGN_DELETE", "ADGROUP_STATUS_DELETE"),
        (DISABLE, "ADGROUP_STATUS_CAMPAIGN_DISABLE", "ADGROUP_STATUS_DISABLE"),
    ):
        if campaign == switched:
            return _GROUP[parents]
        if group == switched:
            return _GROUP[own]
    if obstacle:
        return _FIRST_GROUP_OBSTACLE + obstacle
    return _GROUP[_after_review(set(reviews))]


def _after_review(reviews: set[int]) -> str:
    if not reviews:
        return "ADGROUP_STATUS_CREATE"
    if reviews == {Review.DENIED}:
        return "ADGROUP_STATUS_AUDIT_DENY"
    if Review.PASSED not in reviews:
        return "ADGROUP_STATUS_AUDIT"
    if Review.DENIED in reviews:
        return "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK"
    return "ADGROUP_STATUS_DELIVERY_OK"


def ad_status(campaign: int, group: int, ad: int, obstacle: int, review: int) -> int:
    """The status of an ad from the three switches, the obstacle and its review."""
    switches = (campaign, group, ad)
    for switched, first in ((DELETE, 0), (DISABLE, len(switches))):
        if switched in switches:
            return first + switches.index(switched)
    if obstacle:
        return _FIRST_AD_OBSTACLE + obstacle
    return DELIVERING + review

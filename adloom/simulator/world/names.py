"""What campaigns and ad groups are called now: as they were named, or as they came about."""

from adloom.simulator.world.tables import Campaigns, Groups, mix
from adloom.simulator.world.words import campaign_name, group_name

__all__ = ["campaign_title", "group_title"]


def campaign_title(campaigns: Campaigns, index: int) -> str:
    """The visible name of a campaign."""
    changed = campaigns.changed.get(index)
    if changed is not None and "campaign_name" in changed:
        return str(changed["campaign_name"])
    return campaign_name(mix(campaigns.ids[index]), campaigns.campaign_kind[index])


def group_title(groups: Groups, index: int) -> str:
    """The visible name of an ad group."""
    changed = groups.changed.get(index)
    if changed is not None and "adgroup_name" in changed:
        return str(changed["adgroup_name"])
    return group_name(mix(groups.ids[index]))

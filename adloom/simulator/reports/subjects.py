"""What the rows of reports are about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.names import campaign_title, group_title
from adloom.simulator.world.tables import mix
from adloom.simulator.world.words import ad_name

__all__ = ["NAMES", "Subject"]

Row = dict[str, Any]


@dataclass
class Subject:
    """What a row of a report is about.

    Args:
        account: Where it is.
        campaign: The campaign it is or belongs to.
        group: The ad group it is or belongs to.
        ad: The ad it is.
    """

    account: Account
    campaign: int | None = None
    group: int | None = None
    ad: int | None = None
    _rows: dict[str, Row] = field(default_factory=dict)

    def row(self, of: str) -> Row:
        """What the listings tell about it; nothing where it is not of that kind."""
        if of not in self._rows:
            index = {"campaign": self.campaign, "adgroup": self.group, "ad": self.ad}[of]
            self._rows[of] = {} if index is None else ROWS[of](self.account, index)
        return self._rows[of]


ROWS: Final[Mapping[str, Callable[[Account, int], Row]]] = {
    "campaign": campaign_row,
    "adgroup": group_row,
    "ad": ad_row,
}


def _ad_name(subject: Subject) -> str:
    if subject.ad is None:
        return ""
    ads = subject.account.ads
    changed = ads.changed.get(subject.ad, {})
    return str(changed.get("ad_name") or ad_name(mix(ads.ids[subject.ad])))


def _group_id(subject: Subject) -> str:
    return "" if subject.group is None else str(subject.account.groups.ids[subject.group])


def _group_name(subject: Subject) -> str:
    return "" if subject.group is None else group_title(subject.account.groups, subject.group)


def _campaign_id(subject: Subject) -> str:
    if subject.campaign is None:
        return ""
    return str(subject.account.campaigns.ids[subject.campaign])


def _campaign_name(subject: Subject) -> str:
    if subject.campaign is None:
        return ""
    return campaign_title(subject.account.campaigns, subject.campaign)


#: What nearly all reports show; whole rows would take ten times as long.
NAMES: Final[Mapping[str, Callable[[Subject], str]]] = {
    "ad_name": _ad_name,
    "adgroup_id": _group_id,
    "adgroup_name": _group_name,
    "campaign_id": _campaign_id,
    "campaign_name": _campaign_name,
}

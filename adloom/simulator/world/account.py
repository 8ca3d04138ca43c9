"""One advertiser account: its facts, its objects, and how their states hang together."""

from dataclasses import dataclass, field
from typing import Final

from adloom.simulator.world.kinds import CAMPAIGN_KINDS
from adloom.simulator.world.money import Money
from adloom.simulator.world.statuses import (
    DELIVERING,
    Obstacle,
    ad_status,
    campaign_status,
    group_status,
)
from adloom.simulator.world.tables import (
    DELETE,
    FROZEN,
    SMART_AD_BIT,
    Ads,
    Campaigns,
    Groups,
    Level,
    Table,
    mix,
    parse_id,
)

__all__ = ["Account", "Facts"]

#: How many creatives an Upgraded Smart+ ad holds at most (assumed).
CREATIVES: Final = 3


@dataclass(frozen=True)
class Facts:
    """What `/advertiser/info/` tells about an account, apart from its balance."""

    advertiser_id: str
    name: str
    company: str
    currency: str
    timezone: str
    display_timezone: str
    country: str
    language: str
    status: str
    #: The kinds of its campaigns, in turn.
    kinds: tuple[int, ...]
    rejection_reason: str = ""


@dataclass
class Account:
    """An advertiser with its campaigns, ad groups and ads."""

    facts: Facts
    money: Money
    campaigns: Campaigns = field(default_factory=Campaigns)
    groups: Groups = field(default_factory=Groups)
    ads: Ads = field(default_factory=Ads)
    is_out_of_money: bool = False
    #: When ads began and ceased to deliver, in turn and in UNIX seconds, since the start.
    deliveries: dict[int, list[int]] = field(default_factory=dict)

    @property
    def is_punished(self) -> bool:
        """Whether the platform limits the whole account."""
        return self.facts.status == "STATUS_LIMIT"

    def table(self, level: Level) -> Table:
        """The objects of a level."""
        return {"campaign": self.campaigns, "adgroup": self.groups, "ad": self.ads}[level]

    # --- switches -------------------------------------------------------------------------------

    def switches_of_ad(self, index: int) -> tuple[int, int, int]:
        """The visible switches of an ad's campaign, its group and itself."""
        group = self.ads.group[index]
        campaign = self.groups.campaign[group]
        return (
            self.campaigns.switch[campaign],
            self.groups.switch[group],
            self.ads.switch[index],
        )

    def is_gone(self, level: Level, index: int) -> bool:
        """Whether an object or a parent of it was deleted, visibly or not yet."""
        if self.table(level).switch_of(index) == DELETE:
            return True
        if level == "ad":
            return self.is_gone("adgroup", self.ads.group[index])
        return level == "adgroup" and self.is_gone("campaign", self.groups.campaign[index])

    def set_switch(self, level: Level, index: int, switch: int, at: int, now: int) -> None:
        """Switch an object and let everything below and above it follow.

        Args:
            level: Of the object.
            index: Its row.
            switch: What it is switched to.
            at: When that was asked for; becomes its `modify_time`.
            now: When it takes effect.
        """
        table = self.table(level)
        table.switch[index] = switch
        self.touch(level, index, at)
        if level == "campaign":
            self.refresh_campaign(index, now)
        elif level == "adgroup":
            self.refresh_group(index, now)
        else:
            self.refresh_ad(index, now)

    def touch(self, level: Level, index: int, at: int) -> None:
        """Set `modify_time`, which Upgraded Smart+ ads do not have (business_api.md §3.1)."""
        table = self.table(level)
        if level != "ad" or not CAMPAIGN_KINDS[table.campaign_kind[index]].is_upgraded:
            table.modified[index] = at

    # --- statuses -------------------------------------------------------------------------------

    def settle(self, now: int) -> None:
        """Spend up to `now`."""
        if self.money.settle(now) and not self.is_out_of_money:
            self.is_out_of_money = True
            self.refresh_all(now)

    def refresh_all(self, now: int) -> None:
        """Compute every status anew."""
        for campaign in range(len(self.campaigns)):
            self.refresh_campaign(campaign, now)

    def refresh_campaign(self, index: int, now: int) -> None:
        """Compute the statuses of a campaign and everything in it."""
        table = self.campaigns
        table.status[index] = campaign_status(table.switch[index], punished=self.is_punished)
        for group in table.groups[index]:
            self.refresh_group(group, now)

    def refresh_group(self, index: int, now: int) -> None:
        """Compute the statuses of a group and its ads."""
        campaign = self.campaigns.switch[self.groups.campaign[index]]
        group = self.groups.switch[index]
        obstacle = self._obstacle(index, now)
        for ad in self.groups.ads[index]:
            switch, review = self.ads.switch[ad], self.ads.review[ad]
            self._set_ad_status(ad, ad_status(campaign, group, switch, obstacle, review), now)
        self._set_group_status(index, now)

    def refresh_ad(self, index: int, now: int) -> None:
        """Compute the status of an ad, and of its group."""
        group = self.ads.group[index]
        switches = self.switches_of_ad(index)
        obstacle = self._obstacle(group, now)
        self._set_ad_status(index, ad_status(*switches, obstacle, self.ads.review[index]), now)
        self._set_group_status(group, now)

    def _set_group_status(self, index: int, now: int) -> None:
        switch, review = self.ads.switch, self.ads.review
        self.groups.status[index] = group_status(
            self.campaigns.switch[self.groups.campaign[index]],
            self.groups.switch[index],
            self._obstacle(index, now),
            (review[ad] for ad in self.groups.ads[index] if switch[ad] != DELETE),
        )

    def _set_ad_status(self, index: int, status: int, now: int) -> None:
        before = self.ads.status[index]
        if before == status:
            return
        self.ads.status[index] = status
        if DELIVERING in (before, status):
            rate = self.spends(index)
            self.money.rate += rate if status == DELIVERING else -rate
            self.deliveries.setdefault(index, []).append(now)

    def spends(self, index: int) -> int:
        """What an ad spends in a minute while it delivers, in thousandths of the currency."""
        return 5 + mix(self.ads.ids[index]) % 64

    def _obstacle(self, group: int, now: int) -> Obstacle:
        if self.groups.switch[group] == FROZEN:
            return Obstacle.FROZEN
        if self.is_punished:
            return Obstacle.PUNISHED
        if self.groups.ends[group] <= now:
            return Obstacle.ENDED
        if self.groups.starts[group] > now:
            return Obstacle.NOT_STARTED
        return Obstacle.NO_BALANCE if self.is_out_of_money else Obstacle.NONE

    # --- Upgraded Smart+ ------------------------------------------------------------------------

    def is_upgraded(self, level: Level, index: int) -> bool:
        """Whether an object is Upgraded Smart+."""
        return CAMPAIGN_KINDS[self.table(level).campaign_kind[index]].is_upgraded

    def smart_ad_of(self, creative: int) -> int:
        """The id of the Upgraded Smart+ ad that a creative belongs to."""
        siblings = self.groups.ads[self.ads.group[creative]]
        place = siblings.index(creative)
        return self.ads.ids[siblings[place - place % CREATIVES]] | SMART_AD_BIT

    def creatives_of(self, text: str) -> list[int]:
        """The rows of the creatives of an Upgraded Smart+ ad; empty if there is no such ad."""
        number = parse_id(text) or 0
        first = self.ads.position(number ^ SMART_AD_BIT)
        if first is None or not number & SMART_AD_BIT:
            return []
        siblings = self.groups.ads[self.ads.group[first]]
        place = siblings.index(first)
        if place % CREATIVES or not self.is_upgraded("ad", first):
            return []
        return siblings[place : place + CREATIVES]

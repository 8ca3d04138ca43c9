"""What happens in the accounts by itself: ads are created, edited and reviewed, groups end.

Events lie on a heap by their simulated time. Each kind draws from a stream of its own, so that
what a client does in between changes nothing but what it touches.
"""

import heapq
from collections import deque
from collections.abc import Mapping
from typing import Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.growth import add_ad, add_campaign, add_group, stream
from adloom.simulator.world.statuses import STATUSES
from adloom.simulator.world.tables import DELETE, ENABLE, Review, mix
from adloom.simulator.world.words import EDITED, TEXTS

__all__ = ["Life"]

#: Seconds between two new ads, and between two edits: at least, at most.
CREATION: Final = (480, 720)
EDITING: Final = (540, 1260)
REVIEW: Final = (300, 1800)
#: The ends of groups that have an end at all lie within this.
HORIZON: Final = 1000 * 86_400
#: One edit in this many changes every ad of a group in the same second.
BULK: Final = 6
DENIED_PERCENT: Final = 10
REMEMBERED: Final = 1000
#: The share of new ads that the first account gets beyond its turn.
IN_THE_LARGE_ACCOUNT: Final = 0.8
#: Statuses in which an ad is gone.
GONE: Final = sum(word.endswith("_DELETE") for word in STATUSES["ad"])

#: When, in which order, what, to whom: account and row.
Event = tuple[int, int, str, str, int]


class Life:
    """The events of a world.

    Args:
        accounts: The accounts they happen in.
        seed: The same seed gives the same events.
        start: When life begins, in UNIX seconds.
    """

    def __init__(self, accounts: Mapping[str, Account], *, seed: int, start: int):
        self._accounts = accounts
        self._events: list[Event] = []
        self._counted = 0
        #: Ads that were denied: the account, the row and the moment, for webhooks.
        self.denials: deque[tuple[str, int, int]] = deque(maxlen=REMEMBERED)
        self._creating = stream(seed, "creating")
        self._editing = stream(seed, "editing")
        self._busy = [
            advertiser_id
            for advertiser_id, account in accounts.items()
            if not account.is_punished and len(account.campaigns)
        ]
        for advertiser_id in accounts:
            self._plan_past(advertiser_id, start)
        if self._busy:
            self._plan(start + self._creating.randint(*CREATION), "create")
            self._plan(start + self._editing.randint(*EDITING), "edit")

    def _plan(self, at: int, what: str, advertiser_id: str = "", row: int = 0) -> None:
        self._counted += 1
        heapq.heappush(self._events, (at, self._counted, what, advertiser_id, row))

    def _plan_past(self, advertiser_id: str, start: int) -> None:
        """Plan what follows from the state at the start."""
        account = self._accounts[advertiser_id]
        for ad, review in enumerate(account.ads.review):
            if review in (Review.WAITING, Review.AGAIN):
                self._plan(start + _delay(account, ad), "review", advertiser_id, ad)
        for group in range(len(account.groups)):
            self._plan_schedule(advertiser_id, group, start)

    # --- what clients make ----------------------------------------------------------------------

    def expect_review(self, account: Account, ad: int, at: int) -> None:
        """Have an ad reviewed after a while."""
        self._plan(at + _delay(account, ad), "review", account.facts.advertiser_id, ad)

    def expect_schedule(self, account: Account, group: int, now: int) -> None:
        """Follow a group when it begins and when it ends."""
        self._plan_schedule(account.facts.advertiser_id, group, now)

    def expect_budget(self, account: Account, group: int, at: int) -> None:
        """Let the scheduled budget of a group become its budget."""
        self._plan(at, "budget", account.facts.advertiser_id, group)

    def _plan_schedule(self, advertiser_id: str, group: int, now: int) -> None:
        groups = self._accounts[advertiser_id].groups
        for at in (groups.starts[group], groups.ends[group]):
            if now < at < now + HORIZON:
                self._plan(at, "schedule", advertiser_id, group)

    def advance(self, now: int) -> None:
        """Let everything happen that is due."""
        while self._events and self._events[0][0] <= now:
            at, _, what, advertiser_id, row = heapq.heappop(self._events)
            for account in self._accounts.values():
                account.settle(at)
            if what == "create":
                self._create(at)
            elif what == "edit":
                self._edit(at)
            elif what == "review":
                self._review(self._accounts[advertiser_id], row, at)
            elif what == "budget":
                _take_budget(self._accounts[advertiser_id], row)
            else:
                self._accounts[advertiser_id].refresh_group(row, at)
        for account in self._accounts.values():
            account.settle(now)

    # --- new ads --------------------------------------------------------------------------------

    def _create(self, at: int) -> None:
        chance = self._creating
        self._plan(at + chance.randint(*CREATION), "create")
        advertiser_id = (
            self._busy[0] if chance.random() < IN_THE_LARGE_ACCOUNT else chance.choice(self._busy)
        )
        account = self._accounts[advertiser_id]
        bits = chance.getrandbits(40)
        group = self._group_for(advertiser_id, at, bits)
        ad = add_ad(account, group, at, bits, review=Review.WAITING, modified=at)
        account.refresh_ad(ad, at)
        self._plan(at + _delay(account, ad), "review", advertiser_id, ad)

    def _group_for(self, advertiser_id: str, at: int, bits: int) -> int:
        """Usually one of the youngest live groups, sometimes a new one."""
        account = self._accounts[advertiser_id]
        ordinals = range(max(0, account.groups.lived - 12), account.groups.lived)
        youngest = [account.groups.lived_row(ordinal) for ordinal in ordinals]
        live = [group for group in youngest if not account.is_gone("adgroup", group)]
        if live and bits % 8:
            return live[(bits >> 3) % len(live)]
        campaign = account.campaigns.lived_row(account.campaigns.lived - 1)
        if bits % 40 == 0 or account.is_gone("campaign", campaign):
            campaign = add_campaign(account, at, bits >> 9, modified=at, switch=ENABLE)
            account.refresh_campaign(campaign, at)
        group = add_group(account, campaign, at, bits >> 11, modified=at)
        self._plan_schedule(advertiser_id, group, at)
        return group

    # --- edits and reviews ----------------------------------------------------------------------

    def _edit(self, at: int) -> None:
        chance = self._editing
        self._plan(at + chance.randint(*EDITING), "edit")
        advertiser_id = chance.choice(self._busy)
        account = self._accounts[advertiser_id]
        bits = chance.getrandbits(40)
        size = account.ads.lived
        tries = ((bits + step * 7919) % size for step in range(8)) if size else ()
        rows = map(account.ads.lived_row, tries)
        first = next((ad for ad in rows if account.ads.status[ad] >= GONE), None)
        if first is None:
            return
        ads = [first]
        if bits % BULK == 0:
            ads = account.groups.ads[account.ads.group[first]]
        for ad in ads:
            if account.ads.switch[ad] != DELETE and ad not in account.ads.made:
                self._rewrite(advertiser_id, ad, at, bits)

    def _rewrite(self, advertiser_id: str, ad: int, at: int, bits: int) -> None:
        """Rename an ad, or change its text, which sends it to review again."""
        account = self._accounts[advertiser_id]
        changed = account.ads.changed.setdefault(ad, {})
        number = bits >> 20
        if bits & 1:
            changed["ad_name"] = f"{EDITED[number % len(EDITED)]} {number % 100_000:05d}"
        else:
            changed["ad_text"] = f"{TEXTS[number % len(TEXTS)]} ({number % 997})"
            if account.ads.review[ad] == Review.PASSED:
                account.ads.review[ad] = Review.AGAIN
                self._plan(at + _delay(account, ad), "review", advertiser_id, ad)
        account.touch("ad", ad, at)
        account.refresh_ad(ad, at)

    def _review(self, account: Account, ad: int, at: int) -> None:
        """Pass an ad, or deny it; its `modify_time` stays (business_api.md §9, assumed)."""
        denied = mix(account.ads.ids[ad] + at) % 100 < DENIED_PERCENT
        account.ads.review[ad] = Review.DENIED if denied else Review.PASSED
        if denied:
            self.denials.append((account.facts.advertiser_id, ad, at))
        account.refresh_ad(ad, at)


def _take_budget(account: Account, group: int) -> None:
    """Make the scheduled budget of a group its budget, unless it was taken back."""
    changed = account.groups.changed.setdefault(group, {})
    if scheduled := changed.get("scheduled_budget"):
        changed |= {"budget": scheduled, "scheduled_budget": 0}


def _delay(account: Account, ad: int) -> int:
    """How long a review takes, in seconds."""
    shortest, longest = REVIEW
    return shortest + mix(account.ads.ids[ad] ^ 0xA5) % (longest - shortest)

"""Objects that come, go and change between two requests, for faults (reliability.md §2.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from adloom.simulator.faults import Rule
from adloom.simulator.state import Incoming, State
from adloom.simulator.world import Account
from adloom.simulator.world.growth import FOREVER
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS
from adloom.simulator.world.masks import Rows
from adloom.simulator.world.selection import BadFilterError, rows_of
from adloom.simulator.world.tables import DELETE, ENABLE, Level

__all__ = ["MEDDLING"]

LISTINGS: Final[Mapping[str, Level]] = {
    "/campaign/get/": "campaign",
    "/adgroup/get/": "adgroup",
    "/ad/get/": "ad",
}
#: How many objects are edited in the same second, unless a rule says otherwise.
TOGETHER: Final = 30


@dataclass(frozen=True)
class _Listing:
    """What a request lists: whose objects, of which level, and which page of them."""

    state: State
    account: Account
    level: Level
    query: Mapping[str, str]

    @property
    def now(self) -> int:
        """Simulated UNIX seconds."""
        return self.state.world.now

    def rows(self) -> Rows:
        """All rows that the listing shows, the newest first."""
        try:
            filtering = msgspec.json.decode(self.query.get("filtering", "{}"))
            return rows_of(self.account, self.level, filtering)
        except (BadFilterError, msgspec.DecodeError, TypeError, ValueError):
            # The request is refused, so it has no page.
            return rows_of(self.account, self.level, {})

    def page(self) -> list[int]:
        """The rows of the page that is asked for."""
        number, size = (self.query.get(name, "") for name in ("page", "page_size"))
        return self.rows().page(
            int(number) if number.isdigit() else 1, int(size) if size.isdigit() else 10
        )

    def everything(self) -> list[int]:
        """The rows that are shown without any filter, the newest first."""
        shown = rows_of(self.account, self.level, {})
        return shown.page(1, max(shown.total, 1))


def _listing(state: State, incoming: Incoming, short: str) -> _Listing | None:
    query = dict(parse_qsl(incoming.query))
    account = state.world.accounts.get(query.get("advertiser_id", ""))
    level = LISTINGS.get(short)
    if account is None or level is None or incoming.method != "GET":
        return None
    return _Listing(state, account, level, query)


def _delete(rule: Rule, listing: _Listing) -> None:
    """Delete the first objects of the page, so that the next page begins too late."""
    for row in listing.page()[: rule.number or 1]:
        listing.state.world.switch(listing.account, listing.level, row, DELETE)


def _update(rule: Rule, listing: _Listing) -> None:
    """Edit the oldest objects, so that they fulfil `modified_after` from now on."""
    for row in listing.everything()[-(rule.number or 1) :]:
        _edit(listing, row)


def _edit_together(rule: Rule, listing: _Listing) -> None:
    """Edit objects at equal distances, all in this second."""
    rows = listing.everything()
    step = max(1, len(rows) // (rule.number or TOGETHER))
    for row in rows[::step]:
        _edit(listing, row)


def _edit(listing: _Listing, row: int) -> None:
    level, account = listing.level, listing.account
    name = f"Edited {listing.now % 100_000:05d}"
    listing.state.world.edit(account, level, row, {f"{level}_name": name})


def _add(rule: Rule, listing: _Listing) -> None:
    """Create objects beside the newest one that is shown."""
    for _ in range(rule.number or 1):
        if newest := listing.everything():
            ADDING[listing.level](listing, newest[0])


def _add_campaign(listing: _Listing, beside: int) -> None:
    kind = CAMPAIGN_KINDS[listing.account.campaigns.campaign_kind[beside]]
    listing.state.world.add_campaign(listing.account, kind=kind, switch=ENABLE, values={})


def _add_group(listing: _Listing, beside: int) -> None:
    groups = listing.account.groups
    listing.state.world.add_group(
        listing.account,
        campaign=groups.campaign[beside],
        kind=GROUP_KINDS[groups.group_kind[beside]],
        span=(listing.now, listing.now + FOREVER),
        switch=ENABLE,
        values={},
    )


def _add_ad(listing: _Listing, beside: int) -> None:
    group = listing.account.ads.group[beside]
    listing.state.world.add_ad(listing.account, group=group, switch=ENABLE, values={})


ADDING: Final[Mapping[Level, Callable[[_Listing, int], None]]] = {
    "ad": _add_ad,
    "adgroup": _add_group,
    "campaign": _add_campaign,
}


def _with_listing(
    change: Callable[[Rule, _Listing], None],
) -> Callable[[Rule, State, Incoming, str], Any]:
    """Change something, if the request is a listing at all."""

    def meddle(rule: Rule, state: State, incoming: Incoming, short: str) -> None:
        if (listing := _listing(state, incoming, short)) is not None:
            change(rule, listing)

    return meddle


#: What each kind does, given the rule, the state, the request and its path below the root.
MEDDLING: Final[Mapping[str, Callable[[Rule, State, Incoming, str], Any]]] = {
    "deleted_item": _with_listing(_delete),
    "equal_times": _with_listing(_edit_together),
    "new_item": _with_listing(_add),
    "updated_item": _with_listing(_update),
}

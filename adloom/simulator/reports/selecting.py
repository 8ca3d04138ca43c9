"""Which objects of an account a report covers (business_api.md §5.1)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adloom.catalogue import load
from adloom.simulator.reports.asked_filters import IDS, STATUSES, Filter
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS, CampaignKind, GroupKind
from adloom.simulator.world.masks import Rows, all_but, one_of
from adloom.simulator.world.selection import rows_of
from adloom.simulator.world.statuses import STATUSES as WORDS
from adloom.simulator.world.tables import Ads, Groups, Level

__all__ = ["select"]

#: What filters call the facts that whole kinds of campaigns share.
CAMPAIGN_FACTS: Final[Mapping[str, Callable[[CampaignKind], str]]] = {
    "buying_type": lambda kind: kind.buying_type,
    "campaign_automation_type": lambda kind: kind.automation,
    "objective_type": lambda kind: kind.objective_type,
}
GROUP_FACTS: Final[Mapping[str, Callable[[GroupKind], str]]] = {
    "creative_material_mode": lambda kind: kind.creative_material_mode,
    "optimization_goal": lambda kind: kind.optimization_goal,
    "promotion_type": lambda kind: kind.promotion_type,
}
STATUS_ALL: Final = "STATUS_ALL"
STATUS_NOT_DELETE: Final = "STATUS_NOT_DELETE"


def select(account: Account, level: Level, filters: Sequence[Filter]) -> list[int]:
    """The rows of a level that a report covers, the newest first.

    Args:
        account: Whose.
        level: Campaigns, ad groups or ads.
        filters: All of which have to be met; deleted objects are left out unless a status says
            otherwise.
    """
    table = account.table(level)
    masks = [_status_mask(account, level, filters)]
    for wanted in filters:
        if wanted.field in CAMPAIGN_FACTS:
            shared = [CAMPAIGN_FACTS[wanted.field](kind) for kind in CAMPAIGN_KINDS]
            masks.append(_fact_mask(table.campaign_kind, shared, wanted))
        elif wanted.field in GROUP_FACTS and isinstance(table, Groups | Ads):
            shared = [GROUP_FACTS[wanted.field](kind) for kind in GROUP_KINDS]
            masks.append(_fact_mask(table.group_kind, shared, wanted))
        elif wanted.field in IDS and wanted.excludes:
            masks.append(all_but(len(table), _named(account, level, wanted)))
    if table.hidden:
        masks.append(all_but(len(table), table.hidden))
    lists = [
        set(_named(account, level, wanted))
        for wanted in filters
        if wanted.field in IDS and not wanted.excludes
    ]
    rows = Rows(len(table), masks, set.intersection(*lists) if lists else None)
    return rows.page(1, len(table))


def _fact_mask(column: bytearray, shared: Sequence[str], wanted: Filter) -> bytes:
    return one_of(
        column, lambda code: (shared[code] in wanted.values) != wanted.excludes, len(shared)
    )


def _named(account: Account, level: Level, wanted: Filter) -> list[int]:
    """The rows that ids lead to, whatever their status."""
    everything = {
        "primary_status": STATUS_ALL,
        "campaign_system_origins": ["TT_ADS_PLATFORM", "PROMOTE"],
        wanted.field: list(wanted.values),
    }
    found: list[int] = []
    for buying_types in (["AUCTION", "RESERVATION_RF"], ["RESERVATION_TOP_VIEW"]):
        rows = rows_of(account, level, {**everything, "buying_types": buying_types})
        found += rows.page(1, max(rows.total, 1))
    return found


def _status_mask(account: Account, level: Level, filters: Sequence[Filter]) -> bytes:
    words = WORDS[level]
    allowed = set(words)
    stated = [wanted for wanted in filters if wanted.field in STATUSES]
    for wanted in stated or [Filter("", (STATUS_NOT_DELETE,))]:
        named = {word for word in words if _has_one_of(level, word, wanted.values)}
        allowed &= set(words) - named if wanted.excludes else named
    return one_of(account.table(level).status, lambda code: words[code] in allowed, len(words))


def _has_one_of(level: Level, word: str, primary: Sequence[str]) -> bool:
    """Whether a secondary status belongs to one of some primary ones."""
    of = load().secondary_statuses(level)
    return any(
        status == STATUS_ALL
        or (status == STATUS_NOT_DELETE and word not in of["STATUS_DELETE"])
        or word in of.get(status, ())
        for status in primary
    )

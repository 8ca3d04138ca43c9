"""Which way a change moves spending; told by the change alone."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from modules.base import Change

__all__ = ["COUNTED", "Direction", "deletes", "direction_of"]

#: What limits look at: objects that cost money, and calls that may be about them.
COUNTED: Final = frozenset({
    "campaign", "Smart+ campaign", "ad group", "Smart+ ad group", "ad", "Smart+ ad", "call",
})  # fmt: skip


class Direction(StrEnum):
    """Which way a change moves spending.

    Args:
        RAISES: More may be spent after it.
        LOWERS: Less may be spent after it.
        NEITHER: It has nothing to do with it.
        UNKNOWN: Nobody can tell; limits take it as raising.
    """

    RAISES = "raises"
    LOWERS = "lowers"
    NEITHER = "neither"
    UNKNOWN = "unknown"


#: What a switch is set to.
SWITCHES: Final[Mapping[str, Direction]] = {
    "ENABLE": Direction.RAISES,
    "DISABLE": Direction.LOWERS,
    "DELETE": Direction.LOWERS,
}
#: More of it may spend more (business_api.md §3.4).
MORE_SPENDS_MORE: Final = frozenset({
    "budget", "bid", "bid_price", "conversion_bid_price", "deep_cpa_bid", "cpv_video_bid",
})  # fmt: skip
#: More of it asks for a better return, so less may be spent.
MORE_SPENDS_LESS: Final = frozenset({"roas_bid", "min_roas"})
#: What is shown, to nobody more and for no more money.
SHOWN: Final = frozenset({
    "ad_name", "ad_text", "adgroup_name", "campaign_name", "call_to_action", "image_ids",
    "landing_page_url", "video_id", "name",
})  # fmt: skip


def direction_of(change: Change) -> Direction:
    """Which way a change moves spending.

    What comes into being may spend, unless it comes into being switched off.
    """
    if change.kind not in COUNTED:
        return Direction.NEITHER
    if change.field == "operation_status":
        return SWITCHES.get(str(change.new), Direction.UNKNOWN)
    if change.field in MORE_SPENDS_MORE:
        return _by_amount(change)
    if change.field in MORE_SPENDS_LESS:
        return _turned(_by_amount(change))
    if change.kind != "call" and not change.id:
        off = isinstance(change.new, Mapping) and change.new.get("operation_status") == "DISABLE"
        return Direction.NEITHER if off else Direction.RAISES
    is_shown = change.kind != "call" and change.field in SHOWN
    return Direction.NEITHER if is_shown else Direction.UNKNOWN


def deletes(change: Change) -> bool:
    """Whether nothing could bring back what a change takes away."""
    return change.field == "operation_status" and change.new == "DELETE"


def _by_amount(change: Change) -> Direction:
    old, new = _number(change.old), _number(change.new)
    if old is None or new is None:
        return Direction.UNKNOWN
    if old == new:
        return Direction.NEITHER
    return Direction.RAISES if new > old else Direction.LOWERS


def _turned(direction: Direction) -> Direction:
    match direction:
        case Direction.RAISES:
            return Direction.LOWERS
        case Direction.LOWERS:
            return Direction.RAISES
        case _:
            return direction


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None

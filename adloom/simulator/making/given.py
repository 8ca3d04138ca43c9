"""What a creation or an update asks for: words, names, budgets, times, and what becomes of them."""

import calendar
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.catalogue import Param, load
from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal

__all__ = [
    "INFINITE",
    "check_budget",
    "check_name",
    "check_words",
    "moment",
    "nothing_to_change",
    "stored",
]

NO_UPDATE: Final = 40012
INFINITE: Final = "BUDGET_MODE_INFINITE"
LONGEST_NAME: Final = 512
#: Emoji, and what joins and colours them; names must not have any (business_api.md §3.4).
EMOJI: Final = re.compile("[\u2600-\u27bf\u20e3\ufe0f\U0001f000-\U0001faff]")
#: Fields whose words are checked; elsewhere TikTok adds words without notice.
CHECKED: Final = frozenset(
    {
        "ad_format",
        "age_groups",
        "app_promotion_type",
        "bid_type",
        "billing_event",
        "budget_mode",
        "call_to_action",
        "campaign_product_source",
        "campaign_type",
        "creative_material_mode",
        "dark_post_status",
        "gender",
        "identity_type",
        "objective_type",
        "optimization_goal",
        "pacing",
        "placement_type",
        "placements",
        "promotion_type",
        "sales_destination",
        "schedule_type",
        "special_industries",
    }
)
#: The switch of something new.
FIRST_SWITCHES: Final = ("ENABLE", "DISABLE")
#: Fields that are told from elsewhere than from what was asked for.
ELSEWHERE: Final = frozenset(
    {
        "ad_id",
        "adgroup_id",
        "advertiser_id",
        "campaign_id",
        "operation_status",
        "schedule_end_time",
        "schedule_start_time",
        "schedule_type",
    }
)


def check_words(given: Mapping[str, Any], answer: Sequence[Param], path: str = "") -> None:
    """Refuse words that the fields of the answer do not know.

    Args:
        given: What is asked for.
        answer: The fields of the object as it is told, with their words.
        path: Where `given` lies in the request, with a full stop at its end.
    """
    known = {field.name: field.choices for field in answer if field.choices}
    for name in CHECKED & given.keys() & known.keys():
        items = given[name] if isinstance(given[name], list | tuple) else [given[name]]
        if wrong := [item for item in items if item is not None and item not in known[name]]:
            raise bad_param(f"{path}{name}", f"Not a valid choice: {wrong[0]}.")
    switch = given.get("operation_status", "ENABLE")
    if switch not in FIRST_SWITCHES:
        raise bad_param(f"{path}operation_status", "Not a valid choice, expected ENABLE, DISABLE.")


def check_name(path: str, name: str) -> None:
    """Refuse a name that is empty, too long, or has emoji in it."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad_param(path, f"Must have between 1 and {LONGEST_NAME} characters.")
    if EMOJI.search(name):
        raise bad_param(path, "Emoji are not supported.")


def check_budget(mode: str, budget: float | None) -> None:
    """Refuse a budget that its mode does not have, and a mode without its budget (assumed)."""
    if mode == INFINITE:
        if budget:
            raise bad_param("budget", f"{INFINITE} has no budget.")
    elif budget is None:
        raise Refusal(40002, "Missing required field(s): budget.")
    elif budget <= 0:
        raise bad_param("budget", "Must be greater than 0.")


def moment(path: str, text: str) -> int:
    """A time in UTC as UNIX seconds."""
    try:
        return max(calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")), 0)
    except ValueError:
        raise bad_param(path, "Not a valid datetime, expected YYYY-MM-DD HH:MM:SS.") from None


def stored(entity: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that an object keeps from what was asked for."""
    known = load().entity(entity)
    return {name: value for name, value in given.items() if name in known and name not in ELSEWHERE}


def nothing_to_change() -> Refusal:
    """The refusal of an update without anything to update (40012; when it comes is assumed)."""
    return Refusal(NO_UPDATE, "There is nothing to update.")

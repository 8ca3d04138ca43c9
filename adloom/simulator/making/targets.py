"""Finding what a request is about, and telling what it is now."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.envelope import Refusal
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.tables import SWITCHES, Level

__all__ = ["change", "differs", "find", "switch_in", "told"]

PARAM_ERROR: Final = 40002
NOT_FOUND: Final = 40007
TITLES: Final[Mapping[Level, str]] = {"campaign": "campaign", "adgroup": "ad group", "ad": "ad"}
ROWS: Final[Mapping[Level, Callable[[Account, int], dict[str, Any]]]] = {
    "campaign": campaign_row,
    "adgroup": group_row,
    "ad": ad_row,
}


def find(account: Account, level: Level, identity: str, *, smart: bool = False) -> int:
    """The row of something that may be changed.

    Args:
        account: Where it should be.
        level: What it is.
        identity: Its id.
        smart: Whether it has to be Upgraded Smart+; otherwise it must not be.

    Raises:
        Refusal: 40007 where there is no such thing; 40002 where it or a parent is deleted, or
            where another endpoint is for it (business_api.md §3.3).
    """
    row, title = account.table(level).find(identity), TITLES[level]
    if row is None:
        raise Refusal(NOT_FOUND, f"The {title} {identity} does not exist. ")
    if account.is_gone(level, row):
        text = f"The {title} {identity} or a parent of it is deleted and cannot be changed."
        raise Refusal(PARAM_ERROR, text)
    if account.is_upgraded(level, row) != smart:
        kind = "not Upgraded Smart+" if smart else "Upgraded Smart+"
        raise Refusal(PARAM_ERROR, f"{level}_id: The {title} {identity} is {kind}.")
    return row


def told(account: Account, level: Level, row: int) -> dict[str, Any]:
    """An object as the answer to its change tells it: as it is now, whatever reads show yet."""
    coming = account.table(level).coming.get(row, {})
    found = ROWS[level](account, row)
    return found | {name: value for name, value in coming.items() if name in found}


def change(call: Call, level: Level, row: int, values: Mapping[str, Any]) -> bool:
    """Change the fields that differ from what is there; whether there were any."""
    now = told(call.account, level, row)
    wanted = {name: value for name, value in values.items() if differs(now.get(name), value)}
    if wanted:
        call.state.world.edit(call.account, level, row, wanted, due=call.state.visible_at())
    return bool(wanted)


def differs(before: Any, after: Any) -> bool:
    """Whether a field would change; nothing and an empty text or list are the same."""
    known, wanted = (list(each) if isinstance(each, tuple) else each for each in (before, after))
    return bool(known != wanted and (known or wanted))


def switch_in(params: Mapping[str, Any]) -> int:
    """The switch of something new."""
    return SWITCHES.index(params.get("operation_status", "ENABLE"))

"""The budgets of ad groups, now or from the next midnight on (business_api.md §3.4)."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.given import check_budget
from adloom.simulator.making.targets import change, find, told
from adloom.simulator.state import Call
from adloom.simulator.world import Account

__all__ = ["ENDPOINTS", "check_lock"]

LOCKED_FROM: Final = time(23, 55)
DAILY: Final = ("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET")


def check_lock(account: Account, now: float) -> None:
    """Refuse budgets of groups in the last five minutes of the account's day (code assumed)."""
    if _local(account, now).time() >= LOCKED_FROM:
        raise Refusal(40002, "budget: Budgets cannot be changed between 23:55 and 00:00.")


def _local(account: Account, now: float) -> datetime:
    return datetime.fromtimestamp(now, ZoneInfo(account.facts.timezone))


def _midnight(account: Account, now: float) -> int:
    """When the account's next day begins, in UNIX seconds."""
    today = _local(account, now)
    tomorrow = datetime.combine(today.date() + timedelta(days=1), time(), today.tzinfo)
    return int(tomorrow.timestamp())


def update(call: Call, *, smart: bool) -> Reply:
    """Set the budgets of up to forty groups: all of them, or none if one cannot be set.

    Args:
        call: The request.
        smart: Whether it is for Upgraded Smart+ groups, or for all others.
    """
    account, now = call.account, call.state.clock.now()
    wanted = [*_entries(call, "budget"), *_entries(call, "scheduled_budget")]
    if not wanted:
        raise Refusal(40002, "Missing required field(s): budget or scheduled_budget.")
    check_lock(account, now)
    rows = [_row(account, entry, smart=smart) for entry in wanted]
    effective = []
    for row, (identity, field, amount) in zip(rows, wanted, strict=True):
        if change(call, "adgroup", row, {field: amount}):
            effective.append(identity)
            if field == "scheduled_budget":
                call.state.world.plan_budget(account, row, _midnight(account, now))
    ids = list(dict.fromkeys(identity for identity, _, _ in wanted))
    call.state.effects.record(call.path, ids, effective, at=now, took_effect=bool(effective))
    return Reply()


def _entries(call: Call, field: str) -> list[tuple[str, str, float]]:
    """What a list asks for: group, field, amount."""
    found = []
    for place, entry in enumerate(call.params.get(field) or ()):
        if missing := [name for name in ("adgroup_id", field) if entry.get(name) is None]:
            raise Refusal(40002, f"Missing required field(s): {field}.{place}.{missing[0]}.")
        found.append((entry["adgroup_id"], field, entry[field]))
    return found


def _row(account: Account, entry: tuple[str, str, Any], *, smart: bool) -> int:
    """The group of an entry that may have this budget."""
    identity, field, amount = entry
    row = find(account, "adgroup", identity, smart=smart)
    mode = told(account, "adgroup", row)["budget_mode"]
    check_budget(mode, amount)
    if field == "scheduled_budget" and mode not in DAILY:
        raise bad_param(field, f"The ad group {identity} has no daily budget.")
    return row


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/adgroup/budget/update/"): partial(update, smart=False),
    ("POST", "/smart_plus/adgroup/budget/update/"): partial(update, smart=True),
}

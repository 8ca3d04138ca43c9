"""What the accounts of a Business Center have (business_api.md §3.7, scope 152).

The official parameters and the fields that other people's clients read; a Business Center is
assumed to have all accounts that the token covers.
"""

from typing import Any, Final

from adloom.simulator.envelope import Reply
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.rows import stamp

__all__ = ["balances"]

PAGE_SIZE: Final = 10
SECONDS_SHIFT: Final = 32
DAY: Final = 86_400
#: Below this a reminder is due (assumed).
LOW: Final = 100
NOTHING: Final = (
    *("frozen_balance", "grant_balance", "tax", "valid_grant_balance"),
    *("budget", "budget_cost", "budget_remaining"),
)


def balances(call: Call) -> Reply:
    """One page of accounts with their balances, which fall by the minute."""
    params = call.params
    page, size = params.get("page", 1), params.get("page_size", PAGE_SIZE)
    filtering = params.get("filtering") or {}
    covered = call.grant.advertiser_ids if call.grant is not None else ()
    accounts = call.state.world.accounts
    found = [accounts[known] for known in covered if known in accounts]
    found = [account for account in found if _fits(account, filtering)]
    now = int(call.state.clock.now())
    rows = [_row(account, now) for account in found[(page - 1) * size : page * size]]
    if fields := params.get("fields"):
        rows = [{name: row[name] for name in fields if name in row} for row in rows]
    page_info = {
        "page": page,
        "page_size": size,
        "total_number": len(found),
        "total_page": -(-len(found) // size),
    }
    return Reply({"advertiser_account_list": rows, "page_info": page_info})


def _fits(account: Account, filtering: dict[str, Any]) -> bool:
    facts = account.facts
    keyword = str(filtering.get("keyword") or "").casefold()
    statuses = filtering.get("advertiser_status") or [facts.status]
    return (
        keyword in facts.name.casefold() or keyword in facts.advertiser_id
    ) and facts.status in statuses


def _row(account: Account, now: int) -> dict[str, Any]:
    facts, balance = account.facts, account.money.shown
    created = int(facts.advertiser_id) >> SECONDS_SHIFT
    return dict.fromkeys(NOTHING, 0) | {
        "account_balance": balance,
        "account_open_days": (now - created) // DAY,
        "advertiser_id": facts.advertiser_id,
        "advertiser_name": facts.name,
        "advertiser_status": facts.status,
        "advertiser_type": "AUCTION",
        "balance_reminder": balance < LOW,
        "budget_mode": "UNLIMITED",
        "cash_balance": balance,
        "company": facts.company,
        "contact_email": "a***********@**********",
        "contact_name": "Al***ng",
        "create_time": stamp(created),
        "currency": facts.currency,
        "timezone": facts.timezone,
        "transferable_amount": balance,
        "valid_account_balance": balance,
        "valid_cash_balance": balance,
    }

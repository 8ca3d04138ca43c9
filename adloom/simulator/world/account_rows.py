"""Accounts as `/advertiser/info/` tells them (business_api.md §3.6)."""

from typing import Any, Final

from adloom.simulator.world.account import Account

__all__ = ["account_row"]

SECONDS_SHIFT: Final = 32


def account_row(account: Account) -> dict[str, Any]:
    """One account with all its fields; personal data comes masked."""
    facts = account.facts
    return {
        "address": None,
        "advertiser_account_type": "AUCTION",
        "advertiser_id": facts.advertiser_id,
        "balance": account.money.shown,
        "brand": None,
        "cellphone_number": "+*********7",
        "company": facts.company,
        "company_name_editable": True,
        "contacter": "Al***ng",
        "country": facts.country,
        # UNIX seconds, unlike every other create_time; the id holds them above bit 32.
        "create_time": int(facts.advertiser_id) >> SECONDS_SHIFT,
        "currency": facts.currency,
        "description": f"{facts.name}, an invented account",
        "display_timezone": facts.display_timezone,
        "email": "a***********@**********",
        "industry": "290503",
        "language": facts.language,
        "license_city": None,
        "license_no": "",
        "license_province": None,
        "license_url": None,
        "name": facts.name,
        "owner_bc_id": None,
        "promotion_area": "0",
        "promotion_center_city": None,
        "promotion_center_province": None,
        "rejection_reason": facts.rejection_reason,
        "role": "ROLE_ADVERTISER",
        "status": facts.status,
        "telephone_number": "+*********7",
        "timezone": facts.timezone,
    }

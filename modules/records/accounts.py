"""What an advertiser account counts in: its currency and its time zone (business_api.md §3.6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adloom.errors import MissingPermissionError, RetryableError
from modules.base import Context

__all__ = ["AccountFacts", "account_facts", "refuse_before_midnight"]

#: Budgets of ad groups cannot be changed in the last minutes of the account's day (§8.11).
LOCKED_FROM = timedelta(hours=23, minutes=55)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class AccountFacts:
    """What an account counts in.

    Args:
        currency: Of its budgets; empty if that is not known.
        zone: Its time zone; None if that is not known.
    """

    currency: str = ""
    zone: ZoneInfo | None = None


async def account_facts(context: Context, advertiser_id: str) -> AccountFacts:
    """Ask for an account's currency and time zone; without the permission both stay unknown."""
    query = {"advertiser_ids": [advertiser_id], "fields": ["currency", "timezone"]}
    try:
        answer = await context.api.get("/advertiser/info/", query)
    except MissingPermissionError as error:
        context.say(f"The account's currency is not known: {error}")
        return AccountFacts()
    rows = answer.data.get("list") if isinstance(answer.data, dict) else None
    row = rows[0] if rows else {}
    return AccountFacts(str(row.get("currency") or ""), _zone(row.get("timezone")))


def refuse_before_midnight(account: AccountFacts, now: datetime) -> None:
    """Refuse in the minutes in which TikTok changes no budgets of ad groups.

    Raises:
        RetryableError: It is too late in the account's day; says how long to wait.
    """
    if account.zone is None:
        return
    local = now.astimezone(account.zone)
    into_day = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    if into_day >= LOCKED_FROM:
        raise RetryableError(
            "TikTok changes no budgets of ad groups from 23:55 to 00:00, and in this account it is "
            f"{local:%H:%M} ({account.zone.key}). Nothing was changed.",
            retry_after=(DAY - into_day).total_seconds(),
            hint="Try again after midnight.",
        )


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

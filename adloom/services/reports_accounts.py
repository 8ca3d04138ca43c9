"""The advertiser accounts that figures are about: what they are called, count in, and live by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from adloom.errors import UnknownNameError
from adloom.services.reports_view import ALL, View
from connections.connection import Connection
from modules import find_module
from scheduler.reading import Reader

__all__ = ["Account", "ask_accounts", "chosen", "granted"]


@dataclass(frozen=True)
class Account:
    """An advertiser account.

    Args:
        id: Its id.
        name: What people call it.
        currency: Of its figures and budgets; empty if TikTok did not say.
        zone: The time zone its days are counted in; empty if TikTok did not say.
        place: The same zone by its place, where TikTok tells it.
    """

    id: str
    name: str
    currency: str = ""
    zone: str = ""
    place: str = ""

    @property
    def clock(self) -> tzinfo:
        """The zone its days are counted in; UTC where that is not known."""
        try:
            return ZoneInfo(self.zone) if self.zone else UTC
        except (ValueError, OSError, KeyError):
            return UTC

    @property
    def zone_told(self) -> str:
        """The zone in words."""
        if not self.zone:
            return "UTC, since its own time zone is not known"
        return f"{self.place} ({self.zone})" if self.place not in ("", self.zone) else self.zone

    def today(self, now: datetime) -> date:
        """The day it is there."""
        return now.astimezone(self.clock).date()


def granted(connection: Connection) -> list[Account]:
    """The accounts a connection covers, as far as that is known without asking."""
    rows: Sequence[Mapping[str, Any]] = connection.account.get("advertisers") or ()
    return [Account(str(row["advertiser_id"]), str(row.get("name") or "")) for row in rows]


async def ask_accounts(reader: Reader, connection: str) -> list[Account]:
    """Ask TikTok for the accounts of a connection, with their currencies and zones."""
    found: list[Account] = []
    async for page in reader.read(find_module("list_advertisers"), {"limit": 0}, connection):
        found += [_account(row) for row in page.records]
    return found


def chosen(view: View, accounts: Sequence[Account]) -> list[Account]:
    """Those a look is about.

    Raises:
        UnknownNameError: The connection does not cover it.
    """
    if view.account == ALL:
        return list(accounts)
    found = [one for one in accounts if one.id == view.account]
    if not found:
        raise UnknownNameError(
            "advertiser account",
            view.account,
            [one.id for one in accounts],
            hint="Choose another account, or connect again and allow access to this one.",
        )
    return found


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        id=str(row["advertiser_id"]),
        name=str(row.get("name") or ""),
        currency=str(row.get("currency") or ""),
        zone=str(row.get("timezone") or ""),
        place=str(row.get("display_timezone") or ""),
    )

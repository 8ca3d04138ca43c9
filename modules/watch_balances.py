"""Watch for accounts that run out of money."""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from adloom.errors import UnusableAnswerError
from adloom.wire import Page, Record
from modules.base import Context, Sight, module
from modules.bundles import Bundle, IdText, Money
from modules.records.edges import Edge
from modules.records.watching import WatchingAccounts, WatchParams

__all__ = ["Balance", "WatchBalances", "WatchBalancesParams", "watch_balances"]

COLUMNS = ["advertiser_id", "name", "currency", "balance", "status"]


class WatchBalancesParams(WatchParams):
    """Which accounts to watch, and when to tell."""

    below: Decimal = Field(
        gt=0,
        title="Below",
        description="Tell when the balance falls below this, in the account's currency.",
    )
    slack: Decimal = Field(
        default=Decimal(10),
        ge=0,
        le=1000,
        title="Slack",
        description="Tell again only after it was this many percent above the threshold.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )


class Balance(Bundle):
    """What is left in an account."""

    advertiser_id: IdText = Field(title="Advertiser", description="Id of the account.")
    name: str | None = Field(default=None, title="Name", description="Name of the account.")
    balance: Money | None = Field(
        default=None, title="Balance", description="Money left in the account."
    )
    currency: str | None = Field(
        default=None, title="Currency", description="Currency of the account."
    )
    status: str | None = Field(
        default=None, title="Status", description="State of the account, such as STATUS_ENABLE."
    )


class WatchBalances(WatchingAccounts[WatchBalancesParams, Balance]):
    """Watch for accounts that run out of money."""

    async def fetch(
        self,
        params: WatchBalancesParams,  # noqa: ARG002 - Trigger's signature
        context: Context,
        source: str,
        since: datetime | None,  # noqa: ARG002 - everything is compared
        until: datetime | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[Balance]]:
        """Ask for the account's facts (business_api.md §3.6)."""
        query: dict[str, Any] = {"advertiser_ids": [source], "fields": COLUMNS}
        answer = await context.api.get("/advertiser/info/", query)
        rows = answer.data.get("list") if isinstance(answer.data, dict) else None
        if not rows:
            raise UnusableAnswerError(f"TikTok says nothing about account {source}.")
        yield Page([Balance.normalise(row) for row in rows], served_at=answer.served_at)

    def key(self, bundle: Record) -> str:
        """The account's id."""
        return str(bundle["advertiser_id"])

    def compare(self, params: WatchBalancesParams, memory: Record | None, bundle: Record) -> Sight:
        """Tell an account whose balance has just fallen below the threshold."""
        edge = Edge("below", params.below, params.slack)
        kept, crossed = edge.crossed(memory, bundle.get("balance"))
        return Sight(kept, bundle if crossed else None)


watch_balances = module(
    kind="trigger", title="Watch balances", provider="tiktok-business", permission=100
)(WatchBalances)

"""Spending out of turn: what demonstrations and tests of limits need."""

from typing import Final

from adloom.simulator.reports.deliveries import Deliveries
from adloom.simulator.reports.showing import MINUTE
from adloom.simulator.reports.streams import LENGTH, places
from adloom.simulator.world.money import PART

__all__ = ["overspend"]

CENTS: Final = 100


def overspend(
    deliveries: Deliveries, ad: int, amount: float, conversions: int, now: float
) -> dict[str, int]:
    """Let an ad spend an amount at once, at its usual prices, and return what that brought.

    Args:
        deliveries: Of the account.
        ad: Its row.
        amount: In the currency of the account, above 0.
        conversions: How many there are.
        now: Simulated UNIX seconds.
    """
    cents = round(amount * CENTS)
    if cents <= 0 or conversions < 0:
        raise ValueError("amount must be above 0, and conversions not below")
    stream = deliveries.showing(ad).stream
    usual = {event: len(places(stream, event)) for event in ("spend", "clicks", "reach")}
    impressions = cents * LENGTH // usual["spend"]
    clicks = max(impressions * usual["clicks"] // LENGTH, conversions)
    impressions = max(impressions, clicks)
    events = {
        "spend": cents,
        "impressions": impressions,
        "reach": impressions * usual["reach"] // LENGTH,
        "clicks": clicks,
        "conversion": conversions,
    }
    # Reports show minutes that have ended, of today only.
    current = int(now) // MINUTE
    deliveries.extras.setdefault(ad, []).append((max(current - 1, deliveries.today(now)), events))
    money = deliveries.account.money
    money.balance = max(money.balance - cents * PART // CENTS, 0)
    return events

"""What many tests do with reports."""

import json
from collections.abc import Iterable
from typing import Any, Final

from tests.simulator.client import Client, Row

LEVELS: Final = {
    "advertiser": "AUCTION_ADVERTISER",
    "campaign": "AUCTION_CAMPAIGN",
    "adgroup": "AUCTION_ADGROUP",
    "ad": "AUCTION_AD",
}
#: Figures that are told exactly; money is told to the cent.
EXACT: Final = ("spend", "impressions", "clicks", "conversion", "result", "reach", "likes")
#: A month that ends with the day on which time stands still, in every account.
MONTH: Final = {"start_date": "2026-08-03", "end_date": "2026-09-01"}
TODAY: Final = {"start_date": "2026-09-01", "end_date": "2026-09-01"}


def only(**filters: list[str]) -> list[Row]:
    """Filters as reports take them."""
    return [
        {"field_name": name, "filter_type": "IN", "filter_value": json.dumps(values)}
        for name, values in filters.items()
    ]


def params(level: str = "ad", *by: str, **more: Any) -> dict[str, Any]:
    """The parameters of a basic report about a month."""
    return {
        "report_type": "BASIC",
        "data_level": LEVELS[level],
        "dimensions": [f"{level}_id", *by],
        **({} if more.get("query_lifetime") else MONTH),
        **more,
    }


def ask(client: Client, advertiser_id: str, level: str = "ad", *by: str, **more: Any) -> Row:
    """The envelope of one page."""
    return client.get(
        "/report/integrated/get/", advertiser_id=advertiser_id, **params(level, *by, **more)
    )


def report(
    client: Client, advertiser_id: str, level: str = "ad", *by: str, **more: Any
) -> list[Row]:
    """All rows of a report, deleted objects included."""
    if level != "advertiser" and "filtering" not in more:
        more["filtering"] = only(**{f"{level}_status": ["STATUS_ALL"]})
    return client.rows(
        "/report/integrated/get/",
        advertiser_id=advertiser_id,
        **params(level, *by, **{"metrics": EXACT, **more}),
    )


def number(text: str) -> int:
    """A figure as a whole number, money in cents."""
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents) if cents else int(whole)


def total(rows: Iterable[Row], figures: Iterable[str] = EXACT) -> dict[str, int]:
    """Figures summed up over rows."""
    every = list(rows)
    return {name: sum(number(row["metrics"][name]) for row in every) for name in figures}


def spent(client: Client, advertiser_id: str, ad_id: str, **dates: str) -> int:
    """What an ad has spent, in cents; today if nothing else is said."""
    rows = report(
        client, advertiser_id, filtering=only(ad_ids=[ad_id]), **(dates or TODAY), metrics=["spend"]
    )
    return total(rows, ["spend"])["spend"]

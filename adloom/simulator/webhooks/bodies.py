"""What webhooks tell (business_api.md §6, open_platform_and_events.md §I.6).

Ids are JSON integers. The entries of ad group reviews and of changed reports are assumed.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.rows import digits
from adloom.simulator.world.tables import mix

__all__ = [
    "OBJECTS",
    "ad_review",
    "business_body",
    "creator_body",
    "group_review",
    "lead",
    "report_change",
]

#: The number of each entity in `object`; the one of AD_ACCOUNT_SUSPENSION is not known.
OBJECTS: Final[Mapping[str, int]] = {
    "LEAD": 1,
    "AD_GROUP": 2,
    "AD": 3,
    "CREATIVE_FATIGUE": 8,
    "TCM_VIDEOS": 10,
    "REPORT_DATA_CHANGE": 11,
    "API_SERVICE_STATUS": 14,
}
GROUP_FIELDS: Final = ("campaign_id", "campaign_name", "adgroup_id", "adgroup_name")
REASON: Final = "The text of the ad promises more than the landing page keeps."


def business_body(request_id: str, kind: int, at: int, entry: Mapping[str, Any]) -> bytes:
    """A body of the Business API.

    Args:
        request_id: The same for every attempt.
        kind: What it is about, one of `OBJECTS`.
        at: Simulated UNIX seconds.
        entry: What happened.
    """
    return msgspec.json.encode(
        {"request_id": request_id, "object": kind, "time": at, "entry": [entry]}
    )


def creator_body(
    client_key: str, event: str, at: int, open_id: str, content: Mapping[str, Any]
) -> bytes:
    """A body of the Open Platform; its content is JSON within a string."""
    return msgspec.json.encode(
        {
            "client_key": client_key,
            "event": event,
            "create_time": at,
            "user_openid": open_id,
            "content": msgspec.json.encode(content).decode(),
        }
    )


def ad_review(account: Account, ad: int, log_id: str) -> dict[str, Any]:
    """A denied ad."""
    row = ad_row(account, ad)
    told = {"log_id": log_id, "adv_id": _plain("adv_id", account.facts.advertiser_id)}
    for name in (*GROUP_FIELDS, "ad_id", "ad_name"):
        told[name] = _plain(name, row[name])
    return told | {"reject_reason": REASON}


def group_review(account: Account, ad: int, log_id: str) -> dict[str, Any]:
    """The ad group of a denied ad, told like the ad itself (assumed)."""
    told = ad_review(account, ad, log_id)
    return {name: value for name, value in told.items() if name not in ("ad_id", "ad_name")}


def lead(account: Account, ad: int, at: int, number: int) -> dict[str, Any]:
    """Somebody who filled in the form of an ad.

    Args:
        account: Whose ad it is.
        ad: Its row.
        at: Simulated UNIX seconds.
        number: How many leads there were before.
    """
    row = ad_row(account, ad)
    mixed = mix(int(row["ad_id"]) + number)
    answers = {
        "email": f"lead{number}@example.com",
        "phone_number": f"+1555{mixed % 10_000_000:07d}",
        "name": f"Sam Müller {number}",
    }
    return {
        "id": int(digits(mixed)),
        "page_id": int(digits(mix(int(row["adgroup_id"])))),
        "advertiser_id": int(account.facts.advertiser_id),
        **{name: int(row[name]) for name in ("campaign_id", "adgroup_id", "ad_id")},
        "create_time": at,
        "lead_source": "INSTANT_FORM",
        "changes": [{"field": name, "value": value} for name, value in answers.items()],
    }


def report_change(account: Account, at: int) -> dict[str, Any]:
    """The figures of today and yesterday are others than before (assumed)."""
    days = [time.strftime("%Y-%m-%d", time.gmtime(at - ago)) for ago in (86_400, 0)]
    return {
        "advertiser_id": int(account.facts.advertiser_id),
        "start_date": days[0],
        "end_date": days[1],
    }


def _plain(name: str, value: Any) -> Any:
    """Ids as integers."""
    return int(value) if name.endswith("_id") else value

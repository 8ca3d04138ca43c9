"""Lists to choose from: identities, regions, interests."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.envelope import Reply
from adloom.simulator.making.pages import paged
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.rows import digits

__all__ = ["ENDPOINTS"]

#: The identities of an account: type, and what is added to its name.
IDENTITIES: Final = (
    ("CUSTOMIZED_USER", ""),
    ("TT_USER", " on TikTok"),
    ("BC_AUTH_TT", " Fans"),
)
#: Countries: their number, their code, their name; the numbers are those the ad groups use.
COUNTRIES: Final = (
    ("6252001", "US", "United States"),
    ("2921044", "DE", "Germany"),
    ("1861060", "JP", "Japan"),
    ("3017382", "FR", "France"),
    ("2635167", "GB", "United Kingdom"),
    ("2510769", "ES", "Spain"),
)
#: Interests: number, name, and the number of what they are part of.
INTERESTS: Final = (
    ("10", "Sports & Outdoor", None),
    ("10100", "Hiking", "10"),
    ("10101", "Cycling", "10"),
    ("14", "Food & Beverage", None),
    ("14100", "Coffee", "14"),
    ("14101", "Tea", "14"),
    ("22", "Home", None),
    ("22100", "Lamps", "22"),
    ("26", "Clothing", None),
    ("26100", "Socks", "26"),
)


def identities(call: Call) -> Reply:
    """Whom the ads of an account may seem to be from."""
    params = call.params
    keyword = (params.get("filtering", {}).get("keyword") or "").casefold()
    rows = [
        row
        for row in _identities(call.account)
        if params.get("identity_type", row["identity_type"]) == row["identity_type"]
        and keyword in row["display_name"].casefold()
    ]
    return paged(rows, params, key="identity_list")


def _identities(account: Account) -> list[dict[str, Any]]:
    rows = []
    for kind, added in IDENTITIES:
        name = f"identity {account.facts.advertiser_id} {kind}".encode()
        number = int.from_bytes(hashlib.blake2b(name, digest_size=4).digest())
        real = kind != "CUSTOMIZED_USER"
        rows.append(
            {
                "available_status": "AVAILABLE",
                "can_manage_message": False,
                "can_pull_video": real,
                "can_push_video": real,
                "can_use_live_ads": False,
                "display_name": f"{account.facts.name}{added}",
                "identity_authorized_bc_id": digits(number ^ 1) if kind == "BC_AUTH_TT" else None,
                "identity_id": digits(number),
                "identity_type": kind,
                "profile_image": f"https://pictures.example.com/profiles/{number:08x}.jpeg",
                "user_name": f"user{number % 100_000}" if real else None,
            }
        )
    return rows


def regions(_call: Call) -> Reply:
    """Where ads can be shown: countries only."""
    rows = [
        {
            "area_type": "ADMIN",
            "country_code": code,
            "level": "COUNTRY",
            "location_id": number,
            "name": name,
            "next_level_ids": [],
            "parent_id": "0",
            "region_code": code,
            "support_below_18": True,
        }
        for number, code, name in COUNTRIES
    ]
    return Reply({"region_info": rows, "region_list": [row["location_id"] for row in rows]})


def interests(call: Call) -> Reply:
    """What people may be interested in, in two levels."""
    placements = call.params.get("placements") or ["PLACEMENT_TIKTOK"]
    rows = [
        {
            "interest_category_id": number,
            "interest_category_name": name,
            "level": 1 if part_of is None else 2,
            "placements": placements,
            "special_industries": [],
            "sub_category_ids": [child for child, _, parent in INTERESTS if parent == number],
        }
        for number, name, part_of in INTERESTS
    ]
    return Reply({"interest_categories": rows})


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/identity/get/"): identities,
    ("GET", "/tool/interest_category/"): interests,
    ("GET", "/tool/region/"): regions,
}

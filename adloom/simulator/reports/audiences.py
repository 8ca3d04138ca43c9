"""Who saw an impression, where and how: the values that reports are broken down by.

The words come from the sheets where they are told there (business_api.yaml `reports.dimensions`);
ids, terms and tags are invented, and so are the shares. What is not named here was never delivered.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adloom.simulator.world.account import Facts
from adloom.simulator.world.rows import digits

__all__ = ["BREAKDOWNS", "COUNTRIES", "values"]

#: Countries by their codes, with the names that asynchronous reports use (business_api.md §5.4).
COUNTRIES: Final[Mapping[str, str]] = {
    "US": "United States",
    "DE": "Germany",
    "JP": "Japan",
    "GB": "United Kingdom",
    "FR": "France",
    "ES": "Spain",
    "BR": "Brazil",
    "AU": "Australia",
}


def _ids(start: int, count: int) -> tuple[str, ...]:
    return tuple(str(start + 7 * place) for place in range(count))


def _long_ids(start: int, count: int) -> tuple[str, ...]:
    return tuple(digits(start * 1009 + place) for place in range(count))


#: The shares of the values of each breakdown, in sixty-fourths of all impressions.
SHARES: Final[Mapping[int, tuple[int, ...]]] = {
    1: (64,),
    2: (45, 19),
    3: (33, 28, 3),
    4: (34, 18, 8, 4),
    5: (30, 16, 10, 5, 3),
    6: (26, 14, 10, 7, 4, 3),
    7: (4, 17, 19, 11, 6, 4, 3),
    8: (24, 12, 9, 7, 5, 3, 2, 2),
}
#: Breakdowns by country of the account and the others.
_VALUES: Final[Mapping[str, Sequence[str]]] = {
    "ac": ("WIFI", "4G", "5G", "3G"),
    "ad_type": ("Non-search", "Search"),
    "additional_interests": _ids(26001, 6),
    "age": (
        *("AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100"),
        "NONE",
    ),
    "audience_tags": _ids(91003, 4),
    "behavior_id": _ids(70311, 6),
    "bucket_id": _ids(1, 2),
    "catalog_id": _long_ids(11, 1),
    "contextual_tag": _ids(33005, 5),
    "device_brand_id": _ids(2201, 5),
    "dma_id": _ids(501, 8),
    "gender": ("FEMALE", "MALE", "NONE"),
    "hashtag": ("#trail", "#coffee", "#travel", "#homeoffice"),
    "image_id": _long_ids(13, 2),
    "interest_category": _ids(10, 7),
    "interest_category_tier2": _ids(10101, 8),
    "interest_category_tier3": _ids(1010101, 8),
    "interest_category_tier4": _ids(101010101, 8),
    "interest_category_v2": _ids(22, 7),
    "item_group_id": _long_ids(17, 6),
    "language": ("en", "de", "ja", "fr", "es", "pt"),
    "match_type": ("BROAD_WORD", "PHRASE_WORD", "PRECISE_WORD"),
    "placement": ("TikTok", "Pangle", "Global App Bundle"),
    "platform": ("ANDROID", "IPHONE", "IPAD", "PC", "OTHERS"),
    "product_id": _long_ids(19, 8),
    "product_set_id": _long_ids(23, 3),
    "province_id": _ids(5128638, 8),
    "purchase_intention": _ids(8801, 4),
    "search_keyword": ("trail shoes", "rain jacket", "travel mug", "desk lamp", "yoga mat"),
    "search_terms": (
        *("best trail shoes", "rain jacket men", "wool socks warm", "travel mug 500 ml"),
        *("small desk lamp", "yoga mat thick", "camping stove gas", "bike light usb"),
    ),
    "store_id": _long_ids(29, 1),
    "video_material_id": _long_ids(31, 4),
}


def _countries(facts: Facts) -> Sequence[str]:
    """The country of the account first."""
    return tuple(dict.fromkeys((facts.country, *COUNTRIES)))[: len(COUNTRIES)]


#: The shares of each breakdown's values.
BREAKDOWNS: Final[Mapping[str, tuple[int, ...]]] = {
    "country_code": SHARES[len(COUNTRIES)],
    **{name: SHARES[len(words)] for name, words in _VALUES.items()},
}
_BY_ACCOUNT: Final[Mapping[str, Callable[[Facts], Sequence[str]]]] = {"country_code": _countries}


def values(dimension: str, facts: Facts) -> Sequence[str]:
    """The words of a breakdown in an account, in the order of their shares."""
    by_account = _BY_ACCOUNT.get(dimension)
    return by_account(facts) if by_account else _VALUES[dimension]

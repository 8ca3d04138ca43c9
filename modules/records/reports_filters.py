"""What a report is narrowed down to (business_api.md §5.1).

TikTok wants a list of objects whose values are JSON inside text; people write
`{"campaign_ids": ["17…"], "status": "STATUS_ALL"}`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from adloom.json_text import JsonError, dump, parse_strict
from modules.records.listing import groups

__all__ = ["FIELDS", "ID_FIELDS", "IN", "MOST_IDS", "Filter", "grouped", "read_filters"]

MOST_IDS: Final = 100
#: Lists of ids, and the dimension each is about.
ID_FIELDS: Final[Mapping[str, str]] = {
    "campaign_ids": "campaign_id",
    "adgroup_ids": "adgroup_id",
    "ad_ids": "ad_id",
    "ad_ids_v2": "ad_id_v2",
}
#: Filters by status, and what a report has to be about for each.
STATUS_FIELDS: Final[Mapping[str, str]] = {
    "campaign_status": "CAMPAIGN",
    "adgroup_status": "ADGROUP",
    "ad_status": "AD",
    "playable_status": "PLAYABLE_MATERIAL",
}
FIELDS: Final = (
    *ID_FIELDS,
    *STATUS_FIELDS,
    *("campaign_automation_type", "buying_type", "objective_type", "promotion_type"),
    *("optimization_goal", "creative_material_mode", "country_code"),
)
ALIASES: Final[Mapping[str, str]] = {
    "campaign_id": "campaign_ids",
    "adgroup_id": "adgroup_ids",
    "ad_group_id": "adgroup_ids",
    "ad_group_ids": "adgroup_ids",
    "ad_id": "ad_ids",
    "ad_id_v2": "ad_ids_v2",
}
IN: Final = "IN"
OWN_KEYS: Final = {"field_name", "filter_type", "filter_value"}


@dataclass(frozen=True)
class Filter:
    """One condition.

    Args:
        field: What is looked at, such as `ad_ids`.
        how: TikTok's word for the comparison, such as `IN`.
        values: What it is compared with.
        is_list: Whether the values travel as a list, however many there are.
    """

    field: str
    how: str
    values: tuple[str, ...]
    is_list: bool = True

    def wire(self) -> dict[str, str]:
        """The condition as TikTok wants it: the value is text, a list is JSON inside that text."""
        value = dump(list(self.values)).decode() if self.is_list else self.values[0]
        return {"field_name": self.field, "filter_type": self.how, "filter_value": value}


def read_filters(asked: Any, about: str) -> list[Filter]:
    """Read filters in either form.

    Args:
        asked: An object of fields and values, or TikTok's own list.
        about: What the report is about: `AD`, `ADGROUP` …, or its type where it has no level.

    Raises:
        ValueError: They cannot be sent.
    """
    if isinstance(asked, Mapping):
        found = [_friendly(name, value, about) for name, value in asked.items()]
    else:
        found = [_own(condition) for condition in asked]
    for one in found:
        _check(one, about)
    return found


def grouped(filters: Sequence[Filter], most: int = MOST_IDS) -> Iterator[tuple[Filter, ...]]:
    """Yield the filters so often that every id occurs, and no request has too many of them."""
    ways = [
        [Filter(one.field, one.how, tuple(part)) for part in groups(one.values, most)]
        if one.field in ID_FIELDS and one.how == IN
        else [one]
        for one in filters
    ]
    yield from product(*ways)


def _friendly(name: str, value: Any, about: str) -> Filter:
    field = f"{about.lower()}_status" if name == "status" else ALIASES.get(name, name)
    how = IN
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise ValueError(f"{name} takes one comparison, for example {{'NOT_IN': [...]}}")
        [(how, value)] = value.items()
    return Filter(field, str(how).upper(), _texts(value, name), _is_list(value, str(how).upper()))


def _own(condition: Any) -> Filter:
    if not isinstance(condition, Mapping) or set(condition) != OWN_KEYS:
        raise ValueError("each takes field_name, filter_type and filter_value, and nothing else")
    name, how, value = (condition[key] for key in ("field_name", "filter_type", "filter_value"))
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = parse_strict(value.encode())
        except JsonError as error:
            raise ValueError(f"the filter_value of {name} is not JSON: {error}") from None
    return Filter(str(name), str(how).upper(), _texts(value, name), _is_list(value, str(how)))


def _is_list(value: Any, how: str) -> bool:
    return how == IN or isinstance(value, list | tuple)


def _texts(value: Any, name: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    if not values or any(isinstance(one, bool | dict | list | None) for one in values):
        raise ValueError(f"{name} takes a word, a number, or a list of them that is not empty")
    return tuple(str(one) for one in values)


def _check(one: Filter, about: str) -> None:
    """What TikTok would refuse, or silently not do."""
    if one.field in STATUS_FIELDS and STATUS_FIELDS[one.field] != about:
        fitting = next((name for name, what in STATUS_FIELDS.items() if what == about), "none")
        raise ValueError(
            f"{one.field} does not fit a report about {about.lower()}s (the one that does: "
            f"{fitting}); TikTok wants the two to agree"
        )
    if one.field in ID_FIELDS and one.how != IN and len(one.values) > MOST_IDS:
        raise ValueError(f"{one.field} with {one.how} takes at most {MOST_IDS} ids")

"""Functions over lists, and between lists and objects."""

from collections.abc import Callable, Hashable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from adloom.json_text import dump
from adloom.mapping.bounds import DEEPEST_DATA, LONGEST_LIST, LONGEST_TEXT
from adloom.mapping.evaluation import Evaluation
from adloom.mapping.functions.declare import Functions
from adloom.mapping.functions.general import field_at
from adloom.mapping.misfit import MisfitError
from adloom.mapping.operators import equal
from adloom.mapping.values import as_date, as_list, as_number, as_text

__all__ = ["LISTS"]

LISTS: Final = Functions("Lists")

#: What a sort by `asc`, `desc`, `asc ci` and `desc ci` does: reversed, without regard to capitals.
_ORDERS: Final = {
    "": (False, False),
    "asc": (False, False),
    "desc": (True, False),
    "asc ci": (False, True),
    "desc ci": (True, True),
}


@LISTS.declare(
    "first(list: list) -> any", "Its first item.", {"first(ad.tags)": "b", "first(emptyarray)": ""}
)
def first(items: list[Any]) -> Any:
    """The first item."""
    return items[0] if items else None


@LISTS.declare("last(list: list) -> any", "Its last item.", {"last(ad.tags)": "b"})
def last(items: list[Any]) -> Any:
    """The last item."""
    return items[-1] if items else None


@LISTS.declare(
    "map(list: list; field: word; [filterField: word]; [filterValues: text]) -> list",
    "One field of every item, where it is there; on wish only of items whose other field is one "
    "of some values, separated by commas.",
    {
        "map(ad.rows; id)": '["11","22"]',
        'map(ad.rows; "cost"; "id"; "22,33")': "[7]",
    },
)
def map_(items: list[Any], field: str, filter_field: str = "", values: str = "") -> list[Any]:
    """Take a field out of every item."""
    wanted = {value.strip() for value in values.split(",")}
    kept = [
        field_at(item, field)
        for item in items
        if not filter_field or as_text(field_at(item, filter_field)) in wanted
    ]
    return [value for value in kept if value is not None]


@LISTS.declare(
    "join(list: list; separator: text) -> text",
    "Its items as one text.",
    {'join(ad.tags; ", ")': "b, a, b"},
)
def join(items: list[Any], separator: str) -> str:
    """Write the items side by side."""
    texts = [as_text(item) for item in items]
    if sum(map(len, texts)) + len(separator) * len(texts) > LONGEST_TEXT:
        raise MisfitError(f"This would be longer than {LONGEST_TEXT:,} characters.")
    return separator.join(texts)


@LISTS.declare(
    "add(list: list; items: any...) -> list",
    "With items at its end.",
    {'add(ad.tags; "c"; "d")': '["b","a","b","c","d"]'},
)
def add(items: list[Any], *more: Any) -> list[Any]:
    """Append."""
    return [*items, *more]


@LISTS.declare(
    "remove(list: list; items: any...) -> list",
    "Without the items that equal one of these.",
    {'remove(ad.tags; "b")': '["a"]'},
    timed=True,
)
def remove(evaluation: Evaluation, items: list[Any], *unwanted: Any) -> list[Any]:
    """Drop items."""
    evaluation.spend(len(items) * len(unwanted))
    return [item for item in items if not any(equal(item, one) for one in unwanted)]


@LISTS.declare(
    "sort(list: list; [order: word]; [field: word]) -> list",
    "In order: asc, desc, or asc ci and desc ci without regard to capitals; on wish by a field.",
    {
        "sort(ad.tags)": '["a","b","b"]',
        'map(sort(ad.rows; "desc"; "cost"); "id")': '["22","11"]',
    },
)
def sort(items: list[Any], direction: str = "asc", field: str = "") -> list[Any]:
    """Sort, keeping the order of what is equal; items that are nothing come last."""
    if direction.lower() not in _ORDERS:
        raise MisfitError(f"There is no order {direction[:20]!r}.", "asc, desc, asc ci or desc ci.")
    backwards, folded = _ORDERS[direction.lower()]
    found = [(field_at(item, field) if field else item, item) for item in items]
    there = [(value, item) for value, item in found if value is not None and value != ""]
    keys = _sort_keys([value for value, _ in there], folded=folded)
    places = sorted(range(len(there)), key=keys.__getitem__, reverse=backwards)
    return [there[place][1] for place in places] + [
        item for value, item in found if value is None or value == ""
    ]


def _sort_keys(values: list[Any], *, folded: bool) -> list[Any]:
    """What values are sorted by: numbers if all of them are, or dates, else their texts."""
    try:
        return [as_number(value) for value in values]
    except MisfitError:
        pass
    if all(isinstance(value, date) for value in values):
        return [as_date(value) for value in values]
    if any(isinstance(value, list | dict) for value in values):
        raise MisfitError("Lists and objects have no order.", "Objects are sorted by a field.")
    texts = [as_text(value) for value in values]
    return [text.lower() for text in texts] if folded else texts


@LISTS.declare("reverse(list: list) -> list", "Backwards.", {"reverse(ad.tags)": '["b","a","b"]'})
def reverse(items: list[Any]) -> list[Any]:
    """Turn around."""
    return items[::-1]


@LISTS.declare(
    "shuffle(list: list) -> list",
    "In an order left to chance; a replay has the same.",
    {"length(shuffle(ad.tags))": "3"},
    timed=True,
)
def shuffle(evaluation: Evaluation, items: list[Any]) -> list[Any]:
    """Fisher and Yates' way."""
    shuffled = list(items)
    evaluation.spend(5 * len(items))
    for here in range(len(shuffled) - 1, 0, -1):
        there = evaluation.draw_below(here + 1)
        shuffled[here], shuffled[there] = shuffled[there], shuffled[here]
    return shuffled


@LISTS.declare(
    "merge(values: any...) -> any",
    "Lists one after the other, or objects in one, where later ones win.",
    {
        'merge(ad.tags; split("x,y"; ","))': '["b","a","b","x","y"]',
        "merge(ad.info; ad.rows[1])": '{"country":"CZ","age":"25-34","id":"11","cost":5}',
    },
)
def merge(*values: Any) -> Any:
    """Put together."""
    objects = [value for value in values if isinstance(value, dict)]
    if objects and all(isinstance(value, dict | None) for value in values):
        return {key: value for one in objects for key, value in one.items()}
    return [item for value in values for item in as_list(value)]


@LISTS.declare(
    "slice(list: list; start: whole; [end: whole]) -> list",
    "From one item to before another, counted from 0 (though [1] is the first item).",
    {"slice(ad.tags; 1)": '["a","b"]', "slice(ad.tags; 0; 1)": '["b"]'},
)
def slice_(items: list[Any], start: int, end: int | None = None) -> list[Any]:
    """Cut."""
    return items[start:end]


@LISTS.declare(
    "flatten(list: list) -> list",
    "With the items of the lists in it, and of the lists in those.",
    {"flatten(add(ad.tags; ad.tags))": '["b","a","b","b","a","b"]'},
    timed=True,
)
def flatten(evaluation: Evaluation, items: list[Any]) -> list[Any]:
    """Lay out level by level."""
    for _ in range(DEEPEST_DATA):
        if not any(isinstance(item, list) for item in items):
            return items
        size = sum(len(item) if isinstance(item, list) else 1 for item in items)
        if size > LONGEST_LIST:
            raise MisfitError(f"This would be more than {LONGEST_LIST:,} items.")
        evaluation.spend(size)
        items = [one for item in items for one in (item if isinstance(item, list) else [item])]
    raise MisfitError("A list is nested too deeply.")


def _key(value: Any) -> Hashable:
    """What is equal for two items that are the same."""
    if isinstance(value, bool) or value is None:
        return ("mark", value)
    if isinstance(value, int | float | Decimal):
        return Decimal(repr(value)) if isinstance(value, float) else value
    return value if isinstance(value, str | date) else dump(value)


def _distinct(items: list[Any], key: Callable[[Any], Any]) -> list[Any]:
    found: dict[Hashable, Any] = {}
    for item in items:
        found.setdefault(_key(key(item)), item)
    return list(found.values())


@LISTS.declare(
    "distinct(list: list; [field: word]) -> list",
    "The first of all items that are the same, or the same in a field.",
    {"distinct(ad.tags)": '["b","a"]', 'length(distinct(ad.rows; "cost"))': "2"},
)
def distinct(items: list[Any], field: str = "") -> list[Any]:
    """Keep the first of each."""
    return _distinct(items, lambda item: field_at(item, field) if field else item)


@LISTS.declare(
    "deduplicate(list: list) -> list",
    "The first of all items that are the same.",
    {"deduplicate(ad.tags)": '["b","a"]'},
)
def deduplicate(items: list[Any]) -> list[Any]:
    """Keep the first of each."""
    return _distinct(items, lambda item: item)


@LISTS.declare(
    "keys(object: object) -> list",
    "The names of its fields.",
    {"keys(ad.info)": '["country","age"]'},
)
def keys(found: dict[str, Any]) -> list[str]:
    """The names."""
    return list(found)


@LISTS.declare(
    "toArray(object: object) -> list",
    "Its fields as a list of objects with key and value.",
    {"toArray(pick(ad.info; age))": '[{"key":"age","value":"25-34"}]'},
)
def to_array(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Fields as items."""
    return [{"key": key, "value": value} for key, value in found.items()]


@LISTS.declare(
    "toCollection(list: list; key: word; value: word) -> object",
    "An object: one field of every item as the name, another as the value.",
    {"toCollection(ad.rows; id; cost)": '{"11":5,"22":7}'},
)
def to_collection(items: list[Any], key: str, value: str) -> dict[str, Any]:
    """Items as fields; later ones win."""
    return {as_text(field_at(item, key)): field_at(item, value) for item in items}

"""What an event is about: the `properties` of a plain event, as TikTok wants them (§II.4).

Numbers may come as text, ids as numbers. Custom keys are kept, and so are the travel and vehicle
fields. What is missing and follows from the rest is filled in: `content_ids`, `content_type`,
`num_items`, `value`. An app's events have no properties that only the web knows (AC-083).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from modules.events.checks import (
    TOO_MANY,
    TOO_MUCH,
    Reader,
    Unfit,
    holds_email,
    is_empty,
    read_count,
    read_custom,
    read_key,
    read_number,
    read_said,
    read_text,
)
from modules.events.currencies import (
    CURRENCIES,
    fall_back,
    read_any_currency,
    read_currency,
    total_of,
)
from modules.events.ids import read_id
from modules.events.options import EventSource, Options
from modules.events.problems import Problem, Severity

__all__ = ["CONTENT_TYPES", "WEB_ONLY", "PropertyReader", "keep_other", "read_fields"]

#: What content ids may stand for: a product (an SKU), or a group of them.
CONTENT_TYPES: Final = frozenset({"product", "product_group"})
#: Properties an app event does not have (AC-083).
WEB_ONLY: Final = frozenset({"content_type", "order_id", "search_string", "shop_id", "status"})


def keep_other(
    key: Any, value: Any, done: dict[str, Any], problems: list[Problem], place: str
) -> None:
    """Keep a field nobody knows: it is the user's own."""
    try:
        kept = read_custom(value)
        if kept is not None:
            done[read_key(key)] = kept
    except Unfit as unfit:
        name = "…" if holds_email(str(key)) else str(key)[:60]
        problems.append(unfit.at(f"{place}.{name}"))


def read_fields(
    raw: dict[str, Any],
    readers: dict[str, Reader],
    problems: list[Problem],
    place: str,
    other: Callable[[Any, Any, dict[str, Any], list[Problem], str], None] = keep_other,
) -> dict[str, Any]:
    """Read the fields of an object, leaving out what is empty.

    Args:
        raw: The object as it came.
        readers: How fields are read.
        problems: Where to add what is wrong.
        place: Where the object stands: `properties`.
        other: What to do with a field that has no reader.
    """
    done: dict[str, Any] = {}
    for key, value in raw.items():
        if not value and is_empty(value):
            continue
        read = readers.get(key)
        if read is None:
            other(key, value, done, problems, place)
            continue
        try:
            sent = read(value)
        except Unfit as unfit:
            problems.append(unfit.at(f"{place}.{key}"))
            sent = unfit.instead
        if sent is not None:
            done[key] = sent
    return done


def _read_content_type(value: Any) -> str | None:
    text = read_text(value)
    if text is not None and text not in CONTENT_TYPES:
        raise Unfit("must be product or product_group")
    return text


def _read_number_of_items(value: Any) -> int | None:
    number = read_number(value)
    if number is not None and number != int(number):
        raise Unfit("must be a whole number")
    return None if number is None else int(number)


def _read_ids(value: Any) -> list[str] | None:
    values = value if isinstance(value, list | tuple) else [value]
    ids = [read_id(one) for one in values if not is_empty(one)]
    return [one for one in ids if one] or None


def _left_out(_value: Any) -> None:
    """Read nothing: the field is not sent, or looked at elsewhere."""


_CONTENT: Final[dict[str, Reader]] = {
    "brand": read_text,
    "content_category": read_text,
    "content_id": read_id,
    "content_name": read_text,
    "content_type": _read_content_type,
    "price": read_number,
    "quantity": read_count,
}
_PROPERTIES: Final[dict[str, Reader]] = {
    "content_ids": _read_ids,
    "content_type": _read_content_type,
    "contents": _left_out,
    "currency": read_currency,
    "description": read_said,
    "num_items": _read_number_of_items,
    "order_id": read_id,
    "query": read_said,
    "search_string": read_said,
    "shop_id": read_id,
    "status": read_text,
    "value": read_number,
}

_Filled = Annotated[str, Meta(min_length=1)]
_Text = _Filled | UnsetType
_Amount = Annotated[float, Meta(ge=0, lt=TOO_MUCH)] | UnsetType
_Count = Annotated[int, Meta(ge=1, lt=TOO_MANY)] | UnsetType
_Type = Literal["product", "product_group"] | UnsetType


class _TidyContent(Struct, forbid_unknown_fields=True, gc=False):
    """An item as its readers leave it; nearly all come so."""

    brand: _Text = UNSET
    content_category: _Text = UNSET
    content_id: _Text = UNSET
    content_name: _Text = UNSET
    content_type: _Type = UNSET
    price: _Amount = UNSET
    quantity: _Count = UNSET


class _Tidy(Struct, forbid_unknown_fields=True, gc=False):
    """Properties as an app's readers leave them."""

    content_ids: Annotated[list[_Filled], Meta(min_length=1)] | UnsetType = UNSET
    contents: Annotated[list[_TidyContent], Meta(min_length=1)] | UnsetType = UNSET
    currency: _Text = UNSET
    description: _Text = UNSET
    num_items: _Count = UNSET
    value: _Amount = UNSET


class _TidyBeyondApps(_Tidy, gc=False):
    """Properties as the readers of the other sources leave them."""

    content_type: _Type = UNSET
    order_id: _Text = UNSET
    search_string: _Text = UNSET
    shop_id: _Text = UNSET
    status: _Text = UNSET


_write: Final = msgspec.json.Encoder().encode


def _is_tidy(raw: dict[str, Any], shape: type[_Tidy]) -> bool:
    """Whether the readers would leave everything as it is, found out in a fifth of their time.

    The shape knows types and bounds. The rest is looked for in all texts at once: blanks at either
    end, e-mail addresses, what JSON writes with a backslash.
    """
    try:
        text = _write(msgspec.convert(raw, shape)).decode()
    except ValueError:  # ValidationError and UnicodeEncodeError are such, too
        return False
    if "@" in text or "%" in text or "\\" in text:
        return False
    if " " in text and (' "' in text or '" ' in text):
        return False
    if not text.isascii() and not text.isprintable():  # so that there are no other blanks
        return False
    for one in raw.get("contents", ()):
        if not one or one.get("price").__class__ is Decimal:  # they pass for items and floats
            return False
    is_plain = raw.get("value").__class__ is not Decimal
    return is_plain and raw.get("currency", "USD") in CURRENCIES


class PropertyReader:
    """Reads the properties of the events of one source.

    Args:
        options: What the user decided.
        source: The event source.
    """

    def __init__(self, options: Options, source: EventSource):
        self._readers = dict(_PROPERTIES)
        self._for_app = source == "app"
        self._shape: type[_Tidy] = _Tidy if self._for_app else _TidyBeyondApps
        if self._for_app:
            self._readers |= dict.fromkeys([*WEB_ONLY, "query"], _left_out)
        self._fallback = options.currency_fallback
        if self._fallback:
            self._readers |= {"currency": read_any_currency, "value_usd": read_number}
        self._count_lines = options.count_items == "lines"
        self._compute_value = options.compute_value
        self._content_type = options.content_type

    def read(self, raw: Any, problems: list[Problem]) -> dict[str, Any]:
        """Properties as they are sent, without what is empty."""
        if not isinstance(raw, dict) or not raw:
            if not is_empty(raw):
                problems.append(Problem("properties", "must be an object"))
            return {}
        done = dict(raw) if _is_tidy(raw, self._shape) else self._read_one_by_one(raw, problems)
        if "contents" in done:
            self._complete(done, done["contents"])
        if not self._for_app and "content_type" not in done:
            self._add_content_type(done, problems)
        if self._fallback and done.get("currency", "USD") not in CURRENCIES:
            fall_back(done, problems)
        return done

    def _read_one_by_one(self, raw: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
        done = read_fields(raw, self._readers, problems, "properties")
        if "query" in done:
            done.setdefault("search_string", done.pop("query"))
        contents = _read_contents(raw.get("contents"), problems)
        if contents:
            done["contents"] = contents
        return done

    def _complete(self, done: dict[str, Any], contents: list[dict[str, Any]]) -> None:
        """Add what follows from the items."""
        if "content_ids" not in done:
            ids = dict.fromkeys([one["content_id"] for one in contents if "content_id" in one])
            if ids:
                done["content_ids"] = list(ids)
        if "num_items" not in done:
            done["num_items"] = (
                len(contents)
                if self._count_lines
                else sum(one.get("quantity", 1) for one in contents)
            )
        if self._compute_value and "value" not in done:
            value = total_of(contents)
            if value is not None:
                done["value"] = value

    def _add_content_type(self, done: dict[str, Any], problems: list[Problem]) -> None:
        """The one all items have; else the user's default, where there is anything to type."""
        types = {one["content_type"] for one in done.get("contents", ()) if "content_type" in one}
        if len(types) == 1:
            done["content_type"] = types.pop()
        elif self._content_type and "content_ids" in done:
            done["content_type"] = self._content_type
            if types:
                reason = "is missing, and the items' own differ; TikTok reads one for all"
                problems.append(Problem("properties.content_type", reason, Severity.WARNING))


def _read_contents(raw: Any, problems: list[Problem]) -> list[dict[str, Any]]:
    if isinstance(raw, dict):
        raw = [raw]
    elif not isinstance(raw, list | tuple):
        if not is_empty(raw):
            problems.append(Problem("properties.contents", "must be a list of items"))
        return []
    contents = []
    for index, one in enumerate(raw):
        if isinstance(one, dict):
            item = read_fields(one, _CONTENT, problems, f"properties.contents[{index}]")
            if item:
                contents.append(item)
        elif one is not None:
            problems.append(Problem(f"properties.contents[{index}]", "must be an object"))
    return contents

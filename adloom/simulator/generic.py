"""Answers of endpoints that are not modelled: right in their types, arbitrary in their values.

A field that the request has as well, with a fitting value, is repeated; everything else follows
from the seed, the path and the field.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adloom.catalogue import Endpoint, Param
from adloom.simulator.world.rows import digits, stamp

__all__ = ["generic_data"]

#: How many rows a listing has in all.
ROWS: Final = 2
PAGE_SIZE: Final = 10
YEAR_2025: Final = 1_735_689_600
YEAR: Final = 31_536_000


class _Values:
    """Makes the same values for the same request every time."""

    def __init__(self, seed: str, endpoint: Endpoint, given: Mapping[str, Any]):
        self._start = f"{seed} {endpoint.method} {endpoint.path}"
        self._given = given
        # How deep the fields lie that may repeat the request.
        self._top = 2 if endpoint.data_type == "array" else 1

    def fields(self, fields: Sequence[Param], path: str = "") -> dict[str, Any]:
        """An object with all these fields."""
        return {field.name: self._field(field, f"{path}.{field.name}") for field in fields}

    def rows(self, fields: Sequence[Param], path: str, count: int) -> list[dict[str, Any]]:
        """A list of objects."""
        return [self.fields(fields, f"{path}.{place}") for place in range(count)]

    def _field(self, field: Param, path: str) -> Any:
        kind = field.type.split("|")[0]
        asked = self._given.get(field.name)
        if path.count(".") == self._top and _fits(kind, asked) and _is_choice(field, asked):
            return asked
        if not kind.endswith("[]"):
            return self._value(field, kind, path)
        kind = kind.removesuffix("[]")
        count = 1 + self._number(path) % 2
        return [self._value(field, kind, f"{path}.{place}") for place in range(count)]

    def _value(self, field: Param, kind: str, path: str) -> Any:
        number = self._number(path)
        if kind == "object":
            return self.fields(field.fields, path)
        if field.choices:
            return field.choices[number % len(field.choices)]
        if kind == "string":
            return _text(field.name, number)
        if kind in ("datetime", "date"):
            moment = stamp(YEAR_2025 + number % YEAR)
            return moment if kind == "datetime" else moment[:10]
        simple = {
            "integer": number % 1000,
            "number": number % 100_000 / 100,
            "boolean": bool(number & 1),
        }
        return simple.get(kind)

    def _number(self, path: str) -> int:
        return zlib.crc32(f"{self._start} {path}".encode())


def _fits(kind: str, value: Any) -> bool:
    if kind.endswith("[]"):
        return isinstance(value, list)
    classes = {"string": str, "integer": int, "number": int | float, "boolean": bool}
    return kind in classes and isinstance(value, classes[kind])


def _is_choice(field: Param, value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return not field.choices or all(item in field.choices for item in items)


def _text(name: str, number: int) -> str:
    if name == "id" or name.endswith(("_id", "_ids")):
        return digits(number)
    if name.endswith(("url", "uri", "urls")):
        return f"https://files.example.com/{name}/{number:08x}"
    if name == "email":
        return "someone@example.com"
    return f"{name.replace('_', ' ')} {number % 1000}"


def generic_data(endpoint: Endpoint, given: Mapping[str, Any], seed: str) -> Any:
    """The `data` of an answer.

    Args:
        endpoint: What was called.
        given: Its parameters.
        seed: Other seeds give other values.
    """
    values = _Values(seed, endpoint, given)
    if endpoint.data_type == "array":
        return values.rows(endpoint.response, "", 1)
    data = values.fields(endpoint.response)
    if endpoint.list_key is not None:
        data |= _listed(endpoint, values, given)
    return data


def _listed(endpoint: Endpoint, values: _Values, given: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of a page and what the answer says about pages."""
    page, size = given.get("page", 1), given.get("page_size", PAGE_SIZE)
    names = {field.name: field for field in endpoint.response}
    rows = names.get(endpoint.list_key or "")
    listed: dict[str, Any] = {}
    if rows is not None and rows.type == "object[]":
        every = values.rows(rows.fields, f".{rows.name}", ROWS)
        listed[rows.name] = every[(page - 1) * size : page * size]
    if "page_info" in names:
        listed["page_info"] = _page_info(names["page_info"], page, size)
    if "has_more" in names:
        listed["has_more"] = False
    return listed


def _page_info(field: Param, page: int, size: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "page": page,
        "page_size": size,
        "total_number": ROWS,
        "total_page": -(-ROWS // size),
        "has_more": False,
        "cursor": 0,
    }
    known = [inner.name for inner in field.fields] or [
        "page",
        "page_size",
        "total_number",
        "total_page",
    ]
    return {name: told[name] for name in known if name in told}

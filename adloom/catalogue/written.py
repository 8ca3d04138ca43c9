"""The shipped tables as they are written down."""

from typing import Any

import msgspec

from adloom.catalogue.model import KnownReport

__all__ = ["Operation", "Renames", "Reports", "Scopes", "Shape", "Shapes", "Statuses"]


class Shape(msgspec.Struct):
    """A parameter as it is written down; `choices` may be the name of an enumeration."""

    type: str = "string"
    required: bool = False
    choices: str | list[str] = ""
    minimum: int | float | None = None
    maximum: int | float | None = None
    min_items: int | None = None
    max_items: int | None = None
    max_length: int | None = None
    default: Any = None
    fields: "dict[str, str | Shape]" = {}


Shapes = dict[str, str | Shape]


class Operation(msgspec.Struct):
    """An endpoint as it is written down."""

    params: Shapes = {}
    content_type: str = ""
    response: Shapes = {}
    data_type: str = "object"
    list_key: str | None = None
    page_size_max: int | None = None
    changes: bool = False
    per_second: int | None = None


class Statuses(msgspec.Struct):
    """`statuses.json`: by level, which secondary statuses belong to which primary one."""

    primary: tuple[str, ...]
    secondary: dict[str, dict[str, tuple[str, ...]]]
    unfilterable: dict[str, tuple[str, ...]]
    wildcards: tuple[str, ...]


class Scopes(msgspec.Struct):
    """`scopes.json`: the permission of each path, the title of each permission."""

    endpoints: dict[str, int]
    titles: dict[int, str]


class Renames(msgspec.Struct):
    """`renames.json`: old paths with their method, old names by kind."""

    paths: dict[str, str]
    params: dict[str, dict[str, str]]


class Reports(msgspec.Struct):
    """`reports.json`: metrics by group with their types, dimensions by type of report."""

    default: KnownReport
    dimensions: dict[str, tuple[str, ...]]
    known_good: tuple[KnownReport, ...]
    levels: dict[str, str]
    metrics: dict[str, dict[str, str]]
    metric_levels: dict[str, tuple[str, ...]]

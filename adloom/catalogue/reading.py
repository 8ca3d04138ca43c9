"""Reading the shipped tables, each when it is first asked for."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from adloom.catalogue.model import Code, Endpoint, KnownReport, Metric, Param
from adloom.catalogue.scopes import parents
from adloom.catalogue.written import (
    Operation,
    Renames,
    Reports,
    Scopes,
    Shape,
    Shapes,
    Statuses,
)

__all__ = ["Catalogue", "load"]

TableT = TypeVar("TableT")

SHIPPED: Final = Path(__file__).parent
#: Whose rows are which entity.
LISTINGS: Final[Mapping[str, str]] = {
    "ad": "/ad/get/",
    "adgroup": "/adgroup/get/",
    "advertiser": "/advertiser/info/",
    "campaign": "/campaign/get/",
}
#: How an unlisted code is treated, by its first digit (business_api.md §1.2).
UNKNOWN_RETRY: Final[Mapping[str, str]] = {"4": "no", "5": "retry", "6": "later"}


class Catalogue:
    """TikTok's Business API, version 1.3, as data.

    Args:
        folder: Where the tables lie.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder
        self._built: dict[str, Endpoint] = {}

    def _table(self, name: str, kind: type[TableT]) -> TableT:
        return msgspec.json.decode((self._folder / f"{name}.json").read_bytes(), type=kind)

    # --- endpoints ------------------------------------------------------------------------------

    @cached_property
    def _operations(self) -> dict[str, msgspec.Raw]:
        return self._table("endpoints", dict[str, msgspec.Raw])

    @cached_property
    def _paths(self) -> list[str]:
        return sorted({key.partition(" ")[2] for key in self._operations})

    @cached_property
    def _all(self) -> tuple[Endpoint, ...]:
        keys = [key.split(" ") for key in self._operations]
        return tuple(self._operation(*key) for key in sorted(keys, key=lambda key: key[::-1]))

    def endpoint(self, method: str, path: str) -> Endpoint | None:
        """One operation by its exact path below the root, or None."""
        return self._operation(method, path) if f"{method} {path}" in self._operations else None

    def endpoints(self) -> Sequence[Endpoint]:
        """Every operation, sorted by path and method."""
        return self._all

    def near(self, path: str) -> list[str]:
        """The paths most like this one, at most three."""
        return difflib.get_close_matches(path, self._paths, n=3, cutoff=0.6)

    def _operation(self, method: str, path: str) -> Endpoint:
        key = f"{method} {path}"
        if key not in self._built:
            written = msgspec.json.decode(self._operations[key], type=Operation)
            self._built[key] = Endpoint(
                method=method,
                path=path,
                params=self._params(written.params),
                content_type=written.content_type,
                response=self._params(written.response),
                data_type=written.data_type,
                list_key=written.list_key,
                page_size_max=written.page_size_max,
                changes=written.changes,
                scope=self.scope_of(path),
                per_second=written.per_second,
            )
        return self._built[key]

    def _params(self, shapes: Shapes) -> tuple[Param, ...]:
        return tuple(self._param(name, shape) for name, shape in shapes.items())

    def _param(self, name: str, shape: str | Shape) -> Param:
        if isinstance(shape, str):
            return Param(name, shape)
        choices = shape.choices
        return Param(
            name=name,
            type=shape.type,
            required=shape.required,
            choices=self.enum(choices) if isinstance(choices, str) else tuple(choices),
            minimum=shape.minimum,
            maximum=shape.maximum,
            min_items=shape.min_items,
            max_items=shape.max_items,
            max_length=shape.max_length,
            default=shape.default,
            fields=self._params(shape.fields),
        )

    def entity(self, kind: str) -> Mapping[str, str]:
        """The fields of an `ad`, `adgroup`, `campaign` or `advertiser`, each with its type."""
        listing = self.endpoint("GET", LISTINGS.get(kind, ""))
        fields = listing.response if listing else ()
        rows = next((field.fields for field in fields if field.name == "list"), ())
        return {field.name: field.type for field in rows}

    # --- words ----------------------------------------------------------------------------------

    @cached_property
    def _codes(self) -> dict[int, Code]:
        written = self._table("codes", dict[int, tuple[str, str, str]])
        return {code: Code(code, *facts) for code, facts in sorted(written.items())}

    @cached_property
    def _enums(self) -> dict[str, tuple[str, ...]]:
        return self._table("enums", dict[str, tuple[str, ...]])

    @cached_property
    def _statuses(self) -> Statuses:
        return self._table("statuses", Statuses)

    def code(self, code: int) -> Code:
        """What a code means and whether the same call is worth repeating.

        A code that is not listed is judged by its first digit.
        """
        retry = UNKNOWN_RETRY.get(str(code)[0], "no")
        return self._codes.get(code) or Code(code, "", "not in the catalogue", retry)

    def codes(self) -> Sequence[Code]:
        """Every listed code, in order."""
        return tuple(self._codes.values())

    def enum(self, name: str) -> tuple[str, ...]:
        """The words of an enumeration, for example `ObjectiveType`; empty if there is none."""
        return self._enums.get(name, ())

    def primary_statuses(self) -> tuple[str, ...]:
        """The values of the filter `primary_status`, which is never a field of an answer."""
        return self._statuses.primary

    def secondary_statuses(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """What a primary status stands for with an `ad`, `adgroup` or `campaign`."""
        return self._statuses.secondary.get(kind, {})

    def status_wildcards(self) -> tuple[str, ...]:
        """Values of the filter `secondary_status` that no object ever has, as AD_STATUS_ALL."""
        return self._statuses.wildcards

    def unfilterable_statuses(self, kind: str) -> tuple[str, ...]:
        """Secondary statuses that a listing shows but does not accept as its filter."""
        return self._statuses.unfilterable.get(kind, ())

    # --- permissions ----------------------------------------------------------------------------

    @cached_property
    def _scopes(self) -> Scopes:
        return self._table("scopes", Scopes)

    def scope_of(self, path: str) -> int | None:
        """The permission an endpoint needs, where it is known."""
        return self._scopes.endpoints.get(path)

    def scope_title(self, scope: int) -> str | None:
        """A permission in a few words."""
        return self._scopes.titles.get(scope)

    def granted(self, scope_ids: Iterable[int], needed: int) -> bool:
        """Whether a grant covers a permission, by itself or by one that includes it.

        False is no proof for a permission of 19 digits: what includes it is not known.
        """
        return not {needed, *parents(needed)}.isdisjoint(scope_ids)

    # --- version 1.2 ----------------------------------------------------------------------------

    @cached_property
    def _renames(self) -> Renames:
        return self._table("renames", Renames)

    def renamed_path(self, method: str, path: str) -> str | None:
        """Where version 1.3 has what was at this path of version 1.2; None if nothing moved."""
        return self._renames.paths.get(f"{method} {path}")

    def renamed_params(self, kind: str = "common") -> Mapping[str, str]:
        """Old and new names of parameters and fields.

        Args:
            kind: `common`, or what only an `ad`, `adgroup`, `advertiser`, `campaign` or `report`
                renames.
        """
        return self._renames.params.get(kind, {})

    # --- reports --------------------------------------------------------------------------------

    @cached_property
    def _reports(self) -> Reports:
        return self._table("reports", Reports)

    @cached_property
    def _metrics(self) -> dict[str, Metric]:
        levels = self._reports.metric_levels
        return {
            name: Metric(name, group, kind, levels.get(name, ()))
            for group, metrics in self._reports.metrics.items()
            for name, kind in metrics.items()
        }

    def metrics(self) -> Mapping[str, tuple[str, ...]]:
        """The names of all metrics, by group."""
        return {group: tuple(metrics) for group, metrics in self._reports.metrics.items()}

    def metric(self, name: str) -> Metric | None:
        """One metric by its name."""
        return self._metrics.get(name)

    def dimensions(self, report_type: str) -> tuple[str, ...]:
        """What a report of this type may be broken down by, for example with `BASIC`."""
        return self._reports.dimensions.get(report_type, ())

    def data_level(self, dimension: str) -> str | None:
        """The `data_level` that goes with an id used as a dimension, for example `ad_id`."""
        return self._reports.levels.get(dimension)

    def known_good_reports(self) -> Sequence[KnownReport]:
        """Combinations that run in other people's connectors every day."""
        return self._reports.known_good

    def default_report(self) -> KnownReport:
        """What a list of ad reports asks for when nothing else is wished."""
        return self._reports.default


@cache
def load() -> Catalogue:
    """The shipped catalogue; its tables are read when they are first asked for."""
    return Catalogue()

"""Bundles: the typed records modules yield, and the canonical form of their values."""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, get_args, get_origin

import msgspec
from pydantic import BaseModel, ConfigDict

from adloom.rows import RawRows, Shape
from adloom.wire import Record

__all__ = ["Bundle", "IdText", "Metric", "Money"]


@dataclass(frozen=True)
class _AsText:
    """Mark: an id, text whatever the platform sent."""


@dataclass(frozen=True)
class _AsMoney:
    """Mark: an amount in the account's currency, as Decimal."""


@dataclass(frozen=True)
class _AsMetric:
    """Mark: a figure of a report, sent as text, `-` where there is none."""


#: An id in a bundle.
IdText = Annotated[str, _AsText()]
#: An amount of money in the account's currency.
Money = Annotated[Decimal, _AsMoney()]
#: A figure of a report.
Metric = Annotated[Decimal, _AsMetric()]


def _id_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _money(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def _metric(value: Any) -> Any:
    return None if value == "-" else _money(value)


#: Each mark, how its values become canonical, and what they are on the wire if they already are.
_CONVERSIONS: typing.Final = (
    (_AsText, _id_text, str | None),
    (_AsMoney, _money, float | None),
    (_AsMetric, _metric, float | None),
)


class Bundle(BaseModel):
    """One record a module yields.

    The declared fields say what can be relied on; whatever else the platform sent is kept. Nothing
    is refused: platforms add values and drop fields without notice (business_api.md §8.10).
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    #: How the values of some fields are brought into their canonical form, by field.
    conversions: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    #: Decodes rows whose values all have their canonical form already, and no others.
    canonical: ClassVar[Shape]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Find out once which fields need converting."""
        found = {
            name: (convert, wire)
            for name, info in cls.model_fields.items()
            for mark, convert, wire in _CONVERSIONS
            if any(isinstance(item, mark) for item in _marks(info.annotation, info.metadata))
        }
        cls.conversions = {name: convert for name, (convert, _) in found.items()}
        fields = [(name, wire, None) for name, (_, wire) in found.items()]
        cls.canonical = msgspec.json.Decoder(msgspec.defstruct(cls.__name__, fields, gc=False))

    @classmethod
    def normalise_all(cls, rows: Sequence[Record]) -> Sequence[Record]:
        """Bring rows into canonical form; those that are, are left undecoded."""
        if isinstance(rows, RawRows) and rows.fit(cls.canonical):
            return rows
        return [cls.normalise(row) for row in rows]

    @classmethod
    def normalise(cls, record: Record) -> Record:
        """Bring a row into canonical form, in place: ids as text, amounts as Decimal."""
        for name, convert in cls.conversions.items():
            if (value := record.get(name)) is not None:
                record[name] = convert(value)
        return record


def _marks(annotation: Any, metadata: list[Any]) -> list[Any]:
    """The marks of a field, also those inside `… | None`."""
    marks = list(metadata)
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Annotated:
            marks += part.__metadata__
    return marks

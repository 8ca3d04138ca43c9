"""Bundles: the typed records modules yield, and the canonical form of their values."""

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict

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


_CONVERSIONS: typing.Final = ((_AsText, _id_text), (_AsMoney, _money), (_AsMetric, _metric))


class Bundle(BaseModel):
    """One record a module yields.

    The declared fields say what can be relied on; whatever else the platform sent is kept. Nothing
    is refused: platforms add values and drop fields without notice (business_api.md §8.10).
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    #: How the values of some fields are brought into their canonical form, by field.
    conversions: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Find out once which fields need converting."""
        cls.conversions = {
            name: convert
            for name, info in cls.model_fields.items()
            for mark, convert in _CONVERSIONS
            if any(isinstance(item, mark) for item in _marks(info.annotation, info.metadata))
        }

    @classmethod
    def normalise(cls, record: Record) -> Record:
        """Bring a row into canonical form, in place: ids as text, amounts as Decimal."""
        for name, convert in cls.conversions.items():
            value = record.get(name)
            if value is not None:
                record[name] = convert(value)
        return record


def _marks(annotation: Any, metadata: list[Any]) -> list[Any]:
    """The marks of a field, also those inside `… | None`."""
    marks = list(metadata)
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Annotated:
            marks += part.__metadata__
    return marks

"""The types and marks parameters are declared with; `adloom.fields` reads them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

__all__ = [
    "Advanced",
    "ChoicesFrom",
    "FilePath",
    "Id",
    "IsFile",
    "IsId",
    "Moment",
    "Personal",
]


@dataclass(frozen=True)
class Advanced:
    """Mark: most people leave this field alone."""


@dataclass(frozen=True)
class Personal:
    """Mark: the value belongs to a person; it is sealed at rest and erased when done."""


@dataclass(frozen=True)
class ChoicesFrom:
    """Mark: a module lists the possible values.

    Args:
        module: The listing module, for example `list_advertisers`.
        value: The field of its bundles to use.
        label: The field to show.
    """

    module: str
    value: str
    label: str


@dataclass(frozen=True)
class IsId:
    """Mark: digits kept as text, since long ids do not survive as numbers."""


@dataclass(frozen=True)
class IsFile:
    """Mark: the path of a file of the user's."""


def _id_text(value: Any) -> Any:
    """Accept whole numbers where YAML or JSON turned an id into one; refuse rounded ones."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be an id written as text, for example '7100000000000000001'")  # noqa: TRY004 - pydantic reports ValueError
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 20):  # noqa: PLR2004 - 2^64 has 20 digits
        raise ValueError(f"is not an id: {text[:40]!r} (only digits, at most 20)")
    return text


def _moment(value: Any) -> Any:
    """Read ISO 8601, or TikTok's form with a blank; UTC unless a zone is named."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(
                "is not a date: write 2026-11-21, 2026-11-21T09:30 or 2026-11-21T09:30+01:00"
            ) from None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise ValueError("is not a date: write it as text, for example 2026-11-21")  # noqa: TRY004 - pydantic reports ValueError
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is beyond the years a date can have") from None


#: An object's id: digits, kept as text from the first parse to the last.
Id = Annotated[
    str,
    BeforeValidator(_id_text),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,20}$"}),
    IsId(),
]
#: A moment in time, aware, in UTC.
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
#: The path of a file of the user's.
FilePath = Annotated[str, IsFile()]

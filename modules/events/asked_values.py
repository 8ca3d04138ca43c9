"""Values of an event as somebody fills it in, taken loosely.

Mappings give numbers as text and nothing for what they do not find.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from adloom.field_types import IsId

__all__ = ["Name", "Number", "Part", "Text", "Texts", "without_empty"]

#: Addresses of pages may be long; what is longer is a mistake.
LONGEST_TEXT: Final = 20_000


def _text(value: Any) -> Any:
    """Numbers and moments as text, as they were meant."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """One value or several, without those that are empty."""
    if value is None:
        return []
    values = value if isinstance(value, list | tuple) else [value]
    return [one for one in values if one is not None and one != ""]


def _number(value: Any) -> Any:
    """A number, also where it came as text."""
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except ArithmeticError:
            raise ValueError("must be a number, with a point before its decimals") from None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports ValueError
    if not math.isfinite(value):
        raise ValueError("must be a number that has an end")
    return int(value) if value == int(value) and not isinstance(value, float) else float(value)


def without_empty(values: Any) -> Any:
    """What a mapping found nothing for is left out."""
    if not isinstance(values, Mapping):
        return values
    return {name: value for name, value in values.items() if value is not None and value != ""}


Text = Annotated[str, BeforeValidator(_text), Field(max_length=LONGEST_TEXT)]
#: A name TikTok or the user gave: digits, letters, whatever.
Name = Annotated[Text, IsId()]
Number = Annotated[int | float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
_ONE_OR_MORE: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}
#: One value or a list of them.
Texts = Annotated[list[Text], BeforeValidator(_listed), WithJsonSchema(_ONE_OR_MORE)]


class Part(BaseModel):
    """A group of fields of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, values: Any) -> Any:
        return without_empty(values)

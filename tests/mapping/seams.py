"""What the tests of the mapping language evaluate with."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from adloom.errors import MappingError
from adloom.mapping import Moment, compile_value
from adloom.mapping.reference import SAMPLE

__all__ = ["MOMENT", "evaluate", "fault"]

MOMENT: Final = Moment(datetime(2026, 11, 20, 12, tzinfo=UTC), execution_id="e-1", seed="op-1")


def evaluate(value: Any, moment: Moment | None = MOMENT, **steps: Any) -> Any:
    """Compile and fill in a value; an expression may be given without its braces."""
    if isinstance(value, str) and ("{{" not in value or value == '"{{"'):
        value = f"{{{{{value}}}}}"
    return compile_value(value).evaluate(SAMPLE | steps, moment)


def fault(value: Any, **steps: Any) -> MappingError:
    """The error of a value that cannot be compiled or filled in."""
    with pytest.raises(MappingError) as caught:
        evaluate(value, **steps)
    return caught.value

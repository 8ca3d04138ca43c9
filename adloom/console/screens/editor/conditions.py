"""The builder of conditions: rows of field, operator and value; one group of them must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adloom.errors import UsageError
from adloom.services.editing import (
    Conditions,
    Operator,
    Test,
    ValueForm,
    as_operand,
    read_when,
    write_when,
)

__all__ = ["PREFIX", "Row", "rows_of", "when_from"]

PREFIX: Final = "w"
MOST: Final = 20


@dataclass(frozen=True)
class Row:
    """A comparison as the builder shows it."""

    field: str = ""
    operator: Operator = Operator.EQUAL
    value: str = ""


def rows_of(when: str | None) -> list[list[Row]] | None:
    """A condition as groups of rows; None if it does not fit into any."""
    if when is None:
        return []
    found = read_when(when)
    return None if found is None else [[_row(one) for one in group] for group in found.groups]


def when_from(posted: Mapping[str, Sequence[str]]) -> str | None:
    """The condition that rows say; those without a field say nothing.

    Raises:
        UsageError: A row cannot be written as a condition.
    """
    groups: list[tuple[Test, ...]] = []
    for group in range(MOST):
        rows = [_posted(posted, group, row) for row in range(MOST)]
        if tests := tuple(_test(row) for row in rows if row is not None):
            groups.append(tests)
    return write_when(Conditions(tuple(groups)))


def _row(test: Test) -> Row:
    value = f"{{{{{test.value}}}}}" if test.form is ValueForm.EXPRESSION else test.value
    return Row(test.field, test.operator, value)


def _posted(posted: Mapping[str, Sequence[str]], group: int, row: int) -> Row | None:
    def word(name: str) -> str:
        return next(iter(posted.get(f"{PREFIX}.{group}.{row}.{name}", ())), "").strip()

    field = word("field").removeprefix("{{").removesuffix("}}").strip()
    if not field:
        return None
    try:
        operator = Operator(word("operator"))
    except ValueError:
        raise UsageError("There is no such comparison.", hint="Choose one of the list.") from None
    return Row(field, operator, word("value"))


def _test(row: Row) -> Test:
    value, form = as_operand(row.value) if row.operator.takes_value else ("", ValueForm.TEXT)
    return Test(row.field, row.operator, value, form)

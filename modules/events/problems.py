"""What is wrong with an event: a field, a reason, and whether it keeps the event from going out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Problem", "Severity", "errors_among"]


class Severity(StrEnum):
    """Whether a problem keeps an event from being sent."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an event; it never quotes a personal value.

    Args:
        field: Where, as a path into the event: `properties.contents[0].quantity`.
        reason: Why, for a person: `must be more than 0`.
        severity: Whether it keeps the event from being sent.
    """

    field: str
    reason: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """Those that keep the event from being sent."""
    return [one for one in problems if one.severity is Severity.ERROR]

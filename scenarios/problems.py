"""What is wrong with a scenario: every fault with its place, its field and a way out."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from adloom.errors import InvalidScenarioError
from scenarios.places import FieldPath, Place, say_path

__all__ = ["Problem", "Problems", "Severity", "near"]

#: More than anybody mends in one go.
MOST_PROBLEMS = 100


class Severity(StrEnum):
    """Whether a scenario can be run in spite of it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a scenario.

    Args:
        severity: An error keeps the scenario from running, a warning does not.
        place: Where in the file.
        path: Which value of the document; empty for the file as a whole.
        text: What is wrong, in words that follow the value's name.
        hint: What to do about it.
        file: The file, if there is one.
    """

    severity: Severity
    place: Place
    path: FieldPath
    text: str
    hint: str | None = None
    file: Path | None = None

    def __str__(self) -> str:
        where = f"{self.file or 'scenario'}:{self.place}"
        what = f"{say_path(self.path)}: {self.text}" if self.path else self.text
        warning = "warning: " if self.severity is Severity.WARNING else ""
        return f"{where}: {warning}{what}" + (f" ({self.hint})" if self.hint else "")


@dataclass
class Problems:
    """Gathers what is wrong while a scenario is read and checked.

    Args:
        file: The file, if there is one.
        found: What was found so far, in no particular order.
    """

    file: Path | None = None
    found: list[Problem] = field(default_factory=list)

    def error(self, place: Place, path: FieldPath, text: str, hint: str | None = None) -> None:
        """Note something that keeps the scenario from running."""
        self._note(Problem(Severity.ERROR, place, path, text, hint, self.file))

    def warning(self, place: Place, path: FieldPath, text: str, hint: str | None = None) -> None:
        """Note something that may be meant otherwise."""
        self._note(Problem(Severity.WARNING, place, path, text, hint, self.file))

    def take(self, problem: Problem) -> None:
        """Note what was found in the same text before."""
        self._note(replace(problem, file=self.file))

    def _note(self, problem: Problem) -> None:
        if len(self.found) < MOST_PROBLEMS and problem not in self.found:
            self.found.append(problem)

    def in_order(self) -> list[Problem]:
        """All of them, in the order of the file."""
        return sorted(self.found, key=lambda problem: problem.place)

    def raise_errors(self) -> None:
        """Refuse the scenario if anything keeps it from running.

        Raises:
            InvalidScenarioError: With every such fault.
        """
        errors = [one for one in self.in_order() if one.severity is Severity.ERROR]
        if errors:
            raise InvalidScenarioError(errors)


def near(name: str, known: Iterable[str]) -> str | None:
    """Suggest the names that look like this one, as a hint."""
    found: Sequence[str] = difflib.get_close_matches(name[:80], list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(found)}?" if found else None

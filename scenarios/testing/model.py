"""A file of scenario tests, understood: cases, each with what is given and what is expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from adloom.wire import Record
from scenarios.places import FieldPath, Place

__all__ = [
    "ENDING",
    "Answer",
    "Case",
    "Connection",
    "ErrorKind",
    "Expected",
    "Given",
    "GivenError",
    "Script",
    "StepExpected",
    "is_script",
]

#: How the files are called; before it stands the name of the scenario's file.
ENDING: Final = ".test.yaml"
_ENDINGS: Final = (ENDING, ".test.yml")
#: What is the present where a case does not say.
NOON: Final = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def is_script(path: Path) -> bool:
    """Whether a file holds tests, and no scenario."""
    return path.name.endswith(_ENDINGS)


class ErrorKind(StrEnum):
    """Errors a platform can answer with, named by what happens next (`adloom.errors`)."""

    REJECTED = "rejected"
    RETRYABLE = "retryable"
    RATE_LIMITED = "rate limited"
    UNKNOWN_OUTCOME = "unknown outcome"
    UNUSABLE_ANSWER = "unusable answer"
    AUTHORIZATION = "authorization"
    MISSING_PERMISSION = "missing permission"
    LIMIT = "limit"
    USAGE = "usage"


@dataclass(frozen=True)
class GivenError:
    """An error in place of an answer.

    Args:
        kind: Which; None where the code decides.
        code: TikTok's code.
        message: What it says.
    """

    kind: ErrorKind | None = None
    code: int | None = None
    message: str = ""


@dataclass(frozen=True)
class Answer:
    """What a step finds outside.

    Args:
        when: Parameters it has to be given for this; more may be given.
        call: Which of its calls, counted from 1; None is any.
        bundles: What it hands on; None leaves that to the module.
        error: What it fails with.
        reads: What the platform answers to the module's own reads, by path.
        before: What an action reads before it changes anything; None lets it read.
        data: The data of the answers to an action's calls; a list has one for each.
        unchanged: Whether an action finds all as it should be, so that it sends nothing.
        path: Where it stands in the document.
    """

    when: Mapping[str, Any] = field(default_factory=dict)
    call: int | None = None
    bundles: tuple[Record, ...] | None = None
    error: GivenError | None = None
    reads: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Record, ...] | None = None
    data: Any = None
    unchanged: bool = False
    path: FieldPath = ()


@dataclass(frozen=True)
class Connection:
    """What is known of a connection; it is never opened.

    Args:
        provider: The platform; None is the one the module is for.
        account: Who granted what.
        settings: How it is set up.
    """

    provider: str | None = None
    account: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What a case begins with.

    Args:
        now: What is the present.
        execution: The id of the execution, which decides what `random` and `uuid` are.
        bundles: What the trigger hands on.
        input: What a scenario that is called sees as `{{input.…}}`; None if nobody calls it.
        answers: What steps find, by step; `name/step` for a step of a scenario that is called.
        stores: What data stores hold, by store and key.
        variables: What earlier cycles of the execution have set.
        connections: What is known of connections, by name.
    """

    now: datetime = NOON
    execution: str = "test"
    bundles: tuple[Record, ...] = ()
    input: Record | None = None
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    stores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)


@dataclass(frozen=True)
class StepExpected:
    """What a step is to do; None is anything.

    Args:
        done: For how many bundles it does its work.
        dropped: How many do not fulfil its condition.
        failed: For how many it fails, handled or not.
        handed_on: How many bundles it hands on.
        bundles: These bundles, in order; each may have more fields.
        given: What it is given, in order; each may be given more.
    """

    done: int | None = None
    dropped: int | None = None
    failed: int | None = None
    handed_on: int | None = None
    bundles: tuple[Any, ...] | None = None
    given: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Expected:
    """What a case is to come to. What is not named here must not happen.

    Args:
        steps: What steps do; those that are not named may do anything.
        changes: Everything that is changed outside, each as far as it matters.
        notices: Every message, each as far as it matters.
        stores: What data stores hold afterwards; those that are not named are as before.
        returned: What is returned, in order; None is anything.
        incomplete: Every bundle that stops part-way, each as far as it matters.
        error: A part of what stops everything; None if nothing does.
    """

    steps: Mapping[str, StepExpected] = field(default_factory=dict)
    changes: tuple[Record, ...] = ()
    notices: tuple[Record, ...] = ()
    stores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    returned: tuple[Any, ...] | None = None
    incomplete: tuple[Record, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Case:
    """One test.

    Args:
        name: What people call it.
        given: What it begins with.
        expected: What it is to come to.
        path: Where it stands in the document.
    """

    name: str
    given: Given
    expected: Expected
    path: FieldPath


@dataclass(frozen=True)
class Script:
    """A file of tests.

    Args:
        scenario: The name of the scenario; None is the one in the file beside it.
        cases: The tests.
        text: The file as it was read.
        path: The file, if there is one.
        places: Where each value stands, by its path.
    """

    scenario: str | None
    cases: tuple[Case, ...]
    text: str
    path: Path | None = None
    places: Mapping[FieldPath, Place] = field(default_factory=dict, repr=False)

    def place_of(self, path: FieldPath) -> Place:
        """Where a value stands, or the nearest thing around it that is there."""
        for length in range(len(path), 0, -1):
            if (place := self.places.get(path[:length])) is not None:
                return place
        return Place()

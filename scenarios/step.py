"""What all steps have in common, and what happens when one fails."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from adloom.mapping import Compiled, Condition
from scenarios.places import FieldPath, Place

__all__ = ["Epoch", "EpochKind", "ErrorHandler", "HandlerKind", "Step"]


class HandlerKind(StrEnum):
    """What becomes of a bundle whose step failed, and of those after it (platforms.md §1.6).

    Args:
        IGNORE: It is dropped, the others go on; the execution succeeds.
        RESUME: It goes on with a substitute for the step's output.
        COMMIT: It is dropped, no other follows, what was done stays; the execution succeeds.
        ROLLBACK: It is dropped, no other follows, what was done is undone; the execution fails.
        BREAK: It is kept as an incomplete execution and tried again later, if `count` is not 0.
        RETRY: The step is tried again; when that does not help, as without a handler.
    """

    IGNORE = "ignore"
    RESUME = "resume"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    BREAK = "break"
    RETRY = "retry"


@dataclass(frozen=True)
class ErrorHandler:
    """What happens when a step fails.

    Args:
        kind: Which way.
        substitute: The bundle `RESUME` goes on with.
        count: How often `RETRY` and `BREAK` try again: 1 to 100; 0 is a `BREAK` that waits for
            a person.
        interval_seconds: How long they wait before each attempt.
    """

    kind: HandlerKind
    substitute: Compiled | None = None
    count: int = 0
    interval_seconds: int = 0


class EpochKind(StrEnum):
    """Where a trigger starts the very first time."""

    NOW = "now"
    SINCE = "since"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Epoch:
    """Where a trigger starts the very first time; afterwards its cursor says where to go on.

    Args:
        kind: From now on, since a moment, or from the beginning.
        since: The moment, if there is one; aware.
    """

    kind: EpochKind = EpochKind.NOW
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What all steps have.

    Args:
        id: What mappings call it; unique in the scenario.
        title: What people call it.
        when: Bundles that do not fulfil it go no further; None lets all pass.
        on_error: What happens when it fails; None is the engine's way: an incomplete execution.
        disabled: Bundles go past it as if it were not there.
        path: Where it stands in the document, for example `("steps", 2)`.
        place: Where it stands in the file.
    """

    id: str
    title: str | None = None
    when: Condition | None = None
    on_error: ErrorHandler | None = None
    disabled: bool = False
    path: FieldPath = ()
    place: Place = field(default_factory=Place)

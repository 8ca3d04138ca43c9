"""What can go wrong, named by what happens next.

    AdloomError
    ├── UsageError                 REPORT     the input is wrong, nothing was sent
    │   ├── UnknownNameError                  no such thing; did you mean …?
    │   ├── InvalidParamsError                parameters, each fault with its field
    │   ├── InvalidScenarioError              a scenario file, each fault with its line
    │   ├── MappingError                      a mapping, with the place in its text
    │   └── WorkspaceError                    the files are locked, damaged or sealed otherwise
    ├── AuthorizationError         RECONNECT  the connection needs its owner
    │   └── MissingPermissionError            the grant does not cover this
    ├── ApiError                   SET_ASIDE  the platform answered with an error
    │   ├── RetryableError         RETRY      it may work later
    │   │   └── RateLimitedError              too fast
    │   ├── RejectedError          SET_ASIDE  it will never work like this
    │   │   └── UnusableAnswerError           the answer cannot be read
    │   └── UnknownOutcomeError    LOOK_UP    a change may have happened
    ├── UnforeseenError            LOOK_UP    a plan cannot know what comes of it
    └── LimitExceededError         HOLD       a safety rail said no

The engine reads `reaction` and nothing else; the command line reads `exit_code`. An exception
outside this tree is a bug (exit code 3).
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

__all__ = [
    "AdloomError",
    "ApiError",
    "AuthorizationError",
    "Fault",
    "InvalidParamsError",
    "InvalidScenarioError",
    "LimitExceededError",
    "MappingError",
    "MissingPermissionError",
    "RateLimitedError",
    "Reaction",
    "RejectedError",
    "RetryableError",
    "UnforeseenError",
    "UnknownNameError",
    "UnknownOutcomeError",
    "UnusableAnswerError",
    "UsageError",
    "WorkspaceError",
]


class Reaction(StrEnum):
    """What the engine does after an error."""

    REPORT = "report"
    RECONNECT = "reconnect"
    RETRY = "retry"
    SET_ASIDE = "set aside"
    LOOK_UP = "look up"
    HOLD = "hold"


class AdloomError(Exception):
    """Root of everything adloom raises on purpose.

    Args:
        message: What happened, for the person who reads it.
        hint: What to do next, usually a command.
        details: More for the log; scrubbed of secrets like every log line.
    """

    reaction: ClassVar[Reaction] = Reaction.REPORT
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None, details: str | None = None):
        super().__init__(message)
        self.hint = hint
        self.details = details
        #: What the platform sent, for a face that wants to show it.
        self.answer: object | None = None


class UsageError(AdloomError):
    """The input is wrong; nothing was sent and nothing was changed."""

    exit_code = 2


class UnknownNameError(UsageError):
    """Something was named that does not exist.

    Args:
        kind: What was looked for, for example `module`.
        name: The name that was given.
        known: The names there are; the nearest ones become the hint.
        hint: What to do when no name is near.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str | None = None):
        near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
        self.kind = kind
        self.name = name
        self.near = near
        super().__init__(
            f"There is no {kind} named {name!r}.",
            hint=f"Did you mean {' or '.join(near)}?" if near else hint,
        )


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the input: where, and why."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidParamsError(UsageError):
    """Parameters do not fit their declaration; every fault is told at once."""

    def __init__(self, faults: Sequence[Fault], *, hint: str | None = None):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults), hint=hint)


class MappingError(UsageError):
    """A mapping cannot be read or filled in; says where in its text.

    Args:
        message: What is wrong.
        line: The line within the text, counted from 1.
        column: The character within the line, counted from 1.
        path: Which parameter the text belongs to, if it belongs to one.
        hint: What to write instead.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int = 1,
        column: int = 1,
        path: str = "",
        hint: str | None = None,
    ):
        place = f"{path}, line {line}" if path else f"line {line}"
        super().__init__(f"{place}, column {column}: {message}", hint=hint)
        self.message = message
        self.line = line
        self.column = column
        self.path = path
        #: Every fault, where several were found at once; this one is the first.
        self.each: tuple[MappingError, ...] = (self,)

    @classmethod
    def together(cls, errors: "Sequence[MappingError]") -> "MappingError":
        """One error that tells of all of them."""
        first = errors[0]
        whole = cls(
            first.message,
            line=first.line,
            column=first.column,
            path=first.path,
            hint=first.hint,
        )
        whole.args = ("\n".join(str(error) for error in errors),)
        whole.each = tuple(errors)
        return whole


class InvalidScenarioError(UsageError):
    """A scenario cannot be run as it is written; every fault is told at once, with its place.

    Args:
        problems: What is wrong; each says itself in one line.
        hint: What to do next.
    """

    def __init__(self, problems: Sequence[object], *, hint: str | None = None):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems), hint=hint)


class WorkspaceError(UsageError):
    """A file of the workspace is missing, locked, damaged or sealed with another key."""


class AuthorizationError(AdloomError):
    """The platform no longer accepts the connection's grant; its owner has to reconnect it."""

    reaction = Reaction.RECONNECT


class MissingPermissionError(AuthorizationError):
    """The grant is valid but does not cover this object or operation."""


class ApiError(AdloomError):
    """The platform answered with an error.

    Args:
        message: What happened.
        code: The platform's own code, if it sent one.
        request_id: What the platform calls this request; its support asks for it.
        retry_after: Seconds to wait before another attempt, if known.
        hint: What to do next.
        details: More for the log.
    """

    reaction = Reaction.SET_ASIDE

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        hint: str | None = None,
        details: str | None = None,
    ):
        super().__init__(message, hint=hint, details=details)
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after


class RetryableError(ApiError):
    """Nothing happened, and the same request may succeed later."""

    reaction = Reaction.RETRY


class RateLimitedError(RetryableError):
    """The platform asks to slow down."""


class RejectedError(ApiError):
    """The platform refuses this request for good; others go on."""


class UnusableAnswerError(RejectedError):
    """An answer arrived that cannot be read: not JSON, too large, malformed."""


class UnknownOutcomeError(ApiError):
    """A change was sent and nobody knows whether it happened."""

    reaction = Reaction.LOOK_UP


class UnforeseenError(AdloomError):
    """A plan cannot know what comes of something before it is done; nothing was wrong."""

    reaction = Reaction.LOOK_UP


class LimitExceededError(AdloomError):
    """A safety rail said no; a person decides.

    Args:
        message: What happened.
        hint: What to do next.
        alone: Whether it holds only the bundle it stopped; the others go on.
        is_dropped: Whether nobody is asked: that bundle goes no further.
        expires_after: Seconds that the bundle waits for a person; None is for good.
    """

    reaction = Reaction.HOLD

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        alone: bool = False,
        is_dropped: bool = False,
        expires_after: float | None = None,
    ):
        super().__init__(message, hint=hint)
        self.alone = alone
        self.is_dropped = is_dropped
        self.expires_after = expires_after

"""Errors as a person meets them: what happened, what it means, what to do, and where to do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    InvalidParamsError,
    InvalidScenarioError,
    LimitExceededError,
    MissingPermissionError,
    RateLimitedError,
    RetryableError,
    UnknownNameError,
    UnknownOutcomeError,
    UsageError,
    WorkspaceError,
)
from adloom.secret import scrub
from connections.practice import DEMO_OFF

__all__ = ["Problem", "problem_of", "status_of"]


@dataclass(frozen=True)
class Problem:
    """An error in words.

    Args:
        happened: What happened.
        means: What that means.
        todo: What to do next.
        buttons: Where that is done: label and address.
        details: What a support asks for.
        kind: `bad`, or `warn` where waiting is enough.
    """

    happened: str
    means: str = ""
    todo: str = ""
    buttons: Sequence[tuple[str, str]] = ()
    details: Sequence[tuple[str, str]] = field(default_factory=tuple)
    kind: str = "bad"


#: What each kind of error means; the first class that fits counts.
MEANINGS: Final[tuple[tuple[type[AdloomError], str], ...]] = (
    (MissingPermissionError, "The connection works, but it was not granted what this needs."),
    (AuthorizationError, "The platform no longer accepts this connection. What uses it waits."),
    (RateLimitedError, "The platform asks us to slow down. You need do nothing."),
    (RetryableError, "Nothing was changed, and the same may work in a while."),
    (UnknownOutcomeError, "A change was sent, and nobody knows yet whether it happened."),
    (LimitExceededError, "A limit that you have set said no. Nothing more was changed."),
    (WorkspaceError, "Nothing was changed."),
    (UsageError, "Nothing was sent and nothing was changed."),
    (ApiError, "The platform refused it."),
)
BUTTONS: Final[tuple[tuple[type[AdloomError], tuple[str, str]], ...]] = (
    (AuthorizationError, ("Connections", "/connections")),
    (UnknownOutcomeError, ("What is in doubt", "/executions?status=in+doubt")),
    (LimitExceededError, ("What is held", "/executions?status=incomplete")),
)


def problem_of(error: AdloomError, *, buttons: Sequence[tuple[str, str]] = ()) -> Problem:
    """Put an error into words.

    Args:
        error: What happened.
        buttons: Where something can be done about it, beside what its kind suggests.
    """
    means = next((text for kind, text in MEANINGS if isinstance(error, kind)), "")
    own = [button for kind, button in BUTTONS if isinstance(error, kind)]
    if str(error) == DEMO_OFF:
        own.append(("Start it", "/demo"))
    waiting = isinstance(error, RetryableError | LimitExceededError)
    return Problem(
        happened=scrub(str(error)),
        means=means,
        todo=scrub(error.hint or ""),
        buttons=(*buttons, *own),
        details=tuple(_details(error)),
        kind="warn" if waiting else "bad",
    )


def status_of(error: AdloomError) -> int:
    """The HTTP status of an answer that tells an error."""
    match error:
        case UnknownNameError():
            return 404
        case InvalidParamsError() | InvalidScenarioError():
            return 422
        case UsageError():
            return 400
        case _:
            return 502


def _details(error: AdloomError) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if isinstance(error, ApiError):
        if error.code is not None:
            found.append(("Code", str(error.code)))
        if error.request_id:
            found.append(("Request", error.request_id))
        if error.retry_after is not None:
            found.append(("Wait", f"{error.retry_after:.0f} seconds"))
    if error.details:
        found.append(("More", scrub(error.details)))
    return found

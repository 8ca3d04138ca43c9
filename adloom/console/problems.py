"""Errors as a person meets them: what happened, what it means, what to do, and where to do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from adloom.console.hints import for_page, ways_of
from adloom.console.jobs import GoneJobError
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
    (LimitExceededError, ("What is held", "/executions?status=held")),
)
#: Nothing says how far it came, so nothing may promise that nothing happened.
GONE_JOB: Final = Problem(
    "Nobody can say here any more how this work stands.",
    "adloom was started anew meanwhile, or it ended long ago. What it had done by then is done.",
    "See what became of it before you do it again.",
    (("Executions", "/executions"),),
    kind="warn",
)


def problem_of(error: AdloomError, *, buttons: Sequence[tuple[str, str]] = ()) -> Problem:
    """Put an error into words.

    Args:
        error: What happened.
        buttons: Where something can be done about it, beside what its kind suggests.
    """
    if isinstance(error, GoneJobError):
        return GONE_JOB
    means = next((text for kind, text in MEANINGS if isinstance(error, kind)), "")
    happened, todo = scrub(str(error)), scrub(error.hint or "")
    waiting = isinstance(error, RetryableError | LimitExceededError)
    return Problem(
        happened=for_page(happened),
        means=means,
        todo=for_page(todo),
        buttons=_buttons(error, (*buttons, *ways_of(f"{happened} {todo}"))),
        details=tuple(_details(error)),
        kind="warn" if waiting else "bad",
    )


def _buttons(error: AdloomError, given: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What is given, and what the kind of error suggests where nothing given leads closer."""
    own = [button for kind, button in BUTTONS if isinstance(error, kind)]
    if str(error) == DEMO_OFF:
        own.append(("Start it", "/demo"))
    further = [one for one in own if not any(href.startswith(one[1]) for _, href in given)]
    by_address = {href: label for label, href in reversed((*given, *further))}
    return tuple((label, href) for href, label in reversed(by_address.items()))


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

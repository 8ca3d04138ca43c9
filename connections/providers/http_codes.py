"""What an HTTP status means for what happens next, where nothing better is known."""

import re
from email.utils import parsedate_to_datetime
from typing import Final

from adloom.errors import (
    ApiError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from connections.transport import WireAnswer

__all__ = [
    "LONGEST_PAUSE",
    "SHORTEST_PAUSE",
    "TOO_MANY_REQUESTS",
    "pause_of",
    "quoted",
    "status_verdict",
]

TOO_MANY_REQUESTS: Final = 429
BAD_REQUEST: Final = 400
SERVER_FAULT: Final = 500

SHORTEST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 300.0

#: How much of an answer is kept for the log.
QUOTED: Final = 2_000
#: A field of JSON that may hold a token which was only just made, so that nobody here knows it.
TELLING: Final = re.compile(
    r'("(?:(?:[\w.-]*[_-])?(?:token|secret|ticket)s?|auth_code)"\s*:\s*)"[^"]*"?', re.IGNORECASE
)


def status_verdict(
    answer: WireAnswer, text: str, *, changes: bool, hint: str | None = None
) -> ApiError:
    """Say what an answer means by its status alone.

    Args:
        answer: What came.
        text: What to tell.
        changes: Whether the request may have changed something.
        hint: What to do where the request itself was refused.
    """
    details = quoted(answer)
    if answer.status == TOO_MANY_REQUESTS:
        return RateLimitedError(text, retry_after=pause_of(answer), details=details)
    if BAD_REQUEST <= answer.status < SERVER_FAULT:
        return RejectedError(text, details=details, hint=hint)
    if changes:
        # A service that failed in the middle of a change may have made it (reliability.md §2.3).
        return UnknownOutcomeError(text, details=details, hint="adloom looks before it repeats.")
    hint = "Try again in a few minutes."
    return RetryableError(text, details=details, hint=hint, retry_after=_told_pause(answer))


def quoted(answer: WireAnswer) -> str:
    """The beginning of a body for the log, without the tokens in it.

    An answer that cannot be read may be the one that brought a token: no `Secret` hides it yet.
    """
    return TELLING.sub(r"\1•••", answer.body[:QUOTED].decode(errors="replace"))


def pause_of(answer: WireAnswer, *, otherwise: float = SHORTEST_PAUSE) -> float:
    """Seconds from `Retry-After`, which may hold a number, a date, or nonsense."""
    text = answer.headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return otherwise
        if answer.served_at is None or moment.tzinfo is None:
            return otherwise
        seconds = (moment - answer.served_at).total_seconds()
    # In this order a NaN, which is neither more nor less than anything, ends as the shortest pause.
    return min(max(SHORTEST_PAUSE, seconds), LONGEST_PAUSE)


def _told_pause(answer: WireAnswer) -> float | None:
    return pause_of(answer) if "retry-after" in answer.headers else None

"""What TikTok's answer to a batch says of its events (open_platform_and_events.md §II.7)."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from adloom.catalogue import load
from adloom.errors import RejectedError
from adloom.wire import Answer
from scheduler.outbox.isolating import Refused, Reply, Reported, Taken

__all__ = ["Nature", "concerns_events", "nature_of", "refusal_of", "reply_of", "without"]

#: Where a message names an event: `Batch.3.properties.value`, `data.3`, `data[3]`.
NAMED: Final = re.compile(r"\b(?:batch|data)(?:\.|\[)(\d{1,4})\b", re.IGNORECASE)
#: A gateway in front of TikTok that finds a body too large; how large one may be is not known.
TOO_LARGE: Final = re.compile(r"\bHTTP 413\b")
CODE: Final = re.compile(r"\b[456]\d{4}\b")
LONGEST: Final = 500
DOTS: Final = "•••"
#: Words of a report that tell whether another try may help (the texts are assumed).
PASSING: Final = re.compile(
    r"internal|system error|server error|time[d -]?\s?out|try again|retry|later|too many|"
    r"rate limit|frequen|throttl|unavailable|busy|overload|maintenance",
    re.IGNORECASE,
)
LASTING: Final = re.compile(
    r"invalid|not (?:a )?valid|missing|required|must |malformed|unsupported|not supported|"
    r"unknown|does not exist|not exist|no permission|not allowed|too old|expired|exceed",
    re.IGNORECASE,
)


class Nature(StrEnum):
    """Whether it helps to send an event again.

    Args:
        PASSING: It may.
        LASTING: It does not.
        UNCLEAR: Nobody knows; it is tried a few times.
    """

    PASSING = "passing"
    LASTING = "lasting"
    UNCLEAR = "unclear"


def reply_of(answer: Answer, first_index: int) -> Reply:
    """What an answer without an error says.

    Args:
        answer: TikTok's.
        first_index: What it calls the first event of a batch.
    """
    if not answer.partial:
        return Taken()
    data = answer.data if isinstance(answer.data, Mapping) else {}
    reason = _message(answer) or "TikTok took only part of it and did not say which."
    return Reported(reason, _failed(data.get("failed_events"), first_index))


def refusal_of(error: RejectedError, first_index: int) -> Refused:
    """What a refusal says: why, and which event it names.

    Args:
        error: The refusal.
        first_index: What TikTok calls the first event of a batch.
    """
    message = _message(error.answer) if isinstance(error.answer, Answer) else str(error)
    named = NAMED.search(message)
    return Refused(str(error)[:LONGEST], int(named[1]) - first_index if named else None)


def concerns_events(error: RejectedError) -> bool:
    """Whether a refusal is about what was sent; one without a code is about the way to TikTok."""
    return error.code is not None or TOO_LARGE.search(str(error)) is not None


def nature_of(reason: str) -> Nature:
    """Whether another try may help an event that a report names.

    A code in the text decides; a wrong guess for good would lose events, so what is unclear is
    tried again (reliability.md §2.4, E4).
    """
    if found := CODE.search(reason):
        retry = load().code(int(found[0])).retry
        return Nature.LASTING if retry == "no" else Nature.PASSING
    if PASSING.search(reason):
        return Nature.PASSING
    return Nature.LASTING if LASTING.search(reason) else Nature.UNCLEAR


def without(reason: str, values: Sequence[str]) -> str:
    """A reason without what must not be read: TikTok may quote what it was sent."""
    for value in values:
        if value:
            reason = reason.replace(value, DOTS)
    return reason[:LONGEST]


def _message(answer: Answer) -> str:
    found = answer.body.get("message") if isinstance(answer.body, Mapping) else None
    return str(found or "")[:LONGEST]


def _failed(events: Any, first_index: int) -> dict[int, str]:
    """Reasons by place; nothing where the list cannot be what it should be."""
    found: dict[int, str] = {}
    for one in events if isinstance(events, list) else ():
        place = one.get("order_in_batch") if isinstance(one, Mapping) else None
        if isinstance(place, bool) or not isinstance(place, int) or place in found:
            return {}
        found[place] = str(one.get("error") or "TikTok did not say why.")[:LONGEST]
    return {place - first_index: reason for place, reason in found.items()}

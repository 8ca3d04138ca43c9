"""A batch as requests to TikTok, and what came of it (open_platform_and_events.md §II.7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from adloom.errors import (
    AdloomError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
    WorkspaceError,
)
from adloom.json_text import dump
from adloom.wire import Answer, Request, TextBody
from scheduler.outbox.entries import Lane
from scheduler.outbox.isolating import Fate, Reply, Verdict, isolate
from scheduler.outbox.verdicts import concerns_events, refusal_of, reply_of

__all__ = ["EventApi", "Reason", "Stop", "request_for", "send"]

PATH: Final = "/event/track/"


class EventApi(Protocol):
    """What events are sent with: an opened connection."""

    async def change(self, request: Request) -> Answer:
        """Send a request once.

        Raises:
            RetryableError: It did not happen and may be sent again.
            UnknownOutcomeError: It may have happened.
            AdloomError: It did not happen.
        """
        ...


class Reason(StrEnum):
    """Why a batch stopped before all of its events were settled.

    Args:
        LATER: Nothing happened; it may work later.
        UNKNOWN: It may have happened.
        TOO_FAST: TikTok wants a pause.
        PERSON: Only somebody can help.
        BAD: So much of it is bad that the rest is left for another time.
        HELD: Somebody has stopped everything.
    """

    LATER = "later"
    UNKNOWN = "unknown"
    TOO_FAST = "too fast"
    PERSON = "person"
    BAD = "bad"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a batch stopped.

    Args:
        reason: Of which kind the reason is.
        text: What to tell.
        pause: For how many seconds somebody asked to wait.
    """

    reason: Reason
    text: str
    pause: float | None = None


async def send(
    api: EventApi,
    lane: Lane,
    contents: Sequence[bytes],
    fates: dict[int, Fate],
    *,
    first_index: int,
    stopped: Callable[[], bool],
) -> Stop | None:
    """Send events, if need be in several requests, so that bad ones keep no others back.

    Args:
        api: Sends.
        lane: What they are for.
        contents: The events as JSON.
        fates: Filled in, by place, with what became of each.
        first_index: What TikTok calls the first event of a batch.
        stopped: Whether nothing may go out at all.

    Returns:
        Why it stopped, if some of them have no fate.
    """
    going = isolate(len(contents), fates)
    reply: Reply | None = None
    while True:
        try:
            places = going.send(reply) if reply else next(going)
        except StopIteration:
            return _unsettled(len(contents), fates)
        if stopped():
            return Stop(Reason.HELD, "Everything is stopped.")
        request = request_for(lane, [contents[place] for place in places])
        try:
            reply = reply_of(await api.change(request), first_index)
        except AdloomError as error:
            # Its traceback holds on to the request, until Python looks for what holds itself.
            error.__traceback__ = None
            if not isinstance(error, RejectedError) or not concerns_events(error):
                return _stop(error)
            reply = refusal_of(error, first_index)


def request_for(lane: Lane, contents: Sequence[bytes]) -> Request:
    """The request that sends events, put together from what was written before."""
    head = {"event_source": lane.source, "event_source_id": lane.source_id}
    if lane.test_event_code:
        head["test_event_code"] = lane.test_event_code
    text = dump(head).removesuffix(b"}") + b',"data":[' + b",".join(contents) + b"]}"
    return Request("POST", PATH, body=TextBody(text.decode(), "application/json"))


def _stop(error: AdloomError) -> Stop:
    text = f"{error} {error.hint}" if error.hint else str(error)
    match error:
        case RateLimitedError():
            return Stop(Reason.TOO_FAST, text, error.retry_after or 1.0)
        case RetryableError():
            return Stop(Reason.LATER, str(error), error.retry_after)
        case UnknownOutcomeError() | UnusableAnswerError():
            return Stop(Reason.UNKNOWN, str(error))
        case WorkspaceError():
            return Stop(Reason.LATER, str(error))
        case _:
            return Stop(Reason.PERSON, text)


def _unsettled(count: int, fates: dict[int, Fate]) -> Stop | None:
    if len(fates) == count:
        return None
    if any(fate.verdict is Verdict.SENT for fate in fates.values()):
        return Stop(Reason.BAD, "There are many bad events in its batch; the rest goes later.")
    last = next(reversed(fates.values())).reason if fates else "no event could be singled out"
    return Stop(Reason.PERSON, f"TikTok refuses one event after the other, and took none: {last}")

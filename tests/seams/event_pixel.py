"""A pixel in memory: takes events as TikTok does, knows them again, fails when told to."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from adloom.errors import (
    AdloomError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from adloom.wire import Answer, Request, TextBody

__all__ = ["Arrival", "EventPixel", "after", "before", "refusal"]

#: How a request fails: before its events were taken, or after.
Fault = tuple[Literal["before", "after"], AdloomError]
Naming = Literal["nothing", "place", "report"]


def before(error: AdloomError) -> Fault:
    """Fail without having taken anything."""
    return ("before", error)


def after(error: AdloomError) -> Fault:
    """Fail although everything was taken."""
    return ("after", error)


def refusal(message: str, code: int | None = 40002) -> RejectedError:
    """TikTok's refusal of a whole request, as a connection raises it."""
    error = RejectedError(f"TikTok refused: {message} ({code})", code=code)
    error.answer = Answer(200, {}, {"code": code, "message": message}, None, code=code)
    return error


@dataclass(frozen=True)
class Arrival:
    """One request that arrived: where it was for, and the ids of its events in their order."""

    source: tuple[str, str, str | None]
    ids: tuple[str, ...]


@dataclass
class EventPixel:
    """Takes events.

    Args:
        bad: Says why an event is bad, or None.
        naming: What is said about bad events: nothing, the place of the first, or a report.
        first: What the first event of a request is called.
        faults: How the next requests fail; None is a request that goes well.
        share: How many of all requests fail, half of them after they were taken.
        on_arrival: Called before anything else happens.
        takes: Seconds a request takes.
    """

    bad: Callable[[dict[str, Any]], str | None] = lambda _: None
    naming: Naming = "nothing"
    first: int = 0
    faults: Iterator[Fault | None] = field(default_factory=lambda: iter(()))
    share: float = 0.0
    on_arrival: Callable[[Arrival], object] = lambda _: None
    takes: float = 0.0
    arrivals: list[Arrival] = field(default_factory=list)
    taken: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    first_taken: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - faults

    async def change(self, request: Request) -> Answer:
        """Take the events of a request."""
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._take(request)
        finally:
            self._at_once -= 1

    @property
    def ids(self) -> Counter[str]:
        """How often each event was taken, by its id."""
        return Counter({key[-1]: times for key, times in self.taken.items()})

    async def _take(self, request: Request) -> Answer:
        assert isinstance(request.body, TextBody)
        assert (request.method, request.path) == ("POST", "/event/track/")
        assert request.body.content_type == "application/json"
        body = json.loads(request.body.text)
        self.bodies.append(body)
        source = (body["event_source"], body["event_source_id"], body.get("test_event_code"))
        arrival = Arrival(source, tuple(item["event_id"] for item in body["data"]))
        self.arrivals.append(arrival)
        self.on_arrival(arrival)
        await asyncio.sleep(self.takes)
        fault = next(self.faults, None) or self._accident()
        if fault is not None and fault[0] == "before":
            raise fault[1]
        answer = self._answer(source, body["data"])
        await asyncio.sleep(0)
        if fault is not None:
            raise fault[1]
        return answer

    def _accident(self) -> Fault | None:
        if self._chance.random() >= self.share:
            return None
        kinds: list[Fault] = [
            before(RetryableError("cannot be reached")),
            before(RateLimitedError("too fast", retry_after=1.0)),
            after(UnknownOutcomeError("broke the connection")),
            after(UnknownOutcomeError("HTTP 502")),
        ]
        return self._chance.choice(kinds)

    def _answer(self, source: tuple[str, str, str | None], items: list[dict[str, Any]]) -> Answer:
        wrong = {place: why for place, item in enumerate(items) if (why := self.bad(item))}
        if wrong and self.naming == "nothing":
            raise refusal("one of the events is not valid")
        if wrong and self.naming == "place":
            place, why = next(iter(wrong.items()))
            raise refusal(f"Batch.{place + self.first}.properties: {why}")
        for place, item in enumerate(items):
            key = (source, item["event"], item["event_id"])
            if place in wrong:
                continue
            if key not in self.taken:
                self.first_taken.append(item["event_id"])
            self.taken[key] += 1
        failed = [
            {"order_in_batch": place + self.first, "error": why} for place, why in wrong.items()
        ]
        if not failed:
            return Answer(200, {}, {"code": 0, "message": "OK"}, {}, code=0)
        data = {"partial_failure": True, "failed_events": failed}
        told = {"code": 20001, "message": "Partially successful", "data": data}
        return Answer(200, {}, told, data, code=20001, partial=True)

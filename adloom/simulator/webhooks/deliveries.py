"""Deliveries: at least once, again and again for three days, in the background."""

import asyncio
import heapq
import itertools
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.simulator.webhooks.addresses import Callback
from adloom.simulator.webhooks.posting import post

__all__ = ["Deliveries", "Delivery"]

#: How many deliveries may wait, and how many are under way at once.
ROOM: Final = 1000
AT_ONCE: Final = 8
LOGGED: Final = 1000
#: Simulated seconds: the first wait, the longest one, and all of them together.
FIRST_WAIT: Final = 15.0
LONGEST_WAIT: Final = 6 * 3600.0
PATIENCE: Final = 72 * 3600.0
#: Real seconds that a receiver has to answer (assumed).
SLOWEST: Final = 5.0


@dataclass
class Delivery:
    """One body on its way.

    Args:
        name: What it is about: an entity, or an event of creators.
        url: Where it goes, as it was given.
        callback: The same, read.
        body: What is sent, the same at every attempt.
        sign: The headers of an attempt.
        is_wanted: Whether anybody still subscribes to it.
        answers: What each attempt led to: an HTTP status, or what went wrong.
        outcome: `waiting`, `delivered`, `given up` or `ended`.
        waited: Simulated seconds between attempts so far.
    """

    name: str
    url: str
    callback: Callback
    body: bytes
    sign: Callable[[], Mapping[str, str]]
    is_wanted: Callable[[], bool]
    answers: list[int | str] = field(default_factory=list)
    outcome: str = "waiting"
    waited: float = 0.0

    def next_wait(self) -> float | None:
        """Simulated seconds until the next attempt; None is never."""
        wait = min(FIRST_WAIT * 2 ** (len(self.answers) - 1), LONGEST_WAIT)
        return wait if self.waited + wait <= PATIENCE else None

    def as_json(self) -> dict[str, Any]:
        """What became of it."""
        return {
            "name": self.name,
            "url": self.url,
            "body": self.body.decode(),
            "outcome": self.outcome,
            "answers": self.answers,
        }


class Deliveries:
    """Everything that is to be delivered.

    Args:
        real: Real seconds.
        speed: Simulated seconds for each real one, for the waits between attempts.
    """

    def __init__(self, real: Callable[[], float], speed: float):
        self._real = real
        self.speed = speed
        self.counts: Counter[str] = Counter()
        self.log: deque[Delivery] = deque(maxlen=LOGGED)
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._order = itertools.count()
        self._under_way = 0
        self._wake: asyncio.Event | None = None

    def __len__(self) -> int:
        return len(self._waiting) + self._under_way

    def add(self, delivery: Delivery) -> None:
        """Deliver something as soon as possible; if there is no room it is lost, and counted."""
        if len(self) >= ROOM:
            self.counts["dropped"] += 1
            return
        self.counts["queued"] += 1
        self.log.append(delivery)
        self._put(delivery, self._real())

    def _put(self, delivery: Delivery, due: float) -> None:
        heapq.heappush(self._waiting, (due, next(self._order), delivery))
        self.wake()

    def wake(self) -> None:
        """Have a look at once."""
        if self._wake is not None:
            self._wake.set()

    async def run(self, look: Callable[[], float | None]) -> None:
        """Deliver until cancelled.

        Args:
            look: Adds what has happened meanwhile, and says after how many real seconds to look
                again; None is not before something is added.
        """
        self._wake = asyncio.Event()
        async with asyncio.TaskGroup() as attempts:
            while True:
                self._wake.clear()
                again = look()
                while self._is_due():
                    self._under_way += 1
                    attempts.create_task(self._attempt(heapq.heappop(self._waiting)[2]))
                await self._pause(again)

    def _is_due(self) -> bool:
        is_time = bool(self._waiting) and self._waiting[0][0] <= self._real()
        return is_time and self._under_way < AT_ONCE

    async def _pause(self, again: float | None) -> None:
        """Wait for something new, for room, or for the next attempt."""
        if self._wake is None:
            return
        waits = [] if again is None else [again]
        if self._waiting and self._under_way < AT_ONCE:
            waits.append(max(0.0, self._waiting[0][0] - self._real()))
        with suppress(TimeoutError):
            async with asyncio.timeout(min(waits) if waits else None):
                await self._wake.wait()

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            if delivery.is_wanted():
                answer = await _sent(delivery)
                self._judge(delivery, answer)
            else:
                self._finish(delivery, "ended")
        finally:
            self._under_way -= 1
            self.wake()

    def _judge(self, delivery: Delivery, answer: int | str) -> None:
        """Finish with a delivery, or plan the next attempt."""
        delivery.answers.append(answer)
        self.counts["attempts"] += 1
        if isinstance(answer, int) and answer in range(200, 300):
            self._finish(delivery, "delivered")
            return
        self.counts["failed attempts"] += 1
        wait = delivery.next_wait()
        if wait is None:
            self._finish(delivery, "given up")
            return
        delivery.waited += wait
        self._put(delivery, self._real() + wait / self.speed)

    def _finish(self, delivery: Delivery, outcome: str) -> None:
        delivery.outcome = outcome
        self.counts[outcome] += 1


async def _sent(delivery: Delivery) -> int | str:
    try:
        async with asyncio.timeout(SLOWEST):
            return await post(delivery.callback, delivery.sign(), delivery.body)
    except TimeoutError:
        return "no answer in time"
    except OSError as error:
        return str(error) or type(error).__name__

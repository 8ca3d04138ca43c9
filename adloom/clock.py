"""Time comes in from outside, so that tests and replays can hold it still."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "FastClock", "FrozenClock", "SystemClock"]


class Clock(Protocol):
    """What the rest of adloom may know about time."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment in the past."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, leaving the event loop to others."""
        await asyncio.sleep(seconds)


class FastClock:
    """A clock that runs faster than the machine's, to practise with a simulator that does too.

    It shows the same to every process of this machine.

    Args:
        since: The moment from which it runs faster; aware.
        speed: How many seconds pass in one.
    """

    def __init__(self, since: datetime, speed: float):
        self._since = since
        self._speed = speed

    def now(self) -> datetime:
        """The moment it began, plus what has passed since, faster."""
        return self._since + (datetime.now(UTC) - self._since) * self._speed

    def monotonic(self) -> float:
        """Seconds since some moment in the past, faster."""
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait until so much has passed here, which takes less outside."""
        await asyncio.sleep(seconds / self._speed)


class FrozenClock:
    """A clock that stands still until it is moved; sleeping moves it.

    Args:
        at: The moment it shows first.
    """

    def __init__(self, at: datetime):
        self._now = at
        self._monotonic = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The moment it was set to, plus what it was moved since."""
        return self._now

    def monotonic(self) -> float:
        """Seconds it was moved in all."""
        return self._monotonic

    def move(self, seconds: float) -> None:
        """Let time pass. Negative seconds set the wall clock back; monotonic time stays."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += max(seconds, 0.0)

    async def sleep(self, seconds: float) -> None:
        """Move on by `seconds` at once and remember it."""
        self.slept.append(seconds)
        self.move(seconds)
        await asyncio.sleep(0)

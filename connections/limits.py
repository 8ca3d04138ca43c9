"""Rate limits shared by every process of a workspace.

One row per limited thing holds the moment from which it is free again (the generic cell rate
algorithm), so that several processes together never go faster than the limit (engine.md §5.5).
"""

from collections.abc import Mapping
from typing import Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import RateLimitedError

__all__ = ["LONGEST_WAIT", "Limiter"]

LONGEST_WAIT: Final = 120.0
#: Seconds before its turn at which a request takes its place. Nobody reserves further ahead: a
#: request that waits for one limit would keep its place in the others from those who could go.
AHEAD: Final = 0.05
CLOCK_SLACK: Final = 1.0


class Limiter:
    """Spaces requests out.

    Args:
        database: With the table `rate_limit`.
        clock: Tells the time and waits.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def wait(self, rates: Mapping[str, float | None]) -> None:
        """Wait until a request may be sent that counts against all of these.

        Args:
            rates: Requests per second by key; None where there is no rate of its own, only the
                pauses that `pause` asked for.

        Raises:
            RateLimitedError: It would take too long.
        """
        settled = not rates
        while not settled:
            seconds, settled = await self._database.write(lambda work: self._queue(work, rates))
            if seconds > LONGEST_WAIT:
                raise RateLimitedError(
                    f"The platform asked for a pause that lasts another {seconds:.0f} seconds.",
                    retry_after=seconds,
                    hint="Try again later.",
                )
            if seconds > 0:
                await self._clock.sleep(seconds)

    async def pause(self, keys: Mapping[str, float]) -> None:
        """Keep everybody from using these keys for so many seconds."""

        def work(work: Transaction) -> None:
            now = self._now()
            for key, seconds in keys.items():
                _push(work, key, now, now + seconds)

        await self._database.write(work)

    def _queue(self, work: Transaction, rates: Mapping[str, float | None]) -> tuple[float, bool]:
        """Take the first place that is free in every queue, if it is near.

        Returns:
            How long to wait; and whether a place is taken, else to ask again after that.
        """
        now = self._now()
        free = max(now, *(_free_at(work, key, now) for key in rates))
        wait = free - now
        if wait > AHEAD:
            return (wait if wait > LONGEST_WAIT else wait - AHEAD / 2), False
        for key, rate in rates.items():
            if rate:
                _push(work, key, now, free + 1 / rate)
        return wait, True

    def _now(self) -> float:
        """The time, asked for while nobody else may write: a row is never younger than that."""
        return self._clock.now().timestamp()


def _free_at(work: Transaction, key: str, now: float) -> float:
    row = work.one("SELECT free_at, written_at FROM rate_limit WHERE key = ?", key)
    # A row from the future means that the clock was set back: it says nothing any more.
    return float(row["free_at"]) if row and row["written_at"] <= now + CLOCK_SLACK else 0.0


def _push(work: Transaction, key: str, now: float, free_at: float) -> None:
    """Keep a key busy until `free_at`, or longer if it already is."""
    work.run(
        "INSERT INTO rate_limit (key, free_at, written_at) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE"
        " SET free_at = excluded.free_at, written_at = excluded.written_at",
        key,
        max(free_at, _free_at(work, key, now)),
        now,
    )

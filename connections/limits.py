"""Rate limits shared by every process of a workspace.

One row per limited thing holds the moment from which it is free again (the generic cell rate
algorithm), so that several processes together never go faster than the limit (engine.md §5.5).
"""

from collections.abc import Mapping
from typing import Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import RateLimitedError

__all__ = ["Limiter"]

LONGEST_WAIT: Final = 120.0
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
            RateLimitedError: It would take too long; nothing was reserved.
        """
        seconds = await self._reserve(rates)
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
        now = self._clock.now().timestamp()

        def work(work: Transaction) -> None:
            for key, seconds in keys.items():
                _push(work, key, now, now + seconds)

        await self._database.write(work)

    async def _reserve(self, rates: Mapping[str, float | None]) -> float:
        """Take a place in every queue, or in none if the wait is too long; return the wait."""
        if not rates:
            return 0.0
        now = self._clock.now().timestamp()

        def work(work: Transaction) -> float:
            free = {key: _free_at(work, key, now) for key in rates}
            wait = max(free.values()) - now
            if wait <= LONGEST_WAIT:
                for key, rate in rates.items():
                    _push(work, key, now, max(free[key], now) + (1 / rate if rate else 0.0))
            return wait

        return await self._database.write(work)


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

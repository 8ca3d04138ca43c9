"""One of several runners on one store, in a process of its own, in time that runs faster.

Run: `python -m tests.scheduler.crowd_of_runners PLACE LOCKS NOTES SPEED`. It says when it is
ready, is told on its standard input when time begins, and ends with it. Every occurrence it begins
is a line of its notes.
"""

import asyncio
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adloom.database import open_database
from scheduler.due_store import DueStore
from scheduler.nodes import Node
from scheduler.runner import Runner
from scheduler.scenario_rows import Due, RunEnd
from scheduler.schema import MIGRATIONS
from tests.scheduler.timetable import NOON
from tests.seams.postgres import named, spot

__all__ = ["FastClock"]

#: So few that none of the runners can take all that is due.
AT_ONCE = 3


class FastClock:
    """Noon, and since a moment of the real clock so many times as much time.

    Args:
        began: Seconds since 1970.
        speed: How much faster.
    """

    def __init__(self, began: float, speed: float) -> None:
        self._began = began
        self._speed = speed

    def now(self) -> datetime:
        passed = timedelta(seconds=(time.time() - self._began) * self._speed)
        return (NOON + passed).astimezone(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


async def run(place: str, locks: Path, notes: Path, speed: float) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    where = named(spot(place), "journal")
    with Node(locks) as node, notes.open("a", buffering=1) as written:

        async def conduct(due: Due) -> RunEnd:
            written.write(f"{due.scenario} {due.slot} {due.attempt}\n")
            await asyncio.sleep(0.005)
            return RunEnd()

        async with open_database(where, MIGRATIONS, set_name="journal") as database:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            clock = FastClock(float(sys.stdin.readline()), speed)
            threading.Thread(target=wait_for_the_end, daemon=True).start()
            runner = Runner(DueStore(database, clock), conduct, clock, node, at_once=AT_ONCE)
            while not ended.is_set():
                await runner.tick()
                await runner.take_over()
                await asyncio.sleep(0.01)
            await runner.idle()


if __name__ == "__main__":
    place, locks, notes, speed = sys.argv[1:]
    asyncio.run(run(place, Path(locks), Path(notes), float(speed)))

"""Three runners on one store, one of them killed: every occurrence once, none left out."""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scheduler.timetable import Timetable, timetable
from tests.seams.postgres import Place

SCENARIOS = int(os.environ.get("ADLOOM_RUNNER_SCENARIOS", "9"))
SLOTS = int(os.environ.get("ADLOOM_RUNNER_SLOTS", "10"))
#: A minute passes in a quarter of a second.
SPEED = "240"
MINUTE = 60
#: Every minute until then, and none left out.
SCHEDULE = (
    "{every: 1 minute, misfire: all,"
    " between: {from: '2026-11-21 12:01:00', to: '2026-11-21 %02d:%02d:00'}}"
)


@contextmanager
def runners(table: Timetable, place: Place) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "tests.scheduler.crowd_of_runners", str(place)]
    started = [
        subprocess.Popen(
            [*command, str(table.folder / "locks"), str(table.folder / f"{number}.txt"), SPEED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(3)
    ]
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
        began = f"{time.time()}\n".encode()
        for one in started:
            assert one.stdin is not None
            one.stdin.write(began)
            one.stdin.flush()
        yield started
    finally:
        for one in started:
            one.communicate(timeout=30)


def notes(table: Timetable) -> list[str]:
    return [line for path in table.folder.glob("*.txt") for line in path.read_text().splitlines()]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(300):
        while not await condition():  # noqa: ASYNC110 - it happens in other processes
            await asyncio.sleep(0.02)


async def is_under_way(table: Timetable) -> bool:
    """The one that is going to be killed has begun something, and there is much left."""
    mine = (table.folder / "0.txt").read_text()
    return bool(mine) and len(notes(table)) >= SCENARIOS * SLOTS // 3


async def is_done(table: Timetable) -> bool:
    [row] = await table.database.read(
        lambda work: work.run(
            "SELECT (SELECT COUNT(*) FROM scenario WHERE due_at IS NOT NULL) AS due,"
            " (SELECT COUNT(*) FROM occurrence WHERE status = 'running') AS running"
        )
    )
    return (row["due"], row["running"]) == (0, 0)


@pytest.mark.slow
async def test_each_occurrence_goes_to_one_of_them(tmp_path: Path, place: Place) -> None:
    end = divmod(12 * MINUTE + 1 + SLOTS, MINUTE)
    async with timetable(tmp_path, place) as table:
        for number in range(SCENARIOS):
            table.write(f"s{number}", SCHEDULE % end)
        await table.synchronise()
        for number in range(SCENARIOS):
            await table.scenarios.enable(f"s{number}")
        with runners(table, place) as started:
            await until(lambda: is_under_way(table))
            started[0].kill()
            await until(lambda: is_done(table))
        begun = Counter(tuple(line.rsplit(" ", 1)) for line in notes(table))
        slots = {slot for slot, _ in begun}

        assert {} == {one: times for one, times in begun.items() if times > 1}
        assert SCENARIOS * SLOTS == len(slots)

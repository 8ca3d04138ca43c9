"""A process that takes events in and sends them, killed again and again.

Run: `python -m tests.scheduler.outbox.killed_events WORKSPACE PIXEL EVENTS KILLS SEED`. Each life
is a forked child that goes on where the last one was killed: it reads on from the note of its
progress and sends what waits. The parent counts lives; the events are counted at the simulator,
which no kill reaches. With `--beside` another process sends all the while and is never killed.
Prints a JSON summary.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from adloom.cli.session import Session, open_session
from adloom.json_text import dump
from adloom.settings import Workspace
from connections.api import ConnectionApi
from scheduler.outbox.delivering import Deliverer
from scheduler.outbox.entries import Entry, EventState, Lane, Origin
from scheduler.outbox.store import Outbox
from tests.scheduler.outbox.world import key

ORIGIN = Origin("file", "killed")
PORTION = 50
PERSONS = 97
#: One event in so many lacks what TikTok needs.
BAD = 400
MOMENT = 1_788_264_000
LONGEST_LIFE = 0.4
UNDER_WAY = "SELECT COUNT(*) AS flights FROM event_parcel WHERE sending_at IS NOT NULL"


def event(number: int) -> Entry:
    """One event of the file."""
    name = f"o-{number}"
    page = {} if number % BAD == BAD - 1 else {"url": "https://shop.example.com/thanks"}
    item = {"event": "Purchase", "event_time": MOMENT, "event_id": name, "page": page}
    return Entry(key(name), number % PERSONS, "Purchase", name, MOMENT, dump(item), str(number))


async def live(folder: Path, pixel: str, events: int, notes: Path) -> None:
    """Go on where the last life ended."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        outbox = await session.outbox()
        rows = await outbox.database.read(lambda work: work.run(UNDER_WAY))
        with notes.open("a") as file:
            file.write("hit\n" if rows[0]["flights"] else "miss\n")
        reading = asyncio.create_task(read(outbox, Lane("shop", "web", pixel), events))

        async def is_over() -> bool:
            if not reading.done():
                return False
            reading.result()
            return not (await outbox.origin_counts(ORIGIN))[EventState.WAITING]

        await (await deliverer_of(session)).run(is_over)


async def deliverer_of(session: Session) -> Deliverer:
    """What sends."""

    async def connect(name: str) -> ConnectionApi:
        return ConnectionApi(await session.wiring.store.load(name), session.wiring)

    return Deliverer(
        await session.outbox(),
        connect,
        session.node(),
        session.wiring.clock,
        settings=session.workspace.settings.events,
        tell=lambda _: None,
        stopped=lambda: False,
    )


async def read(outbox: Outbox, lane: Lane, events: int) -> None:
    """Take in what was not taken in yet."""
    begin = int(await outbox.progress(ORIGIN) or 0)
    for start in range(begin, events, PORTION):
        end = min(start + PORTION, events)
        part = [event(number) for number in range(start, end)]
        await outbox.accept(lane, part, ORIGIN, progress=str(end).encode())


async def send_beside(folder: Path, events: int) -> None:
    """Send whatever waits, until everything was taken in and sent."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        outbox = await session.outbox()

        async def is_over() -> bool:
            if int(await outbox.progress(ORIGIN) or 0) < events:
                return False
            return not (await outbox.origin_counts(ORIGIN))[EventState.WAITING]

        await (await deliverer_of(session)).run(is_over)


def forked(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Begin a child; its process id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(work())
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child: int, life: float | None) -> str:
    """Wait for a child, kill it after `life` seconds (or never); how it ended."""
    deadline = time.monotonic() + (life if life is not None else 120)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "finished" if status == 0 else f"failed with {status}"
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed"


def main() -> None:
    """Kill as often as asked, then let it finish."""
    options = argparse.ArgumentParser()
    options.add_argument("workspace", type=Path)
    options.add_argument("pixel")
    options.add_argument("events", type=int)
    options.add_argument("kills", type=int)
    options.add_argument("seed")
    options.add_argument("--beside", action="store_true")
    chosen = options.parse_args()
    folder, events = chosen.workspace, chosen.events
    notes = folder / "lives.txt"
    chance = random.Random(chosen.seed)  # noqa: S311 - when to kill, nothing secret

    def life() -> Coroutine[Any, Any, None]:
        return live(folder, chosen.pixel, events, notes)

    beside = forked(lambda: send_beside(folder, events)) if chosen.beside else None
    ends: Counter[str] = Counter()
    while ends["killed"] < chosen.kills and ends.keys() <= {"killed"}:
        ends[ended(forked(life), chance.uniform(0.05, LONGEST_LIFE))] += 1
    ends[f"last: {ended(forked(life), None)}"] += 1
    if beside is not None:
        with suppress(ChildProcessError):
            ends[f"beside: {ended(beside, 60)}"] += 1
    hits = notes.read_text().splitlines().count("hit")
    sys.stdout.write(json.dumps({"ends": ends, "killed with batches under way": hits}))


if __name__ == "__main__":
    main()

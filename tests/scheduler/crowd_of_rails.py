"""Several processes that run one scenario with limits, and are killed again and again.

Run: `python -m tests.scheduler.crowd_of_rails FOLDER EFFECTS KILLS SEED`. The platform is a file of
effects that all processes share: a line for each change that happened, whoever asked for it. Each
process is a fork that goes on with what dead ones left, then runs the scenario again and again.
Prints how many effects there were at each kill.
"""

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

from adloom.wire import Answer, JsonBody, Record, Request
from modules import all_modules
from scenarios.loader import load_scenario
from scheduler.records import Status
from tests.modules.fake_api import by_ids
from tests.scheduler.railed import ads, scenario
from tests.scheduler.stage import Stage, stage
from tests.scheduler.world import World

__all__ = ["ADS", "LIMIT", "TEXT", "FilePlatform", "count", "rest"]

ADS: Final = 80
LIMIT: Final = 25
#: Seconds a change takes at most, before it happens and again after.
SLOWEST: Final = 0.1
#: So many processes work at a time; seconds between two kills, at most.
CROWD: Final = 3
PAUSE: Final = 0.4
TEXT: Final = scenario(f"{{changes_per_day: {LIMIT}, on_limit: skip}}", name="crowd")


class FilePlatform(World):
    """Ads whose switches are told by a file; changes take their time, before and after.

    Args:
        effects: The file.
    """

    def __init__(self, effects: Path) -> None:
        super().__init__(ads=ads(ADS))
        self.file = effects
        self.listings["/ad/get/"] = self._listed
        random.shuffle(self.ads)

    def _listed(self, query: Any) -> list[Record]:
        off = set(self.file.read_text().split()) if self.file.exists() else set()
        rows = [
            {**ad, "operation_status": "DISABLE"} if ad["ad_id"] in off else ad for ad in self.ads
        ]
        return by_ids(rows)(query)

    async def change(self, request: Request) -> Answer:
        await asyncio.sleep(random.uniform(0, SLOWEST))  # noqa: S311 - how long it takes
        assert isinstance(request.body, JsonBody)
        lines = "".join(f"{ad_id}\n" for ad_id in request.body.value["ad_ids"])
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, lines.encode())
        os.close(handle)
        await asyncio.sleep(random.uniform(0, SLOWEST))  # noqa: S311 - the same
        return Answer(200, {}, {"code": 0, "data": {}}, {})


async def rest(here: Stage) -> None:
    """Go on with what processes left that died."""
    here.load(TEXT)
    for execution in await here.journal.all(only_open=True, limit=10_000):
        if here.conductor.is_left(execution) or execution.status is Status.INCOMPLETE:
            await here.conductor.resume(execution, here.library["crowd"])


async def live(folder: Path, effects: Path) -> None:
    """Go on with what was left, then run the scenario for as long as it is let."""
    async with stage(folder, FilePlatform(effects)) as here:
        await rest(here)
        while True:
            await here.run(TEXT)


def begin(folder: Path, effects: Path) -> int:
    """Fork a process that works until it is killed."""
    child = os.fork()
    if child == 0:
        try:
            random.seed(os.getpid())
            asyncio.run(live(folder, effects))
        finally:
            os._exit(1)
    return child


def end(child: int) -> None:
    """Kill a process of ours; one that ended by itself had failed."""
    done, _ = os.waitpid(child, os.WNOHANG)
    if done:
        raise RuntimeError("a process failed")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def count(effects: Path) -> int:
    """How many changes have happened."""
    return len(effects.read_text().split()) if effects.exists() else 0


def main(folder: Path, effects: Path, kills: int, seed: int) -> list[int]:
    """Keep a crowd at work, and kill one of it so often."""
    chance, seen = random.Random(seed), []  # noqa: S311 - when to kill, nothing secret
    load_scenario(TEXT)  # imported once for all
    all_modules()
    crowd = [begin(folder, effects) for _ in range(CROWD)]
    for _ in range(kills):
        time.sleep(chance.uniform(0, PAUSE))
        end(crowd.pop(0))
        seen.append(count(effects))
        crowd.append(begin(folder, effects))
    for one in crowd:
        end(one)
    return seen


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))  # noqa: T201 - its result

"""A process that is killed again and again while it runs a scenario.

Run: `python -m tests.scheduler.killed_scenarios WORKSPACE SCENARIO KILLS SEED`. Each life is a
forked child that goes on with what the last one left, then runs the scenario until nothing is left
to do or it is killed. The parent counts; effects are counted at the simulator, which no kill
reaches. Prints a JSON summary.

`--without` takes a protection away, to show that the count notices.
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
from pathlib import Path
from unittest.mock import patch

from adloom.cli.session import open_session
from adloom.settings import Workspace
from modules import all_modules
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scheduler import starts
from scheduler.records import CallState, Execution, Status
from scheduler.workshop import Workshop
from tests.scheduler.protections import PROTECTIONS, without

#: A life ends at a random moment, up to this many seconds after its start; where the machine is
#: busy it may be more, so that about every other life comes as far as its work.
LONGEST_LIFE = 0.2
LONGEST_LIFE_IF_BUSY = 3.0
#: A file that is there once a life has come as far as its work.
AT_WORK = "at-work.txt"
#: What a platform refused may be refused again; what it was too busy for is not for long.
GOES = 5
#: The last life may take as long as it needs, within reason.
PATIENCE = 300.0


async def live(folder: Path, scenario: Scenario, notes: Path) -> None:
    """Go on with what was left, then run until nothing is left to do."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        shop = await session.workshop()
        left = await shop.journal.all(only_open=True, limit=100_000)
        note_intents(left, notes)
        for execution in reversed(left):
            if shop.conductor.is_left(execution):
                await shop.conductor.resume(execution, scenario)
        notes.with_name(AT_WORK).touch()
        await work_off(shop, scenario)


async def work_off(shop: Workshop, scenario: Scenario) -> None:
    """Run until nothing is new, and what stopped part-way has gone on as far as it can."""
    for _ in range(GOES):
        while (await shop.run(scenario)).executions:
            pass
        open_ones = await shop.journal.all(only_open=True, limit=100_000)
        stopped = [one for one in open_ones if one.status is Status.INCOMPLETE]
        if not stopped:
            return
        for execution in stopped:
            await shop.conductor.resume(execution, scenario)


def note_intents(left: list[Execution], notes: Path) -> None:
    """Count the kills that hit between an intent and its outcome."""
    for execution in left:
        states = {one.state for operation in execution.operations for one in operation.calls}
        if execution.status is Status.RUNNING and CallState.INTENT in states:
            with notes.open("a") as file:
                file.write(execution.id + "\n")


def one_life(folder: Path, scenario: Scenario, notes: Path, life: float | None) -> str:
    """Fork, let the child work, kill it after `life` seconds (or never); say how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(live(folder, scenario, notes))
            code = 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + (PATIENCE if life is None else life)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "finished" if status == 0 else f"failed with {status}"
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed"


def lives(folder: Path, scenario: Scenario, kills: int, seed: str) -> Counter[str]:
    """Kill as often as asked, then let it finish; how the lives ended."""
    chance = random.Random(seed)  # noqa: S311 - when to kill, nothing secret
    notes = folder / "intents.txt"
    ends: Counter[str] = Counter()
    longest = LONGEST_LIFE
    while ends["killed"] < kills and ends.keys() <= {"killed"}:
        (folder / AT_WORK).unlink(missing_ok=True)
        ends[one_life(folder, scenario, notes, chance.uniform(0.01, longest))] += 1
        longest *= 0.8 if (folder / AT_WORK).exists() else 1.1
        longest = min(max(longest, LONGEST_LIFE), LONGEST_LIFE_IF_BUSY)
    ends["last: " + one_life(folder, scenario, notes, None)] += 1
    return ends


def main() -> None:
    """Kill, and say what was seen."""
    options = argparse.ArgumentParser()
    options.add_argument("workspace", type=Path)
    options.add_argument("scenario", type=Path)
    options.add_argument("kills", type=int)
    options.add_argument("seed")
    options.add_argument("--without", choices=PROTECTIONS)
    chosen = options.parse_args()
    scenario = load_scenario(chosen.scenario.read_text())
    all_modules()
    # A bundle is not to blame for these deaths, however many it meets.
    with patch.object(starts, "MOST_STARTS", 10**9), without(chosen.without):
        ends = lives(chosen.workspace, scenario, chosen.kills, chosen.seed)
    notes = chosen.workspace / "intents.txt"
    hits = len(notes.read_text().splitlines()) if notes.exists() else 0
    sys.stdout.write(json.dumps({"ends": ends, "between intent and outcome": hits}))


if __name__ == "__main__":
    main()

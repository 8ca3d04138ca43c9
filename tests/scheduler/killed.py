"""A process that is killed again and again in the middle of its work.

Run: `python -m tests.scheduler.killed WORKSPACE JOBS KILLS SEED`. JOBS is a JSON file with one
object a job: a module's name and its parameters. Each life is a forked child that first recovers
what the last one left, then carries out jobs until it is killed. The parent counts; the effects are
counted at the simulator, which no kill reaches. Prints a JSON summary.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from adloom.cli.session import Session, open_session
from adloom.settings import Workspace
from modules import all_modules, find_module
from scheduler.records import CallState, Status

#: A life ends at a random moment up to this many seconds after its start.
LONGEST_LIFE = 0.16


async def live(folder: Path, jobs: list[dict[str, Any]], notes: Path) -> None:
    """Recover, then do what nobody has begun yet."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        engine = await session.engine()
        await note_intents(session, notes)
        await engine.recover()
        begun = await begun_jobs(session)
        for number, job in enumerate(jobs):
            if number not in begun:
                plan = await engine.plan(find_module(job["module"]), job["params"], "practice")
                await engine.apply(plan)


async def note_intents(session: Session, notes: Path) -> None:
    """Count the kills that hit between an intent and its outcome."""
    journal = await session.journal()
    for execution in await journal.all(only_open=True, limit=10):
        states = {one.state for operation in execution.operations for one in operation.calls}
        if execution.status is Status.RUNNING and CallState.INTENT in states:
            with notes.open("a") as file:
                file.write(execution.id + "\n")


async def begun_jobs(session: Session) -> set[int]:
    """The jobs that have an execution: each names its number in its parameters."""
    journal = await session.journal()
    return {
        job_number(operation.params)
        for execution in await journal.all(limit=100_000)
        for operation in execution.operations
    }


def job_number(params: Any) -> int:
    """A job's number: the place of its ad, or the end of its campaign's name."""
    if "body" in params:
        return int(params["body"]["campaign_name"].rsplit(" ", 1)[1])
    return NUMBERS[params["ad_ids"][0]]


NUMBERS: dict[str, int] = {}


def one_life(folder: Path, jobs: list[dict[str, Any]], notes: Path, life: float | None) -> str:
    """Fork, let the child work, kill it after `life` seconds (or never); say how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(live(folder, jobs, notes))
            code = 0
        finally:
            os._exit(code)
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
    folder, file, kills, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    jobs = json.loads(Path(file).read_text())
    NUMBERS.update({job["params"]["ad_ids"][0]: number for number, job in enumerate(jobs)
                    if "ad_ids" in job["params"]})  # fmt: skip
    all_modules()
    notes = folder / "intents.txt"
    chance = random.Random(seed)  # noqa: S311 - when to kill, nothing secret
    ends: Counter[str] = Counter()
    while ends["killed"] < kills and not ends["finished"]:
        ends[one_life(folder, jobs, notes, chance.uniform(0.01, LONGEST_LIFE))] += 1
    ends["last: " + one_life(folder, jobs, notes, None)] += 1
    hits = len(notes.read_text().splitlines()) if notes.exists() else 0
    sys.stdout.write(json.dumps({"ends": ends, "between intent and outcome": hits}))


if __name__ == "__main__":
    main()

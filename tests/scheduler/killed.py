"""A process that is killed again and again in the middle of its work.

Run: `python -m tests.scheduler.killed WORKSPACE JOBS KILLS SEED`. JOBS is a JSON file with one
object a job: a module's name and its parameters. Each life is a forked child that first recovers
what the last one left, then carries out jobs until it is killed. The parent counts; the effects are
counted at the simulator, which no kill reaches. Prints a JSON summary.

A life ends at a random moment, or with `--at-outcome` at the worst one: the platform has answered,
and nothing of it is written down yet. `--without` takes a protection away, to show that the count
notices.
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
from datetime import datetime
from pathlib import Path
from typing import Any

from adloom.cli.session import Session, open_session
from adloom.settings import Workspace
from modules import all_modules, find_module
from modules.base import OnDoubt
from scheduler.journal import Journal
from scheduler.records import CallState, Status

#: A life ends at a random moment, up to this many seconds after its start. Where the machine is
#: busy it may be more, so that about every other life comes as far as its work.
LONGEST_LIFE = 0.16
LONGEST_LIFE_IF_BUSY = 2.0
#: A file that is there once a life has come as far as its work.
AT_WORK = "at-work.txt"


async def live(folder: Path, jobs: list[dict[str, Any]], notes: Path) -> None:
    """Recover, then do what nobody has begun yet."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        engine = await session.engine()
        await note_intents(session, notes)
        await engine.recover()
        begun = await begun_jobs(session)
        for number, job in enumerate(jobs):
            if number not in begun:
                notes.with_name(AT_WORK).touch()
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
    """A job's number: the place of its ad, or the amount it moves."""
    if "body" in params:
        return int(params["body"]["cash_amount"]) - 1
    return NUMBERS[params["ad_ids"][0]]


NUMBERS: dict[str, int] = {}


def die_before_outcomes() -> None:
    """Let this process be killed when an answer is about to be written down."""
    write = Journal.outcome

    async def die(self: Journal, *place: Any, answer: Any = None, **more: Any) -> Any:
        if answer is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return await write(self, *place, answer=answer, **more)

    Journal.outcome = die  # type: ignore[method-assign] # a life that ends here


def do_without(protection: str) -> None:
    """Take away what keeps things from happening twice."""
    if protection == "doubt":
        for module in all_modules():
            if module.action is not None:
                type(module.action).on_doubt = OnDoubt.REPEAT
        return

    async def forget(self: Journal, *_: Any) -> datetime:
        return self._clock.now()

    Journal.intent = forget  # type: ignore[method-assign, assignment] # nobody learns of the call


def one_life(
    folder: Path, jobs: list[dict[str, Any]], notes: Path, life: float | None, *, at_outcome: bool
) -> str:
    """Fork, let the child work, kill it after `life` seconds (or never); say how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if at_outcome:
                die_before_outcomes()
            asyncio.run(live(folder, jobs, notes))
            code = 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + (life if life is not None else 120)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and os.WIFSIGNALED(status):
            return "killed"
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
    options.add_argument("jobs", type=Path)
    options.add_argument("kills", type=int)
    options.add_argument("seed")
    options.add_argument("--at-outcome", action="store_true")
    options.add_argument("--without", choices=("doubt", "intent"))
    chosen = options.parse_args()
    folder, jobs = chosen.workspace, json.loads(chosen.jobs.read_text())
    NUMBERS.update({job["params"]["ad_ids"][0]: number for number, job in enumerate(jobs)
                    if "ad_ids" in job["params"]})  # fmt: skip
    all_modules()
    if chosen.without:
        do_without(chosen.without)
    notes = folder / "intents.txt"
    chance = random.Random(chosen.seed)  # noqa: S311 - when to kill, nothing secret
    ends: Counter[str] = Counter()
    longest = LONGEST_LIFE
    while ends["killed"] < chosen.kills and ends.keys() <= {"killed"}:
        (folder / AT_WORK).unlink(missing_ok=True)
        life = None if chosen.at_outcome else chance.uniform(0.01, longest)
        ends[one_life(folder, jobs, notes, life, at_outcome=chosen.at_outcome)] += 1
        longest *= 0.9 if (folder / AT_WORK).exists() else 1.1
        longest = min(max(longest, LONGEST_LIFE), LONGEST_LIFE_IF_BUSY)
    ends["last: " + one_life(folder, jobs, notes, None, at_outcome=False)] += 1
    hits = len(notes.read_text().splitlines()) if notes.exists() else 0
    sys.stdout.write(json.dumps({"ends": ends, "between intent and outcome": hits}))


if __name__ == "__main__":
    main()

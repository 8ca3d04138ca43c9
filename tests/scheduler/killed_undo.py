"""A process that is killed again and again while it takes an execution back.

Run: `python -m tests.scheduler.killed_undo WORKSPACE EXECUTION KILLS SEED`. Each life is a forked
child that recovers what the last one left, then undoes the execution unless that was begun. Prints
a JSON summary.
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

from adloom.cli.executions_undo import undo_of
from adloom.cli.session import open_session
from adloom.settings import Workspace
from modules import all_modules
from scheduler.records import CallState, Execution, Status

__all__ = ["main"]

#: A life ends at a random moment, up to this many seconds after its start; where the machine is
#: busy it may be more, so that most lives come as far as their work.
LONGEST_LIFE = 0.4
LONGEST_LIFE_IF_BUSY = 3.0
PATIENCE = 120.0
#: A file that is there once a life has come as far as its work.
AT_WORK = "at-work.txt"


async def live(folder: Path, execution_id: str, notes: Path) -> None:
    """Recover, then undo what nobody has begun to undo."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        journal = await session.journal()
        note_intents(await journal.all(only_open=True, limit=10), notes)
        notes.with_name(AT_WORK).touch()
        await (await session.engine()).recover()
        if not any(one.undoes for one in await journal.all(limit=1_000)):
            undo = await undo_of(session)
            await undo.apply(await undo.preview(execution_id, allow_delete=True))


def note_intents(left: list[Execution], notes: Path) -> None:
    """Count the kills that hit between an intent and its outcome."""
    for execution in left:
        states = {one.state for operation in execution.operations for one in operation.calls}
        if execution.status is Status.RUNNING and CallState.INTENT in states:
            with notes.open("a") as file:
                file.write(execution.id + "\n")


def one_life(folder: Path, execution_id: str, notes: Path, life: float | None) -> str:
    """Fork, let the child work, kill it after `life` seconds (or never); say how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(live(folder, execution_id, notes))
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


def main() -> None:
    """Kill as often as asked, or until it has come to its end; then let it finish."""
    options = argparse.ArgumentParser()
    options.add_argument("workspace", type=Path)
    options.add_argument("execution")
    options.add_argument("kills", type=int)
    options.add_argument("seed")
    chosen = options.parse_args()
    all_modules()
    notes = chosen.workspace / "intents.txt"
    chance = random.Random(chosen.seed)  # noqa: S311 - when to kill, nothing secret
    ends: Counter[str] = Counter()
    longest = LONGEST_LIFE
    while ends["killed"] < chosen.kills and ends.keys() <= {"killed"}:
        (chosen.workspace / AT_WORK).unlink(missing_ok=True)
        life = chance.uniform(0.02, longest)
        ends[one_life(chosen.workspace, chosen.execution, notes, life)] += 1
        longest *= 0.9 if (chosen.workspace / AT_WORK).exists() else 1.1
        longest = min(max(longest, LONGEST_LIFE), LONGEST_LIFE_IF_BUSY)
    ends["last: " + one_life(chosen.workspace, chosen.execution, notes, None)] += 1
    hits = len(notes.read_text().splitlines()) if notes.exists() else 0
    sys.stdout.write(json.dumps({"ends": ends, "between intent and outcome": hits}))


if __name__ == "__main__":
    main()

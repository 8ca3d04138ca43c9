"""Several processes that start on the same task at the same moment.

    found = await crowd("count", 8, path=str(path), times=10)

One process loads the program once and forks, so that eight cost little more than one.
"""

import asyncio
import os
import sys
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from adloom.json_text import dump, parse_strict

__all__ = ["crowd", "loner"]

ROOT: Final = Path(__file__).parents[2]
#: Seconds after which a process that has not come to its end never will.
PATIENCE: Final = 60.0


async def crowd(task: str, size: int, **facts: Any) -> list[Any]:
    """Run a task in so many processes at once and return what each brought back."""
    process = await _begin(task, size, facts)
    try:
        async with asyncio.timeout(PATIENCE):
            said, complaints = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    assert 0 == process.returncode, complaints.decode()
    return [parse_strict(line) for line in said.splitlines()]


@asynccontextmanager
async def loner(task: str, **facts: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a task in one process of its own, to be killed at the end of the block at the latest."""
    process = await _begin(task, 1, facts)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _begin(task: str, size: int, facts: dict[str, Any]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.seams.crowd",
        task,
        str(size),
        dump(facts).decode(),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def main(task: str, size: int, facts: dict[str, Any]) -> int:
    """Fork, wait for all, and say whether all went well."""
    from tests.seams.tasks import TASKS

    work = TASKS[task]
    if size == 1:
        _say(asyncio.run(_run(work, facts)))
        return 0
    start = time.time() + 0.1
    children = []
    for _ in range(size):
        child = os.fork()
        if child == 0:
            time.sleep(max(start - time.time(), 0))
            _end(work, facts)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


async def _run(work: Any, facts: dict[str, Any]) -> Any:
    return await work(**facts)


def _say(result: Any) -> None:
    os.write(1, dump(result) + b"\n")


def _end(work: Any, facts: dict[str, Any]) -> None:
    """Do the work of one process and leave without a trace of the parent's."""
    code = 1
    try:
        _say(asyncio.run(_run(work, facts)))
        code = 0
    except BaseException:  # noqa: BLE001 - told to whoever started us
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), parse_strict(sys.argv[3].encode())))

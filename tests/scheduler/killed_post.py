"""A process that publishes a video and kills itself on the way.

Run: `python -m tests.scheduler.killed_post WORKSPACE FILE PLACE WHEN`. It dies at the chunk with
that number: WHEN is `planned`, as soon as the journal knows of it, or `sent`, when TikTok has
answered and nothing of that is written down.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from adloom.cli.session import open_session
from adloom.settings import Workspace
from modules import find_module
from modules.records import posting
from scheduler.journal import Journal


def die_at(place: int, when: str) -> None:
    """Let this process be killed at one of its chunks."""
    extend, write = Journal.extend, Journal.outcome

    async def planned(self: Journal, *where: Any) -> None:
        await extend(self, *where)
        if when == "planned" and where[2][0].seq == place:
            os.kill(os.getpid(), signal.SIGKILL)

    async def sent(self: Journal, *where: Any, **more: Any) -> Any:
        if when == "sent" and where[2].seq == place:
            os.kill(os.getpid(), signal.SIGKILL)
        return await write(self, *where, **more)

    Journal.extend = planned  # type: ignore[method-assign, assignment] # a life that ends here
    Journal.outcome = sent  # type: ignore[method-assign] # as above


async def publish(folder: Path, file: str) -> None:
    """Publish a video."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        engine = await session.engine()
        module = find_module("create_video_post")
        await engine.apply(await engine.plan(module, {"file": file}, "creator"))


if __name__ == "__main__":
    # Nobody waits longer than this for a chunk, so that a test need not either.
    posting.ALWAYS, posting.SLOWEST = 0.5, 10**9  # type: ignore[misc] # another line than usual
    die_at(int(sys.argv[3]), sys.argv[4])
    asyncio.run(publish(Path(sys.argv[1]), sys.argv[2]))

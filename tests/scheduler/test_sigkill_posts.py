"""A video whose sender is killed between its chunks arrives once, and whole."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from modules.records.posting import CHUNK
from scheduler.records import Status
from tests.seams.creators import creator_workspace

CLIP = b"\x00\x00\x00\x18ftypmp42"


@pytest.mark.slow
@pytest.mark.parametrize(("place", "when"), [(1, "planned"), (2, "sent"), (3, "planned")])
async def test_a_video_killed_between_its_chunks_arrives_once_and_whole(
    place: int, when: str, tmp_path: Path
) -> None:
    content = CLIP + os.urandom(3 * CHUNK)
    file = tmp_path / "Summer.mp4"
    file.write_bytes(content)
    with Running(Options(port=0, ads=20, seed=7, speed=0)) as simulator:
        folder = tmp_path / "w"
        await creator_workspace(simulator, folder, deadline=1.0, lag=0.1)
        command = [sys.executable, "-m", "tests.scheduler.killed_post"]
        died = await asyncio.to_thread(
            subprocess.run, [*command, str(folder), str(file), str(place), when], check=False
        )

        async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
            [result] = await (await session.engine()).recover()

        [post] = await asyncio.to_thread(posts_of, simulator)
        effects = simulator.effects.as_json()
    assert -signal.SIGKILL == died.returncode
    assert Status.DONE is result.execution.status
    assert (len(content), hashlib.sha256(content).hexdigest()) == (post["received"], post["sha256"])
    assert 3 == effects["changes"]["/upload/"] == effects["requests"]["PUT /upload/"]


def posts_of(simulator: Running) -> list[Any]:
    with urllib.request.urlopen(f"{simulator.url}/_simulator/posts", timeout=5) as answer:  # noqa: S310 - our own simulator
        found: list[Any] = json.load(answer)
    return found

"""Several processes on one limit, killed again and again: never more, never blocked for ever."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduler.crowd_of_rails import LIMIT, TEXT, FilePlatform, count, rest
from tests.scheduler.stage import stage

KILLS = int(os.environ.get("ADLOOM_RAIL_KILLS", "12"))


@pytest.mark.slow
async def test_a_limit_holds_whatever_dies_and_is_used_up_in_the_end(tmp_path: Path) -> None:
    effects, folder = tmp_path / "effects.txt", tmp_path / "workspace"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.scheduler.crowd_of_rails", str(folder), str(effects)]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, str(KILLS), "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (0, "") == (done.returncode, done.stderr)
    seen = json.loads(done.stdout)
    async with stage(folder, FilePlatform(effects)) as here:
        await rest(here)
        await here.run(TEXT)
        happened = await here.database.read(
            lambda work: work.one("SELECT COUNT(*) AS calls FROM call WHERE state = 'done'")
        )

    # Where two of them switched one ad, a look that finds it switched counts for both.
    assert LIMIT - KILLS <= count(effects) <= LIMIT
    assert max(seen) <= LIMIT
    assert happened is not None
    assert LIMIT == happened["calls"]

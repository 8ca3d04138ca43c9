"""Killed at any moment, no event is lost and none is counted twice: counted at the simulator."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adloom.settings import SETTINGS_FILE
from adloom.simulator import Options, Running
from scheduler.outbox.entries import EventState
from tests.scheduler.outbox.killed_events import BAD, ORIGIN
from tests.seams.workspaces import connected, opened_workspace
from tests.simulator.client import Client

KILLS = int(os.environ.get("ADLOOM_KILLS", "100")) // 4
SEND = "/event/track/"
#: TikTok is slow on purpose, before and after its effect, and now and then something fails.
FAULTS = [
    {"kind": "slow", "path": SEND, "seconds": 0.02, "probability": 0.5},
    {"kind": "slow", "path": SEND, "seconds": 0.02, "when": "after", "probability": 0.5},
    {"kind": "reset", "path": SEND, "probability": 0.025},
    {"kind": "reset", "path": SEND, "when": "after", "probability": 0.025},
    {"kind": "code", "code": 40100, "path": SEND, "probability": 0.01},
]
SETTINGS = """
[http]
deadline = 2
[events]
batch_size = 40
batch_seconds = 0
oldest_days = 0
"""


@pytest.fixture
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=30, seed=5, speed=0, faults=FAULTS)) as running:
        yield running


async def prepared(simulator: Running, folder: Path) -> str:
    """Make a workspace with a connection to the first pixel; its code."""
    token = simulator.token()
    account = next(iter(simulator.world.accounts))
    found = Client(simulator.url, token).get("/pixel/list/", advertiser_id=account)
    pixel: str = found["data"]["pixels"][0]["pixel_code"]
    async with opened_workspace(folder) as session:
        await connected(
            session, "shop", "tiktok-events", {"access_token": token}, source_id=pixel,
            host=simulator.url,
        )  # fmt: skip
    await asyncio.to_thread((folder / SETTINGS_FILE).write_text, SETTINGS)
    return pixel


def killed(folder: Path, pixel: str, events: int, kills: int, *more: str) -> dict[str, Any]:
    order = [str(folder), pixel, str(events), str(kills), "events", *more]
    done = subprocess.run(
        [sys.executable, "-m", "tests.scheduler.outbox.killed_events", *order],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


async def states(folder: Path) -> dict[EventState, int]:
    async with opened_workspace(folder) as session:
        return await (await session.outbox()).origin_counts(ORIGIN)


@pytest.mark.slow
@pytest.mark.parametrize("beside", [(), ("--beside",)], ids=["alone", "with another beside it"])
async def test_every_event_arrives_once_however_often_its_sender_is_killed(
    simulator: Running, tmp_path: Path, beside: tuple[str, ...]
) -> None:
    folder, events = tmp_path / "w", KILLS * 400
    pixel = await prepared(simulator, folder)

    summary = await asyncio.to_thread(killed, folder, pixel, events, KILLS, *beside)

    ends = summary["ends"]
    assert ends.get("killed", 0) == KILLS, summary
    assert ends.get("last: finished") == 1, summary
    assert not beside or ends.get("beside: finished") == 1, summary
    assert summary["killed with batches under way"] >= (0 if beside else KILLS // 3), summary
    bad = events // BAD
    assert {EventState.WAITING: 0, EventState.SENT: events - bad, EventState.DEAD: bad} == (
        await states(folder)
    )
    arrived = simulator.events.tally(f"web {pixel}")
    assert events - bad == arrived.distinct

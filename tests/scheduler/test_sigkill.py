"""Killed at any moment, nothing is lost and nothing happens twice: counted at the simulator."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from scheduler.records import CallState, Execution, Status
from tests.seams.practice import Practice, practise

KILLS = int(os.environ.get("ADLOOM_KILLS", "100"))
#: The API is slow on purpose, before and after its effect, so that kills find it at work.
SLOW = [
    {"kind": "slow", "path": path, "seconds": seconds, "when": when, "probability": 0.5}
    for path in ("/ad/status/update/", "/campaign/create/")
    for when, seconds in (("before", 0.03), ("after", 0.04))
]


async def executions(practice: Practice) -> list[Execution]:
    async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
        return await (await session.journal()).all(limit=100_000)


def killed(practice: Practice, jobs: list[Any], seed: str) -> dict[str, Any]:
    file = practice.folder / "jobs.json"
    file.write_text(json.dumps(jobs))
    done = subprocess.run(
        [sys.executable, "-m", "tests.scheduler.killed", str(practice.folder), str(file),
         str(KILLS), seed],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


@pytest.mark.slow
async def test_every_switch_happens_exactly_once_however_often_the_process_is_killed(
    tmp_path: Path,
) -> None:
    with Running(Options(port=0, ads=900, seed=5, speed=0, lag=0.02, faults=SLOW)) as simulator:
        practice = await practise(simulator, tmp_path / "w", deadline=0.2, lag=0.05)
        ids = (await practice.running_ads())[:400]
        jobs: list[Any] = [
            {
                "module": "update_ad_status",
                "params": {
                    "advertiser_id": practice.advertiser_id,
                    "ad_ids": [ad_id],
                    "status": "DISABLE",
                },
            }
            for ad_id in ids
        ]

        summary = await asyncio.to_thread(killed, practice, jobs, "switches")

        effects = simulator.effects.as_json()
    ends = summary["ends"]
    assert ends.get("killed", 0) == KILLS, summary
    assert ends.get("last: finished") == 1, summary
    assert summary["between intent and outcome"] >= KILLS // 10, summary
    found = await executions(practice)
    assert {one.status for one in found} == {Status.DONE}
    assert len(found) == len(jobs)
    counts = dict.fromkeys(ids, 1)
    assert {ad_id: effects["objects"].get(ad_id, 0) for ad_id in counts} == counts


@pytest.mark.slow
async def test_a_call_nobody_can_look_up_never_happens_twice_and_none_is_forgotten(
    tmp_path: Path,
) -> None:
    with Running(Options(port=0, ads=50, seed=6, speed=0, faults=SLOW)) as simulator:
        practice = await practise(simulator, tmp_path / "w", deadline=0.2, lag=0.05)
        jobs = [
            {
                "module": "make_api_call",
                "params": {
                    "path": "/campaign/create/",
                    "method": "POST",
                    "body": {
                        "advertiser_id": practice.advertiser_id,
                        "campaign_name": f"Job {number}",
                        "objective_type": "TRAFFIC",
                        "budget_mode": "BUDGET_MODE_INFINITE",
                    },
                },
            }
            for number in range(2 * KILLS)
        ]

        summary = await asyncio.to_thread(killed, practice, jobs, "creates")

        effects = simulator.effects.as_json()
    assert summary["ends"].get("last: finished") == 1, summary
    assert summary["between intent and outcome"] >= 5, summary
    found = await executions(practice)
    assert len(found) == len(jobs)
    calls = [one.operations[0].calls[0] for one in found]
    assert all(call.attempts <= 1 for call in calls)
    done = sum(call.state is CallState.DONE for call in calls)
    parked = sum(call.state is CallState.IN_DOUBT for call in calls)
    assert done + parked == len(jobs)
    made = effects["changes"]["/campaign/create/"]
    assert done <= made <= done + parked

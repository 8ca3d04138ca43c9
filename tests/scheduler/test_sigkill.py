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

KILLS = int(os.environ.get("ADLOOM_KILLS", "60"))
SWITCH = "/ad/status/update/"
TRANSFER = "/bc/transfer/"
#: The API is slow on purpose, before and after its effect, so that kills find it at work.
SLOW = [
    {"kind": "slow", "path": path, "seconds": seconds, "when": when, "probability": 0.5}
    for path in (SWITCH, TRANSFER)
    for when, seconds in (("before", 0.03), ("after", 0.04))
]


async def executions(practice: Practice) -> list[Execution]:
    async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
        return await (await session.journal()).all(limit=100_000)


def killed(
    practice: Practice, jobs: list[Any], seed: str, *options: str, kills: int = KILLS
) -> dict[str, Any]:
    file = practice.folder / "jobs.json"
    file.write_text(json.dumps(jobs))
    done = subprocess.run(
        [sys.executable, "-m", "tests.scheduler.killed", str(practice.folder), str(file),
         str(kills), seed, *options],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def switches(practice: Practice, ids: list[str]) -> list[Any]:
    """One job for each ad: switch it off."""
    params = {"advertiser_id": practice.advertiser_id, "status": "DISABLE"}
    return [{"module": "update_ad_status", "params": {**params, "ad_ids": [one]}} for one in ids]


def transfers(practice: Practice, count: int) -> list[Any]:
    """Jobs that each move money: nobody can look up whether one did, and each one counts."""
    body = {
        "bc_id": "7100000000000000099",
        "advertiser_id": practice.advertiser_id,
        "transfer_type": "RECHARGE",
    }
    params = {"path": TRANSFER, "method": "POST"}
    return [
        {"module": "make_api_call", "params": {**params, "body": {**body, "cash_amount": amount}}}
        for amount in range(1, count + 1)
    ]


@pytest.mark.slow
async def test_every_switch_happens_exactly_once_however_often_the_process_is_killed(
    tmp_path: Path,
) -> None:
    with Running(Options(port=0, ads=900, seed=5, speed=0, lag=0.02, faults=SLOW)) as simulator:
        practice = await practise(simulator, tmp_path / "w", deadline=0.2, lag=0.05)
        ids = (await practice.running_ads())[:400]
        jobs = switches(practice, ids)

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
        jobs = transfers(practice, 2 * KILLS)

        summary = await asyncio.to_thread(killed, practice, jobs, "transfers")

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
    made = effects["changes"][TRANSFER]
    assert done <= made <= done + parked


# --- what the protections are worth -------------------------------------------------------------


async def arrivals(folder: Path, kind: str, *options: str) -> list[int]:
    """Kill a process once, when its first answer comes; return how often its two jobs arrived.

    Switches are counted one by one as they are sent, since one that is repeated has no further
    effect; transfers together, by their effects.
    """
    with Running(Options(port=0, ads=60, seed=7, speed=0)) as simulator:
        practice = await practise(simulator, folder, deadline=0.6, lag=0.05)
        ids = (await practice.running_ads())[:2]
        jobs = switches(practice, ids) if kind == "switches" else transfers(practice, 2)

        summary = await asyncio.to_thread(
            killed, practice, jobs, kind, "--at-outcome", *options, kills=1
        )

        effects = simulator.effects
    assert summary["ends"] == {"killed": 1, "last: finished": 1}, summary
    assert summary["between intent and outcome"] == (0 if "intent" in options else 1)
    if kind == "switches":
        return [effects.requested[one][SWITCH] for one in ids]
    return [effects.changes[TRANSFER]]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [("switches", [1, 1]), ("transfers", [2])])
async def test_a_kill_between_effect_and_outcome_repeats_nothing(
    kind: str, times: list[int], tmp_path: Path
) -> None:
    assert times == await arrivals(tmp_path / "w", kind)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [("switches", [2, 1]), ("transfers", [3])])
@pytest.mark.parametrize("protection", ["doubt", "intent"])
async def test_the_same_kills_repeat_things_once_a_protection_is_gone(
    kind: str, times: list[int], protection: str, tmp_path: Path
) -> None:
    """Without its intents the journal does not know of the call; without doubt it is sent anew."""
    assert times == await arrivals(tmp_path / "w", kind, "--without", protection)

"""An execution taken back by a process that is killed on the way, and what was found afterwards."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from modules import find_module
from scenarios.loader import load_scenario
from scheduler.audit_check import verify
from scheduler.records import Status
from tests.scheduler.undoing import snapshot
from tests.scheduler.world import NOW
from tests.seams.practice import practise

__all__ = ["Killed", "killed_undo"]

#: The API is slow on purpose, before and after its effect, so that kills find it at work.
SLOW: Final = [
    {"kind": "slow", "path": path, "seconds": 0.06, "when": when, "probability": 0.5}
    for path in ("/ad/status/update/", "/campaign/status/update/")
    for when in ("before", "after")
]
#: Each ad is switched by itself; some get a campaign.
SCENARIO: Final = """
name: mix
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", primary_status: STATUS_DELIVERY_OK, limit: {ads}}}
  - id: pause
    when: "{{{{ads.is_aco != true & length(ifempty(ads.smart_plus_ad_id; '')) = 0}}}}"
    module: update_ad_status
    connection: practice
    params: {{advertiser_id: "{advertiser}", ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
  - id: made
    module: create_campaign
    connection: practice
    params:
      advertiser_id: "{advertiser}"
      campaign_name: "for {{{{ads.ad_id}}}}"
      objective_type: TRAFFIC
"""


@dataclass
class Killed:
    """What came of it.

    Args:
        kills: How often the process was killed.
        hits: How many kills fell between an intent and its outcome.
        calls: How many calls the undo had.
        faults: What is not as it should be.
    """

    kills: int = 0
    hits: int = 0
    calls: int = 0
    faults: list[str] = field(default_factory=list)


async def killed_undo(folder: Path, *, kills: int, ads: int, seed: int) -> Killed:
    """Run a scenario, kill whoever takes it back, and compare the platform with how it was."""
    options = Options(port=0, ads=60, seed=seed, speed=0, lag=0.02, faults=SLOW, start=NOW)
    with Running(options) as simulator:
        practice = await practise(simulator, folder, deadline=0.3, lag=0.05)
        text = SCENARIO.format(advertiser=practice.advertiser_id, ads=ads)
        async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
            opened = await session.reader.open(find_module("search_ads"), "practice")
            before = await snapshot(opened.api, practice.advertiser_id)
            shop = await session.workshop()
            [ended] = (await shop.conductor.run(load_scenario(text))).executions
        identity = ended.execution.id
        order = [str(folder), identity, str(kills), str(seed)]
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.scheduler.killed_undo", *order],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or done.stderr:
            raise AssertionError(done.stderr)
        summary = json.loads(done.stdout)
        found = Killed(summary["ends"].get("killed", 0), summary["between intent and outcome"])
        async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
            opened = await session.reader.open(find_module("search_ads"), "practice")
            await asyncio.sleep(options.lag)
            now = await snapshot(opened.api, practice.advertiser_id)
            journal = await session.journal()
            undos = [one for one in await journal.all(limit=1_000) if one.undoes == identity]
            flaws = (await verify(await session.journal_database())).flaws
    found.calls = sum(len(one.operations) for one in undos)
    if ended.execution.status is not Status.DONE:
        found.faults.append(f"the execution is {ended.execution.status}")
    if [one.status for one in undos] != [Status.DONE]:
        found.faults.append(f"the undos are {[one.status for one in undos]}: {summary['ends']}")
    found.faults += [f"{key}: {before.get(key)!r} became {now.get(key)!r}"
                     for key in before | now if before.get(key) != now.get(key)]  # fmt: skip
    return Killed(found.kills, found.hits, found.calls, found.faults + [one.text for one in flaws])

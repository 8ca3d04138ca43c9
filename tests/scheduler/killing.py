"""One round of kills against a simulator of its own, and what was found afterwards."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adloom.cli.session import Session, open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from adloom.wire import Record
from modules import find_module
from scheduler.inbox import ItemState
from scheduler.records import CallState, Status
from tests.seams.practice import Practice, practise

__all__ = ["Round", "kill_round"]

SWITCH: Final = "/ad/status/update/"
CREATE: Final = "/campaign/create/"
TRANSFER: Final = "/bc/transfer/"
#: The API is slow on purpose, before and after its effect, so that kills find it at work.
SLOW: Final = [
    {"kind": "slow", "path": path, "seconds": seconds, "when": when, "probability": 0.5}
    for path in (SWITCH, CREATE, TRANSFER)
    for when, seconds in (("before", 0.03), ("after", 0.04))
]
#: A change that is repeated has no further effect, one makes a second thing, one moves more money.
SCENARIO: Final = """
name: killed
settings: {{cycles: 10}}
steps:
  - id: new
    module: watch_ads
    connection: practice
    start: everything
    params:
      advertiser_ids: ["{advertiser}"]
      primary_status: STATUS_DELIVERY_OK
      limit: 4
  - id: pause
    when: "{{{{new.is_aco != true & length(ifempty(new.smart_plus_ad_id; '')) = 0}}}}"
    module: update_ad_status
    connection: practice
    params: {{advertiser_id: "{advertiser}", ad_id: "{{{{new.ad_id}}}}", status: DISABLE}}
  - id: made
    module: create_campaign
    connection: practice
    params:
      advertiser_id: "{advertiser}"
      campaign_name: "for {{{{new.ad_id}}}}"
      objective_type: TRAFFIC
  - id: seen
    store: {{name: seen, operation: add, key: "{{{{new.ad_id}}}}", value: 1}}
  - id: pay
    when: "{{{{seen.added}}}}"
    module: make_api_call
    connection: practice
    params:
      path: /bc/transfer/
      method: POST
      body:
        bc_id: "7100000000000000099"
        advertiser_id: "{advertiser}"
        transfer_type: RECHARGE
        cash_amount: 1
"""


@dataclass
class Round:
    """What one round of kills came to.

    Args:
        kills: How many there were.
        hits: How many of them fell between an intent and its outcome.
        bundles: How many bundles there were.
        changes: How many changes took effect.
        parked: How many calls nobody can look up were left to a person.
        faults: What was lost, happened twice or was left open.
    """

    kills: int = 0
    hits: int = 0
    bundles: int = 0
    changes: int = 0
    parked: int = 0
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Round") -> "Round":
        return Round(
            self.kills + other.kills,
            self.hits + other.hits,
            self.bundles + other.bundles,
            self.changes + other.changes,
            self.parked + other.parked,
            self.faults + other.faults,
        )


async def kill_round(
    folder: Path, *, kills: int, ads: int, seed: int, protection: str | None = None
) -> Round:
    """Kill a process that runs a scenario, then see what became of every bundle."""
    options = Options(port=0, ads=ads, seed=seed, speed=0, lag=0.02, faults=SLOW)
    with Running(options) as simulator:
        practice = await practise(simulator, folder, deadline=0.2, lag=0.05)
        text = SCENARIO.format(advertiser=practice.advertiser_id)
        file = folder.with_suffix(".yaml")
        await asyncio.to_thread(file.write_text, text)
        delivering = {"primary_status": "STATUS_DELIVERY_OK"}
        ads_before = await _rows(practice, "/ad/get/", "ad_id", delivering)
        order = [str(folder), str(file), str(kills), str(seed)]
        order += ["--without", protection] if protection else []
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.scheduler.killed_scenarios", *order],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or done.stderr:
            raise AssertionError(done.stderr)
        summary = json.loads(done.stdout)
        found = Round(summary["ends"].get("killed", 0), summary["between intent and outcome"])
        if summary["ends"].get("last: finished") != 1:
            found.faults.append(f"the last life: {summary['ends']}")
        made = await _rows(practice, "/campaign/get/", "campaign_id")
        effects = simulator.effects.as_json()
        await _judge(practice, found, ads_before, made, effects)
    return found


async def _rows(
    practice: Practice, path: str, key: str, filtering: Record | None = None
) -> list[Any]:
    query = {"advertiser_id": practice.advertiser_id, "filtering": filtering or {}}
    async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
        opened = await session.reader.open(find_module("search_ads"), practice.connection.name)
        pages = opened.api.pages(path, query, key=key, page_size=1000)
        return [row async for page in pages for row in page.records]


async def _judge(
    practice: Practice, found: Round, ads: list[Any], campaigns: list[Any], effects: Any
) -> None:
    """Every ad has to have been handled once, and every execution to have come to its end."""
    handled = {row["ad_id"] for row in ads if not row["is_aco"] and not row.get("smart_plus_ad_id")}
    made = Counter(row["campaign_name"] for row in campaigns)
    faults = found.faults
    faults += [f"{one}: {made[f'for {one}']} campaigns" for one in handled
               if made[f"for {one}"] != 1]  # fmt: skip
    for row in ads:
        times = effects["objects"].get(row["ad_id"], 0)
        wanted = int(row["ad_id"] in handled and row["operation_status"] == "ENABLE")
        if times != wanted:
            faults.append(f"{row['ad_id']}: switched {times} times instead of {wanted}")
    async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
        calls = await _open_ends(session, found, {row["ad_id"] for row in ads})
    found.bundles, found.parked = len(ads), calls[CallState.IN_DOUBT]
    found.changes = sum(effects["changes"].values())
    transfers, sent = effects["changes"].get(TRANSFER, 0), calls[CallState.DONE]
    if not sent <= transfers <= sent + found.parked or sent + found.parked != len(handled):
        faults.append(f"{transfers} transfers, {sent} known, {found.parked} in doubt")


async def _open_ends(session: Session, found: Round, ids: set[str]) -> Counter[CallState]:
    """Look for what did not come to its end; how the transfers stand."""
    shop = await session.workshop()
    calls: Counter[CallState] = Counter()
    for execution in await shop.journal.all(limit=100_000):
        if execution.status not in (Status.DONE, Status.IN_DOUBT):
            found.faults.append(f"execution {execution.id} is {execution.status}")
        for operation in execution.operations:
            states = [one.state for one in operation.calls]
            if operation.module == "make_api_call":
                calls.update(states)
            elif set(states) != {CallState.DONE}:
                found.faults.append(f"{operation.module} of {operation.path}: {states}")
    rows = await shop.database.read(lambda work: work.run("SELECT key, state FROM inbox"))
    ended = Counter(row["key"] for row in rows)
    found.faults += [f"{one}: {ended[one]} rows in the inbox" for one in ids if ended[one] != 1]
    left = {ItemState.DONE, ItemState.INCOMPLETE}  # what is in doubt is kept for a person
    found.faults += [f"{row['key']} is {row['state']}" for row in rows if row["state"] not in left]
    return calls

"""Executions of every kind, made by running scenarios and modules against the simulator."""

from dataclasses import dataclass
from pathlib import Path

from adloom.console.desk import Desk
from modules import find_module
from scheduler.plan import Result
from scheduler.runs import Ended
from tests.seams.practice import Practice

__all__ = ["Executed"]

SCENARIO = """\
name: {name}
description: Switches ads off.
{settings}steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", primary_status: STATUS_DELIVERY_OK, limit: {limit}}}
  - id: pause
    module: {module}
    connection: practice
    when: "{{{{{when}}}}}"
    params:
      advertiser_id: "{{{{ads.advertiser_id}}}}"
      {params}
"""
PAUSE = 'ad_id: "{{ads.ad_id}}"\n      status: DISABLE'
ON = 'ad_id: "{{ads.ad_id}}"\n      status: ENABLE'
WATCH = """\
name: {name}
description: Watches for ads.
steps:
  - id: ads
    module: watch_ads
    connection: practice
    start: everything
    params: {{advertiser_ids: ["{advertiser}"], limit: {limit}}}
  - id: all
    aggregator: {{source: ads, kind: text, value: "{{{{ads.ad_id}}}}", separator: ", "}}
  - id: note
    store: {{name: seen, operation: put, key: last, value: "{{{{all.text}}}}"}}
"""


@dataclass
class Executed:
    """Runs things, so that there is something to look at.

    Args:
        desk: Runs them.
        practice: What they run against.
    """

    desk: Desk
    practice: Practice

    def put(self, name: str, text: str) -> Path:
        """Write a scenario."""
        path = self.practice.folder / "scenarios" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def text(
        self,
        name: str,
        *,
        limit: int = 2,
        when: str = "ads.ad_id != 0",
        settings: str = "",
        module: str = "update_ad_status",
        params: str = PAUSE,
    ) -> str:
        """A scenario that switches ads off."""
        return SCENARIO.format(
            name=name,
            advertiser=self.practice.advertiser_id,
            limit=limit,
            when=when,
            settings=settings,
            module=module,
            params=params,
        )

    def watching(self, name: str, *, limit: int = 2) -> str:
        """A scenario that watches for ads and gathers them."""
        return WATCH.format(name=name, advertiser=self.practice.advertiser_id, limit=limit)

    async def run(self, text: str) -> Ended:
        """Run a scenario once; how its execution ended."""
        name = text.splitlines()[0].removeprefix("name: ")
        self.put(name, text)
        await self.desk.workshop.synchronise()
        scenario = await self.desk.workshop.current(name)
        result = await self.desk.workshop.run(scenario)
        [ended] = result.executions
        return ended

    async def stopped(self, name: str, *, limit: int = 2) -> Ended:
        """An execution whose changes the platform refuses."""
        rule = {"kind": "code", "code": 40002, "path": "*/ad/status/update/", "message": "No."}
        self.practice.simulator.faults.add([rule])
        try:
            return await self.run(self.text(name, limit=limit))
        finally:
            self.practice.simulator.faults.clear()

    async def doubted(self, name: str) -> Ended:
        """An execution with a change that got no answer and cannot be looked up."""
        self.practice.simulator.faults.add(
            [{"kind": "reset", "path": "*/ad/status/update/", "when": "after"},
             {"kind": "code", "code": 40002, "path": "*/ad/get/", "after": 2, "message": "No."}]
        )  # fmt: skip
        try:
            return await self.run(self.text(name, limit=1))
        finally:
            self.practice.simulator.faults.clear()

    async def held(self, name: str) -> Ended:
        """An execution one of whose changes a limit parks."""
        limits = "limits: {changes_per_run: 1, on_limit: hold, hold_for: 2 hours}\n"
        return await self.run(self.text(name, settings=limits))

    async def module(self, *ids: str, status: str = "DISABLE") -> Result:
        """A single module that switches ads."""
        engine = await self.desk.session.engine()
        values = {
            "advertiser_id": self.practice.advertiser_id,
            "ad_ids": list(ids),
            "status": status,
        }
        name = self.practice.connection.name
        return await engine.apply(await engine.plan(find_module("update_ad_status"), values, name))

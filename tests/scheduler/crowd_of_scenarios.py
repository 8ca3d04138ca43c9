"""One of several processes that poll and run the same scenario in one workspace.

Run: `python -m tests.scheduler.crowd_of_scenarios FOLDER NOTES`. It says when it is ready and
waits for a line on its standard input, so that all of them begin at once. Every change it sends is
a line of the notes, which nobody but the test reads.
"""

import asyncio
import os
import sys
from pathlib import Path

from adloom.wire import Answer, Request
from tests.scheduler.breaking import Platform, platform
from tests.scheduler.stage import ADVERTISER, stage

BUNDLES = 60
SCENARIO = f"""
name: together
settings: {{cycles: 2}}
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], limit: 3}}
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{new.ad_id}}}}", status: DISABLE}}
"""


class Slow(Platform):
    """A platform that takes its time, so that the others have some too."""

    async def change(self, request: Request) -> Answer:
        await asyncio.sleep(0.005)
        return await super().change(request)


async def run(folder: Path, notes: Path) -> None:
    world, quiet = Slow(ads=platform(bundles=BUNDLES, others=0).ads), 0
    with notes.open("a", buffering=1) as written:
        async with stage(folder, world) as here:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.readline()
            while quiet < 5:
                before = len(world.effects)
                await here.run(SCENARIO)
                for ad_id in world.effects[before:]:
                    written.write(f"{os.getpid()} {ad_id}\n")
                quiet = 0 if len(world.effects) > before else quiet + 1


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2])))

"""Memory over a simulated week: `python -m benchmarks.week [--scenarios 20]`.

Scenarios watch an account every quarter of an hour, find something now and then, and change it;
time is moved by hand. What grows is told day by day: the process, and the journal on disk.
"""

import argparse
import asyncio
import resource
import tempfile
from datetime import timedelta
from pathlib import Path

from adloom.wire import Record, Request
from tests.scheduler.stage import ADVERTISER, ad_row, stage
from tests.scheduler.world import NOW, World

RUNS_A_DAY = 96
SCENARIO = """
name: watch-{number}
description: Switches new ads off.
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{advertiser}"], limit: 10}}
  - id: pause
    module: update_ad_status
    connection: acme
    params:
      advertiser_id: "{{{{new.advertiser_id}}}}"
      ad_id: "{{{{new.ad_id}}}}"
      status: DISABLE
"""


def resident_megabytes() -> float:
    """Memory of this process that is in use now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def appeared(number: int, minutes: float) -> Record:
    """An ad that somebody made."""
    moment = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")
    return ad_row(number, advertiser_id=ADVERTISER, create_time=moment, modify_time=moment)


def _on_disk(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.glob("journal.db*"))


class _Forgetful(list[Request]):
    """Keeps nothing."""

    def append(self, _: Request) -> None:
        """Forget it at once."""


async def week(scenarios: int) -> None:
    """Live through seven days."""
    world = World(ads=[])
    # The world remembers every question; a week of them would be all that grows.
    world.asked = _Forgetful()
    world.sent = _Forgetful()
    texts = [SCENARIO.format(number=number, advertiser=ADVERTISER) for number in range(scenarios)]
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), world) as here:
            for day in range(8):
                disk = _on_disk(Path(folder))
                print(
                    f"day {day}: {resident_megabytes():6.1f} MB in memory,"
                    f" {disk / 1e6:6.1f} MB on disk, {len(world.effects)} changes"
                )
                if day == 7:  # noqa: PLR2004 - a week
                    return
                for quarter in range(RUNS_A_DAY):
                    world.clock.move(900)
                    if quarter % 4 == 0:
                        minutes = (day * RUNS_A_DAY + quarter) * 15
                        world.ads.append(appeared(len(world.ads) + 1, minutes))
                        del world.ads[:-200]
                    for text in texts:
                        await here.run(text)


def main() -> None:
    """Read the options and go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=20)
    asyncio.run(week(parser.parse_args().scenarios))


if __name__ == "__main__":
    main()

"""A daily schedule in every time zone, 2020 to 2030: one occurrence for each local date.

Run: `.venv/bin/python -m benchmarks.zones [--processes N]`
"""

import argparse
import sys
import time
from multiprocessing import Pool
from zoneinfo import available_timezones

from tests.scheduler.schedules import NIGHT, faults_of_a_daily_schedule

FIRST, LAST = 2020, 2031


def faults(zone: str) -> list[str]:
    """What is wrong in one zone."""
    return [fault for one in NIGHT for fault in faults_of_a_daily_schedule(zone, one, FIRST, LAST)]


def main() -> None:
    """Look at all of them."""
    options = argparse.ArgumentParser()
    options.add_argument("--processes", type=int, default=2)
    zones, began = sorted(available_timezones()), time.perf_counter()
    with Pool(options.parse_args().processes) as pool:
        found = [fault for some in pool.imap_unordered(faults, zones) for fault in some]
    print("\n".join(found) or "no fault")
    print(
        f"{len(zones)} zones, {len(NIGHT)} times, {FIRST}-{LAST - 1}: {len(found)} faults"
        f" in {time.perf_counter() - began:.0f} s"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

"""From a file of events to TikTok's acknowledgement, durable on the way: how fast, with how much.

The simulator is this process, the sender one of its own with the process that reads for it.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.simulator import Options, Running
from benchmarks.event_records import plain, written
from tests.seams.event_shop import EventShop, family, memory_of, open_event_shop

__all__ = ["Sent", "main", "send"]

#: Seconds between two looks at the sender's memory.
LOOK: Final = 0.1
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Sent:
    """What one run used.

    Args:
        seconds: On the clock, from the start of the command to its end.
        cpu: Of the sender and the process that reads for it.
        simulator: Of the simulator.
        megabytes: What both processes of the sender held at most, together.
        alone: What the sender itself held at most.
    """

    seconds: float
    cpu: float
    simulator: float
    megabytes: float
    alone: float


def send(shop: EventShop, file: Path) -> Sent:
    """Send a file and see what that takes."""
    command = [sys.executable, "-m", "adloom", "--workspace", str(shop.folder)]
    command += ["events", "send", str(file)]
    began, own = time.perf_counter(), time.process_time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    together = alone = 0
    while True:
        held = memory_of(family(process.pid))
        together = max(together, sum(held.values()))
        alone = max(alone, held.get(process.pid, 0))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        time.sleep(LOOK)
    seconds, simulator = time.perf_counter() - began, time.process_time() - own
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stdout is not None
    assert process.stderr is not None
    if process.returncode:
        sys.exit(f"It failed: {process.stderr.read().decode()[-2_000:]}")
    return Sent(
        seconds, used.ru_utime + used.ru_stime, simulator, together / MEGABYTE, alone / MEGABYTE
    )


def main(chosen: argparse.Namespace) -> None:
    """Measure and print a table."""
    print("| events | s | events/s | CPU of the sender | of the simulator | MB | alone |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        file = written(map(plain, range(chosen.events)), Path(name) / "orders.jsonl")
        for run in range(chosen.runs):
            load = os.getloadavg()[0]
            with Running(Options(port=0, ads=20, seed=5)) as simulator:
                shop = asyncio.run(open_event_shop(simulator, Path(name) / f"w{run}"))
                sent = send(shop, file)
                arrived = shop.arrived()
            if (arrived["distinct"], arrived["received"]) != (chosen.events, chosen.events):
                sys.exit(f"Not every event arrived once: {arrived}")
            print(
                f"| {chosen.events:,} | {sent.seconds:.1f} | {chosen.events / sent.seconds:,.0f}"
                f" | {sent.cpu:.1f} | {sent.simulator:.1f} | {sent.megabytes:.0f}"
                f" | {sent.alone:.0f} | (load {load:.1f} before)",
                flush=True,
            )

"""Whole processes, measured by the operating system's own account of them.

The commands are started by a process of its own that has loaded next to nothing: a child's peak
memory begins with what its parent held when it was started.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Figure", "compare", "table"]


@dataclass(frozen=True)
class Figure:
    """One run: seconds on the clock, seconds of CPU, peak memory in MB."""

    wall: float
    cpu: float
    megabytes: float


def compare(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Figure]:
    """Run several commands in turn, after one warm-up each, and return the medians."""
    order = json.dumps({"commands": {name: list(one) for name, one in commands.items()},
                        "runs": runs})  # fmt: skip
    done = subprocess.run(
        [sys.executable, __file__], input=order, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return {name: Figure(*figure) for name, figure in json.loads(done.stdout).items()}


def table(figures: Mapping[str, Figure], against: str) -> str:
    """A table of medians, with each command's CPU as a share of one of them."""
    base = figures[against].cpu
    lines = ["| command | wall s | CPU s | peak MB | CPU ratio |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {one.wall:.2f} | {one.cpu:.2f} | {one.megabytes:.0f} | {one.cpu / base:.2f} |"
        for name, one in figures.items()
    ]
    return "\n".join(lines)


def _once(command: Sequence[str]) -> Figure:
    """Run a command to its end and say what it used."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        sys.exit(f"{command[:4]} failed: {told.decode()[-600:]}")
    wall = time.perf_counter() - began
    return Figure(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _measure(order: Mapping[str, object]) -> dict[str, tuple[float, float, float]]:
    commands = order["commands"]
    assert isinstance(commands, dict)
    for command in commands.values():
        _once(command)
    figures: dict[str, list[Figure]] = {name: [] for name in commands}
    for _ in range(int(str(order["runs"]))):
        for name, command in commands.items():
            figures[name].append(_once(command))
    return {
        name: (
            statistics.median(one.wall for one in found),
            statistics.median(one.cpu for one in found),
            statistics.median(one.megabytes for one in found),
        )
        for name, found in figures.items()
    }


if __name__ == "__main__":
    json.dump(_measure(json.load(sys.stdin)), sys.stdout)

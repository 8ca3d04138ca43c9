"""Whole processes, measured by the operating system's own account of them."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Figure", "compare", "table"]


@dataclass(frozen=True)
class Figure:
    """One run: seconds on the clock, seconds of CPU, peak memory."""

    wall: float
    cpu: float
    megabytes: float


def once(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Figure:
    """Run a command to its end and say what it used."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[:4]} failed: {told.decode()[-600:]}")
    wall = time.perf_counter() - began
    return Figure(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def compare(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Figure]:
    """Run several commands in turn, after one warm-up each, and return the medians."""
    for command in commands.values():
        once(command)
    figures: dict[str, list[Figure]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(once(command))
    return {
        name: Figure(
            statistics.median(one.wall for one in found),
            statistics.median(one.cpu for one in found),
            statistics.median(one.megabytes for one in found),
        )
        for name, found in figures.items()
    }


def table(figures: Mapping[str, Figure], against: str) -> str:
    """A table of medians, with each command's CPU as a share of one of them."""
    base = figures[against].cpu
    lines = ["| command | wall s | CPU s | peak MB | CPU ratio |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {one.wall:.2f} | {one.cpu:.2f} | {one.megabytes:.0f} | {one.cpu / base:.2f} |"
        for name, one in figures.items()
    ]
    return "\n".join(lines)

"""The events gate: a file is sent through every fault there is, by a sender that is killed.

Everything is counted at the simulator, never in the process that dies.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from adloom.settings import SETTINGS_FILE
from adloom.simulator import Options, Running
from tests.cli.gate_file import CANARIES, Planted, plant
from tests.cli.gate_findings import Findings, leaks
from tests.cli.gate_judging import PATH, judge_arrivals, judge_outbox, judge_requests
from tests.seams.event_shop import EventShop, family, memory_of, open_event_shop

__all__ = ["gate"]

#: How many of all requests fail.
SHARE: Final = 0.05
LOOK: Final = 0.02
PATIENCE: Final = 10
EXIT_FAILED: Final = 1


def gate(
    folder: Path,
    *,
    events: int,
    kills: int = 3,
    seed: int = 1,
    deadline: float = 1.0,
    batch_size: int = 1_000,
) -> Findings:
    """Send a file through everything, and look at what became of every line.

    Args:
        folder: Where everything is written.
        events: Lines of the file.
        kills: How often the sender is killed.
        seed: Decides about the faults and the moments of the kills.
        deadline: Seconds a request may take before it has failed.
        batch_size: Events of a request.
    """
    findings, began = Findings(), time.time()
    planted = plant(folder / "orders.jsonl", events)
    options = Options(port=0, ads=20, seed=seed, faults=_faults(deadline))
    with Running(options) as simulator:
        opening = open_event_shop(simulator, folder / "w", deadline=deadline, words=CANARIES)
        shop = asyncio.run(opening)
        with (shop.folder / SETTINGS_FILE).open("a") as settings:
            settings.write(f"[events]\nbatch_size = {batch_size}\n")
        simulator.effects.reset()
        lives = _Lives(shop, planted, findings, seed)
        lives.run(kills)
        judge_arrivals(findings, shop, planted, began)
        judge_requests(findings, shop, planted, kills=kills, batch_size=batch_size)
    asyncio.run(judge_outbox(findings, shop, planted))
    leaked = lives.leaked | set(leaks([*_files(shop.folder), *lives.told]))
    leaked |= {f"what TikTok got: {word.decode()}" for word in shop.inspector.found}
    findings.expect("raw personal data", "nowhere", ", ".join(sorted(leaked)) or "nowhere")
    return findings


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- what goes wrong ------------------------------------------------------------------------------


def _faults(deadline: float) -> list[dict[str, Any]]:
    """What fails before it takes effect, and after, each as often; and what takes effect late."""
    too_long = deadline * 1.5
    kinds: list[dict[str, Any]] = [
        {"kind": "http", "status": 503},
        {"kind": "http", "status": 500},
        {"kind": "code", "code": 50002},
        {"kind": "reset"},
        {"kind": "close"},
        {"kind": "slow", "seconds": too_long},
    ]
    rules = [{**one, "when": when} for one in kinds for when in ("before", "after")]
    rules.append({"kind": "truncate", "when": "after"})
    return [{**one, "path": PATH, "probability": SHARE / len(rules)} for one in rules]


def _happenings(simulator: Running, size: int) -> list[tuple[float, Callable[[], None]]]:
    """What else happens, and when: at this share of all events.

    Twice nothing may go out for a while; and TikTok begins to report bad events singly, calling the
    first of a request 0, and later 1.
    """
    throttle = {"kind": "code", "code": 40100, "message": "App reaches the QPS limit."}
    gateway = {"kind": "http", "status": 429, "retry_after": 1}

    def burst(rule: dict[str, Any]) -> Callable[[], None]:
        return lambda: simulator.faults.add([{**rule, "path": PATH, "times": size}])

    def report(first: int) -> Callable[[], None]:
        def begin() -> None:
            simulator.events.partial, simulator.events.first = True, first

        return begin

    return [(0.25, burst(throttle)), (0.4, report(0)), (0.55, burst(gateway)), (0.7, report(1))]


class _Lives:
    """The sender, again and again, until a life comes to its end by itself.

    Args:
        shop: Where it sends from and to.
        planted: What it sends.
        findings: Where to note what is wrong.
        seed: Decides when it is killed.
    """

    def __init__(self, shop: EventShop, planted: Planted, findings: Findings, seed: int) -> None:
        self._shop = shop
        self._planted = planted
        self._findings = findings
        self._chance = random.Random(seed)  # noqa: S311 - when to kill
        self._lines = sum(planted.lines.values())
        self._happenings = _happenings(shop.simulator, max(self._lines // 100_000, 2))
        self._killed_at: list[str] = []
        self._most_memory = 0
        #: What it wrote beside the workspace, and where raw data was found after its deaths.
        self.told: list[Path] = []
        self.leaked: set[str] = set()

    def run(self, kills: int) -> None:
        """Let it live, kill it, let it live again; the last life ends by itself."""
        began = time.monotonic()
        for share in sorted(self._chance.uniform(0.02, 0.9) for _ in range(kills)):
            if not self._live(int(self._lines * share)):
                self._findings.faults.append("It came to its end before it was killed.")
                return
            self.leaked.update(leaks(_files(self._shop.folder)))
        self._live(None)
        self._findings.figures |= {
            "lines": self._lines,
            "killed after so many arrived": " · ".join(self._killed_at),
            "seconds": round(time.monotonic() - began),
            "MB, sender and its reader": self._most_memory // 1_000_000,
        }

    def _live(self, until: int | None) -> bool:
        """One life; whether it was killed once so many events had arrived."""
        out = self._shop.folder.with_name(f"told-{len(self.told)}.out")
        err = out.with_suffix(".err")
        self.told += [out, err]
        command = [sys.executable, "-m", "adloom", "--workspace", str(self._shop.folder)]
        command += ["events", "send", str(self._planted.path)]
        command += ["--mapping", str(self._planted.path.with_suffix(".yaml"))]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
            while process.poll() is None:
                arrived = self._look(process.pid)
                if until is not None and arrived >= until:
                    return self._kill(process)
                time.sleep(LOOK)
        if until is None and process.returncode != EXIT_FAILED:
            told = err.read_text()[-600:]
            self._findings.faults.append(f"It ended with {process.returncode}: {told}")
        return False

    def _look(self, process: int) -> int:
        """How many have arrived; whatever is to happen by then happens."""
        self._most_memory = max(self._most_memory, sum(memory_of(family(process)).values()))
        arrived: int = self._shop.arrived()["distinct"]
        while self._happenings and arrived >= self._happenings[0][0] * self._lines:
            self._happenings.pop(0)[1]()
        return arrived

    def _kill(self, process: "subprocess.Popen[bytes]") -> bool:
        time.sleep(self._chance.uniform(0, 0.1))
        everybody = family(process.pid)
        if process.poll() is not None:
            return False
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self._killed_at.append(f"{self._shop.arrived()['distinct']:,}")
        patience = time.monotonic() + PATIENCE
        while left := memory_of(everybody):
            if time.monotonic() > patience:
                self._findings.faults.append(f"{len(left)} processes live on without the sender.")
                break
            time.sleep(LOOK)
        return True

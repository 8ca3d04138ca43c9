"""The second half of the demonstration: two scenarios run by themselves, and one runner dies."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from adloom.cli.demo_words import command, scene
from adloom.cli.stage import Screen, Simulator
from adloom.errors import AdloomError
from adloom.settings import Workspace

__all__ = ["the_runner_works"]

PATIENCE: Final = 40.0
LOOK_AGAIN: Final = 0.1
#: Minutes of the practice account that go by between two looks at it.
EVERY: Final = "5 minutes"
PAUSES: Final = "pause-expensive-ads"
TELLS: Final = "new-ad-alert"
CHANGED_AND_BACK: Final = 2
SWITCH: Final = "/ad/status/update/"
#: The change is made at once, but its answer does not come before the runner is dead.
SLOW: Final = {"kind": "slow", "path": SWITCH, "seconds": 60, "when": "after", "times": 1}


async def the_runner_works(
    workspace: Workspace, simulator: Simulator, screen: Screen, advertiser_id: str
) -> None:
    """Tell the story of a runner that is killed and goes on."""
    await asyncio.to_thread(_story, workspace, simulator, screen, advertiser_id)


def _story(workspace: Workspace, simulator: Simulator, screen: Screen, advertiser_id: str) -> None:
    adloom = _Commands(workspace)
    first, second = simulator.running_ads(advertiser_id, 2)
    _write(adloom, advertiser_id)
    _plan_and_enable(adloom, simulator, first)
    scene(
        "5. The runner works by itself",
        "The account lives: new ads appear by themselves. And what was planned is done.",
    )
    with adloom.serving():
        screen.wait("New ad", PATIENCE)
        _until(lambda: simulator.changes_of(first) == 1, "The ad was not switched off.")
        screen.wait("Ad switched off", PATIENCE)
    scene(
        "6. Killed in the middle of a change",
        "Another ad overspends. TikTok switches it off, but before the answer arrives the "
        "runner is killed. Nobody knows what happened. Or does somebody?",
    )
    with adloom.serving() as runner:
        simulator.add_fault(SLOW)
        _overspend(simulator, second)
        _until(lambda: simulator.changes_of(second) == 1, "The runner did not get that far.")
        runner.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        runner.wait()
        click.secho("✗ killed", fg="red", bold=True)
    simulator.clear_faults()
    told = screen.count("Ad switched off")
    click.echo("A new runner finds the intent without its outcome, and looks:")
    with adloom.serving():
        _until(lambda: screen.count("Ad switched off") > told, "The new runner did not go on.")
    times = simulator.changes_of(second)
    counted = "one change" if times == 1 else f"{times} changes"
    click.secho(f"✓ The simulator counted {counted}; the team was told once.", fg="green")
    adloom.show("executions", "list", "--limit", "6")
    _take_back(adloom, simulator, first)


def _write(adloom: "_Commands", advertiser_id: str) -> None:
    scene(
        "4. Two scenarios",
        "Files you can read, in the workspace's folder scenarios: one tells the team about every "
        "new ad, one switches off what spends without a result.",
    )
    for name in (TELLS, PAUSES):
        adloom.show("scenarios", "new", name, "--from", name, "--advertiser-id", advertiser_id)
        path = adloom.workspace.scenarios / f"{name}.yaml"
        text = path.read_text()
        for usual in ("15 minutes, timezone", "30 minutes, timezone"):
            text = text.replace(usual, f"{EVERY}, timezone")
        path.write_text(text)
    adloom.show("scenarios", "check")


def _plan_and_enable(adloom: "_Commands", simulator: Simulator, ad_id: str) -> None:
    click.echo("\nBefore anything is switched on: what would happen now? A plan sends nothing.")
    _overspend(simulator, ad_id)
    adloom.show("scenarios", "plan", PAUSES)
    for name in (TELLS, PAUSES):
        adloom.show("scenarios", "enable", name, "--yes")


def _take_back(adloom: "_Commands", simulator: Simulator, ad_id: str) -> None:
    scene(
        "7. Take it back",
        "Every change is written down with its old value, so that a person may take it back, "
        "unless somebody has changed it since.",
    )
    changes = adloom.read("executions", "audit", "--object", "ad", ad_id, "--json")
    execution = json.loads(changes.splitlines()[-1])["execution_id"]
    adloom.show("executions", "undo", execution, "--yes")
    if simulator.changes_of(ad_id) != CHANGED_AND_BACK:
        raise AdloomError("The ad was not switched on again.", hint="Please report it.")


def _overspend(simulator: Simulator, ad_id: str) -> None:
    click.secho(f"→ ad {ad_id} spends 120 today, without a single conversion", fg="yellow")
    simulator.spend(ad_id, 120)


def _until(is_so: Callable[[], bool], otherwise: str) -> None:
    """Wait for something that has to come.

    Raises:
        AdloomError: It does not.
    """
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise AdloomError(otherwise, hint="Try again; if it stays so, report it.")
        time.sleep(LOOK_AGAIN)


class _Commands:
    """Runs adloom as a person would.

    Args:
        workspace: Where.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._adloom = [sys.executable, "-m", "adloom", "--workspace", str(workspace.path)]

    def show(self, *words: str) -> None:
        """Run a command and show what it says."""
        command(" ".join(words))
        done = subprocess.run([*self._adloom, *words], check=False)
        if done.returncode:
            raise AdloomError(f"adloom {' '.join(words)} ended with {done.returncode}.")

    def read(self, *words: str) -> str:
        """Run a command and return what it writes."""
        done = subprocess.run(
            [*self._adloom, *words], check=False, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise AdloomError(f"adloom {' '.join(words)} ended with {done.returncode}.")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator["subprocess.Popen[str]"]:
        """Let a runner run, and show its log."""
        command("serve")
        runner = subprocess.Popen(
            [*self._adloom, "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        shown = threading.Thread(target=_show, args=(runner.stdout,), daemon=True)
        shown.start()
        try:
            yield runner
        finally:
            runner.terminate()
            try:
                runner.wait(10)
            except subprocess.TimeoutExpired:
                runner.kill()
                runner.wait()
            shown.join(1)
            if runner.stdout is not None:
                runner.stdout.close()


def _show(lines: Any) -> None:
    """Show a runner's log as it comes."""
    for line in lines:
        click.secho(f"  {line.rstrip()}", fg="bright_black")

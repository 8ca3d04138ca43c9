"""The ready scenario that reports on the week, run against the simulator."""

import csv
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.cli.conftest import Cli
from tests.cli.ready import Chat, Ready, coming

NAME = "weekly-report"
TITLE = "Last week's ads"
MONDAY = 0
#: Longer than a start on a busy machine.
PATIENCE = 40.0


class DeafChat(Chat):
    """A chat that hears but does not answer until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()
        self.answering = threading.Event()

    def show(self, message: Mapping[str, Any]) -> None:
        """Take a message in, and keep the sender waiting."""
        super().show(message)
        self.heard.set()
        self.answering.wait(PATIENCE)


@pytest.fixture
def monday() -> datetime:
    return coming("America/Los_Angeles", 8, weekday=MONDAY)


@pytest.fixture
def simulator(monday: datetime) -> Iterator[Running]:
    with Running(Options(port=0, ads=60, seed=11, speed=0, start=monday)) as running:
        yield running


@pytest.fixture
def chat() -> Iterator[DeafChat]:
    with DeafChat() as chat:
        chat.answering.set()
        yield chat


@pytest.fixture
def ready(bare: Cli, simulator: Running, chat: DeafChat, tmp_path: Path, monday: datetime) -> Ready:
    ready = Ready.made(bare, tmp_path / "w", simulator, chat, monday)
    ready.copy(NAME, advertiser(simulator))
    chat.told.clear()
    return ready


def advertiser(simulator: Running) -> str:
    return next(iter(simulator.world.accounts))


def table(ready: Ready) -> list[dict[str, str]]:
    """The lines of the table."""
    path = ready.folder / "data" / f"{NAME}.csv"
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def shown(ready: Ready, monday: datetime) -> dict[str, Mapping[str, Any]]:
    """The campaigns that were shown in a week, as the platform tells."""
    rows = ready.read(
        "list_ad_reports",
        advertiser_id=advertiser(ready.simulator),
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id"],
        metrics=["campaign_name", "spend", "impressions", "conversion", "cost_per_conversion"],
        start_date=f"{monday:%Y-%m-%d}",
        end_date=f"{monday + timedelta(days=6):%Y-%m-%d}",
    )
    return {row["campaign_id"]: row for row in rows if row["impressions"]}


def total(rows: Mapping[str, Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name] or 0) for row in rows.values()), Decimal(0))


def test_a_week_is_written_line_by_line_and_told_in_one_message(
    ready: Ready, chat: DeafChat, monday: datetime
) -> None:
    first = monday - timedelta(days=7)
    week, before = shown(ready, first), shown(ready, first - timedelta(days=7))

    ready.run(NAME)

    lines = table(ready)
    [text] = chat.texts(TITLE)
    said = text.splitlines()
    changes = {
        one: Decimal(row["conversion"] or 0) - Decimal(before.get(one, {}).get("conversion") or 0)
        for one, row in week.items()
    }
    by = round((total(week, "spend") / total(before, "spend") - 1) * 100)

    assert len(week) > 1
    assert set(week) == {line["campaign_id"] for line in lines}
    assert {f"{first:%Y-%m-%d}"} == {line["week"] for line in lines}
    for line in lines:
        row = week[line["campaign_id"]]
        assert (str(row["campaign_name"]), Decimal(str(row["spend"])), row["conversion"]) == (
            line["campaign"],
            Decimal(line["spend"]),
            int(line["conversions"]),
        )
    last = monday - timedelta(days=1)
    assert f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {len(week)} campaigns" == said[0]
    assert f"Spent: {total(week, 'spend'):,.2f} ({by:+} %)" == said[1]
    assert said[2].startswith(f"Conversions: {total(week, 'conversion')} (")
    up, down = max(changes.values()), min(changes.values())
    assert said[3].endswith(f", +{up}" if up > 0 else ": none")
    assert said[4].endswith(f", {down}" if down < 0 else ": none")
    assert not ready.simulator.effects.changes


def test_a_second_run_in_the_week_does_nothing_and_the_next_week_goes_below(
    ready: Ready, chat: DeafChat, monday: datetime
) -> None:
    ready.run(NAME)
    lines = table(ready)
    ready.move_to(monday + timedelta(days=3))
    ready.run(NAME)
    again = table(ready)
    ready.move_to(monday + timedelta(days=7))
    ready.run(NAME)
    after = table(ready)

    weeks = [f"{monday - timedelta(days=7):%Y-%m-%d}", f"{monday:%Y-%m-%d}"]
    assert lines == again
    assert lines == after[: len(lines)]
    assert weeks == sorted({line["week"] for line in after})
    assert 2 == len(chat.texts(TITLE))


def test_after_a_kill_the_table_has_the_week_once_and_the_team_is_told(
    ready: Ready, chat: DeafChat
) -> None:
    chat.heard.clear()
    chat.answering.clear()
    command = [sys.executable, "-m", "adloom", "--workspace", str(ready.folder)]
    process = subprocess.Popen(
        [*command, "scenarios", "run", NAME, "--yes"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert chat.heard.wait(PATIENCE)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    lines = table(ready)
    chat.answering.set()

    # The first round finds that the process is dead, the second one goes on with what it left.
    ready.call("serve", "--once")
    ready.call("serve", "--once")
    ready.run(NAME)

    assert lines
    assert lines == table(ready)
    # Nobody knows whether the chat has kept the first one, so it comes again.
    assert 2 == len(chat.texts(TITLE))
    assert 1 == len(set(chat.texts(TITLE)))


def test_two_runs_at_once_write_and_tell_the_week_once(ready: Ready, chat: DeafChat) -> None:
    command = [sys.executable, "-m", "adloom", "--workspace", str(ready.folder)]
    both = [
        subprocess.Popen(
            [*command, "scenarios", "run", NAME, "--yes"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    codes = sorted(one.wait(PATIENCE) for one in both)
    ids = [line["campaign_id"] for line in table(ready)]

    assert 0 == codes[0]
    assert len(set(ids)) == len(ids)
    assert 1 == len(chat.texts(TITLE))

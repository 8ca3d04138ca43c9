"""The ready scenarios, copied, made one's own, and run against the simulator."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.cli.session import open_session
from adloom.cli.stage import Screen, Simulator
from adloom.secret import Secret
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from connections.authorise import connect_with_token
from connections.connection import Connection
from tests.cli.conftest import Cli
from tests.seams.creators import creator_workspace
from tests.seams.practice import Practice, practise


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=60, seed=11, speed=0, videos=8)) as running:
        yield running


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


async def team(folder: Path, screen: Screen) -> None:
    """A connection that tells the screen."""
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        secrets = {"addresses": Secret(screen.address)}
        await connect_with_token(Connection("team", "notify", {}, secrets=secrets), session.wiring)


@pytest.fixture
def ads(simulator: Running, screen: Screen, tmp_path: Path) -> Practice:
    practice = asyncio.run(practise(simulator, tmp_path / "ads", deadline=5))
    asyncio.run(team(practice.folder, screen))
    return practice


def ready(bare: Cli, folder: Path, name: str, *options: str) -> None:
    made = bare("--workspace", str(folder), "scenarios", "new", name, "--from", name, *options)
    assert made.code == 0, made.err
    checked = bare("--workspace", str(folder), "scenarios", "check", name)
    assert checked.code == 0, checked.out


def run_it(bare: Cli, folder: Path, name: str, *options: str) -> None:
    done = bare("--workspace", str(folder), "scenarios", "run", name, "--yes", *options)
    assert done.code == 0, done.out + done.err


@pytest.mark.parametrize(
    ("name", "title"), [("new-ad-alert", "New ad"), ("rejected-ad-alert", "Ad rejected")]
)
def test_an_alert_tells_what_it_found_once(
    bare: Cli, ads: Practice, screen: Screen, name: str, title: str
) -> None:
    advertiser = next(iter(ads.simulator.world.accounts))
    ready(bare, ads.folder, name, "--advertiser-id", advertiser)

    run_it(bare, ads.folder, name, "--everything")
    told = screen.count(title)
    for _ in range(12):
        run_it(bare, ads.folder, name)
    everything = screen.count(title)
    run_it(bare, ads.folder, name)

    assert told > 0
    assert everything == screen.count(title)


def test_expensive_ads_are_switched_off_and_told(
    bare: Cli, ads: Practice, screen: Screen, simulator: Running
) -> None:
    advertiser = next(iter(simulator.world.accounts))
    platform = Simulator(simulator.url)
    [expensive] = platform.running_ads(advertiser, 1)
    platform.spend(expensive, 120)
    ready(bare, ads.folder, "pause-expensive-ads", "--advertiser-id", advertiser)
    before = simulator.effects.as_json()["objects"]

    run_it(bare, ads.folder, "pause-expensive-ads")
    changed = simulator.effects.as_json()["objects"]
    run_it(bare, ads.folder, "pause-expensive-ads")

    switched = {ad for ad, times in changed.items() if times != before.get(ad, 0)}
    assert expensive in switched
    assert screen.count("Ad switched off") == len(switched)
    assert changed == simulator.effects.as_json()["objects"]


def test_new_videos_are_shared(
    bare: Cli, simulator: Running, screen: Screen, tmp_path: Path
) -> None:
    folder = tmp_path / "creator"
    asyncio.run(creator_workspace(simulator, folder))
    asyncio.run(team(folder, screen))
    ready(bare, folder, "new-video-post")

    run_it(bare, folder, "new-video-post", "--everything")

    assert screen.count("New video") > 0

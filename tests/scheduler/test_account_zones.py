"""Schedules that say `timezone: account`: the platform is asked, and not all the time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adloom.errors import RetryableError
from adloom.wire import Answer, Record
from scheduler.scenario_store import StoredScenario
from tests.scheduler.bench_of_scenarios import (
    ADVERTISER,
    DatedWorld,
    ScenarioBench,
    scenario_bench,
)
from tests.scheduler.test_workshop import SEARCH
from tests.scheduler.world import NOW

INFO = "/advertiser/info/"
AT_HOME = SEARCH.replace("{every: 1 hour}", '{at: "07:00", timezone: account}')
OTHER = "7100000000000000002"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    world = DatedWorld(granted=[{"advertiser_id": ADVERTISER}, {"advertiser_id": OTHER}])
    async with scenario_bench(tmp_path, world) as made:
        yield made


def tells(bench: ScenarioBench, *rows: Record) -> None:
    """Let the platform tell of its accounts."""
    data = {"list": list(rows)}
    bench.world.answers[INFO] = Answer(200, {}, {"code": 0, "data": data}, data, NOW)


def asked(bench: ScenarioBench) -> int:
    return sum(request.path == INFO for request in bench.world.asked)


async def put(bench: ScenarioBench, text: str = AT_HOME) -> StoredScenario:
    bench.workshop.folder.mkdir(exist_ok=True)
    (bench.workshop.folder / "s.yaml").write_text(text)
    await bench.workshop.synchronise()
    return await bench.workshop.scenarios.load("s")


async def test_the_zone_is_that_of_the_account_the_scenario_works_with(
    bench: ScenarioBench,
) -> None:
    tells(
        bench,
        {"advertiser_id": OTHER, "display_timezone": "Asia/Tokyo"},
        {"advertiser_id": ADVERTISER, "display_timezone": "America/Lima", "timezone": "Etc/GMT+5"},
    )

    stored = await put(bench)

    assert ("America/Lima", None) == (stored.zone, stored.fault)


async def test_days_in_its_mappings_are_those_of_the_account(bench: ScenarioBench) -> None:
    tells(bench, {"advertiser_id": ADVERTISER, "display_timezone": "America/Lima"})
    await put(bench)

    scenario = await bench.workshop.current("s")

    assert scenario.schedule is not None
    assert "America/Lima" == scenario.schedule.timezone


async def test_without_a_place_the_distance_from_utc_will_do(bench: ScenarioBench) -> None:
    tells(bench, {"advertiser_id": ADVERTISER, "display_timezone": "", "timezone": "Etc/GMT+5"})

    assert "Etc/GMT+5" == (await put(bench)).zone


async def test_while_it_is_not_known_the_scenario_waits_and_says_why(bench: ScenarioBench) -> None:
    bench.world.answers[INFO] = RetryableError("Nobody answers.")
    waiting = await put(bench)
    tells(bench, {"advertiser_id": ADVERTISER, "display_timezone": "America/Lima"})
    early = await put(bench)
    bench.world.clock.move(301)

    late = await put(bench)

    assert waiting.fault is not None
    assert "time zone" in waiting.fault
    assert (None, "America/Lima") == (early.zone, late.zone)


async def test_it_is_asked_once_for_a_connection(bench: ScenarioBench) -> None:
    tells(bench, {"advertiser_id": OTHER, "display_timezone": "Asia/Tokyo"})
    for _ in range(3):
        await put(bench)

    assert 1 == asked(bench)


async def test_who_names_a_zone_asks_nobody(bench: ScenarioBench) -> None:
    await put(bench, SEARCH)

    assert 0 == asked(bench)

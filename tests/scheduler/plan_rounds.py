"""Rounds of random scenarios, planned and applied: over an account in memory, or a simulator."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from adloom.cli.session import Session, open_session
from adloom.errors import AdloomError
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from adloom.wire import JsonBody, Request
from modules import find_module
from scheduler.workshop import Workshop
from tests.scheduler.accounts import ADVERTISER, AccountWorld
from tests.scheduler.bench_of_scenarios import scenario_bench
from tests.scheduler.plan_gate import Verdicts, judge
from tests.scheduler.plan_lottery import LISTINGS, Lottery
from tests.seams.practice import Practice, practise

__all__ = ["in_memory", "on_a_simulator"]

ADS = 60
CAMPAIGNS = 3
#: In every so many scenarios somebody meddles between the plan and applying it.
MEDDLED = 2


async def in_memory(folder: Path, seeds: Sequence[int]) -> Verdicts:
    """A scenario for each seed, over an account in memory."""
    verdicts, world = Verdicts(), AccountWorld()
    objects = {level: [row[f"{level}_id"] for row in rows] for level, rows in world.rows.items()}
    async with scenario_bench(folder, world) as bench:
        for seed in seeds:
            random = Random(seed)  # noqa: S311 - draws for a test
            _shuffle(world, random)
            await bench.put(Lottery(random, ADVERTISER, objects).draw())

            async def meddle(random: Random = random) -> None:
                level = random.choice(list(world.rows))
                row = random.choice(world.rows[level])
                row["operation_status"] = _other(row["operation_status"])
                if level != "ad":
                    row["budget"] += 7

            meddling = meddle if seed % MEDDLED == 0 else None
            await judge(bench.workshop, meddling, lambda: len(world.effects), verdicts)
            world.clock.move(5)
    return verdicts


async def on_a_simulator(folder: Path, seeds: Sequence[int]) -> Verdicts:
    """A scenario for each seed, over a simulator of its own."""
    verdicts = Verdicts()
    with Running(Options(port=0, ads=ADS, seed=seeds[0] + 1, speed=0)) as simulator:
        practice = await practise(simulator, folder / "w", deadline=20, lag=0)
        async with open_session(Workspace.open(practice.folder), tell=lambda _: None) as session:
            workshop = await session.workshop()
            objects = await _objects(session, practice)
            for seed in seeds:
                await _judged(session, practice, workshop, objects, seed, verdicts)
    return verdicts


async def _judged(
    session: Session,
    practice: Practice,
    workshop: Workshop,
    objects: Mapping[str, Sequence[str]],
    seed: int,
    verdicts: Verdicts,
) -> None:
    random = Random(seed)  # noqa: S311 - draws for a test
    # The simulator takes budgets of Smart+ campaigns and leaves them as they are.
    drawn = Lottery(
        random, practice.advertiser_id, objects, practice.connection.name, only_these=True
    ).draw()
    folder = practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "s.yaml").write_text(drawn)
    await workshop.synchronise()

    async def meddle() -> None:
        level = random.choice(list(objects))
        await _switch(session, practice, level, random.choice(list(objects[level])), random)

    def effects() -> int:
        return sum(practice.simulator.effects.changes.values())

    await judge(workshop, meddle if seed % MEDDLED == 0 else None, effects, verdicts)


async def _switch(
    session: Session, practice: Practice, level: str, identity: str, random: Random
) -> None:
    """Somebody else switches an object, by a connection of theirs."""
    opened = await session.reader.connect(practice.connection.name)
    body = {
        "advertiser_id": practice.advertiser_id,
        f"{level}_ids": [identity],
        "operation_status": random.choice(["ENABLE", "DISABLE"]),
    }
    try:
        await opened.api.change(Request("POST", f"/{level}/status/update/", body=JsonBody(body)))
    except AdloomError:
        return  # it cannot be switched; then nobody has meddled


async def _objects(session: Session, practice: Practice) -> dict[str, list[str]]:
    """Ordinary objects that can be switched, by level: few, so that steps meet."""
    found: dict[str, list[str]] = {}
    ordinary: set[str] = set()
    for level, listing in LISTINGS.items():
        values = {"advertiser_id": practice.advertiser_id, "limit": 0}
        pages = session.reader.read(find_module(listing), values, practice.connection.name)
        rows = [dict(row) async for page in pages for row in page.records]
        if level == "campaign":
            chosen = [row["campaign_id"] for row in rows if _is_ordinary(row)]
            ordinary = set(chosen[:CAMPAIGNS])
        found[level] = [
            row[f"{level}_id"]
            for row in rows
            if row["campaign_id"] in ordinary
            and row.get("operation_status") in ("ENABLE", "DISABLE")
            and not row.get("is_aco")
        ]
    return found


def _is_ordinary(row: Mapping[str, object]) -> bool:
    return row.get("campaign_automation_type") == "MANUAL" and not row.get("rf_campaign_type")


def _other(status: str) -> str:
    return "DISABLE" if status == "ENABLE" else "ENABLE"


def _shuffle(world: AccountWorld, random: Random) -> None:
    for level, rows in world.rows.items():
        for row in rows:
            row["operation_status"] = random.choice(["ENABLE", "ENABLE", "DISABLE"])
            if level != "ad":
                row["budget"] = 50.0

"""The ready scenario that paces budgets, run against the simulator."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Options, Running
from scenarios.yaml_edit import set_value
from tests.cli.conftest import Cli
from tests.cli.ready import Chat, Ready, coming

NAME = "budget-pacing"
CHANGED = "Budget changed"
LEFT_ALONE = "Budget left alone"
AT_HOME = "America/Los_Angeles"
PLAN = ("steps", 5, "iterator", "items")
NOBODY = "1799999999999999"
WITHOUT = "it has no daily budget of its own; its ad groups have theirs"


@pytest.fixture
def noon() -> datetime:
    return coming(AT_HOME, 16)


@pytest.fixture
def simulator(noon: datetime) -> Iterator[Running]:
    with Running(Options(port=0, ads=240, seed=11, speed=0, start=noon)) as running:
        yield running


@pytest.fixture
def chat() -> Iterator[Chat]:
    with Chat() as chat:
        yield chat


@pytest.fixture
def ready(bare: Cli, simulator: Running, chat: Chat, tmp_path: Path, noon: datetime) -> Ready:
    return Ready.made(bare, tmp_path / "w", simulator, chat, noon)


def advertiser(simulator: Running) -> str:
    return next(iter(simulator.world.accounts))


def campaigns(ready: Ready) -> dict[str, Mapping[str, Any]]:
    """The campaigns of the account as they are now, by id."""
    found = ready.read("list_campaigns", advertiser_id=advertiser(ready.simulator))
    return {row["campaign_id"]: row for row in found}


def spent(ready: Ready) -> dict[str, Decimal]:
    """What they spent in the month, by id."""
    rows = ready.read(
        "list_ad_reports",
        advertiser_id=advertiser(ready.simulator),
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id"],
        metrics=["spend"],
        date_range="this month",
    )
    return {row["campaign_id"]: Decimal(row["spend"] or 0) for row in rows}


def budgets(ready: Ready) -> dict[str, Decimal]:
    """Their budgets as they are now, by id."""
    return {one: Decimal(row["budget"] or 0) for one, row in campaigns(ready).items()}


def planned(campaign_id: str, month: Decimal | int, bounds: tuple[int, int]) -> dict[str, Any]:
    at_least, at_most = bounds
    money = {"month": int(month), "at_least": at_least, "at_most": at_most}
    return {"campaign_id": campaign_id, **money}


def far_off(row: Mapping[str, Any], money: Decimal) -> Decimal:
    """Money for a month that a campaign is far behind with, in the middle of it."""
    return Decimal(row["budget"]) * 60 + money * 6


def changes(ready: Ready) -> dict[str, int]:
    """How often each campaign really changed."""
    changed = ready.simulator.effects.changed
    return {one: changed[one] for one in campaigns(ready) if changed[one]}


def test_budgets_go_on_course_once_a_day_and_the_team_hears_why(
    ready: Ready, chat: Chat, noon: datetime
) -> None:
    before, money = campaigns(ready), spent(ready)
    endless = next(one for one, row in before.items() if row["budget_mode"].endswith("INFINITE"))
    running = [
        one
        for one, row in before.items()
        if money[one] > 100
        and row["budget_mode"] == "BUDGET_MODE_DAY"
        and row["operation_status"] == "ENABLE"
        and row["campaign_automation_type"] == "MANUAL"
    ]
    behind, ahead, capped, on_course = running[:4]
    file = ready.copy(NAME, advertiser(ready.simulator))
    plan = [
        planned(behind, far_off(before[behind], money[behind]), (20, 90_000)),
        planned(ahead, money[ahead], (20, 90_000)),
        planned(
            capped, far_off(before[capped], money[capped]), (20, int(before[capped]["budget"]) + 5)
        ),
        planned(on_course, money[on_course] * 2, (20, 90_000)),
        planned(endless, 900, (20, 90_000)),
        planned(NOBODY, 900, (20, 90_000)),
    ]
    file.write_text(set_value(file.read_text(), PLAN, plan))
    ready.call("scenarios", "check", NAME)

    old = budgets(ready)
    ready.run(NAME)
    new, told, left = budgets(ready), chat.texts(CHANGED), chat.texts(LEFT_ALONE)
    ready.move_to(noon + timedelta(hours=3))
    ready.run(NAME)
    evening = budgets(ready)
    ready.move_to(noon + timedelta(hours=21))
    ready.run(NAME)

    assert new[behind] == old[behind] * Decimal("1.2")
    assert new[ahead] == old[ahead] * Decimal("0.8")
    assert new[capped] == old[capped] + 5
    assert {behind, ahead, capped} == {one for one in old if old[one] != new[one]}
    assert 3 == len(told)
    assert [
        before[behind]["campaign_name"],
        f"Daily budget: {old[behind]:f} → {new[behind]:f} USD",
    ] == told[0].splitlines()[:2]
    assert {
        f"{before[endless]['campaign_name']}: {WITHOUT}.",
        f"{NOBODY}: there is no such campaign any more.",
    } == set(left)
    assert new == evening
    # The next day there is one more step, but for the one that stands at its bound.
    assert {behind: 2, ahead: 2, capped: 1} == changes(ready)
    assert (5, 4) == (len(chat.texts(CHANGED)), len(chat.texts(LEFT_ALONE)))


def test_a_change_that_tiktok_refuses_waits_and_is_not_made_another_way(
    ready: Ready, chat: Chat
) -> None:
    before, money = campaigns(ready), spent(ready)
    behind = next(
        one
        for one, row in before.items()
        if money[one] > 100
        and row["budget_mode"] == "BUDGET_MODE_DAY"
        and row["operation_status"] == "ENABLE"
        and row["campaign_automation_type"] == "MANUAL"
    )
    file = ready.copy(NAME, advertiser(ready.simulator))
    plan = [planned(behind, far_off(before[behind], money[behind]), (20, 90_000))]
    file.write_text(set_value(file.read_text(), PLAN, plan))
    ready.simulator.faults.add([{"kind": "code", "code": 40002, "path": "/campaign/update/"}])

    done = ready.bare("--workspace", str(ready.folder), "scenarios", "run", NAME, "--yes")
    ready.simulator.faults.clear()
    ready.run(NAME)

    assert '"status":"incomplete"' in done.out
    assert {} == changes(ready)
    assert [] == chat.texts(CHANGED)
    assert Decimal(before[behind]["budget"]) == budgets(ready)[behind]

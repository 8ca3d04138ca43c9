"""One module run once: stopped where it gets too much, its events sent, its yes named."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import UsageError
from adloom.services.module_runs import Reading, bench_of, changes_something, read_all
from adloom.services.module_runs_changes import apply_plan, plan_change
from adloom.services.module_runs_rows import KeptRows
from adloom.services.session import Session
from adloom.simulator import Options, Running
from modules import find_module
from scheduler.records import Status
from tests.seams.workspaces import connected, opened_workspace

SET = "7400000000000000001"


@asynccontextmanager
async def workspace(folder: Path) -> AsyncIterator[tuple[Session, Running]]:
    """A workspace with a connection for ads and one for CRM events."""
    with Running(Options(port=0, ads=30, seed=3, speed=0)) as simulator:
        async with opened_workspace(folder / "w", deadline=5) as session:
            tokens = {"access_token": simulator.token()}
            crm: dict[str, Any] = {"source": "crm", "source_id": SET, "host": simulator.url}
            await connected(session, "our-crm", "tiktok-events", tokens, **crm)
            yield session, simulator


def lead(number: int) -> dict[str, Any]:
    """What a lead's event is made from."""
    return {
        "event": "Lead",
        "delivery": "queued",
        "event_id": f"lead-{number}",
        "event_time": int(time.time()) - 60,
        "lead": {"lead_id": f"701234567890123{number:04}"},
    }


async def test_it_stops_once_it_has_more_than_can_be_kept(tmp_path: Path) -> None:
    file = tmp_path / "w" / "data" / "rows.csv"
    async with workspace(tmp_path) as (session, _):
        file.parent.mkdir(exist_ok=True)
        file.write_text("n,text\n" + "".join(f"{number},{'x' * 50}\n" for number in range(5_000)))
        bench = await bench_of(session, lambda _: None)
        reading = Reading(find_module("watch_rows"), "files", KeptRows())
        seen: list[int] = []
        await read_all(
            bench,
            reading,
            {"file": "rows.csv", "limit": 0},
            watched=lambda one: seen.append(one.rows.count),
            largest=10_000,
        )

    assert reading.is_cut
    assert seen == [reading.rows.count]


async def test_events_are_sent_before_it_is_over(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (session, simulator):
        told: list[str] = []
        bench = await bench_of(session, told.append)
        planned = await plan_change(bench, find_module("send_event"), lead(1), "our-crm")
        applied = await apply_plan(planned, bench, sent_elsewhere=False)

        assert applied.flushed is not None
        assert (1, 0, 0) == (
            applied.flushed.queued,
            applied.flushed.waiting,
            applied.flushed.dead,
        )
        assert Status.DONE is applied.result.execution.status
        assert {"200"} >= {str(one) for one in simulator.effects.codes} - {"0"}
        assert 1 == sum(n for path, n in simulator.effects.requests.items() if "/event/" in path)


async def test_each_run_counts_its_own_events(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (session, _):
        counts = []
        for number in (1, 2):
            bench = await bench_of(session, lambda _: None)
            planned = await plan_change(bench, find_module("send_event"), lead(number), "our-crm")
            applied = await apply_plan(planned, bench, sent_elsewhere=False)
            counts.append(applied.flushed and applied.flushed.queued)

    assert [1, 1] == counts


async def test_a_yes_has_to_name_its_plan_and_be_young(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (session, _):
        bench = await bench_of(session, lambda _: None)
        planned = await plan_change(bench, find_module("send_event"), lead(1), "our-crm")
        now = planned.made_at
        planned.check(planned.id, now + timedelta(minutes=30))

        with pytest.raises(UsageError, match="another plan"):
            planned.check("another", now)
        with pytest.raises(UsageError, match="half an hour"):
            replace(planned).check(planned.id, now + timedelta(minutes=31))


def test_a_get_changes_nothing_and_a_post_might() -> None:
    module = find_module("make_api_call")

    assert not changes_something(module, {"path": "/ad/get/"})
    assert changes_something(module, {"path": "/ad/update/", "method": "POST"})
    assert not changes_something(find_module("search_ads"), {"advertiser_id": "7"})

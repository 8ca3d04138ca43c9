"""History: what every step was given and what came of it, readable but for what is secret."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.history import GROUP, History, StepRun, StepState, shown
from tests.scheduler.drawer import CANARY, Drawer, drawer, execution
from tests.scheduler.world import NOW
from tests.seams.postgres import Place
from tests.seams.stores import plain_vault
from tests.seams.things import BROKEN_RULE

ID = execution(1).id


@pytest.fixture
async def table(place: Place) -> AsyncIterator[Drawer]:
    async with drawer(place) as opened:
        await opened.begin(execution(1), execution(2))
        yield opened


def history(table: Drawer, *, confidential: bool = False) -> History:
    return History(table.database, plain_vault(), ID, confidential=confidential)


def ran(path: str = "0>pause", **more: Any) -> StepRun:
    return StepRun(path, path.rpartition(">")[2], StepState.DONE, NOW, **more)


async def test_a_step_comes_back_as_it_was(table: Drawer) -> None:
    run = ran(
        milliseconds=12.5,
        given={"ad_id": "17", "note": "Ünïcödé 🎈"},
        output=[{"ad_id": "17", "spend": None}, {"ad_id": "18"}],
        trace="50.1 > 50",
        error="once",
    )
    kept = history(table)
    kept.add(run)
    kept.add(ran("1>pause", given=None))
    await kept.flush()

    assert {"0>pause": run, "1>pause": ran("1>pause", output=[])} == await history(table).known()


async def test_what_a_later_attempt_made_of_a_step_is_what_counts(table: Drawer) -> None:
    kept = history(table)
    kept.add(replace(ran(error="later"), state=StepState.INCOMPLETE))
    await kept.flush()
    kept.add(replace(ran(output=[{"ok": True}]), started_at=NOW + timedelta(hours=1)))
    await kept.flush()
    [found] = (await kept.known()).values()

    assert (StepState.DONE, None, [{"ok": True}]) == (found.state, found.error, found.output)
    assert NOW == found.started_at


async def test_steps_are_written_many_at_a_time_and_all_of_them(table: Drawer) -> None:
    kept = history(table)
    for number in range(2 * GROUP + 1):
        kept.add(ran(f"{number}>pause"))
    await table.database.settle()
    assert 2 * GROUP == len(await kept.known())

    await kept.flush()
    assert 2 * GROUP + 1 == len(await kept.known())


async def test_steps_are_safe_before_what_is_written_after_them(table: Drawer) -> None:
    kept = history(table)
    kept.add(ran())
    kept.send()
    seen = await table.database.write(lambda work: work.run("SELECT path FROM step_run"))

    assert ["0>pause"] == [row["path"] for row in seen]


async def test_steps_of_an_execution_that_is_not_there_are_refused(table: Drawer) -> None:
    kept = History(table.database, plain_vault(), "nobody")
    kept.add(ran())

    with pytest.raises(BROKEN_RULE):
        await kept.flush()


async def test_executions_do_not_see_each_others_steps(table: Drawer) -> None:
    kept = history(table)
    kept.add(ran())
    await kept.flush()

    assert {} == await History(table.database, plain_vault(), execution(2).id).known()


async def test_secrets_are_shown_as_dots_and_kept_sealed(table: Drawer) -> None:
    kept = history(table)
    kept.add(ran(given={"access_token": CANARY}, output=[{"access_token": CANARY, "id": "1"}]))
    kept.add(ran("1>plain", output=[{"id": "1"}]))
    await kept.flush()
    rows = await table.rows("step_run")
    found = await kept.known()

    assert not await table.shows("step_run", CANARY)
    assert [{"access_token": CANARY, "id": "1"}] == found["0>pause"].output
    assert {"0>pause": True, "1>plain": False} == {
        row["path"]: row["output_sealed"] is not None for row in rows
    }
    [first, _] = await table.database.read(lambda work: shown(work, ID))
    assert '[{"access_token":"•••","id":"1"}]' == first["output"]


async def test_anybody_may_see_the_steps_in_order(table: Drawer) -> None:
    kept = history(table)
    kept.add(replace(ran("0>b"), started_at=NOW + timedelta(seconds=1.5)))
    kept.add(replace(ran("0>c"), started_at=NOW + timedelta(seconds=2)))
    kept.add(ran("0>a", trace="yes", milliseconds=3.0))
    await kept.flush()
    found = await table.database.read(lambda work: shown(work, ID))

    assert ["0>a", "0>b", "0>c"] == [row["path"] for row in found]
    assert ("a", "done", "yes", 3.0) == tuple(
        found[0][name] for name in ("step", "state", "trace", "milliseconds")
    )


async def test_a_confidential_execution_is_sealed_and_then_erased(table: Drawer) -> None:
    kept = history(table, confidential=True)
    kept.add(ran(given={"name": CANARY}, output=[{"name": CANARY}]))
    await kept.flush()

    assert not await table.shows("step_run", CANARY)
    assert [{"name": CANARY}] == (await kept.known())["0>pause"].output
    await kept.erase()
    assert [(None, None, None, "done")] == [
        tuple(row[name] for name in ("given", "output", "output_sealed", "state"))
        for row in await table.rows("step_run")
    ]


async def test_nothing_is_erased_of_an_execution_that_is_not_confidential(table: Drawer) -> None:
    kept = history(table)
    kept.add(ran(output=[{"id": "1"}]))
    await kept.flush()
    await kept.erase()

    assert [{"id": "1"}] == (await kept.known())["0>pause"].output

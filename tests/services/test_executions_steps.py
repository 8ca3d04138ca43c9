"""Steps of an execution, counted and drawn on one time line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.services import executions_steps
from adloom.services.executions_steps import runs_of, step_lines, table_of
from scheduler.history import StepState
from tests.scheduler.railed import ads, scenario
from tests.scheduler.stage import Stage, stage
from tests.scheduler.world import World


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=ads(30))) as made:
        yield made


async def test_every_step_tells_what_came_in_and_what_it_handed_on(here: Stage) -> None:
    [ended] = (await here.run(scenario(""))).executions
    first, second = await step_lines(here.database, ended.execution.id, here.library["railed"])

    assert ("ads", "search-ads", 1, 30) == (first.id, first.title, first.runs, first.out)
    assert ("change", 30, 30) == (second.id, second.runs, second.out)
    assert all(
        0 <= one.x and one.width >= 1 and one.x + one.width <= 1000 for one in (first, second)
    )


async def test_beyond_what_can_be_counted_nothing_is_made_up(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executions_steps, "MOST_COUNTED", 10)
    [ended] = (await here.run(scenario(""))).executions
    found = await step_lines(here.database, ended.execution.id, None)

    assert [None, None] == [one.out for one in found]
    assert [1, 30] == sorted(one.runs for one in found)


async def test_a_step_that_nothing_reached_is_told_too(here: Stage) -> None:
    here.world.ads.clear()
    [ended] = (await here.run(scenario(""))).executions
    found = await step_lines(here.database, ended.execution.id, here.library["railed"])

    assert [("ads", 1), ("change", 0)] == [(one.id, one.runs) for one in found]


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_runs_come_in_pages_without_gaps(here: Stage, size: int) -> None:
    [ended] = (await here.run(scenario(""))).executions
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = await runs_of(here.database, ended.execution.id, "change", after=after, size=size)
        seen += [one.path for one in page.runs]
        after = page.after
    none = await runs_of(here.database, ended.execution.id, "change", state=StepState.DROPPED)

    assert 30 == len(set(seen)) == len(seen)
    assert () == none.runs


@given(
    st.lists(
        st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.text()) | st.text()
    )
)
def test_any_bundles_make_a_table(rows: list[object]) -> None:
    names, cells = table_of(rows)

    assert len(rows) == len(cells)
    assert all(len(names) == len(row) for row in cells)

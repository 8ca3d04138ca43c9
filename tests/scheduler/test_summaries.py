"""Lists of executions: filtered, in pages, counted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UsageError
from scheduler.records import Execution, Status
from scheduler.summaries import standing, summary_page
from scheduler.summary_filters import Cursor, Start, Wanted, start_of
from tests.scheduler.stage import Stage, stage
from tests.scheduler.world import NOW


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as made:
        yield made


async def put(here: Stage, count: int) -> list[str]:
    """Executions of which several begin at one moment; their ids, the newest first."""
    rows = []
    for number in range(count):
        at = NOW - timedelta(seconds=number * 7 % max(1, count // 3))
        status = list(Status)[number * 5 % len(Status)]
        rows.append(Execution(f"e{number:04}", status, at, "n", scenario=f"s{number % 3}"))
        await here.journal.begin(rows[-1])
    return [one.id for one in sorted(rows, key=lambda one: (one.started_at, one.id), reverse=True)]


@pytest.mark.parametrize("size", [1, 7, 50, 200])
async def test_pages_hold_every_execution_once_in_order_both_ways(here: Stage, size: int) -> None:
    ids = await put(here, 90)
    on: list[str] = []
    page = await summary_page(here.database, Wanted(), size=size)
    on += [one.id for one in page.rows]
    while page.older is not None:
        page = await summary_page(here.database, Wanted(), size=size, cursor=page.older)
        on += [one.id for one in page.rows]
    back = [one.id for one in page.rows]
    while page.newer is not None:
        page = await summary_page(here.database, Wanted(), size=size, cursor=page.newer)
        back = [one.id for one in page.rows] + back

    assert ids == on
    assert ids == back


async def test_filters_narrow_the_list_and_what_they_leave_out_is_the_rest(here: Stage) -> None:
    ids = await put(here, 60)
    found: list[str] = []
    for status in Status:
        wanted = Wanted(statuses=(status,))
        page = await summary_page(here.database, wanted, size=100)
        assert {status} >= {one.status for one in page.rows}
        found += [one.id for one in page.rows]
    since = NOW - timedelta(seconds=10)
    young = await summary_page(here.database, Wanted(since=since), size=100)
    old = await summary_page(here.database, Wanted(until=since), size=100)

    assert sorted(ids) == sorted(found)
    assert sorted(ids) == sorted(one.id for one in (*young.rows, *old.rows))


@pytest.mark.parametrize("text", ["%", "_", "!", "e000%", "' OR 1=1 --", "S9"])
async def test_a_text_stands_for_itself(here: Stage, text: str) -> None:
    await put(here, 9)

    assert () == (await summary_page(here.database, Wanted(text=text))).rows


async def test_a_text_is_found_whatever_its_case(here: Stage) -> None:
    await put(here, 9)

    assert 3 == len((await summary_page(here.database, Wanted(text=" S1 "))).rows)


async def test_what_waits_is_counted_by_kind(here: Stage) -> None:
    await put(here, 60)
    found = await standing(here.database, NOW)
    page = await summary_page(here.database, Wanted(statuses=(Status.IN_DOUBT,)), size=100)

    assert len(page.rows) == found.in_doubt
    assert 0 == found.held


@given(st.text(min_size=1), st.text(min_size=1).filter(lambda text: "~" not in text), st.booleans())
def test_a_cursor_survives_an_address(identity: str, at: str, is_newer: bool) -> None:
    cursor = Cursor(at, identity, is_newer)

    assert cursor == Cursor.read(str(cursor))


@pytest.mark.parametrize("text", ["x", "older", "older~", "older~x", "younger~x~y", "~~"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Cursor.read(text)


@pytest.mark.parametrize(
    ("scenario", "slot", "undoes", "plan", "start"),
    [
        (None, None, None, None, Start.MODULE),
        (None, None, "e1", None, Start.UNDO),
        ("s", None, None, None, Start.HAND),
        ("s", "by hand at 2026-11-21T12:00:00+00:00", None, 0, Start.HAND),
        ("s", "by hand at 2026-11-21T12:00:00+00:00", None, 1, Start.PLAN),
        ("s", "2026-11-21 07:00", None, None, Start.SCHEDULE),
    ],
)
def test_an_execution_tells_what_it_was_begun_by(
    scenario: str | None, slot: str | None, undoes: str | None, plan: object, start: Start
) -> None:
    assert start is start_of(scenario=scenario, slot=slot, undoes=undoes, plan=plan)


async def test_the_filter_of_a_start_agrees_with_what_an_execution_tells(here: Stage) -> None:
    for number, (scenario, slot, undoes) in enumerate(
        [
            (None, None, None),
            (None, None, "e0"),
            ("s", None, None),
            ("s", "by hand at x", None),
            ("s", "2026-11-21 07:00", None),
        ]
    ):
        one = Execution(
            f"e{number}", Status.DONE, NOW, "n", scenario=scenario, slot=slot, undoes=undoes
        )
        await here.journal.begin(one)

    seen = 0
    for start in Start:
        page = await summary_page(here.database, Wanted(start=start))
        assert {start} >= {one.start for one in page.rows}
        seen += len(page.rows)
    assert 5 == seen

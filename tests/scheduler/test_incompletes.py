"""Incomplete executions: kept until they reach their end, tried again where that may help."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    LimitExceededError,
    RateLimitedError,
    Reaction,
    RejectedError,
    RetryableError,
)
from scheduler.incompletes import Incomplete, Incompletes
from scheduler.walking import Trouble
from tests.scheduler.drawer import Drawer, drawer, execution
from tests.scheduler.world import NOW
from tests.seams.postgres import Place


@pytest.fixture
async def table(place: Place) -> AsyncIterator[Drawer]:
    async with drawer(place) as opened:
        yield opened


@pytest.fixture
def incompletes(table: Drawer) -> Incompletes:
    return Incompletes(table.database, table.clock)


def trouble(path: str = "3>pause", error: AdloomError | None = None, **more: int) -> Trouble:
    return Trouble(path, path.rpartition(">")[2], error or RetryableError("later"), **more)


async def only(incompletes: Incompletes) -> Incomplete:
    [found] = await incompletes.open()
    return found


def minutes(found: Incomplete, since: datetime) -> float | None:
    return None if found.next_at is None else (found.next_at - since) / timedelta(minutes=1)


# --- what is kept ---------------------------------------------------------------------------------


async def test_a_bundle_that_stopped_is_kept_with_why_and_where(incompletes: Incompletes) -> None:
    error = RejectedError("TikTok refused the budget.", hint="Raise it.")
    await incompletes.settle(execution(1), [trouble("0>report:2>pause", error)])

    assert [
        Incomplete(
            execution_id=execution(1).id,
            path="0>report:2>pause",
            scenario="pause",
            step="pause",
            reaction=Reaction.SET_ASIDE,
            error="TikTok refused the budget.",
            hint="Raise it.",
            attempts=1,
            next_at=None,
            created_at=NOW,
        )
    ] == await incompletes.open()


async def test_the_oldest_come_first_and_may_be_those_of_one_scenario(
    incompletes: Incompletes, table: Drawer
) -> None:
    await incompletes.settle(execution(1), [trouble("9>a"), trouble("8>a")])
    table.clock.move(60)
    await incompletes.settle(execution(2, scenario="tell"), [trouble("1>b")])
    other = Incompletes(table.database, table.clock, workspace="other")

    assert ["8>a", "9>a", "1>b"] == [one.path for one in await incompletes.open()]
    assert ["1>b"] == [one.path for one in await incompletes.open("tell")]
    assert [] == await incompletes.open("nothing")
    assert [] == await other.open()


async def test_what_no_longer_stops_is_resolved_and_the_rest_stays(
    incompletes: Incompletes, table: Drawer
) -> None:
    await incompletes.settle(execution(1), [trouble("1>a"), trouble("2>a")])
    await incompletes.settle(execution(2), [trouble("1>a")])
    table.clock.move(60)
    await incompletes.settle(execution(1), [trouble("2>a"), trouble("3>a")])

    assert [(execution(2).id, "1>a", 1, NOW), (execution(1).id, "2>a", 2, NOW)] == [
        (one.execution_id, one.path, one.attempts, one.created_at)
        for one in await incompletes.open()
        if one.path != "3>a"
    ]
    assert [("1>a", table.clock.now().isoformat(), None)] == [
        (row["path"], row["resolved_at"], row["next_at"])
        for row in await table.rows("incomplete")
        if row["resolved_at"]
    ]


async def test_what_stops_again_after_it_was_resolved_begins_anew(
    incompletes: Incompletes, table: Drawer
) -> None:
    await incompletes.settle(execution(1), [trouble()])
    await incompletes.settle(execution(1), [])
    assert [] == await incompletes.open()
    table.clock.move(60)
    await incompletes.settle(execution(1), [trouble()])
    found = await only(incompletes)

    assert (1, table.clock.now()) == (found.attempts, found.created_at)


async def test_an_execution_that_is_dropped_keeps_nothing(incompletes: Incompletes) -> None:
    await incompletes.settle(execution(1), [trouble("1>a"), trouble("2>a")])
    await incompletes.settle(execution(2), [trouble()])
    await incompletes.resolve(execution(1).id)

    assert execution(2).id == (await only(incompletes)).execution_id
    assert [execution(2).id] == await incompletes.due(NOW + timedelta(days=1))


# --- when it is tried again -----------------------------------------------------------------------


async def test_what_may_work_later_is_tried_again_less_and_less_often(
    incompletes: Incompletes, table: Drawer
) -> None:
    """As platforms.md §1.6 has it, and then no more."""
    waits = []
    for _ in range(10):
        await incompletes.settle(execution(1), [trouble()])
        waits.append(minutes(await only(incompletes), table.clock.now()))
        table.clock.move(60)

    assert [1, 10, 10, 30, 30, 30, 180, 180, None, None] == waits


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RetryableError("later"), 1),
        (RateLimitedError("slow down"), 1),
        (RejectedError("no"), None),
        (AuthorizationError("reconnect"), None),
        (LimitExceededError("too many"), None),
    ],
)
async def test_only_what_may_help_is_tried_again(
    incompletes: Incompletes, error: AdloomError, expected: float | None
) -> None:
    await incompletes.settle(execution(1), [trouble(error=error)])

    assert expected == minutes(await only(incompletes), NOW)


async def test_a_handler_says_how_often_and_how_far_apart(
    incompletes: Incompletes, table: Drawer
) -> None:
    waits = []
    told = trouble(error=RejectedError("no"), count=2, interval_seconds=900)
    for _ in range(4):
        await incompletes.settle(execution(1), [told])
        waits.append(minutes(await only(incompletes), table.clock.now()))

    assert [15, 15, None, None] == waits


async def test_an_execution_is_due_once_however_many_of_its_bundles_are(
    incompletes: Incompletes,
) -> None:
    await incompletes.settle(execution(2), [trouble("1>a"), trouble("2>a")])
    await incompletes.settle(execution(1), [trouble("1>a")])
    await incompletes.settle(execution(3), [trouble(error=RejectedError("no"))])

    assert [] == await incompletes.due(NOW + timedelta(seconds=59.9))
    assert [execution(1).id, execution(2).id] == await incompletes.due(NOW + timedelta(minutes=1))


async def test_fractions_of_a_second_do_not_change_what_is_due(
    incompletes: Incompletes, table: Drawer
) -> None:
    table.clock.move(0.5)
    await incompletes.settle(execution(1), [trouble()])

    assert [] == await incompletes.due(NOW + timedelta(seconds=60.4))
    assert [execution(1).id] == await incompletes.due(NOW + timedelta(seconds=60.5))
    assert [execution(1).id] == await incompletes.due(NOW + timedelta(seconds=61))

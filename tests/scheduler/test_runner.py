"""The runner: starts what is due, within bounds, and ends gracefully."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.clock import SystemClock
from adloom.errors import RejectedError, WorkspaceError
from scheduler.nodes import Node
from scheduler.runner import Chore, Runner
from scheduler.scenario_rows import Due, RunEnd, RunStatus
from tests.scheduler.timetable import Timetable, timetable

HOUR = 3600


@dataclass
class Stage:
    """A runner whose scenarios end when they are told to."""

    table: Timetable
    node: Node
    runner: Runner = field(init=False)
    begun: list[Due] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    disabled: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[bool] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, text: str) -> None:
        self.said.append(text)
        self.news.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that is begun or said."""
        async with asyncio.timeout(20):
            while not condition():
                self.news.clear()
                await self.news.wait()

    async def conduct(self, due: Due) -> RunEnd:
        self.begun.append(due)
        self.news.set()
        try:
            if gate := self.gates.get(due.scenario):
                await gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(due.scenario)
            raise
        if error := self.errors.get(due.scenario):
            raise error
        return RunEnd(found=True)

    def names(self) -> list[str]:
        return [due.scenario for due in self.begun]

    async def statuses(self, name: str) -> list[RunStatus]:
        return [one.status for one in await self.table.dues.occurrences(name)]


@asynccontextmanager
async def staged(table: Timetable, *, clock: Any = None, **more: Any) -> AsyncIterator[Stage]:
    with Node(table.folder / "locks") as node:
        stage = Stage(table, node)
        stage.runner = Runner(
            table.dues,
            stage.conduct,
            clock or table.clock,
            node,
            stopped=lambda: bool(stage.stopped),
            tell=stage.hear,
            disabled=lambda name, reason: stage.disabled.append((name, reason)),
            **more,
        )
        yield stage


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Timetable]:
    async with timetable(tmp_path) as made:
        yield made


@pytest.fixture
async def stage(table: Timetable) -> AsyncIterator[Stage]:
    async with staged(table) as made:
        yield made


async def test_a_tick_starts_what_is_due_and_notes_its_end(stage: Stage) -> None:
    await stage.table.enabled("nightly")
    early = await stage.runner.tick()
    stage.table.clock.move(15 * 60)
    started = await stage.runner.tick()
    await stage.runner.idle()
    stored = await stage.table.scenarios.load("nightly")

    assert (early, started) == (0, 1)
    assert [due.slot for due in stage.begun] == ["2026-11-21T12:15:00Z"]
    assert (stored.last_status, stored.last_found_at) == (RunStatus.DONE, stage.table.clock.now())


async def test_no_more_run_at_a_time_than_may(table: Timetable) -> None:
    async with staged(table, at_once=2) as stage:
        for name in ("a", "b", "c"):
            await table.enabled(name)
            stage.gates[name] = asyncio.Event()
        table.clock.move(15 * 60)
        first = await stage.runner.tick()
        full = await stage.runner.tick()
        stage.gates["a"].set()
        await asyncio.wait(stage.runner._running, return_when=asyncio.FIRST_COMPLETED)
        second = await stage.runner.tick()
        for gate in stage.gates.values():
            gate.set()
        await stage.runner.idle()

    assert (first, full, second) == (2, 0, 1)
    assert stage.names() == ["a", "b", "c"]


async def test_a_failure_is_noted_and_the_last_one_is_told_of(stage: Stage) -> None:
    await stage.table.enabled("nightly", settings="{max_errors: 2}")
    stage.errors["nightly"] = RejectedError("The account is closed.")
    for _ in range(3):
        stage.table.clock.move(15 * 60)
        await stage.runner.tick()
        await stage.runner.idle()
    reason = "It failed 2 times in a row. The last time: The account is closed."

    assert len(stage.begun) == 2
    assert stage.disabled == [("nightly", reason)]
    assert stage.said == [f"nightly is disabled now. {reason}"]


async def test_a_bug_fails_one_run_and_not_the_runner(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.table.enabled("nightly")
    await stage.table.enabled("other")
    stage.errors["nightly"] = ZeroDivisionError("oh")
    stage.table.clock.move(15 * 60)
    await stage.runner.tick()
    await stage.runner.idle()

    assert (
        await stage.table.scenarios.load("nightly")
    ).last_error == "A bug: ZeroDivisionError: oh"
    assert (await stage.table.scenarios.load("other")).last_status is RunStatus.DONE
    assert "Traceback" in caplog.text


async def test_an_end_is_noted_even_if_the_database_was_locked_for_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.table.enabled("nightly")
    note, troubles = stage.table.dues.ended, [WorkspaceError("locked"), WorkspaceError("locked")]

    async def ended(due: Due, end: RunEnd) -> str | None:
        if troubles:
            raise troubles.pop()
        return await note(due, end)

    monkeypatch.setattr(stage.table.dues, "ended", ended)
    stage.table.clock.move(15 * 60)
    await stage.runner.tick()
    await stage.runner.idle()

    assert await stage.statuses("nightly") == [RunStatus.DONE]
    assert stage.said == ["nightly: locked"]


async def test_the_kill_switch_stops_starting_and_is_told_of_once(stage: Stage) -> None:
    await stage.table.enabled("nightly")
    stage.table.clock.move(15 * 60)
    stage.stopped.append(True)
    pulled = [await stage.runner.tick() for _ in range(3)]
    stage.stopped.clear()
    released = await stage.runner.tick()
    await stage.runner.idle()

    assert (pulled, released) == ([0, 0, 0], 1)
    assert stage.said == [
        "The kill switch is pulled: nothing is started until it is released.",
        "The kill switch is released.",
    ]


async def test_a_laptop_that_slept_catches_up_once(stage: Stage) -> None:
    await stage.table.enabled("often", "{every: 1 minute}")
    await stage.table.enabled("daily", "{daily: '09:00'}")
    stage.table.clock.move(30 * 24 * HOUR)
    await stage.runner.watch_clock()
    for _ in range(3):
        await stage.runner.tick()
        await stage.runner.idle()

    assert sorted(stage.names()) == ["daily", "often"]


async def test_a_clock_that_is_set_back_makes_nobody_wait(stage: Stage) -> None:
    await stage.table.enabled("often", "{every: 1 minute}")
    stage.table.clock.move(2 * HOUR)
    await stage.runner.tick()
    await stage.runner.idle()
    stage.table.clock.move(-HOUR)
    moved = await stage.runner.watch_clock()
    stage.table.clock.move(60)
    started = await stage.runner.tick()
    await stage.runner.idle()

    assert (moved, started) == (-HOUR, 1)
    assert stage.said == ["The clock was moved by -3600 seconds."]


async def test_a_clock_that_is_put_forward_starts_each_once(stage: Stage) -> None:
    await stage.table.enabled("often", "{every: 1 minute}")
    stage.table.clock._now += timedelta(hours=1)  # while monotonic time stands still
    moved = await stage.runner.watch_clock()
    started = [await stage.runner.tick() for _ in range(2)]
    await stage.runner.idle()

    assert (moved, started) == (HOUR, [1, 0])


async def test_what_a_dead_runner_left_is_run_again(stage: Stage) -> None:
    await stage.table.enabled("nightly")
    stage.table.clock.move(15 * 60)
    await stage.table.claim("somebody who died")
    taken = await stage.runner.take_over()
    await stage.runner.idle()

    assert taken == 1
    assert [due.attempt for due in stage.begun] == [2]
    assert await stage.statuses("nightly") == [RunStatus.DONE]


async def test_what_the_runner_itself_runs_is_not_taken_over(stage: Stage) -> None:
    await stage.table.enabled("nightly")
    stage.gates["nightly"] = asyncio.Event()
    stage.table.clock.move(15 * 60)
    await stage.runner.tick()

    assert await stage.runner.take_over() == 0
    stage.gates["nightly"].set()
    await stage.runner.idle()


# --- the whole, with a clock that runs ---------------------------------------------------------


async def overdue(table: Timetable, *names: str) -> None:
    """Scenarios that are due as soon as somebody looks."""
    for name in names:
        await table.enabled(name)
    await table.database.write(
        lambda work: work.run("UPDATE scenario SET due_at = ?", "2026-11-21T12:00:00+00:00")
    )


async def test_it_serves_until_it_is_stopped_and_lets_runs_end(table: Timetable) -> None:
    done: list[str] = []

    async def chore() -> None:
        done.append("chore")

    chores = [Chore("recover", HOUR, chore, at_start=True)]
    async with staged(table, clock=SystemClock(), chores=chores) as stage:
        await overdue(table, "nightly")
        stage.gates["nightly"] = asyncio.Event()
        serving = asyncio.create_task(stage.runner.serve())
        await stage.until(lambda: stage.begun)
        stage.runner.stop()
        await stage.until(lambda: stage.said)
        stage.gates["nightly"].set()
        await serving

    assert done == ["chore"]
    assert stage.said == ["Waiting up to 30 s for 1 to end."]
    assert await stage.statuses("nightly") == [RunStatus.DONE]


async def test_what_does_not_end_in_time_is_left_to_the_next_runner(table: Timetable) -> None:
    async with staged(table, clock=SystemClock(), patience=0.05) as stage:
        await overdue(table, "nightly")
        stage.gates["nightly"] = asyncio.Event()
        serving = asyncio.create_task(stage.runner.serve())
        await stage.until(lambda: stage.begun)
        stage.runner.stop()
        await serving

        assert stage.cancelled == ["nightly"]
        assert await stage.statuses("nightly") == [RunStatus.RUNNING]

    async with staged(table) as second:
        assert await second.runner.take_over() == 1
        await second.runner.idle()

    assert await stage.statuses("nightly") == [RunStatus.DONE]


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_second_signal_does_not_wait(table: Timetable) -> None:
    async with staged(table, clock=SystemClock(), patience=600) as stage:
        await overdue(table, "nightly")
        stage.gates["nightly"] = asyncio.Event()
        before = signal.getsignal(signal.SIGTERM)
        serving = asyncio.create_task(stage.runner.serve(signals=True))
        await stage.until(lambda: stage.begun)
        os.kill(os.getpid(), signal.SIGTERM)
        await stage.until(lambda: stage.said)
        os.kill(os.getpid(), signal.SIGTERM)
        await serving

    assert stage.cancelled == ["nightly"]
    assert signal.getsignal(signal.SIGTERM) == before


async def test_a_chore_that_fails_is_told_of_once_and_done_again(table: Timetable) -> None:
    tries: list[int] = []
    enough = asyncio.Event()

    async def chore() -> None:
        tries.append(1)
        if len(tries) > 4:
            enough.set()
        if len(tries) < 4:
            raise WorkspaceError("The disk is full.")

    async with staged(table, clock=SystemClock(), chores=[Chore("prune", 0.02, chore)]) as stage:
        serving = asyncio.create_task(stage.runner.serve())
        await asyncio.wait_for(enough.wait(), 20)
        stage.runner.stop()
        await serving

    assert stage.said == ["prune: The disk is full."]

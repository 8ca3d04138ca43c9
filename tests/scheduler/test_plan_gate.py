"""A plan says what applying it does; benchmarks/plans.py asks that of a thousand scenarios."""

from pathlib import Path

import pytest

from scheduler.reviewing import Reviewed
from scheduler.stages.overlay import Overlay
from tests.scheduler.plan_rounds import in_memory, on_a_simulator


async def test_forty_scenarios_over_an_account_in_memory(tmp_path: Path) -> None:
    verdicts = await in_memory(tmp_path, range(40))

    assert [] == verdicts.faults
    assert 10 < verdicts.counted["as planned"]
    assert 0 < verdicts.counted["changed since, and said so"]


async def test_a_dozen_scenarios_over_a_simulator(tmp_path: Path) -> None:
    verdicts = await on_a_simulator(tmp_path, range(100, 112))

    assert [] == verdicts.faults
    assert 0 < verdicts.counted["as planned"]


async def test_without_what_switches_make_of_states_it_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Overlay, "states", lambda *_: None)

    verdicts = await in_memory(tmp_path, range(1, 80, 2))

    assert verdicts.faults


async def test_without_the_comparison_while_applying_it_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reviewed, "check", lambda *_: None)

    verdicts = await in_memory(tmp_path, range(0, 40, 2))

    assert verdicts.faults

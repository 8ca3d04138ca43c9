"""Killed before or after any commit and any call, once or twice: nothing lost, nothing twice.

All pairs: `python -m benchmarks.boundaries`.
"""

from pathlib import Path

import pytest

from tests.scheduler.boundaries import every_one, every_two
from tests.scheduler.protections import PROTECTIONS, without

PAIRS = 60


@pytest.mark.slow
async def test_a_death_at_any_point_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    tally = await every_one(tmp_path)

    assert tally.tried > 80
    assert {} == tally.bad


@pytest.mark.slow
async def test_two_deaths_at_any_points_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    tally = await every_two(tmp_path, sample=PAIRS)

    assert PAIRS == tally.tried
    assert {} == tally.bad


@pytest.mark.slow
@pytest.mark.parametrize("protection", PROTECTIONS)
async def test_without_a_protection_a_death_loses_or_repeats_something(
    protection: str, tmp_path: Path
) -> None:
    with without(protection):
        tally = await every_one(tmp_path, until_bad=True)

    assert tally.bad

"""Killed before or after any commit and any call, once or twice: nothing lost, nothing twice.

All pairs: `python -m benchmarks.boundaries`.
"""

from pathlib import Path

import pytest

from tests.scheduler.boundaries import every_one, every_two
from tests.scheduler.breaking import CALLING, SMALL
from tests.scheduler.protections import PROTECTIONS, without

PAIRS = 40


@pytest.mark.slow
@pytest.mark.parametrize("text", [SMALL, CALLING], ids=["by itself", "calling another"])
async def test_a_death_at_any_point_loses_nothing_and_repeats_nothing(
    text: str, tmp_path: Path
) -> None:
    tally = await every_one(tmp_path, text)

    assert tally.tried > 80
    assert {} == tally.bad


@pytest.mark.slow
@pytest.mark.parametrize("text", [SMALL, CALLING], ids=["by itself", "calling another"])
async def test_two_deaths_at_any_points_lose_nothing_and_repeat_nothing(
    text: str, tmp_path: Path
) -> None:
    tally = await every_two(tmp_path, text, sample=PAIRS)

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

"""A scenario killed at any moment: every new ad is handled exactly once, counted at the simulator.

The full number: `python -m benchmarks.kills --kills 10000`.
"""

from pathlib import Path

import pytest

from tests.scheduler.killing import kill_round

KILLS = 60
ADS = 240


@pytest.mark.slow
async def test_every_new_ad_is_handled_once_however_often_the_process_is_killed(
    tmp_path: Path,
) -> None:
    found = await kill_round(tmp_path / "w", kills=KILLS, ads=ADS, seed=11)

    assert [] == found.faults
    assert found.kills >= KILLS // 2, found
    assert found.hits >= found.kills // 10, found
    assert found.bundles > 100


@pytest.mark.slow
async def test_without_looking_up_the_same_kills_make_things_twice(tmp_path: Path) -> None:
    found = await kill_round(tmp_path / "w", kills=KILLS, ads=120, seed=12, protection="looking-up")

    assert found.hits
    assert any(": 2 campaigns" in fault or "transfers" in fault for fault in found.faults), found

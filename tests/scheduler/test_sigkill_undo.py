"""An undo killed at any moment is gone on with, and ends as if nobody had been killed.

The full numbers: `python -m benchmarks.undo`.
"""

from pathlib import Path

import pytest

from tests.scheduler.undo_kills import killed_undo
from tests.scheduler.undoing import undo_rounds


@pytest.mark.slow
async def test_an_undo_that_is_killed_again_and_again_ends_right(tmp_path: Path) -> None:
    found = await killed_undo(tmp_path / "w", kills=25, ads=14, seed=3)

    assert [] == found.faults
    assert found.kills >= 5, found
    assert found.calls > 14, found


@pytest.mark.slow
async def test_random_executions_go_back_exactly_or_are_refused_with_a_reason(
    tmp_path: Path,
) -> None:
    found = await undo_rounds(tmp_path / "w", rounds=20, seed=21)

    assert [] == found.faults
    assert found.executions >= 12, found
    assert min(found.restored, found.partly, found.refused, found.redone) > 0, found

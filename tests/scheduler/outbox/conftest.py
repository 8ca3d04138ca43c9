"""An outbox with a pixel on the other side."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scheduler.outbox.world import World, opened_world
from tests.seams.postgres import Place


@pytest.fixture
async def world(place: Place, tmp_path: Path) -> AsyncIterator[World]:
    """On every kind of database."""
    async with opened_world(place, tmp_path / "locks") as found:
        yield found


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """Where it is not the database that counts."""
    async with opened_world(tmp_path, tmp_path / "locks") as found:
        yield found

"""What most tests of connections start with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.seams.stores import NOON, open_store


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with Transport(largest_answer=100_000) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
async def store(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[ConnectionStore]:
    async with open_store(tmp_path, clock=clock) as opened:
        yield opened

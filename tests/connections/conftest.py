"""What most tests of connections start with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.wires import reading
from tests.seams.stores import NOON, open_store
from tests.seams.wire_server import answer, says, wire_server


@pytest.fixture(scope="session")
def warm() -> None:
    """What the first connection of all has to import should not count against a deadline."""

    async def connect() -> None:
        async with wire_server(says(answer())) as server, Transport() as transport:
            await transport.exchange(reading(server.address))

    asyncio.run(connect())


@pytest.fixture
async def transport(warm: None) -> AsyncIterator[Transport]:  # noqa: ARG001 - only that it is done
    async with Transport(largest_answer=100_000) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
async def store(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[ConnectionStore]:
    async with open_store(tmp_path, clock=clock) as opened:
        yield opened

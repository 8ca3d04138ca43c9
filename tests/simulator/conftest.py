from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client

START = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def simulator() -> Iterator[Running]:
    """A simulator whose time stands still."""
    with Running(Options(port=0, speed=0, start=START)) as running:
        yield running


@pytest.fixture
def client(simulator: Running) -> Client:
    """Somebody who may work with all three accounts."""
    return Client(simulator.url, simulator.token())


@pytest.fixture
def big(simulator: Running) -> str:
    """The large account."""
    return next(iter(simulator.world.accounts))


@pytest.fixture
def small(simulator: Running) -> str:
    """The account with TopView, Promote and reservations."""
    return list(simulator.world.accounts)[1]


@pytest.fixture
def limited(simulator: Running) -> str:
    """The account that the platform limits."""
    return list(simulator.world.accounts)[2]

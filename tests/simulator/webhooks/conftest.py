from collections.abc import Iterator

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Client
from tests.simulator.conftest import START
from tests.simulator.webhooks.receiver import Receiver


@pytest.fixture
def simulator() -> Iterator[Running]:
    """A simulator whose time stands still, and whose retries take no time."""
    with Running(Options(port=0, speed=0, start=START, webhook_speed=1e7)) as running:
        yield running


@pytest.fixture
def client(simulator: Running) -> Client:
    """Somebody who may work with all three accounts."""
    return Client(simulator.url, simulator.token())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who takes everything."""
    with Receiver() as listening:
        yield listening

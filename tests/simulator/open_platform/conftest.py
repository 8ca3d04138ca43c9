import pytest

from adloom.simulator import Running
from tests.simulator.open_platform.open_client import OpenClient


@pytest.fixture
def creator(simulator: Running) -> OpenClient:
    """Somebody with every scope of the usual creator."""
    return OpenClient(simulator.url)

import pytest

from tests.simulator.client import Client


@pytest.fixture
def pixel(client: Client, big: str) -> str:
    """The code of a pixel of the large account."""
    return str(client.get("/pixel/list/", advertiser_id=big)["data"]["pixels"][0]["pixel_code"])

"""A workspace with a pixel of a simulator's, and events to send to it."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.init import make_workspace
from adloom.cli.session import open_session
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator import Options, Running
from adloom.simulator.world.pixels import pixels_of
from tests.cli.conftest import Cli, Outcome
from tests.seams.workspaces import connected

__all__ = ["CANARIES", "Desk", "desk", "lead", "purchase", "running", "shop"]

SETTINGS = "[http]\ndeadline = 3\nvisibility_lag = 0.05\n"
#: What must not be in any byte that leaves: an address, a telephone number, names, ids.
CANARIES = (
    "canary.person@example.com",
    "+4915112345678",
    "Canarina",
    "Birdsworth",
    "member-canary",
)


def purchase(number: int = 1, **more: Any) -> dict[str, Any]:
    """A purchase with two items and everything that tells who it was."""
    return {
        "event": "Purchase",
        "event_time": int(time.time()) - 600,
        "event_id": f"order-{number}",
        "user": {
            "email": CANARIES[0],
            "phone": CANARIES[1],
            "first_name": CANARIES[2],
            "last_name": CANARIES[3],
            "external_id": CANARIES[4],
            "ip": "203.0.113.9",
            "user_agent": "Mozilla/5.0 (canary)",
        },
        "page": {"url": "https://shop.example.com/thanks"},
        "properties": {
            "currency": "EUR",
            "value": 30.5,
            "contents": [
                {"content_id": "s-1", "price": 10.25, "quantity": 2},
                {"content_id": "s-2", "price": 10, "quantity": 1},
            ],
        },
        **more,
    }


def lead(number: int = 1) -> dict[str, Any]:
    """A lead that became a customer."""
    return {
        "event": "Qualified",
        "event_time": int(time.time()) - 60,
        "event_id": f"lead-{number}",
        "lead": {"lead_id": f"72000000000000{number:04}", "lead_event_source": "example-crm"},
    }


@dataclass
class Desk:
    """The command line in a workspace whose connection `shop` sends to a pixel.

    Args:
        bare: The command line.
        simulator: The other side.
        folder: The workspace.
        pixel: The pixel's code.
        advertiser: The ad account it belongs to.
    """

    bare: Cli
    simulator: Running
    folder: Path
    pixel: str
    advertiser: str

    def call(self, *arguments: str) -> Outcome:
        """A command about events."""
        return self.bare("--workspace", str(self.folder), "events", *arguments)

    def send(self, file: Path, *arguments: str) -> Outcome:
        """Send a file."""
        return self.call("send", str(file), *arguments)

    def arrived(self, source: str | None = None) -> dict[str, Any]:
        """What TikTok has counted for a source."""
        return self.simulator.events.tally(source or f"web {self.pixel}").as_json()

    def items(self) -> list[dict[str, Any]]:
        """The events of the latest requests, as they were sent."""
        bodies = [json.loads(body) for body in self.simulator.events.latest]
        return [item for body in bodies for item in body["data"]]

    def lines(self, events: Iterable[Any], name: str = "orders.jsonl") -> Path:
        """Events written as JSON lines."""
        path = self.folder.parent / name
        path.write_text("".join(json.dumps(event) + "\n" for event in events))
        return path

    def bytes_left(self) -> dict[str, bytes]:
        """Every file of the workspace."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


async def _open_shop(simulator: Running, folder: Path, pixel: str, **settings: Any) -> None:
    await make_workspace(folder, "file", folder.parent / f"{folder.name}.key")
    await asyncio.to_thread((folder / SETTINGS_FILE).write_text, SETTINGS)
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        secrets = {"access_token": simulator.token()}
        told = {"host": simulator.url, "source_id": pixel, **settings}
        await connected(session, "shop", "tiktok-events", secrets, **told)


def shop(bare: Cli, simulator: Running, folder: Path, **settings: Any) -> Desk:
    """A workspace of its own with the connection `shop`."""
    advertiser = next(iter(simulator.world.accounts))
    pixel = pixels_of(advertiser)[0].code
    simulator.events.forget()
    told = {"source_id": pixel, **settings}
    asyncio.run(_open_shop(simulator, folder, told.pop("source_id"), **told))
    return Desk(bare, simulator, folder, pixel, advertiser)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running(Options(port=0, ads=20, seed=5, speed=0)) as simulator:
        yield simulator


@pytest.fixture
def desk(bare: Cli, running: Running, tmp_path: Path) -> Iterator[Desk]:
    yield shop(bare, running, tmp_path / "w")
    running.events.partial = False
    running.faults.clear()

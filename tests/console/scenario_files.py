"""Scenarios put into a console's workspace, and taken out again."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adloom.console.desk import Desk
from tests.console.conftest import Console

__all__ = [
    "HOSTILE",
    "PAUSE",
    "SEARCH",
    "Shelf",
    "agreement",
    "is_on",
    "plain",
    "polled",
    "shelf_of",
]

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"
SEARCH = """\
name: {name}
description: "Looks for ads {description}"
schedule: {{every: 1 hour, timezone: Europe/Berlin}}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", limit: 3}}
"""
PAUSE = """\
# why it is there
name: {name}
description: Switches an ad off.
schedule: {{every: 1 hour, timezone: Europe/Berlin}}  # often
limits: {{changes_per_run: 20}}
steps:
  - id: pause
    module: update_ad_status
    connection: practice
    params: {{advertiser_id: "{advertiser}", ad_id: "{ad}", status: DISABLE}}
  - id: note
    store: {{name: "{name}", operation: put, key: "{{{{pause.ad_id}}}}", value: 1}}
"""


@dataclass
class Shelf:
    """Where scenarios are put.

    Args:
        console: The console.
    """

    console: Console
    _put: list[Path] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The scenarios of the workspace."""
        return self.console.practice.folder / "scenarios"

    async def put(self, name: str, text: str) -> Path:
        """Write a scenario, and have it taken over."""
        path = self.folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self._put.append(path)
        await self.console.desk.workshop.synchronise()
        return path

    async def search(self, name: str, description: str = "") -> Path:
        """One that looks for ads and changes nothing."""
        advertiser = self.console.practice.advertiser_id
        text = SEARCH.format(name=name, description=description, advertiser=advertiser)
        return await self.put(name, text)

    async def pause(self, name: str, ad: str) -> Path:
        """One that switches an ad off."""
        advertiser = self.console.practice.advertiser_id
        return await self.put(name, PAUSE.format(name=name, ad=ad, advertiser=advertiser))

    def sent(self) -> int:
        """How many changes the platform has seen."""
        return sum(self.console.practice.simulator.effects.changes.values())


@asynccontextmanager
async def shelf_of(console: Console) -> AsyncIterator[Shelf]:
    """A shelf that is cleared at the end."""
    made = Shelf(console)
    yield made
    for path in made.folder.glob("*.yaml"):
        path.unlink()
    await console.desk.workshop.synchronise()


def plain(text: str) -> str:
    """A page as one reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def agreement(text: str) -> str:
    """The text somebody agrees to, from a dialog."""
    found = re.search(r'name="agreed" value="(\w+)"', text)
    assert found is not None, text
    return found[1]


async def is_on(desk: Desk, name: str) -> bool:
    """Whether a scenario is switched on."""
    return (await desk.workshop.scenarios.load(name)).enabled


async def polled(shelf: Shelf, text: str) -> str:
    """How work stands once it has ended."""
    found = re.search(r'hx-get="(/scenarios/[^"]+/work/[^"]+)"', text)
    assert found is not None, text
    await shelf.console.settled()
    return await shelf.console.get(found[1])

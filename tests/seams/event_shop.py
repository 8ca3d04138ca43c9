"""A simulator whose every body is looked at, and a workspace that sends its events there."""

import os
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adloom.simulator import Running
from adloom.simulator.making.received import LATEST
from adloom.simulator.world.pixels import pixels_of
from tests.seams.workspaces import connected, opened_workspace

__all__ = ["EventShop", "Inspector", "family", "memory_of", "open_event_shop"]

EVENT_TIMES: Final = re.compile(rb'"event_time":(\d+)')
#: Faster than any machine, so that the connection's rate never waits.
RATE: Final = 1_000


class Inspector(deque[bytes]):
    """Looks at every body that is taken, before it is forgotten.

    Args:
        words: What must not be in any of them.
    """

    def __init__(self, words: Sequence[bytes]):
        super().__init__(maxlen=LATEST)
        self.words = words
        #: The words that were found, and the earliest and latest time of an event.
        self.found: set[bytes] = set()
        self.earliest = 2**63
        self.latest = 0

    def append(self, body: bytes, /) -> None:
        """Look at a body."""
        small = body.lower()
        self.found.update(word for word in self.words if word in small)
        times = [int(time) for time in EVENT_TIMES.findall(body)]
        self.earliest = min([self.earliest, *times])
        self.latest = max([self.latest, *times])
        super().append(body)


@dataclass(frozen=True)
class EventShop:
    """A workspace with the connection `shop`.

    Args:
        simulator: The other side.
        folder: The workspace.
        pixel: Where its events go.
        inspector: Has seen every body that was taken.
    """

    simulator: Running
    folder: Path
    pixel: str
    inspector: Inspector = field(default_factory=lambda: Inspector(()))

    def arrived(self) -> dict[str, Any]:
        """What TikTok has counted."""
        return self.simulator.events.tally(f"web {self.pixel}").as_json()


async def open_event_shop(
    simulator: Running, folder: Path, *, deadline: float = 5.0, words: Sequence[bytes] = ()
) -> EventShop:
    """Make a workspace that sends to a simulator.

    Args:
        simulator: The other side.
        folder: Where to make it.
        deadline: Seconds a request may take.
        words: What must not arrive there.
    """
    pixel = pixels_of(next(iter(simulator.world.accounts)))[0].code
    async with opened_workspace(folder, deadline=deadline) as session:
        settings = {"host": simulator.url, "source_id": pixel, "requests_per_second": RATE}
        await connected(
            session, "shop", "tiktok-events", {"access_token": simulator.token()}, **settings
        )
    inspector = Inspector(words)
    simulator.events.latest = inspector
    return EventShop(simulator, folder, pixel, inspector)


# --- processes ------------------------------------------------------------------------------------


def family(process: int) -> list[int]:
    """A process and its children (Linux; elsewhere only itself)."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return [process]
    return [process, *(one for child in text.split() for one in family(int(child)))]


def memory_of(processes: Sequence[int]) -> Mapping[int, int]:
    """Bytes that processes hold in memory now (Linux)."""
    held = {}
    for one in processes:
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        if pages:  # what is dead, and only waits for somebody to ask, has none
            held[one] = pages * os.sysconf("SC_PAGE_SIZE")
    return held

"""Every boundary at which a process can die, and every two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.scheduler.breaking import SMALL, Verdict, copied, lives, new_journal, platform, told

__all__ = ["Tally", "every_one", "every_two"]


@dataclass
class Tally:
    """What came of dying at many points.

    Args:
        tried: How many ways to die were tried.
        bad: Those after which something was lost, doubled or left open.
    """

    tried: int = 0
    bad: dict[Sequence[int], Verdict] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.tried + other.tried, {**self.bad, **other.bad})


class Stages:
    """Folders to die in, each with an empty journal.

    Args:
        folder: Where they are made.
        text: The scenario that dies.
    """

    def __init__(self, folder: Path, text: str) -> None:
        self._folder = folder
        self._text = text
        self._names: Iterator[str] = (str(number) for number in range(10**9))

    async def begin(self) -> None:
        """Make the journal that is copied."""
        (self._folder / "empty").mkdir()
        await new_journal(self._folder / "empty")

    async def die(self, tally: Tally, *deaths: int) -> int:
        """Die at these points in turn; how many points the last of the dead would have passed."""
        folder = copied(self._folder / "empty", self._folder / next(self._names))
        world = platform()
        passed = await lives(folder, world, deaths, self._text)
        tally.tried += 1
        if verdict := await told(folder, world):
            tally.bad[deaths] = verdict
        for file in folder.glob("*.db*"):
            file.unlink()
        return passed[-1].passed


async def every_one(folder: Path, text: str = SMALL, *, until_bad: bool = False) -> Tally:
    """Die once, at every point there is, or until that did harm."""
    stages, tally = Stages(folder, text), Tally()
    await stages.begin()
    points = await stages.die(Tally())
    for at in range(1, points + 1):
        await stages.die(tally, at)
        if until_bad and tally.bad:
            break
    return tally


async def every_two(
    folder: Path,
    text: str = SMALL,
    *,
    sample: int | None = None,
    seed: int = 1,
    part: int = 0,
    parts: int = 1,
) -> Tally:
    """Die twice, at every pair of points there is, or at a sample of them.

    Args:
        folder: Where to work.
        text: The scenario that dies.
        sample: How many pairs; None is all of them.
        seed: Which sample.
        part: Which share of all of them, from 0.
        parts: How many shares there are.
    """
    stages, tally = Stages(folder, text), Tally()
    await stages.begin()
    points = await stages.die(Tally())
    if sample is not None:
        chance = Random(seed)  # noqa: S311 - where to die, nothing secret
        for _ in range(sample):
            await stages.die(tally, chance.randint(1, points), chance.randint(1, points))
        return tally
    for first in range(1 + part, points + 1, parts):
        again = await stages.die(Tally(), first)
        for second in range(1, again + 1):
            await stages.die(tally, first, second)
    return tally

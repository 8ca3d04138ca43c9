"""Scenario files that cannot be used, each with its first fault and where that is."""

from dataclasses import dataclass
from pathlib import Path

from adloom.errors import UsageError
from adloom.services.scenario_files import text_at
from scenarios.places import say_path
from scenarios.problems import Severity
from scheduler.workshop import Workshop

__all__ = ["FaultyFile", "look_at_files"]


@dataclass(frozen=True)
class FaultyFile:
    """A file that cannot be used.

    Args:
        file: What it is called.
        text: Its first fault.
        line: Where that is, counted from 1; 0 if it is about the whole.
        more: How many other faults it has.
    """

    file: str
    text: str
    line: int = 0
    more: int = 0

    @property
    def stem(self) -> str:
        """What the file is called without its ending."""
        return Path(self.file).stem


async def look_at_files(workshop: Workshop, folder: Path) -> tuple[list[FaultyFile], set[str]]:
    """The files that cannot be used, by name, and the scenarios of those that can.

    What has not changed is not read again.
    """
    reading = workshop.files.read(await workshop.scenarios.known())
    faulty = [_faulty(folder / file, said) for file, said in sorted(reading.faults.items())]
    here = {one.name for one in reading.changed.values()} | set(reading.unchanged.values())
    return faulty, here


def _faulty(path: Path, said: str) -> FaultyFile:
    try:
        problems = text_at(path).problems
    except UsageError as error:
        return FaultyFile(path.name, str(error))
    errors = [one for one in problems if one.severity is Severity.ERROR]
    if not errors:
        return FaultyFile(path.name, said)
    first = errors[0]
    what = f"{say_path(first.path)}: {first.text}" if first.path else first.text
    hint = f" ({first.hint})" if first.hint else ""
    return FaultyFile(path.name, what + hint, first.place.line, len(errors) - 1)

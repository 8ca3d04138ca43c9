"""Scenario files that cannot be used, each with its first fault and where that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.errors import InvalidScenarioError, UsageError
from adloom.services.editing_saving import hash_of
from adloom.services.scenario_files import text_at
from scenarios.loader import read_scenario_text
from scenarios.places import say_path
from scenarios.problems import Severity
from scenarios.testing.model import is_script

__all__ = ["FaultyFile", "look_at_files"]

ENDINGS: Final = (".yaml", ".yml")
MOST_KEPT: Final = 5_000
#: What was found in a file, by its path and the marks that change when it does.
_Mark = tuple[str, int, int, int, int]
_SEEN: Final[dict[_Mark, "FaultyFile | str"]] = {}


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


def look_at_files(
    folder: Path, known: Mapping[str, str]
) -> tuple[list[FaultyFile], dict[str, str]]:
    """The files that cannot be used, and the scenarios of those that can, with their files.

    Args:
        folder: Where they lie.
        known: Names of scenarios by the hash of their text: such a text is not read again.
    """
    faulty: list[FaultyFile] = []
    here: dict[str, str] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix not in ENDINGS or path.name.startswith(".") or is_script(path):
            continue
        found = _found(path, known)
        if isinstance(found, FaultyFile):
            faulty.append(found)
        elif found in here:
            faulty.append(FaultyFile(path.name, f"{here[found]} also has a scenario “{found}”."))
        else:
            here[found] = path.name
    return faulty, here


def _found(path: Path, known: Mapping[str, str]) -> "FaultyFile | str":
    """The name of a file's scenario, or why there is none; from memory if it is as it was."""
    try:
        stat = path.stat()
    except OSError as error:
        return FaultyFile(path.name, f"It cannot be read: {error.strerror}.")
    mark = (str(path), stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
    if mark not in _SEEN:
        if len(_SEEN) >= MOST_KEPT:
            _SEEN.clear()
        _SEEN[mark] = _read(path, known)
    return _SEEN[mark]


def _read(path: Path, known: Mapping[str, str]) -> "FaultyFile | str":
    try:
        version = hash_of(read_scenario_text(path))
        if version in known:
            return known[version]
    except (InvalidScenarioError, OSError):
        pass  # told below, with its place
    try:
        text = text_at(path)
    except UsageError as error:
        return FaultyFile(path.name, str(error))
    if text.scenario is not None:
        return text.scenario.name
    errors = [one for one in text.problems if one.severity is Severity.ERROR]
    first = errors[0]
    what = f"{say_path(first.path)}: {first.text}" if first.path else first.text
    hint = f" ({first.hint})" if first.hint else ""
    return FaultyFile(path.name, what + hint, first.place.line, len(errors) - 1)

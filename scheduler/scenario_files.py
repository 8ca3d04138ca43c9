"""The scenario files of a workspace: read when they change, understood only when they are new."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adloom.errors import UsageError
from scenarios.loader import load_scenario, read_scenario_text
from scenarios.model import Scenario
from scenarios.testing.model import is_script

__all__ = ["Reading", "ScenarioFiles"]

ENDINGS: Final = (".yaml", ".yml")

Load = Callable[[str, Path], Scenario]


@dataclass(frozen=True)
class Reading:
    """What lies in the folder; every mapping goes by the name of the file.

    Args:
        changed: Scenarios in a version that was not known.
        unchanged: Names of scenarios in the version that is known.
        faults: Why a file cannot be used.
    """

    changed: Mapping[str, Scenario] = field(default_factory=dict)
    unchanged: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Seen:
    mark: tuple[int, ...]
    text: str
    hash: str


class ScenarioFiles:
    """Reads a folder of scenarios again and again.

    Args:
        folder: Where they lie; it need not exist.
        load: Understands a text.
    """

    def __init__(self, folder: Path, load: Load = load_scenario) -> None:
        self._folder = folder
        self._load = load
        self._seen: dict[str, _Seen] = {}

    def read(self, known: Mapping[str, str]) -> Reading:
        """Read what lies there now.

        Args:
            known: The names of scenarios by the hash of the version that is known.
        """
        changed: dict[str, Scenario] = {}
        unchanged: dict[str, str] = {}
        faults: dict[str, str] = {}
        owners: dict[str, str] = {}
        for path in self._paths():
            try:
                text, version = self._text(path)
                scenario = None if version in known else self._load(text, path)
            except (UsageError, OSError) as error:
                faults[path.name] = str(error)
                continue
            name = scenario.name if scenario else known[version]
            if name in owners:
                faults[path.name] = f"{owners[name]} also has a scenario named {name!r}."
                continue
            owners[name] = path.name
            if scenario:
                changed[path.name] = scenario
            else:
                unchanged[path.name] = name
        return Reading(changed, unchanged, faults)

    def _paths(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(
            path
            for path in self._folder.iterdir()
            if path.suffix in ENDINGS
            and not path.name.startswith(".")
            and path.is_file()
            and not is_script(path)
        )

    def _text(self, path: Path) -> tuple[str, str]:
        """A file's text and its hash, from memory if the file is as it was."""
        found = path.stat()
        mark = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
        seen = self._seen.get(path.name)
        if seen is None or seen.mark != mark:
            text = read_scenario_text(path)
            seen = _Seen(mark, text, hashlib.sha256(text.encode()).hexdigest())
            self._seen[path.name] = seen
        return seen.text, seen.hash

"""Files of tests beside scenarios: found, read, and brought together with what they are for."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adloom.errors import InvalidScenarioError, UsageError
from scenarios.loader import load_scenario_file
from scenarios.model import Scenario
from scenarios.places import Place
from scenarios.problems import Problem, Problems, Severity, near
from scenarios.testing.check import check_script
from scenarios.testing.loader import read_script, read_script_text
from scenarios.testing.model import ENDING, Script, is_script

__all__ = ["Ready", "beside", "make_ready", "scripts_in"]

ENDINGS: Final = (".yaml", ".yml")


@dataclass(frozen=True)
class Ready:
    """A file of tests with everything they need.

    Args:
        path: The file.
        script: What it says; None if it cannot be understood.
        scenario: What it is for; None if that is not there.
        library: The scenarios beside it, by name.
        problems: What is wrong, warnings included, in the order of the file.
    """

    path: Path
    script: Script | None
    scenario: Scenario | None
    library: Mapping[str, Scenario] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it can be run."""
        return not any(one.severity is Severity.ERROR for one in self.problems)


def scripts_in(folder: Path) -> list[Path]:
    """The files of tests in a folder."""
    if not folder.is_dir():
        return []
    found = (one for one in folder.iterdir() if is_script(one) and one.is_file())
    return sorted(one for one in found if not one.name.startswith("."))


def beside(folder: Path) -> dict[str, Scenario]:
    """The scenarios in a folder that can be understood, by name."""
    found: dict[str, Scenario] = {}
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") or is_script(path)
        if path.suffix in ENDINGS and path.is_file() and not hidden:
            with suppress(UsageError, OSError):
                scenario = load_scenario_file(path)
                found.setdefault(scenario.name, scenario)
    return found


def make_ready(path: Path, library: Mapping[str, Scenario] | None = None) -> Ready:
    """Read a file of tests and the scenario it is for.

    Args:
        path: The file.
        library: The scenarios beside it, where they have been read already.

    Raises:
        UsageError: The file cannot be read at all.
    """
    try:
        text = read_script_text(path)
    except InvalidScenarioError as error:
        found = [one for one in error.problems if isinstance(one, Problem)]
        return Ready(path, None, None, problems=found)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    known = beside(path.parent) if library is None else library
    problems = Problems(path)
    script = read_script(text, problems)
    scenario = _scenario(script, path, known, problems) if script else None
    if script is not None and scenario is not None:
        check_script(problems, script, scenario, known)
    return Ready(path, script, scenario, known, problems.in_order())


def _scenario(
    script: Script, path: Path, library: Mapping[str, Scenario], problems: Problems
) -> Scenario | None:
    """The scenario of a file of tests: the one it names, or the one in the file beside it."""
    stem = path.name.removesuffix(ENDING).removesuffix(".test.yml")
    own = next((one for one in library.values() if one.path and one.path.stem == stem), None)
    place = script.place_of(("scenario",))
    if script.scenario is None:
        if own is None:
            why = _why_not(path.parent, stem)
            problems.error(Place(), (), f"there is no scenario {stem} beside it{why}")
        return own
    if own is not None and own.name != script.scenario:
        said = f"is for {script.scenario!r}, but {own.path.name if own.path else stem} beside it"
        problems.error(place, ("scenario",), f"{said} holds {own.name!r}")
        return None
    if script.scenario not in library:
        hint = near(script.scenario, library) or _why_not(path.parent, stem).lstrip(", ") or None
        said = f"there is no scenario {script.scenario[:60]!r} beside it"
        problems.error(place, ("scenario",), said, hint)
        return None
    return library[script.scenario]


def _why_not(folder: Path, stem: str) -> str:
    """Why a scenario's file cannot be used, if it is there."""
    if any((folder / f"{stem}{ending}").exists() for ending in ENDINGS):
        return " that can be used; see why: adloom scenarios check"
    return ""

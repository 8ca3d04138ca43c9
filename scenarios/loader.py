"""From the text of a scenario to a scenario, or to everything that is wrong with it."""

import hashlib
import re
from pathlib import Path
from typing import Final

from adloom.errors import InvalidScenarioError
from scenarios.check import check_into
from scenarios.load_limits import read_limits
from scenarios.load_schedule import read_schedule
from scenarios.load_settings import read_settings
from scenarios.load_steps import read_steps
from scenarios.mapped import Locator
from scenarios.mappings import Mappings
from scenarios.model import Scenario, all_steps
from scenarios.places import Place
from scenarios.problems import Problem, Problems, Severity
from scenarios.section import Section
from scenarios.yaml_nodes import MapNode, places_of
from scenarios.yaml_reading import MOST_CHARACTERS, compose

__all__ = ["KEYS", "load_scenario", "load_scenario_file", "problems_of", "read_scenario_text"]

#: What a scenario file may have.
KEYS: Final = ("name", "description", "schedule", "settings", "limits", "steps")
MOST_STEPS: Final = 1_000
LONGEST_DESCRIPTION: Final = 2_000
#: Names are used in commands and file names.
_NAME: Final = re.compile(r"[^\W_](?:[\w .,()&+'-]{0,118}[\w.)])?")


def load_scenario(text: str, path: Path | None = None) -> Scenario:
    """Understand a scenario and check what can be checked without accounts.

    Args:
        text: What the file holds.
        path: The file, for messages; its contents are not read.

    Raises:
        InvalidScenarioError: It cannot be run; tells every fault.
    """
    problems = Problems(path)
    scenario = _read(text, problems)
    if scenario is not None:
        check_into(problems, scenario)
    problems.raise_errors()
    assert scenario is not None  # noqa: S101 - reading nothing notes why
    return scenario


def problems_of(text: str, path: Path | None = None) -> list[Problem]:
    """Everything that is wrong with a text, warnings included, in the order of the file."""
    problems = Problems(path)
    scenario = _read(text, problems)
    if scenario is not None:
        check_into(problems, scenario)
    return problems.in_order()


def load_scenario_file(path: Path) -> Scenario:
    """Read a file and understand it.

    Raises:
        InvalidScenarioError: It cannot be run, or is no text.
        OSError: It cannot be read.
    """
    return load_scenario(read_scenario_text(path), path)


def read_scenario_text(path: Path) -> str:
    """Read a file as it is, line ends and all.

    Raises:
        InvalidScenarioError: It is too large, or not UTF-8.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(4 * MOST_CHARACTERS + 1)
    if len(content) > 4 * MOST_CHARACTERS:
        raise _unreadable(path, Place(), f"is longer than {MOST_CHARACTERS:,} characters")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _unreadable(path, place, "is not UTF-8; save it as UTF-8") from None


def _unreadable(path: Path, place: Place, text: str) -> InvalidScenarioError:
    return InvalidScenarioError([Problem(Severity.ERROR, place, (), text, None, path)])


def _read(text: str, problems: Problems) -> Scenario | None:
    """Understand as much as can be; None if there is no mapping of names to values at all."""
    node = compose(text, problems)
    if not isinstance(node, MapNode):
        if not problems.found:
            problems.error(Place(), (), "is no scenario", "it needs a name and steps")
        return None
    section = Section(node, (), problems, KEYS)
    places = dict(places_of(node))
    mappings = Mappings(Locator(text, places), problems)
    steps = section.need("steps")
    schedule = section.node_of("schedule")
    read = read_steps(steps, ("steps",), mappings)
    if sum(1 for _ in all_steps(read)) > MOST_STEPS:
        problems.error(section.place, ("steps",), f"are more than {MOST_STEPS:,}")
        return None
    return Scenario(
        name=_name(section),
        description=_description(section),
        schedule=read_schedule(schedule, ("schedule",), problems) if schedule else None,
        settings=read_settings(section.node_of("settings"), ("settings",), problems),
        limits=read_limits(section.node_of("limits"), ("limits",), problems),
        steps=read,
        text=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        path=problems.file,
        places=places,
    )


def _name(section: Section) -> str:
    section.need("name")
    name = section.text("name") or ""
    if "name" in section and not _NAME.fullmatch(name):
        section.error("name", "must be 1 to 120 letters, digits, blanks or . , ( ) & + ' - _")
    return name


def _description(section: Section) -> str:
    text = section.text("description") or ""
    if len(text) > LONGEST_DESCRIPTION:
        section.error("description", f"is longer than {LONGEST_DESCRIPTION:,} characters")
    return text

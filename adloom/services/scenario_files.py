"""Scenario files, and what is wrong with them where they are to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from adloom.catalogue import load
from adloom.errors import InvalidScenarioError, UnknownNameError, UsageError
from connections.practice import practice_of
from connections.store import ConnectionStore
from modules import MODULES, find_module
from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario, problems_of, read_scenario_text
from scenarios.model import Scenario
from scenarios.problems import Problem, Severity
from scenarios.testing.model import is_script

__all__ = ["Text", "environment_of", "find_text", "problems_with", "text_at", "texts"]


#: Texts of scenario files that are remembered as they were understood.
KEPT: Final = 512


@dataclass(frozen=True)
class Text:
    """A scenario file.

    Args:
        path: Where it lies.
        scenario: What it says; None if it cannot be understood.
        problems: What is wrong with it, as far as it says itself.
    """

    path: Path
    scenario: Scenario | None
    problems: Sequence[Problem]


def texts(folder: Path) -> list[Text]:
    """Every scenario file of a folder."""
    paths = [path for ending in ("*.yaml", "*.yml") for path in folder.glob(ending)]
    shown = (path for path in sorted(paths) if not path.name.startswith("."))
    return [text_at(path) for path in shown if not is_script(path)]


def text_at(path: Path) -> Text:
    """What a scenario file says, as far as it can be understood."""
    try:
        text = read_scenario_text(path)
    except InvalidScenarioError as error:
        found = [one for one in error.problems if isinstance(one, Problem)]
        return Text(path, None, found)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    return _understood(text, path)


@lru_cache(maxsize=KEPT)
def _understood(text: str, path: Path) -> Text:
    """Understood once: a console asks for all files at every click (console.md §2.6)."""
    problems = tuple(problems_of(text, path))
    if any(one.severity is Severity.ERROR for one in problems):
        return Text(path, None, problems)
    return Text(path, load_scenario(text, path), problems)


async def environment_of(
    store: ConnectionStore, scenarios: Sequence[Scenario], now: datetime
) -> Environment:
    """Where scenarios are to run: the connections there are, and each other."""
    accounts = {}
    for one in await store.all():
        covered = _covered(one.account.get("permissions"))
        accounts[one.name] = Account(one.provider, covered, practice_of(one))
    return Environment(accounts, {one.name: one for one in scenarios}, now)


def _covered(granted: Sequence[Any] | None) -> frozenset[int | str] | None:
    """What a grant covers of all that modules need: a permission covers those below it."""
    if not granted:
        return None
    needed = {find_module(name).permission for name in MODULES}
    below = {one for one in needed if isinstance(one, int) and load().granted(granted, one)}
    return frozenset(granted) | below


def problems_with(text: Text, environment: Environment) -> Sequence[Problem]:
    """Everything that is wrong with a file where it is to run."""
    return text.problems if text.scenario is None else check_scenario(text.scenario, environment)


def find_text(found: Sequence[Text], name: str) -> Text:
    """The file of a scenario, by the scenario's name or the file's.

    Raises:
        UnknownNameError: There is none.
    """
    for text in found:
        if name in (text.path.stem, text.path.name, str(text.path)):
            return text
        if text.scenario is not None and text.scenario.name == name:
            return text
    known = [text.scenario.name if text.scenario else text.path.stem for text in found]
    raise UnknownNameError("scenario", name, known, hint="See them all: adloom scenarios list")

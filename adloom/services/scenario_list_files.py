"""Scenario files copied, renamed, deleted and taken back; what that means is said before."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.errors import UnknownNameError, UsageError, WorkspaceError
from adloom.services.editing_saving import ChangedOnDisk, Saved, Wrong, hash_of, save
from adloom.services.scenario_drafts import slug
from adloom.services.scenario_files import texts
from adloom.services.session import Session
from modules import find_module
from scenarios.loader import read_scenario_text
from scenarios.model import ModuleStep, Scenario, ScenarioStep
from scenarios.yaml_edit import set_value
from scheduler.scenario_rows import RunStatus
from scheduler.workshop import Workshop

__all__ = [
    "Deleted",
    "callers_of",
    "delete",
    "deleted",
    "duplicate",
    "file_of",
    "free_name",
    "lost_by_renaming",
    "rename",
    "restore",
    "write_over",
]

#: Where deleted files lie, below the folder of scenarios; nothing looks for scenarios there.
TRASH: Final = ".deleted"
_TRASHED: Final = re.compile(r"(\d{8}T\d{12})~([^/\\]+\.ya?ml)")


@dataclass(frozen=True)
class Deleted:
    """A file that was deleted and can be taken back.

    Args:
        mark: What it goes by.
        file: What it was called.
    """

    mark: str
    file: str


async def file_of(session: Session, workshop: Workshop, name: str) -> Path:
    """The file of a scenario.

    Raises:
        UnknownNameError: There is no such scenario, or its file is gone.
    """
    stored = await workshop.scenarios.load(name)
    path = session.workspace.scenarios / (stored.file or "")
    if stored.file is None or not path.is_file():
        hint = "Take it back from its last version, or make it anew."
        raise UnknownNameError("file of the scenario", name, [], hint=hint)
    return path


def free_name(session: Session, name: str) -> str:
    """A name for a copy that no scenario and no file has."""
    folder = session.workspace.scenarios
    taken = {path.stem.lower() for path in folder.glob("*.y*ml")}
    taken |= {slug(one.scenario.name) for one in texts(folder) if one.scenario}
    found, number = f"{name[:100]} copy", 1
    while slug(found) in taken:
        number += 1
        found = f"{name[:100]} copy {number}"
    return found


async def duplicate(session: Session, workshop: Workshop, name: str, new: str) -> Saved:
    """Make a copy of a scenario under another name; it is switched off.

    Raises:
        UsageError: The name cannot be one, or is taken.
        InvalidScenarioError: The file cannot be used.
    """
    path = await file_of(session, workshop, name)
    text = set_value(read_scenario_text(path), ("name",), new)
    return _saved(save(session.workspace.scenarios, text, file=None, expected=None))


def callers_of(session: Session, name: str) -> list[str]:
    """The scenarios that call a scenario by its name."""
    found = (one.scenario for one in texts(session.workspace.scenarios))
    return [one.name for one in found if one is not None and _calls(one, name)]


async def lost_by_renaming(session: Session, workshop: Workshop, name: str) -> list[str]:
    """What stays behind under the old name, in sentences: state is kept by a scenario's name."""
    stored = await workshop.scenarios.load(name)
    scenario = await workshop.version(stored.hash)
    said = ["Its past executions and plans stay under the old name."]
    if stored.enabled:
        said.append("It is switched off, and has to be switched on again.")
    if watches := await workshop.watches.all(name):
        count = len(watches)
        what = "Its watch begins" if count == 1 else f"Its {count} watches begin"
        said.append(f"{what} anew: what happened before is not looked at again.")
    if waiting := await workshop.inbox.waiting(name):
        what = "bundle that waits is" if waiting == 1 else "bundles that wait are"
        said.append(f"{waiting:,} {what} not carried any more.")
    if await workshop.incompletes.open(name):
        said.append("Incomplete executions stay under the old name; they can still be resumed.")
    if scenario.limits.counts_changes or scenario.limits.budget.is_set:
        said.append("Its limits count from nothing: changes of the old name do not count.")
    first = scenario.steps[0]
    if isinstance(first, ModuleStep) and find_module(first.module).instant is not None:
        said.append("Its webhook gets another address; a secret of its own is made anew.")
    if callers := callers_of(session, name):
        said.append(f"These call it by its old name and would fail: {', '.join(callers)}.")
    return said


async def rename(session: Session, workshop: Workshop, name: str, new: str) -> Saved:
    """Give a scenario another name, and its file with it.

    Raises:
        UsageError: The name cannot be one or is taken, or the scenario is running.
    """
    path = await file_of(session, workshop, name)
    if new == name:
        raise UsageError(f"It is called {name} already.")
    await _refuse_running(workshop, name)
    before = read_scenario_text(path)
    text = set_value(before, ("name",), new)
    stays = path.stem == slug(new)
    file, expected = (path, hash_of(before)) if stays else (None, None)
    saved = _saved(save(session.workspace.scenarios, text, file=file, expected=expected))
    if not stays:
        _remove(path)
    await workshop.scenarios.disable(name)
    return saved


async def delete(session: Session, workshop: Workshop, name: str) -> Deleted:
    """Delete a scenario: it is switched off, and its file can be taken back.

    Raises:
        UsageError: It is running.
    """
    path = await file_of(session, workshop, name)
    await _refuse_running(workshop, name)
    await workshop.scenarios.disable(name)
    trash = session.workspace.scenarios / TRASH
    mark = f"{session.wiring.clock.now():%Y%m%dT%H%M%S%f}~{path.name}"
    try:
        trash.mkdir(mode=0o700, exist_ok=True)
        path.rename(trash / mark)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be deleted: {error.strerror}.") from None
    return Deleted(mark, path.name)


def deleted(session: Session) -> list[Deleted]:
    """What can be taken back, the latest first."""
    trash = session.workspace.scenarios / TRASH
    names = sorted((path.name for path in trash.glob("*~*")), reverse=True)
    return [Deleted(name, found[2]) for name in names if (found := _TRASHED.fullmatch(name))]


def restore(session: Session, mark: str) -> Path:
    """Take a deleted file back.

    Raises:
        UsageError: There is a file of its name again.
        UnknownNameError: It is not there any more.
    """
    found = _TRASHED.fullmatch(mark)
    folder = session.workspace.scenarios
    place = folder / TRASH / mark
    if found is None or not place.is_file():
        raise UnknownNameError("deleted scenario", mark, [])
    target = folder / found[2]
    if target.exists():
        raise UsageError(
            f"There is a file named {target.name} again.", hint="Rename that one first."
        )
    try:
        place.rename(target)
    except OSError as error:
        raise WorkspaceError(f"{target} cannot be written: {error.strerror}.") from None
    return target


async def write_over(
    session: Session, workshop: Workshop, name: str, text: str, expected: str
) -> Saved:
    """Write another text into the file of a scenario.

    Args:
        session: The workspace.
        workshop: What knows the scenario.
        name: The scenario.
        text: What the file is to say.
        expected: SHA-256 of what it says now, as it was shown.

    Raises:
        UsageError: The file says something else by now, or the text is of another scenario.
        InvalidScenarioError: The text cannot be used.
    """
    path = await file_of(session, workshop, name)
    return _saved(save(session.workspace.scenarios, text, file=path, expected=expected))


# --- inside ---------------------------------------------------------------------------------------


def _saved(outcome: Saved | ChangedOnDisk | Wrong) -> Saved:
    match outcome:
        case Saved():
            return outcome
        case ChangedOnDisk():
            raise UsageError(str(outcome), hint="Look at it as it is now, and try again.")
        case Wrong(problems):
            first = next(one for one in problems if one.is_error)
            if first.path == ("name",):
                raise UsageError(f"A name {first.text}.")
            raise UsageError(f"Line {first.line}: {first}", hint="Mend it in the editor.")


def _calls(scenario: Scenario, name: str) -> bool:
    steps = scenario.all_steps()
    return any(isinstance(one, ScenarioStep) and one.scenario == name for one in steps)


async def _refuse_running(workshop: Workshop, name: str) -> None:
    latest = await workshop.dues.occurrences(name, limit=5)
    if any(one.status is RunStatus.RUNNING for one in latest):
        raise UsageError(f"{name} is running.", hint="Wait until it has ended, and try again.")


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be removed: {error.strerror}.") from None

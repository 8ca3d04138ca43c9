"""Saves a draft as the file of a scenario: whole, right, and never over somebody else's change."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from adloom.errors import InvalidScenarioError, UsageError, WorkspaceError
from adloom.services.editing_problems import DraftProblem, problems_of_draft
from adloom.services.scenario_drafts import slug
from scenarios.environment import Environment
from scenarios.loader import load_scenario, read_scenario_text
from scenarios.testing.model import is_script

__all__ = ["ChangedOnDisk", "Saved", "Wrong", "hash_of", "save"]

ENDINGS: Final = (".yaml", ".yml")
PLAIN_MODE: Final = 0o644
#: Between looking at a file and writing over it nobody else of this process writes.
WRITING: Final = Lock()


@dataclass(frozen=True)
class Saved:
    """A draft that is a file now.

    Args:
        path: The file.
        name: What the scenario calls itself.
        hash: SHA-256 of what was written.
        is_new: Whether there was no such file before.
    """

    path: Path
    name: str
    hash: str
    is_new: bool


@dataclass(frozen=True)
class ChangedOnDisk:
    """A file that is not what the draft began from any more; nothing was written.

    Args:
        path: The file.
        theirs: What it says now; None if it is gone.
        hash: SHA-256 of that; None if it is gone.
    """

    path: Path
    theirs: str | None
    hash: str | None

    def __str__(self) -> str:
        if self.theirs is None:
            return f"{self.path.name} was deleted since you began, so nothing was saved."
        return f"{self.path.name} was changed since you began, so nothing was saved."


@dataclass(frozen=True)
class Wrong:
    """A draft that cannot be run as it is; nothing was written.

    Args:
        problems: Everything that is wrong, warnings included.
    """

    problems: tuple[DraftProblem, ...]


def hash_of(text: str) -> str:
    """SHA-256 of a text, as scenarios are known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def save(
    folder: Path,
    text: str,
    *,
    file: Path | None,
    expected: str | None,
    environment: Environment | None = None,
) -> Saved | ChangedOnDisk | Wrong:
    """Write a draft to the file of its scenario.

    Args:
        folder: Where the scenarios of the workspace lie.
        text: The draft.
        file: The file it began from; None for a new one, which is called as the scenario is.
        expected: SHA-256 of what that file said then; None if it should not exist.
        environment: Where it is to run; without it, connections are not looked at.

    Raises:
        UsageError: Another scenario is called the same, or a file is; or what the file holds now is
            no text.
        WorkspaceError: The file cannot be read or written.
    """
    problems = problems_of_draft(text, environment)
    if any(one.is_error for one in problems):
        return Wrong(tuple(problems))
    name = load_scenario(text).name
    place = file or folder / f"{slug(name)}{ENDINGS[0]}"
    with WRITING:
        found = _read(place)
        if file is None and found is not None:
            raise UsageError(
                f"There is a file named {place.name} already.",
                hint="Give your scenario another name, or edit the one that is there.",
            )
        now = None if found is None else hash_of(found)
        if file is not None and now != expected:
            return ChangedOnDisk(place, found, now)
        _refuse_namesake(folder, place, name)
        if found != text:
            _write(place, text)
    return Saved(place, name, hash_of(text), is_new=found is None)


def _read(place: Path) -> str | None:
    """What a file says; None if there is none."""
    try:
        return read_scenario_text(place)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceError(f"{place} cannot be read: {error.strerror}.") from None


def _refuse_namesake(folder: Path, place: Path, name: str) -> None:
    """Refuse a name that the scenario of another file has."""
    for path in _others(folder, place):
        with suppress(OSError, InvalidScenarioError):
            text = read_scenario_text(path)
            # Understanding a file takes a hundred times as long as looking for a word in it.
            if name in text and load_scenario(text, path).name == name:
                raise UsageError(
                    f"{path.name} also has a scenario named {name!r}.",
                    hint="Give yours another name.",
                )


def _others(folder: Path, place: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        is_one = path.suffix in ENDINGS and not path.name.startswith(".") and path.is_file()
        if is_one and path.resolve() != place.resolve() and not is_script(path):
            yield path


def _write(place: Path, text: str) -> None:
    """Write a file whole or not at all; who may read it stays as it was.

    Raises:
        WorkspaceError: It cannot be written.
    """
    target = place.resolve()
    begun = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PLAIN_MODE)
        with os.fdopen(descriptor, "wb") as written:
            if target.exists():
                begun.chmod(target.stat().st_mode & 0o777)
            written.write(text.encode())
            written.flush()
            os.fsync(written.fileno())
        begun.replace(target)
    except OSError as error:
        begun.unlink(missing_ok=True)
        raise WorkspaceError(
            f"{place} cannot be written: {error.strerror}.",
            hint="Nothing is lost: your draft is kept.",
        ) from None

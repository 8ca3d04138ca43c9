"""The settings of a workspace as sections that are looked at and changed one by one."""

import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from adloom.errors import InvalidParamsError, UsageError, WorkspaceError
from adloom.fields import fields_of, validate
from adloom.services.workspace_settings_toml import edited_section
from adloom.settings import SETTINGS_FILE, Settings, Workspace

__all__ = [
    "BY_HAND",
    "SECTIONS",
    "Section",
    "SettingsFile",
    "masked",
    "read_settings",
    "save_section",
]

_PASSWORD: Final = re.compile(r"(?<=://)([^/@]*):[^/]*@")

#: What a section is called, by its name in the file; a test knows that none is missing.
SECTIONS: Final[Mapping[str, str]] = {
    "notices": "Notices",
    "history": "History",
    "http": "Calls to platforms",
    "events": "Events",
    "console": "Web console",
    "intake": "Webhooks",
    "oauth": "Consent",
    "practice": "Practice",
}
#: Settings with parts of their own, which are written in the file.
BY_HAND: Final[Mapping[str, Sequence[str]]] = {"events": ("intake",)}


@dataclass(frozen=True)
class Section:
    """A part of the settings.

    Args:
        name: As it stands in the file.
        title: What people call it.
        description: One sentence.
        model: What may stand in it.
        values: What stands in it.
        waiting: The titles of what is in the file, and not in use before a restart.
    """

    name: str
    title: str
    description: str
    model: type[BaseModel]
    values: Mapping[str, Any] = field(default_factory=dict)
    waiting: Sequence[str] = ()


@dataclass(frozen=True)
class SettingsFile:
    """The settings file as it is.

    Args:
        path: Where it lies.
        hash: SHA-256 of what it says.
        sections: Its sections.
        faults: Why it cannot be used, if it cannot; the next start would fail.
    """

    path: Path
    hash: str
    sections: Sequence[Section]
    faults: str = ""

    def section(self, name: str) -> Section:
        """One of its sections.

        Raises:
            KeyError: There is none.
        """
        return {one.name: one for one in self.sections}[name]


def read_settings(workspace: Workspace) -> SettingsFile:
    """What stands in the settings file now.

    Args:
        workspace: With the settings that are in use.

    Raises:
        WorkspaceError: It cannot be read, or is no TOML.
    """
    path = workspace.path / SETTINGS_FILE
    text = _text(path)
    data = _data(path, text)
    try:
        fresh, faults = validate(Settings, data), ""
    except InvalidParamsError as error:
        fresh, faults = None, str(error)
    sections = [_section(name, data, fresh, workspace.settings) for name in SECTIONS]
    return SettingsFile(path, _hash(text), sections, faults)


def masked(value: Any) -> Any:
    """A value without the password of an address."""
    return _PASSWORD.sub(r"\1:•••@", value) if isinstance(value, str) else value


def save_section(
    workspace: Workspace, name: str, values: Mapping[str, Any], expected: str
) -> Sequence[str]:
    """Write a section into the settings file.

    Args:
        workspace: Whose.
        name: The section's.
        values: All that is to stand in it.
        expected: SHA-256 of the file when it was shown.

    Returns:
        The titles of what was changed.

    Raises:
        InvalidParamsError: The values will not do.
        UsageError: The file changed since, or is written in a way that forbids it.
        WorkspaceError: It cannot be read or written.
    """
    path = workspace.path / SETTINGS_FILE
    text = _text(path)
    if _hash(text) != expected:
        raise UsageError(
            f"{SETTINGS_FILE} was changed since this page was opened; nothing was saved.",
            hint="Load the page again, and make your change once more.",
        )
    model = _model(name)
    before = _data(path, text).get(name, {})
    # What was shown without its password, and comes back so, stays as it is.
    same = {one: old for one, old in before.items() if masked(old) == values.get(one)}
    values = {**values, **same}
    validate(model, values)
    names = [*before, *(one for one in values if one not in before)]
    changes = {one: values.get(one) for one in names if values.get(one) != before.get(one)}
    if not changes:
        return ()
    changed = edited_section(text, name, changes)
    _refuse_unusable(path, changed)
    _write(path, changed)
    titles = {one.name: one.title for one in fields_of(model)}
    return [titles.get(one, one) for one in changes]


# --- inside ---------------------------------------------------------------------------------------


def _section(
    name: str, data: Mapping[str, Any], fresh: Settings | None, used: Settings
) -> Section:  # fmt: skip
    model = _model(name)
    values = data.get(name, {})
    waiting: list[str] = []
    if fresh is not None:
        new, old = getattr(fresh, name), getattr(used, name)
        waiting = [
            one.title
            for one in fields_of(model)
            if getattr(new, one.name) != getattr(old, one.name)
        ]
    about = (model.__doc__ or "").strip()
    shown = values if isinstance(values, dict) else {}
    return Section(name, SECTIONS[name], about, model, shown, waiting)


def _model(name: str) -> type[BaseModel]:
    model = Settings.model_fields[name].annotation
    assert isinstance(model, type)  # noqa: S101 - every section is a class; a test looks at each
    assert issubclass(model, BaseModel)  # noqa: S101 - as above
    return model


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise WorkspaceError(f"{path} is not UTF-8.", hint="Save it as UTF-8.") from None


def _data(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError(
            f"{path} is not valid TOML any more: {error}.",
            hint="Mend it in an editor; what runs goes on with the settings it began with.",
        ) from None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_unusable(path: Path, text: str) -> None:
    """Refuse a file with which nothing could be opened any more."""
    try:
        validate(Settings, _data(path, text))
    except InvalidParamsError as error:
        raise UsageError(
            f"With this, {SETTINGS_FILE} could not be used:\n{error}",
            hint="Another section of the file needs a look first.",
        ) from None


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; who may read it stays as it was."""
    target = path.resolve()
    begun = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as written:
            begun.chmod(target.stat().st_mode & 0o777)
            written.write(text.encode())
            written.flush()
            os.fsync(written.fileno())
        begun.replace(target)
    except OSError as error:
        begun.unlink(missing_ok=True)
        raise WorkspaceError(f"{path} cannot be written: {error.strerror}.") from None

"""Report definitions kept in the workspace: one TOML file each, good to keep under Git."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tomli_w

from adloom.errors import (
    Fault,
    InvalidParamsError,
    UnknownNameError,
    UsageError,
    WorkspaceError,
)
from adloom.fields import validate
from adloom.settings import Workspace
from connections.connection import check_name
from modules.records.reports_asked import ReportParams

__all__ = ["Saved", "load", "names", "remove", "rename", "save"]

FOLDER: Final = "reports"
KEYS: Final = {"connection", "params", "view"}


@dataclass(frozen=True)
class Saved:
    """A report definition.

    Args:
        values: Parameters, as they were given; `last 7 days` stays relative.
        connection: The connection to use; None is the only one there is.
        view: How the console shows it; of no meaning to anybody else.
    """

    values: Mapping[str, Any]
    connection: str | None = None
    view: Mapping[str, str] = field(default_factory=dict)


def names(workspace: Workspace) -> list[str]:
    """The names of all definitions."""
    return sorted(path.stem for path in (workspace.path / FOLDER).glob("*.toml"))


def save(workspace: Workspace, name: str, saved: Saved, *, replace: bool) -> Path:
    """Write a definition down; its parameters are checked first.

    Raises:
        InvalidParamsError: The name or the parameters will not do.
        UsageError: There is one of that name.
    """
    check_name(name)
    params = validate(ReportParams, saved.values)
    values = params.model_dump(mode="json", exclude_unset=True)
    values = {field: value for field, value in values.items() if value is not None}
    place = _place(workspace, name)
    if place.exists() and not replace:
        raise UsageError(f"There is a report named {name!r} already.", hint="Add --replace.")
    told = {"connection": saved.connection} if saved.connection else {}
    shown = {"view": dict(saved.view)} if saved.view else {}
    try:
        text = tomli_w.dumps({**told, "params": values, **shown})
        place.parent.mkdir(exist_ok=True)
        begun = place.with_suffix(".tmp")
        begun.write_text(text, encoding="utf-8")
        begun.replace(place)
    except TypeError:
        raise InvalidParamsError([Fault("filtering", "holds a null, which TOML has not")]) from None
    except OSError as error:
        raise WorkspaceError(f"{place} cannot be written: {error.strerror}.") from None
    return place


def load(workspace: Workspace, name: str) -> Saved:
    """Read a definition.

    Raises:
        UnknownNameError: There is none.
        WorkspaceError: Its file cannot be used.
    """
    place = _existing(workspace, name)
    try:
        found = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{place} is not valid TOML: {error}") from None
    except OSError as error:
        raise WorkspaceError(f"{place} cannot be read: {error.strerror}.") from None
    values, connection = found.get("params", {}), found.get("connection")
    view = found.get("view", {})
    if set(found) - KEYS or not isinstance(values, dict) or not isinstance(view, dict):
        raise WorkspaceError(f"{place} takes connection, [params] and [view], and nothing else.")
    if connection is not None and not isinstance(connection, str):
        raise WorkspaceError(f"{place} names a connection that is no text.")
    try:
        validate(ReportParams, values)
    except InvalidParamsError as error:
        raise WorkspaceError(f"{place} cannot be used:\n{error}") from None
    return Saved(values, connection, {name: str(value) for name, value in view.items()})


def rename(workspace: Workspace, name: str, new: str) -> None:
    """Call a definition something else.

    Raises:
        UnknownNameError: There is none.
        InvalidParamsError: The new name will not do.
        UsageError: There is one of that name.
    """
    check_name(new)
    place = _existing(workspace, name)
    if new == name:
        return
    if new in names(workspace):
        raise UsageError(f"There is a report named {new!r} already.")
    place.rename(_place(workspace, new))


def remove(workspace: Workspace, name: str) -> None:
    """Delete a definition.

    Raises:
        UnknownNameError: There is none.
    """
    _existing(workspace, name).unlink()


def _existing(workspace: Workspace, name: str) -> Path:
    place = _place(workspace, name)
    if name not in names(workspace):
        hint = "See yours: adloom reports list"
        raise UnknownNameError("report", name, names(workspace), hint=hint)
    return place


def _place(workspace: Workspace, name: str) -> Path:
    return workspace.path / FOLDER / f"{name}.toml"

"""The mapping files of a workspace: listed, read, and written without losing anybody's changes."""

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from adloom.errors import Fault, InvalidParamsError, UnknownNameError, UsageError
from adloom.services.event_trial import read_mapping
from adloom.settings import Workspace

__all__ = ["MappingText", "mapping_names", "read_mapping_file", "write_mapping_file"]

LARGEST: Final = 1_000_000
#: Files that are offered.
MOST: Final = 500
NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}\.ya?ml")
ENDINGS: Final = (".yaml", ".yml")
#: Between looking at a file and writing over it nobody else of this process writes.
WRITING: Final = Lock()


@dataclass(frozen=True)
class MappingText:
    """What a mapping file holds.

    Args:
        name: Its path within the folder of mappings.
        text: Its content.
        digest: Of the content, so that changes are noticed.
    """

    name: str
    text: str
    digest: str


def mapping_names(workspace: Workspace) -> list[str]:
    """The mapping files there are, by their paths within their folder."""
    folder = workspace.mappings
    if not folder.is_dir():
        return []
    found = (
        one.relative_to(folder).as_posix()
        for one in sorted(folder.rglob("*"))
        if one.suffix in ENDINGS and one.is_file()
    )
    return [name for name, _ in zip(found, range(MOST), strict=False)]


def read_mapping_file(workspace: Workspace, name: str) -> MappingText:
    """Read a mapping file.

    Raises:
        UnknownNameError: There is none of this name.
        UsageError: It cannot be read.
    """
    names = mapping_names(workspace)
    if name not in names:
        raise UnknownNameError("mapping file", name[:100], names)
    try:
        content = (workspace.mappings / name).read_bytes()
        if len(content) > LARGEST:
            raise UsageError(f"{name} is too large for a mapping file.")
        return MappingText(name, content.decode(), _digest(content))
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8, so it is no mapping file.") from None


def write_mapping_file(workspace: Workspace, name: str, text: str, digest: str) -> MappingText:
    """Write a mapping file.

    Args:
        workspace: Whose.
        name: The file's name; a folder is made with the first.
        text: The content.
        digest: Of the file as it was when it was read; empty for a new one.

    Raises:
        InvalidParamsError: The name will not do, the mapping is wrong, or the file is another by
            now.
        UsageError: It cannot be written.
    """
    name = name.strip()
    if name and not name.endswith(ENDINGS):
        name += ".yaml"
    if not NAME.fullmatch(name) and name not in mapping_names(workspace):
        reason = "use letters, digits, dashes and underscores, such as orders.yaml"
        raise InvalidParamsError([Fault("name", reason)])
    _, faults = read_mapping(text)
    if faults:
        said = "; ".join(
            ": ".join((f"line {one.place.line}", *map(str, one.path[-1:]), one.text))
            for one in faults[:5]
        )
        raise InvalidParamsError([Fault("mapping", f"the mapping is not right yet: {said}")])
    path = workspace.mappings / name
    content = text.replace("\r\n", "\n").encode(errors="replace")
    with WRITING:
        _refuse_changed(path, name, digest)
        _write(path, content)
    return MappingText(name, content.decode(), _digest(content))


def _refuse_changed(path: Path, name: str, digest: str) -> None:
    """Refuse to write over what its writer has not seen."""
    if path.is_symlink():
        raise InvalidParamsError([Fault("name", f"{name} is a link to another file")])
    try:
        there = _digest(path.read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None
    if there != digest:
        reason = (
            f"there is a file {name} already; take another name, or load it first"
            if not digest
            else f"{name} has been changed by somebody else since it was loaded; take another "
            "name, or load it again"
        )
        raise InvalidParamsError([Fault("name", reason)])


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, made = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)  # noqa: PTH105 - the name that was made is a text
    except OSError as error:
        with suppress(OSError):
            os.unlink(made)  # noqa: PTH108 - as above
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()

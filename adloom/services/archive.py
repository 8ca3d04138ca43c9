"""A backup: one zip file with everything of a workspace that cannot be fetched again."""

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from adloom import VERSION
from adloom.database.care import copy_database, faults_of
from adloom.errors import WorkspaceError
from adloom.files import PIECE, open_private
from adloom.json_text import JsonError, dump, parse_strict
from adloom.settings import SETTINGS_FILE

__all__ = ["KEY", "Manifest", "contents_of", "read_manifest", "unpack", "write_archive"]

MANIFEST: Final = "adloom-backup.json"
#: The others are sealed with keys of the connections' database, so that is copied last. What the
#: journal says was handed to the outbox is there, so that is copied after the journal.
DATABASES: Final = ("journal.db", "events.db", "connections.db")
FILES: Final = (SETTINGS_FILE, ".gitignore")
FOLDERS: Final = ("scenarios", "reports", "mappings")
KEY: Final = "key"
#: What a backup may hold, and nothing that leads elsewhere.
NAME: Final = re.compile(
    r"(?:journal|events|connections)\.db|adloom\.toml|\.gitignore|key"
    r"|(?:scenarios|reports|mappings)(?:/(?!\.)[^/\\\0]{1,200}){1,8}"
)


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Args:
        made_at: When it was made.
        workspace: Of which folder.
        key: Where the key comes from that its databases are sealed with.
        files: The SHA-256 of each file, by its name.
        version: Of adloom.
    """

    made_at: datetime
    workspace: str
    key: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    version: str = VERSION


def contents_of(workspace: Path) -> list[str]:
    """The names of what a backup of a folder would hold."""
    names = [name for name in (*DATABASES, *FILES) if (workspace / name).is_file()]
    for folder in FOLDERS:
        found = sorted(path for path in (workspace / folder).rglob("*") if path.is_file())
        names += [path.relative_to(workspace).as_posix() for path in found]
    return [name for name in names if NAME.fullmatch(name)]


def write_archive(
    workspace: Path, target: Path, key: Mapping[str, Any], now: datetime, *, key_file: Path | None
) -> Manifest:
    """Write a backup and read it back; what stands in its place afterwards is whole.

    Args:
        workspace: The folder.
        target: The zip file, which must not exist.
        key: Where the workspace's key comes from.
        now: The present.
        key_file: The key itself, if it goes along.

    Raises:
        WorkspaceError: Something cannot be read or written, or is damaged.
    """
    open_private(target, b"")
    try:
        with tempfile.TemporaryDirectory(prefix=".adloom-", dir=target.parent) as folder:
            files = _gathered(workspace, Path(folder), key_file)
            hashes = {name: _hash(path) for name, path in files.items()}
            manifest = Manifest(now, str(workspace), key, hashes)
            _pack(target, manifest, files)
        with tempfile.TemporaryDirectory(prefix=".adloom-", dir=target.parent) as folder:
            unpack(target, Path(folder))
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return manifest


def _gathered(workspace: Path, folder: Path, key_file: Path | None) -> dict[str, Path]:
    """Every file as it is to be packed; databases as copies."""
    files = {name: workspace / name for name in contents_of(workspace)}
    for name in files.keys() & set(DATABASES):
        files[name] = folder / name
    for name in DATABASES:
        if name in files:
            copy_database(workspace / name, files[name])
    return files | ({KEY: key_file} if key_file else {})


def _pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, dump(vars(manifest)))
            for name, path in files.items():
                archive.write(path, name)
    except OSError as error:
        raise WorkspaceError(f"{target} cannot be written: {error.strerror}.") from None


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself.

    Raises:
        WorkspaceError: It is none.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            said = parse_strict(archive.read(MANIFEST))
        made_at = datetime.fromisoformat(said.pop("made_at"))
        return Manifest(made_at, **said)
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, JsonError):
        raise WorkspaceError(f"{file} is no backup of adloom's, or is damaged.") from None


def unpack(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, and see whether it is whole.

    Raises:
        WorkspaceError: It is no backup, or is damaged.
    """
    manifest = read_manifest(file)
    try:
        with zipfile.ZipFile(file) as archive:
            for name in manifest.files:
                _unpack_one(archive, name, folder)
    except (OSError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise WorkspaceError(f"{file} is damaged: {error}") from None
    for place, fault in _faults(manifest, folder):
        raise WorkspaceError(f"{file} is damaged: {place}: {fault}.")
    return manifest


def _unpack_one(archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    if not NAME.fullmatch(name) or ".." in name.split("/"):
        raise WorkspaceError(f"{name[:60]!r} has no place in a backup; nothing was restored.")
    open_private(folder / name)
    with archive.open(name) as source, (folder / name).open("wb") as target:
        while piece := source.read(PIECE):
            target.write(piece)


def _faults(manifest: Manifest, folder: Path) -> Iterator[tuple[str, str]]:
    for name, expected in manifest.files.items():
        if _hash(folder / name) != expected:
            yield name, "it is not what was packed"
        if name in DATABASES:
            yield from ((name, fault) for fault in faults_of(folder / name))


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from None

"""Backups: what goes into one, and where the key of a workspace comes from."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from adloom.errors import UsageError
from adloom.files import check_private
from adloom.json_text import parse_strict
from adloom.services.archive import Manifest, contents_of, write_archive
from adloom.services.session import open_connections
from adloom.settings import Workspace

__all__ = ["Backup", "backup_name", "contents", "key_facts", "key_file_of", "make_backup", "shown"]

#: What finds the key again, and helps nobody else.
SHOWN: Final = ("kind", "path", "variable", "name")


@dataclass(frozen=True, eq=False)
class Backup:
    """A backup that was made; its file goes with it.

    Args:
        path: The file.
        manifest: What it says of itself.
        size: Bytes.
    """

    path: Path
    manifest: Manifest
    size: int


def backup_name(now: datetime) -> str:
    """What a backup is called unless somebody names it."""
    return f"adloom-{now:%Y%m%d-%H%M%S}.zip"


async def key_facts(workspace: Workspace) -> dict[str, Any]:
    """Where the key of a workspace comes from: its kind, and what finds it again."""
    async with open_connections(workspace) as store:
        row = await store.database.read(
            lambda work: work.one("SELECT source, source_facts FROM data_key WHERE active = 1")
        )
    if row is None:
        return {}
    facts: dict[str, Any] = parse_strict(row["source_facts"].encode())
    return {"kind": row["source"]} | facts


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of what is known of a key, what finds it again and helps nobody else."""
    return {name: value for name, value in facts.items() if name in SHOWN}


def key_file_of(facts: Mapping[str, Any]) -> Path:
    """The file of a key.

    Raises:
        UsageError: The key is not a file.
    """
    if facts.get("kind") != "file":
        raise UsageError(
            "The key of this workspace is not a file, so it cannot go into a backup.",
            hint="Leave --with-key out, and see where it comes from: adloom vault show",
        )
    path = Path(facts["path"])
    check_private(path)
    return path


def contents(workspace: Workspace) -> list[str]:
    """The names of what a backup would hold."""
    return contents_of(workspace.path)


def make_backup(workspace: Workspace, facts: Mapping[str, Any], now: datetime) -> Backup:
    """Make a backup without the key in a private folder of its own, to be handed on from there.

    Args:
        workspace: Of what.
        facts: Where its key comes from.
        now: The present.

    Raises:
        WorkspaceError: Something cannot be read or written, or is damaged.
    """
    folder = Path(tempfile.mkdtemp(prefix="adloom-backup-"))
    place = folder / backup_name(now)
    try:
        manifest = write_archive(workspace.path, place, shown(facts), now, key_file=None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    made = Backup(place, manifest, place.stat().st_size)
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    return made

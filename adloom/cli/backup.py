"""`adloom backup`: everything of a workspace in one file, while it is in use."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from adloom.cli.session import open_connections, say, workspace_of
from adloom.errors import UsageError
from adloom.files import check_private
from adloom.json_text import parse_strict
from adloom.services.archive import KEY, Manifest, write_archive
from adloom.settings import Workspace

__all__ = ["backup", "key_facts"]

#: What finds the key again, and helps nobody else.
SHOWN: Final = ("kind", "path", "variable", "name")


@click.command()
@click.argument("target", metavar="FILE.zip|DIR")
@click.option(
    "--with-key",
    is_flag=True,
    help="Put the key file in as well: whoever has such a backup has your accounts.",
)
def backup(target: str, *, with_key: bool) -> None:
    """Copy a workspace into FILE.zip, or into a new file with today's date in DIR.

    Databases are copied as they stand at one moment, whoever works with them meanwhile; settings,
    scenarios and report definitions go along. The copy is read back and checked before this says
    that it is done. Only you can read it. Tokens and secrets in it stay sealed: without the key
    nobody can use them, you included, so keep a copy of the key somewhere else.
    """
    workspace = workspace_of(click.get_current_context())
    now = datetime.now(UTC)
    place = _place(target, now)
    facts = asyncio.run(key_facts(workspace))
    key_file = _key_file(facts) if with_key else None
    shown = {name: value for name, value in facts.items() if name in SHOWN}
    manifest = write_archive(workspace.path, place, shown, now, key_file=key_file)
    _tell(workspace, place, manifest)


def _place(target: str, now: datetime) -> Path:
    place = Path(target).expanduser().absolute()
    if place.suffix.lower() != ".zip":
        place = place / f"adloom-{now:%Y%m%d-%H%M%S}.zip"
    if place.exists():
        raise UsageError(f"{place} is already there; nothing was overwritten.")
    return place


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


def _key_file(facts: dict[str, Any]) -> Path:
    if facts.get("kind") != "file":
        raise UsageError(
            "The key of this workspace is not a file, so it cannot go into a backup.",
            hint="Leave --with-key out, and see where it comes from: adloom vault show",
        )
    path = Path(facts["path"])
    check_private(path)
    return path


def _tell(workspace: Workspace, place: Path, manifest: Manifest) -> None:
    size = place.stat().st_size
    click.echo(f"{place}: {len(manifest.files)} files, {size:,} bytes, read back and whole.")
    if KEY in manifest.files:
        warning = "The key is in it: whoever has this file can use your accounts. Lock it away."
        click.secho(warning, fg="yellow", err=True)
    elif manifest.key.get("kind") == "file":
        say(f"The key is not in it. Without {manifest.key['path']} it cannot be opened.")
    if (workspace.path / "data").is_dir():
        say("Files that scenarios wrote into the folder data are not in it.")

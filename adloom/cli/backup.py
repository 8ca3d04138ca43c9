"""`adloom backup`: everything of a workspace in one file, while it is in use."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from adloom.cli.session import say, workspace_of
from adloom.errors import UsageError
from adloom.services.archive import KEY, Manifest, write_archive
from adloom.services.backups import backup_name, key_facts, key_file_of, shown
from adloom.settings import Workspace

__all__ = ["backup"]


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
    key_file = key_file_of(facts) if with_key else None
    manifest = write_archive(workspace.path, place, shown(facts), now, key_file=key_file)
    _tell(workspace, place, manifest)


def _place(target: str, now: datetime) -> Path:
    place = Path(target).expanduser().absolute()
    if place.suffix.lower() != ".zip":
        place = place / backup_name(now)
    if place.exists():
        raise UsageError(f"{place} is already there; nothing was overwritten.")
    return place


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

"""`adloom restore`: a workspace as it was when a backup was made."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from adloom.cli.session import workspace_at
from adloom.database import open_database
from adloom.errors import UsageError, WorkspaceError
from adloom.files import open_private
from adloom.json_text import dump
from adloom.services.archive import KEY, Manifest, unpack
from adloom.settings import SETTINGS_FILE, STOP_FILE, Workspace
from connections.store import MIGRATIONS as CONNECTION_MIGRATIONS
from scheduler.outbox.moving import presume_sent
from scheduler.outbox.schema import MIGRATIONS as EVENT_MIGRATIONS
from scheduler.schema import MIGRATIONS as JOURNAL_MIGRATIONS
from scheduler.sole_runner import living, sole_runner

__all__ = ["restore"]

LOCKS: Final = "locks"
#: For so long TikTok knows an event again (48 hours), less what it takes to send it.
TIKTOK_REMEMBERS: Final = timedelta(hours=47)
#: What a restored workspace takes the place of.
REPLACED: Final = (
    "*.db",
    "*.db-wal",
    "*.db-shm",
    "*.db-journal",
    SETTINGS_FILE,
    "scenarios",
    "reports",
    "mappings",
)


@click.command()
@click.argument("file", metavar="FILE.zip", type=click.Path(exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Also where there is a workspace; it is put aside.")
@click.option("--key-file", metavar="PATH", help="Put the key of the backup here.")
def restore(file: str, *, force: bool, key_file: str | None) -> None:
    """Bring a workspace back from FILE.zip, into the folder that --workspace names.

    The backup is checked first. Nothing is deleted: what was there before is put into a folder
    beside it. The restored workspace begins with a file named STOP, so that nothing is changed
    before you have looked.
    """
    folder = workspace_at(click.get_current_context())
    folder.parent.mkdir(parents=True, exist_ok=True)
    with sole_runner(folder / LOCKS, datetime.now(UTC)):
        if living(folder / LOCKS):
            raise UsageError(
                f"A command is working on {folder}; nothing was restored.",
                hint="Wait until it has ended.",
            )
        there = sorted(path for pattern in REPLACED for path in folder.glob(pattern))
        if there and not force:
            raise UsageError(
                f"{folder} already holds a workspace; nothing was restored.",
                hint="Name another folder with --workspace, or put it aside with --force.",
            )
        _restore(Path(file), folder, there, key_file)


def _restore(file: Path, folder: Path, there: list[Path], key_file: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix=".adloom-", dir=folder.parent) as name:
        whole = Path(name)
        manifest = unpack(file, whole)
        waiting = asyncio.run(_try(whole, manifest.made_at))
        placed = _place_key(manifest, whole, key_file)
        if placed and key_file:
            asyncio.run(_note_key(whole, placed))
        aside = _put_aside(folder, there)
        _move(whole, folder, manifest)
    (folder / STOP_FILE).touch()
    _tell(folder, manifest, aside, placed)
    if waiting is not None:
        _tell_events(waiting, manifest.made_at)


async def _try(folder: Path, made_at: datetime) -> int | None:
    """See whether this version of adloom can use what is in a backup, on the copy.

    Returns:
        How many events waited when the backup was made; None if it holds no outbox. They may have
        been sent since: they are noted as sent then, with nobody knowing what came of it.
    """
    Workspace.open(folder)
    for name, migrations in (
        ("connections", CONNECTION_MIGRATIONS),
        ("journal", JOURNAL_MIGRATIONS),
    ):
        if (folder / f"{name}.db").exists():
            async with open_database(folder / f"{name}.db", migrations, set_name=name):
                pass
    if not (folder / "events.db").exists():
        return None
    async with open_database(folder / "events.db", EVENT_MIGRATIONS, set_name="events") as events:
        return await events.write(lambda work: presume_sent(work, made_at))


def _place_key(manifest: Manifest, whole: Path, chosen: str | None) -> Path | None:
    """Put the key of a backup where it is looked for; one that is there already stays.

    Raises:
        WorkspaceError: Another key is there.
    """
    if KEY not in manifest.files:
        return None
    content = (whole / KEY).read_bytes()
    place = Path(chosen).expanduser().absolute() if chosen else Path(manifest.key["path"])
    if not place.exists():
        try:
            open_private(place, content)
        except WorkspaceError as error:
            raise WorkspaceError(str(error), hint="Choose a place: --key-file PATH") from None
    elif place.read_bytes().strip() != content.strip():
        raise WorkspaceError(
            f"{place} holds another key; nothing was restored.",
            hint="Choose another place: --key-file PATH",
        )
    return place


async def _note_key(whole: Path, place: Path) -> None:
    """Let the restored workspace look for its key at another place."""
    facts = dump({"path": str(place)}).decode()
    path = whole / "connections.db"
    async with open_database(path, CONNECTION_MIGRATIONS, set_name="connections") as database:
        await database.write(
            lambda work: work.run(
                "UPDATE data_key SET source_facts = ? WHERE source = 'file'", facts
            )
        )


def _put_aside(folder: Path, there: list[Path]) -> Path | None:
    if not there:
        return None
    aside = folder / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for path in there:
        path.rename(aside / path.name)
    return aside


def _move(whole: Path, folder: Path, manifest: Manifest) -> None:
    folder.mkdir(exist_ok=True, mode=0o700)
    for name in manifest.files:
        if name != KEY:
            (folder / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (whole / name).replace(folder / name)


def _tell(folder: Path, manifest: Manifest, aside: Path | None, key: Path | None) -> None:
    click.echo(f"{folder} is as it was on {manifest.made_at:%Y-%m-%d at %H:%M} UTC.")
    if aside:
        click.echo(f"What was there before lies in {aside}.")
    if key:
        click.echo(f"Its key is {key}.")
    click.echo(
        "\nBefore you go on:\n"
        "  1. adloom doctor                  is the key right, are the connections alive?\n"
        "     A token that was renewed since is worth nothing: adloom connections reconnect NAME\n"
        "  2. adloom executions list --open  these may have ended since. Look at the platform;\n"
        "     drop what is done, resume what is not.\n"
        "  3. Watches stand where they stood: what they found since may be handed on again.\n"
        f"  4. Remove {folder / STOP_FILE}, then start: adloom serve"
    )


def _tell_events(waiting: int, made_at: datetime) -> None:
    """What to know about events that may have gone out after the backup was made."""
    until = made_at + TIKTOK_REMEMBERS
    click.echo(
        f"  5. {waiting:,} events waited then, and may have been sent since. TikTok knows an\n"
        f"     event again for two days: until {until:%Y-%m-%d %H:%M} UTC they are sent once more\n"
        "     and count once, afterwards they are set aside for you: adloom events status --dead\n"
        "     What came in since is not in the backup. What of it was sent, TikTok has; sent\n"
        "     again after those two days it would count twice."
    )

"""`adloom init`: a workspace, with a key of the user's choice."""

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Final

import click

from adloom.cli.session import ask_passphrase
from adloom.clock import SystemClock
from adloom.database import open_database
from adloom.errors import UsageError
from adloom.files import open_private
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Settings, Workspace, find_workspace, key_folder
from connections.keys import EnvironmentKey, FileKey, KeyringKey, KeySource, PassphraseKey
from connections.store import MIGRATIONS
from connections.vault import Vault

__all__ = ["KEY_KINDS", "init", "make_workspace", "new_key_source"]

KEY_KINDS: Final = {
    "file": "a file in your settings folder that only you can read",
    "keyring": "the keyring of your system",
    "passphrase": "a passphrase, asked for whenever it is needed",
    "environment": "the variable ADLOOM_KEY, for containers",
}

SETTINGS_TEXT: Final = """\
# Settings of this adloom workspace. Everything may be left out; these are the defaults.

[oauth]
port = 8917            # where a consent page's answer is awaited, on 127.0.0.1

[http]
deadline = 30          # seconds a call may take in all
visibility_lag = 5     # seconds until a change can be seen by a later read
largest_answer = 16000000
# proxy = "http://proxy.example:3128"

[history]
days = 30              # how long ended executions are kept
megabytes = 1000       # how large the journal may grow before the oldest of them go

[notices]
# connection = "team"  # a connection of the kind notify that is told what needs somebody

[intake]
port = 8918            # where webhooks come in, on 127.0.0.1

[console]
port = 8920            # where the web console is, on 127.0.0.1
"""
IGNORED_TEXT: Final = (
    "# Databases and locks of adloom stay out of version control.\n*.db*\nlocks/\nSTOP\n"
)


@click.command()
@click.argument("folder", required=False, metavar="[DIR]")
@click.option(
    "--key",
    "kind",
    type=click.Choice(list(KEY_KINDS)),
    help="Where the key comes from that seals tokens and secrets.",
)
@click.option("--key-file", metavar="PATH", help="Where a key file is to lie, with --key file.")
def init(folder: str | None, kind: str | None, key_file: str | None) -> None:
    """Make a workspace in DIR (by default where commands would look for it).

    Tokens and secrets are sealed. You choose where the key comes from; adloom never falls back to
    plain text.
    """
    chosen = (click.get_current_context().find_root().obj or {}).get("workspace")
    path = Path(folder).expanduser().absolute() if folder else find_workspace(chosen)
    kind = kind or _ask_kind()
    asyncio.run(make_workspace(path, kind, Path(key_file).expanduser() if key_file else None))
    click.echo(f"Workspace {path} is ready; its key comes from {KEY_KINDS[kind]}.")
    click.echo("Next: adloom connections add NAME")


def _ask_kind() -> str:
    if not sys.stdin.isatty():
        kinds = ", ".join(KEY_KINDS)
        raise UsageError("Where should the key come from?", hint=f"Choose one: --key {kinds}")
    for name, text in KEY_KINDS.items():
        click.echo(f"  {name:12} {text}")
    kind: str = click.prompt("Key", type=click.Choice(list(KEY_KINDS)), default="file")
    return kind


async def make_workspace(path: Path, kind: str, key_file: Path | None = None) -> None:
    """Make a workspace; nothing is left behind if its key cannot be made.

    Raises:
        UsageError: There already is one, or the key will not do.
    """
    if (path / SETTINGS_FILE).exists():
        raise UsageError(f"{path} already is an adloom workspace. Nothing was changed.")
    workspace = Workspace(path, Settings())
    async with open_database(workspace.connections, MIGRATIONS, set_name="connections") as database:
        if await database.read(lambda work: work.one("SELECT id FROM data_key")):
            raise UsageError(
                f"{path} holds the databases of a workspace whose {SETTINGS_FILE} is gone.",
                hint=f"Bring {SETTINGS_FILE} back (an empty one will do), or use another folder.",
            )
        vault = Vault.new(new_key_source(kind, path, key_file))
        await database.write(lambda work: vault.store(work, SystemClock()))
    open_private(path / ".gitignore", IGNORED_TEXT.encode())
    open_private(path / SETTINGS_FILE, SETTINGS_TEXT.encode())


def new_key_source(kind: str, workspace: Path, key_file: Path | None) -> KeySource:
    """Where a new key will come from."""
    match kind:
        case "file":
            mark = hashlib.sha256(str(workspace).encode()).hexdigest()[:8]
            return FileKey(key_file or key_folder() / f"{workspace.name}-{mark}.key")
        case "keyring":
            return KeyringKey(str(workspace))
        case "passphrase":
            return PassphraseKey(ask_new_passphrase)
        case _:
            return EnvironmentKey()


def ask_new_passphrase() -> Secret:
    """A new passphrase: typed twice, unless the environment gives it."""
    if not sys.stdin.isatty():
        return ask_passphrase()
    return Secret(
        click.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    )

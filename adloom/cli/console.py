"""`adloom console`: opens the console of a runner that is there already."""

import json
import sys
import urllib.error
import urllib.request
import webbrowser
from typing import Final

import click

from adloom.cli.demo_workspace import demo_folder
from adloom.cli.serve_console import key_file_of
from adloom.cli.session import workspace_of
from adloom.console.key_file import KeyFile, read_key_file
from adloom.errors import UsageError, WorkspaceError
from adloom.settings import SETTINGS_FILE, Workspace

__all__ = ["console"]

SECONDS: Final = 10.0


@click.command()
@click.option("--no-browser", is_flag=True, help="Print the link; open nothing.")
def console(*, no_browser: bool) -> None:
    """Open the web console of the adloom serve that runs in this workspace.

    Prints a link that signs one browser in, once, within ten minutes.
    """
    workspace = _workspace(click.get_current_context())
    hint = f"Start it: adloom --workspace {workspace.path} serve"
    try:
        key = read_key_file(key_file_of(workspace))
        link = f"{key.address}/signin#{_new_code(key)}"
    except (WorkspaceError, OSError):
        # OSError: nobody answers, so the file was left behind by a process that died.
        raise UsageError("No console runs in this workspace.", hint=hint) from None
    click.echo(link)
    if not no_browser and sys.stdout.isatty():
        webbrowser.open(link)


def _workspace(context: click.Context) -> Workspace:
    """The workspace that is meant; where there is none, the one of `adloom serve --demo`."""
    try:
        return workspace_of(context)
    except WorkspaceError:
        demo = demo_folder(context)
        if not (demo / SETTINGS_FILE).exists():
            raise
        return Workspace.open(demo)


def _new_code(key: KeyFile) -> str:
    request = urllib.request.Request(  # noqa: S310 - the address of our own server on loopback
        f"{key.address}/session/code",
        data=b"{}",
        headers={
            "Authorization": f"Bearer {key.bearer.reveal()}",
            "Content-Type": "application/json",
        },
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=SECONDS) as answer:
        code: str = json.load(answer)["code"]
    return code

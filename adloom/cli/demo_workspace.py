"""The workspace of `adloom serve --demo`: made when it is first asked for, the same one later."""

import os
from pathlib import Path
from typing import Final

import click
import platformdirs

from adloom.cli.init import make_workspace
from adloom.cli.session import say, workspace_at
from adloom.settings import SETTINGS_FILE, Workspace

__all__ = ["demo_folder", "demo_workspace"]

FOLDER: Final = "demo"


async def demo_workspace(context: click.Context) -> Workspace:
    """The workspace to practise in: the one that was named, else one of its own.

    A workspace that only happens to be the current folder is left alone.
    """
    path = demo_folder(context)
    if not (path / SETTINGS_FILE).exists():
        await make_workspace(path, "file")
        say(f"The workspace {path} is new; its key is a file only you can read.")
    return Workspace.open(path)


def demo_folder(context: click.Context) -> Path:
    """Where that workspace is, or will be."""
    named = (context.find_root().obj or {}).get("workspace") or os.environ.get("ADLOOM_WORKSPACE")
    if named:
        return workspace_at(context)
    return Path(platformdirs.user_data_dir("adloom", appauthor=False)) / FOLDER

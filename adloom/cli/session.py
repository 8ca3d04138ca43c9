"""One command's hold on a workspace: which one is meant, and how somebody is asked and told."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

import click

from adloom.errors import UsageError
from adloom.secret import Secret
from adloom.services.session import Session, open_connections
from adloom.services.session import open_session as open_workspace
from adloom.settings import Workspace, find_workspace
from connections.keys import PASSPHRASE_VARIABLE

__all__ = [
    "Session",
    "ask_passphrase",
    "in_session",
    "open_connections",
    "open_session",
    "say",
    "workspace_at",
    "workspace_of",
]

ResultT = TypeVar("ResultT")


def workspace_at(context: click.Context) -> Path:
    """The folder a command was called with, whether or not there is a workspace in it."""
    chosen = (context.find_root().obj or {}).get("workspace")
    return find_workspace(chosen)


def workspace_of(context: click.Context) -> Workspace:
    """The workspace a command was called with."""
    return Workspace.open(workspace_at(context))


def say(text: str) -> None:
    """Tell the user something beside the result."""
    click.secho(f"· {text}", fg="bright_black", err=True)


def ask_passphrase() -> Secret:
    """The workspace's passphrase, from the environment or typed blindly."""
    if given := os.environ.get(PASSPHRASE_VARIABLE):
        return Secret(given)
    if not sys.stdin.isatty():
        raise UsageError(
            "This workspace is sealed with a passphrase, and nobody is here to type it.",
            hint=f"Set {PASSPHRASE_VARIABLE}.",
        )
    return Secret(click.prompt("Passphrase of the workspace", hide_input=True, err=True))


def open_session(
    workspace: Workspace, *, tell: Callable[[str], None] = say
) -> AbstractAsyncContextManager[Session]:
    """Open everything a command may need; it is closed in reverse, whatever happens."""
    return open_workspace(workspace, tell=tell, ask=ask_passphrase)


def in_session(work: Callable[[Session], Awaitable[ResultT]]) -> ResultT:
    """Open the workspace of the running command, do some work in it, and close it again."""
    workspace = workspace_of(click.get_current_context())

    async def open_and_work() -> ResultT:
        async with open_session(workspace) as session:
            return await work(session)

    return asyncio.run(open_and_work())

"""Options of `adloom serve` that say where its console is."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from adloom.settings import Workspace

__all__ = ["Address", "address_from", "console_options"]

Command = Callable[..., Any]


@dataclass(frozen=True)
class Address:
    """Where the console is to be, and under which names.

    Args:
        host: The address it listens on.
        port: The port; 0 takes any that is free.
        names: Names by which a proxy reaches it.
        browser: Whether the link is opened too.
        any_port: Whether another port will do where this one is taken.
    """

    host: str = "127.0.0.1"
    port: int = 8920
    names: tuple[str, ...] = ()
    browser: bool = False
    any_port: bool = False


def console_options(command: Command) -> Command:
    """Where the console is, and whether there is one."""
    for option in (
        click.option(
            "--demo",
            is_flag=True,
            help="Practise: a simulated TikTok, connected already, in a workspace of its own "
            "unless --workspace names one.",
        ),
        click.option("--no-browser", is_flag=True, help="Print the console's link; open nothing."),
        click.option("--no-console", is_flag=True, help="Run without the web console."),
        click.option(
            "--allow-host",
            "names",
            multiple=True,
            metavar="NAME",
            help="A name by which a proxy reaches the console. May be repeated.",
        ),
        click.option(
            "--host",
            default="127.0.0.1",
            show_default=True,
            help="Address the console listens on. Others than this machine need --allow-host and a "
            "password in ADLOOM_CONSOLE_PASSWORD.",
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            help="Port of the console; 0 takes any.  [default: as in adloom.toml, 8920]",
        ),
    ):
        command = option(command)
    return command


def address_from(workspace: Workspace, typed: Mapping[str, Any]) -> Address | None:
    """Where the console is to be; None if there is to be none."""
    if typed["no_console"]:
        return None
    chosen = typed["port"] is not None
    return Address(
        typed["host"],
        typed["port"] if chosen else workspace.settings.console.port,
        tuple(typed["names"]),
        browser=not typed["no_browser"] and sys.stdout.isatty(),
        any_port=not chosen,
    )

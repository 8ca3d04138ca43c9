"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

__all__ = ["as_option_group", "connection_option", "json_option", "yes_option"]

Command = Callable[..., Any]


def as_option_group(command: Command) -> Command:
    """Options every command understands, given before its name."""
    for option in (
        click.option("--verbose", is_flag=True, help="Say more when something goes wrong."),
        click.option(
            "--workspace",
            metavar="DIR",
            help="Workspace to use: by default ADLOOM_WORKSPACE, the current folder if it holds "
            "an adloom.toml, else your data folder.",
        ),
    ):
        command = option(command)
    return command


def connection_option(command: Command) -> Command:
    """Which account."""
    return click.option(
        "-c",
        "--connection",
        metavar="NAME",
        help="Connection to use; needed only if there are several.",
    )(command)


def json_option(command: Command) -> Command:
    """Machine-readable output."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Write JSON lines, also on a terminal."
    )(command)


def yes_option(command: Command) -> Command:
    """No questions."""
    return click.option("--yes", is_flag=True, help="Do not ask before changing something.")(
        command
    )

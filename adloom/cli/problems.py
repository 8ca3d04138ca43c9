"""What the user sees when something goes wrong, and the file a bug report needs."""

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from adloom import VERSION
from adloom.errors import AdloomError
from adloom.secret import scrub

__all__ = ["EXIT_BUG", "report"]

EXIT_BUG: Final = 3


def report(error: BaseException, *, verbose: bool = False) -> int:
    """Tell an error on stderr and return the exit code it stands for."""
    match error:
        case AdloomError():
            _tell(str(error), error.hint, error.details if verbose else None)
            return error.exit_code
        case click.ClickException():
            context = getattr(error, "ctx", None)
            hint = f"See: {context.command_path} --help" if context else None
            _tell(error.format_message(), hint, None)
            return error.exit_code
        case BrokenPipeError():
            # Whoever read our output has gone; say nothing to nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case _:
            return _report_bug(error)


def _tell(message: str, hint: str | None, details: str | None) -> None:
    click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(scrub(message), err=True)
    if hint:
        click.echo(f"  → {scrub(hint)}", err=True)
    if details:
        click.echo(scrub(details), err=True)


def _report_bug(error: BaseException) -> int:
    """Write everything about a bug but its values into a file."""
    trace = scrub("".join(traceback.format_exception(error)))
    text = (
        f"adloom {VERSION}, Python {platform.python_version()}, {platform.platform()}\n"
        f"command: {sys.argv[1] if len(sys.argv) > 1 else ''}\n\n{trace}"
    )
    place = _write(text)
    _tell(
        f"This is a fault in adloom, not in what you did: {type(error).__name__}.",
        f"Please report it with this file: {place}" if place else None,
        None if place else text,
    )
    return EXIT_BUG


def _write(text: str) -> Path | None:
    from adloom.files import open_private
    from adloom.settings import log_folder

    place = log_folder() / f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.log"
    try:
        open_private(place, text.encode())
    except AdloomError:
        return None
    return place

"""What the user sees when something goes wrong, and the file a bug report needs."""

import os
import sys
from typing import Final

import click

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
    from adloom.services.fault_files import fault_text, write_fault

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    place = write_fault(error, command)
    _tell(
        f"This is a fault in adloom, not in what you did: {type(error).__name__}.",
        f"Please report it with this file: {place}" if place else None,
        None if place else fault_text(error, command),
    )
    return EXIT_BUG

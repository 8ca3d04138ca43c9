"""How a demonstration speaks: scenes, commands, tables."""

from collections.abc import Sequence

import click

from adloom.cli.output import show_table
from adloom.wire import Record

__all__ = ["command", "scene", "table"]


def scene(title: str, text: str = "") -> None:
    """Begin something new."""
    click.secho(f"\n{title}", bold=True)
    if text:
        click.echo(text)


def command(text: str) -> None:
    """Show what a person would have typed."""
    click.secho(f"$ adloom {text}", fg="cyan")


def table(columns: Sequence[str], rows: Sequence[Record]) -> None:
    """Show some columns of rows."""
    titles = [column.replace("_", " ") for column in columns]
    show_table(titles, [[row.get(column) for column in columns] for row in rows])

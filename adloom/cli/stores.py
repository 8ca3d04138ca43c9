"""`adloom stores`: what scenarios keep in data stores, seen and changed by hand."""

import sys

import click

from adloom.cli.output import show_table
from adloom.cli.session import Session, in_session
from adloom.cli.words import json_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.services.stores import (
    delete_entry,
    delete_store,
    entry_of,
    put_entry,
    read_value,
    shelves_of,
    store_page,
)
from scheduler.stored_entries import StoredEntry

__all__ = ["stores"]


@click.group(no_args_is_help=True)
def stores() -> None:
    """See and change what scenarios keep in data stores."""


@stores.command("list")
@json_option
def list_stores(*, as_json: bool) -> None:
    """List the stores: those with something in them, and those that scenarios use."""
    found = in_session(shelves_of)
    if as_json or not sys.stdout.isatty():
        for one in found:
            _write(dump({"store": one.name, "keys": one.keys, "scenarios": list(one.users)}))
        return
    show_table(
        ["Store", "Keys", "Scenarios"],
        [[one.name, one.keys, ", ".join(one.users)] for one in found],
    )


@stores.command()
@click.argument("store")
@click.argument("key", required=False)
@click.option("--contains", "text", default="", metavar="TEXT", help="Only keys that hold this.")
@json_option
def show(store: str, key: str | None, *, text: str, as_json: bool) -> None:
    """Show the entries of STORE, or only what stands under KEY, which is always JSON."""
    if key is not None:
        _write(dump(in_session(lambda session: entry_of(session, store, key))))
        return

    async def work(session: Session) -> list[StoredEntry]:
        found: list[StoredEntry] = []
        after: str | None = ""
        while after is not None:
            page = await store_page(session, store, text=text, after=after)
            found += page.entries
            after = page.later
        return found

    entries = in_session(work)
    if as_json or not sys.stdout.isatty():
        for one in entries:
            _write(dump(vars(one)))
        return
    rows = [[one.key, one.value, f"{one.changed_at:%Y-%m-%d %H:%M}"] for one in entries]
    show_table(["Key", "Value", "Changed (UTC)"], rows)


@stores.command("set")
@click.argument("store")
@click.argument("key")
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="VALUE is JSON; without this it is a text.")
def set_entry(store: str, key: str, value: str, *, as_json: bool) -> None:
    """Write VALUE under KEY, over whatever was there."""
    read = read_value(value, as_json=as_json)
    was_there = in_session(lambda session: put_entry(session, store, key, read))
    click.echo("Changed." if was_there else "Added.")


@stores.command()
@click.argument("store")
@click.argument("key", required=False)
@click.option("--all", "whole", is_flag=True, help="The whole store with everything in it.")
def delete(store: str, key: str | None, *, whole: bool) -> None:
    """Delete KEY of STORE, or with --all the whole store."""
    if (key is None) is not whole:
        raise UsageError("Name a KEY, or the whole store with --all.")
    if key is not None:
        in_session(lambda session: delete_entry(session, store, key))
        click.echo("Deleted.")
        return
    count = in_session(lambda session: delete_store(session, store))
    click.echo(f"Deleted with {count} {'entry' if count == 1 else 'entries'}.")


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()

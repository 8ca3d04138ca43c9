"""What `adloom connections` tells about a connection."""

import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from adloom.cli.output import plain, show_table
from adloom.cli.session import say
from adloom.json_text import dump
from connections.authorise import Removal
from connections.connection import Connection
from connections.providers import provider_named

__all__ = ["as_data", "tell", "tell_all", "tell_made", "tell_removed"]

#: What a new connection is best tried with, by kind.
FIRST_STEPS: Final = {
    "tiktok-business": "run list-advertisers --connection",
    "tiktok": "run list-videos --connection",
    "tiktok-events": "events verify --connection",
}


def as_data(connection: Connection) -> dict[str, Any]:
    """A connection as anybody may see it."""
    return {
        "name": connection.name,
        "kind": connection.provider,
        "state": connection.state,
        "reason": connection.reason,
        "settings": connection.settings,
        "account": connection.account,
        "secrets": connection.secrets,
        "notes": provider_named(connection.provider).notes(connection),
        "expires_at": connection.expires_at,
        "created_at": connection.created_at,
        "updated_at": connection.updated_at,
    }


def tell_all(connections: list[Connection], *, as_json: bool) -> None:
    """List connections."""
    if as_json or not sys.stdout.isatty():
        for one in connections:
            sys.stdout.buffer.write(dump(as_data(one)) + b"\n")
        return
    if not connections:
        say("There are no connections yet. Make one: adloom connections add NAME")
        return
    show_table(
        ["Name", "Kind", "Account", "Host", "State"],
        [
            [one.name, one.provider, one.account.get("display_name"), _host(one), one.state]
            for one in connections
        ],
    )


def tell(connection: Connection, *, as_json: bool) -> None:
    """Show one connection; its secrets as dots."""
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(as_data(connection)) + b"\n")
        return
    account: Mapping[str, Any] = connection.account
    rows: list[tuple[str, Any]] = [
        ("Name", connection.name),
        ("Kind", connection.provider),
        (
            "State",
            f"{connection.state}: {connection.reason}" if connection.reason else connection.state,
        ),
        ("Account", account.get("display_name")),
        *((name, value) for name, value in connection.settings.items() if value is not None),
        *((name, str(value)) for name, value in connection.secrets.items()),
    ]
    show_table(["", ""], rows)
    if advertisers := account.get("advertisers"):
        show_table(
            ["Advertiser", "Name"], [[one["advertiser_id"], one["name"]] for one in advertisers]
        )
    _tell_notes(connection)


def tell_made(connection: Connection) -> None:
    """Say who was connected, to what, and what to do next."""
    account = connection.account
    known_as = plain(account.get("display_name"))
    click.echo(f"{connection.name} is connected{f' as {known_as}' if known_as else ''}.")
    for one in account.get("advertisers", []):
        click.echo(f"  {one['advertiser_id']}  {plain(one['name'])}")
    _tell_notes(connection)
    step = FIRST_STEPS.get(connection.provider, "connections test")
    click.echo(f"Next: adloom {step} {connection.name}")


def tell_removed(connection: Connection, removal: Removal) -> None:
    """Say what became of a connection's grant and secrets."""
    click.echo(f"{connection.name} is forgotten here.")
    if not provider_named(connection.provider).consents:
        if connection.secrets:
            click.echo("Where its secrets came from, they are good for as long as they were.")
    elif removal.revoked:
        click.echo("TikTok has forgotten the grant too.")
    else:
        click.echo(f"TikTok was not told to forget the grant: {removal.reason}")


def _tell_notes(connection: Connection) -> None:
    for note in provider_named(connection.provider).notes(connection):
        click.echo(plain(note))


def _host(connection: Connection) -> Any:
    return connection.settings.get("host") or connection.settings.get("base_url")

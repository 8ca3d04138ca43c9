"""`adloom connections`: accounts connected, tried, renewed, given back."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click

from adloom.cli.consent import ask_consent, read_secrets, settings_from
from adloom.cli.output import plain, show_table
from adloom.cli.session import Session, in_session, open_connections, say, workspace_of
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.fields import Field, fields_of
from adloom.json_text import dump
from adloom.secret import Secret
from connections.authorise import connect, connect_with_token, examine, reconnect, remove
from connections.connection import Connection, check_name
from connections.providers import PROVIDERS, provider_named

__all__ = ["connections"]

Command = Callable[..., Any]


@click.group(no_args_is_help=True)
def connections() -> None:
    """Connect accounts, try them, renew or remove them."""


def _settings_options(command: Command) -> Command:
    """Every setting of every kind of connection, once each."""
    known: dict[str, Field] = {}
    for provider in PROVIDERS.values():
        known |= {field.name: field for field in fields_of(provider.settings_model)}
    for field in reversed(known.values()):
        command = click.option(field.option, field.name, help=field.description)(command)
    return command


def _consent_options(command: Command) -> Command:
    for option in (
        click.option(
            "--paste",
            is_flag=True,
            help="Paste the address the browser ends on, instead of waiting for it here.",
        ),
        click.option("--no-browser", is_flag=True, help="Show the address; do not open it."),
        click.option(
            "--secret-file",
            metavar="PATH",
            help="File that holds the app's secret, or the token; - for standard input.",
        ),
        click.option(
            "--token",
            is_flag=True,
            help="You have an access token already, as the sandbox gives you one: no consent.",
        ),
    ):
        command = option(command)
    return command


@connections.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(list(PROVIDERS)),
    default="tiktok-business",
    show_default=True,
    help="What to connect to.",
)
@_settings_options
@_consent_options
def add(name: str, kind: str, **typed: Any) -> None:
    """Connect an account and call it NAME.

    The app's secret is asked for, or taken from ADLOOM_APP_SECRET or --secret-file: never from an
    option, which others could see. So is a token (ADLOOM_ACCESS_TOKEN) with --token. The
    connection is tried before it is saved.
    """
    check_name(name)
    workspace = workspace_of(click.get_current_context())

    async def work(session: Session) -> None:
        if name in await session.wiring.store.names():
            raise UsageError(f"There already is a connection named {name!r}.")
        provider = provider_named(kind)
        settings = settings_from(provider, typed, port=workspace.settings.oauth.port)
        secrets = read_secrets(provider, typed["secret_file"], token=typed["token"])
        new = Connection(name=name, provider=kind, settings=settings, secrets=secrets)
        code = None if typed["token"] else await _ask(new, typed)
        wiring = session.wiring
        made = await (connect(new, code, wiring) if code else connect_with_token(new, wiring))
        _tell_account(made)

    in_session(work)


async def _ask(connection: Connection, typed: Mapping[str, Any]) -> Secret:
    return await ask_consent(
        provider_named(connection.provider),
        connection.settings,
        paste=typed["paste"],
        browser=not typed["no_browser"],
    )


@connections.command("list")
@json_option
def list_connections(*, as_json: bool) -> None:
    """List the connections."""

    async def work() -> list[Connection]:
        async with open_connections(workspace_of(click.get_current_context())) as store:
            return await store.all()

    found = asyncio.run(work())
    if as_json or not sys.stdout.isatty():
        for one in found:
            sys.stdout.buffer.write(dump(_shown(one)) + b"\n")
        return
    if not found:
        say("There are no connections yet. Make one: adloom connections add NAME")
        return
    show_table(
        ["Name", "Kind", "Account", "Host", "State"],
        [
            [one.name, one.provider, one.account.get("display_name"), one.settings.get("host"),
             one.state]
            for one in found
        ],
    )  # fmt: skip


@connections.command()
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show one connection: its account, accounts it may use, permissions; secrets as dots."""

    async def work(session: Session) -> Connection:
        return await session.wiring.store.load(name)

    _tell(in_session(work), as_json=as_json)


@connections.command()
@click.argument("name")
@json_option
def test(name: str, *, as_json: bool) -> None:
    """Try a connection now, and note what the platform says about it."""

    async def work(session: Session) -> Connection:
        return await examine(await session.wiring.store.load(name), session.wiring)

    found = in_session(work)
    say(f"{name!r} works.")
    _tell(found, as_json=as_json)


@connections.command("reconnect")
@click.argument("name")
@_consent_options
def reconnect_command(name: str, **typed: Any) -> None:
    """Renew a connection's consent in place; only its own account will do."""

    async def work(session: Session) -> None:
        old = await session.wiring.store.load(name)
        if typed["secret_file"] or typed["token"]:
            secrets = read_secrets(
                provider_named(old.provider), typed["secret_file"], token=typed["token"]
            )
            old = replace(old, secrets={**old.secrets, **secrets})
        code = None if typed["token"] else await _ask(old, typed)
        _tell_account(await reconnect(old, code, session.wiring))

    in_session(work)


@connections.command()
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Give a connection another name."""

    async def work(session: Session) -> None:
        await session.wiring.store.rename(name, new_name)

    in_session(work)
    click.echo(f"{name} is now called {new_name}.")


@connections.command("remove")
@click.argument("name")
@click.option("--keep-grant", is_flag=True, help="Do not revoke the grant at the platform.")
@yes_option
def remove_command(name: str, *, keep_grant: bool, yes: bool) -> None:
    """Revoke a connection's grant at the platform and forget it."""

    async def work(session: Session) -> None:
        connection = await session.wiring.store.load(name)
        if not yes and not click.confirm(f"Remove {name} for good?", err=True):
            raise click.Abort
        removal = await remove(connection, session.wiring, revoke=not keep_grant)
        click.echo(f"{name} is forgotten here.")
        if removal.revoked:
            click.echo("TikTok has forgotten the grant too.")
        else:
            click.echo(f"TikTok was not told to forget the grant: {removal.reason}")

    in_session(work)


def _shown(connection: Connection) -> dict[str, Any]:
    """A connection as anybody may see it."""
    return {
        "name": connection.name,
        "kind": connection.provider,
        "state": connection.state,
        "reason": connection.reason,
        "settings": connection.settings,
        "account": connection.account,
        "secrets": connection.secrets,
        "created_at": connection.created_at,
        "updated_at": connection.updated_at,
    }


def _tell(connection: Connection, *, as_json: bool) -> None:
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(_shown(connection)) + b"\n")
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
        *((name, value) for name, value in connection.settings.items()),
        *((name, str(value)) for name, value in connection.secrets.items()),
    ]
    show_table(["", ""], rows)
    if advertisers := account.get("advertisers"):
        show_table(
            ["Advertiser", "Name"], [[one["advertiser_id"], one["name"]] for one in advertisers]
        )


def _tell_account(connection: Connection) -> None:
    """Say who was connected, and to what."""
    account = connection.account
    click.echo(f"{connection.name} is connected as {plain(account.get('display_name'))}.")
    for one in account.get("advertisers", []):
        click.echo(f"  {one['advertiser_id']}  {plain(one['name'])}")
    click.echo(f"Next: adloom run list-advertisers --connection {connection.name}")

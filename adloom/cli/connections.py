"""`adloom connections`: accounts connected, tried, renewed, given back."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from adloom.cli.connection_options import (
    KindsCommand,
    RenewingCommand,
    consent_options,
    settings_options,
    typed_settings,
)
from adloom.cli.connection_words import tell, tell_all, tell_made, tell_removed
from adloom.cli.consent import ask_consent, read_secrets, settings_from, tell_guide
from adloom.cli.session import Session, in_session, open_connections, say, workspace_of
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.services.connecting import check_free, rename_connection, save_without_consent
from adloom.services.event_lanes import tell_waiting
from connections.authorise import (
    connect,
    examine,
    reconnect,
    remove,
    try_aloud,
)
from connections.connection import Connection, check_name
from connections.providers import PROVIDERS, provider_named
from connections.providers.base import Code

__all__ = ["connections"]


@click.group(no_args_is_help=True)
def connections() -> None:
    """Connect accounts, try them, renew or remove them."""


@connections.command(cls=KindsCommand)
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(list(PROVIDERS)),
    default="tiktok-business",
    show_default=True,
    help="What to connect to.",
)
@settings_options()
@consent_options
def add(name: str, kind: str, **typed: Any) -> None:
    """Connect an account and call it NAME.

    A secret is asked for, or taken from --secret-file or the environment: never from an option,
    which others could see. ADLOOM_APP_SECRET is the secret of an app or client, ADLOOM_ACCESS_TOKEN
    a token or a header's value, ADLOOM_ADDRESSES notification addresses. The connection is tried
    before it is saved.
    """
    check_name(name)
    workspace = workspace_of(click.get_current_context())

    async def work(session: Session) -> None:
        await check_free(session, name)
        provider = provider_named(kind)
        values = typed_settings(provider, typed)
        tell_guide(provider)
        settings = settings_from(provider, values, port=workspace.settings.oauth.port)
        new = Connection(name=name, provider=kind, settings=settings)
        for note in provider.notes(new) if not provider.consents else []:
            say(note)
        secrets = read_secrets(provider, settings, typed["secret_file"], token=typed["token"])
        new = replace(new, secrets=secrets)
        code = await _ask(new, typed)
        if code is None:
            tell_made(await save_without_consent(session, new, renews=False))
        else:
            tell_made(await connect(new, code, session.wiring))

    in_session(work)


async def _ask(connection: Connection, typed: Mapping[str, Any]) -> Code | None:
    """Have the owner agree, where that is how a connection is made."""
    provider = provider_named(connection.provider)
    if typed["token"] or not provider.consents:
        return None
    return await ask_consent(
        provider, connection.settings, paste=typed["paste"], browser=not typed["no_browser"]
    )


@connections.command("list")
@json_option
def list_connections(*, as_json: bool) -> None:
    """List the connections."""

    async def work() -> list[Connection]:
        async with open_connections(workspace_of(click.get_current_context())) as store:
            return await store.all()

    tell_all(asyncio.run(work()), as_json=as_json)


@connections.command()
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show one connection: its account, accounts it may use, permissions; secrets as dots."""

    async def work(session: Session) -> Connection:
        return await session.wiring.store.load(name)

    tell(in_session(work), as_json=as_json)


@connections.command()
@click.argument("name")
@yes_option
@json_option
def test(name: str, *, as_json: bool, yes: bool) -> None:
    """Try a connection now, and note what the platform says about it."""

    async def work(session: Session) -> Connection:
        connection = await session.wiring.store.load(name)
        effect = provider_named(connection.provider).test_effect
        if effect and not yes:
            _agree_to(effect)
        found = await examine(connection, session.wiring)
        if effect:
            await try_aloud(found)
        return found

    found = in_session(work)
    say(f"{name!r} works.")
    tell(found, as_json=as_json)


def _agree_to(effect: str) -> None:
    """Ask before others notice something."""
    if not sys.stdin.isatty():
        raise UsageError(effect, hint="If that is meant: --yes")
    if not click.confirm(f"{effect} Go on?", err=True):
        raise click.Abort


@connections.command("reconnect", cls=RenewingCommand)
@click.argument("name")
@settings_options(lasting=False)
@consent_options
def reconnect_command(name: str, **typed: Any) -> None:
    """Renew a connection's consent or secret in place; only its own account will do.

    Settings that are given replace the present ones; an empty text takes one out.
    """

    async def work(session: Session) -> None:
        old = await session.wiring.store.load(name)
        provider = provider_named(old.provider)
        changed = typed_settings(provider, typed)
        port = session.workspace.settings.oauth.port
        settings = settings_from(provider, {**old.settings, **changed}, port=port)
        secrets = dict(old.secrets)
        if typed["secret_file"] or typed["token"] or not provider.consents:
            file = typed["secret_file"]
            secrets |= read_secrets(
                provider, settings, file, token=typed["token"], known=old.secrets
            )
        renewed = replace(old, settings=settings, secrets=secrets)
        tell_made(await reconnect(renewed, await _ask(renewed, typed), session.wiring))

    in_session(work)


@connections.command()
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Give a connection another name; events that wait for it go along."""

    async def work(session: Session) -> list[str]:
        return await rename_connection(session, name, new_name)

    settings = in_session(work)
    click.echo(f"{name} is now called {new_name}.")
    for one in settings:
        say(f"Change it in adloom.toml too: {one}")


@connections.command("remove")
@click.argument("name")
@click.option("--keep-grant", is_flag=True, help="Do not revoke the grant at the platform.")
@yes_option
def remove_command(name: str, *, keep_grant: bool, yes: bool) -> None:
    """Revoke a connection's grant at the platform and forget it."""

    async def work(session: Session) -> None:
        connection = await session.wiring.store.load(name)
        await tell_waiting(session, name)
        if not yes and not click.confirm(f"Remove {name} for good?", err=True):
            raise click.Abort
        tell_removed(connection, await remove(connection, session.wiring, revoke=not keep_grant))

    in_session(work)

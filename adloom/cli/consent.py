"""Asking the owner of an account: settings, secret, consent page, answer."""

import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from adloom.cli.session import say
from adloom.errors import UsageError
from adloom.fields import fields_of
from adloom.secret import Secret
from adloom.services.connecting import checked_settings, wanted_secrets
from adloom.services.connecting_consents import refuse_sandbox
from connections.oauth import Listener, begin
from connections.providers.base import Code, Provider

__all__ = [
    "SECRET_VARIABLE",
    "TOKEN_VARIABLE",
    "ask_consent",
    "read_secrets",
    "settings_from",
    "tell_guide",
]

SECRET_VARIABLE: Final = "ADLOOM_APP_SECRET"  # noqa: S105 - the name, not the secret
TOKEN_VARIABLE: Final = "ADLOOM_ACCESS_TOKEN"  # noqa: S105 - the name, not the token
ADDRESSES_VARIABLE: Final = "ADLOOM_ADDRESSES"
#: Where each secret is looked for, other than in a file or at the keyboard.
VARIABLES: Final = {
    "app_secret": SECRET_VARIABLE,
    "client_secret": SECRET_VARIABLE,
    "access_token": TOKEN_VARIABLE,
    "header_value": TOKEN_VARIABLE,
    "addresses": ADDRESSES_VARIABLE,
}


def settings_from(provider: Provider, typed: Mapping[str, Any], *, port: int) -> dict[str, Any]:
    """Check the settings that were typed, and ask for what is missing.

    Raises:
        InvalidParamsError: They will not do.
    """
    names = {field.name for field in fields_of(provider.settings_model)}
    given = {name: value for name, value in typed.items() if name in names and value is not None}
    for field in fields_of(provider.settings_model):
        if field.required and field.name not in given and sys.stdin.isatty():
            given[field.name] = click.prompt(field.title, err=True)
    return checked_settings(provider, given, port=port)


def read_secrets(
    provider: Provider,
    settings: Mapping[str, Any],
    file: str | None,
    *,
    token: bool,
    known: Mapping[str, Secret] | None = None,
) -> dict[str, Secret]:
    """Take what has to stay secret from a file, the environment, or the keyboard.

    Args:
        provider: The platform.
        settings: Of the connection; they may decide what it takes.
        file: Where it stands, `-` for standard input; None if it does not stand in one.
        token: Whether an access token is brought along, instead of the app's secret.
        known: What is kept where nothing new is given.

    Raises:
        UsageError: It is nowhere, or this kind of connection takes no token.
    """
    wanted = wanted_secrets(provider, settings, token=token)
    kept = known or {}
    return {
        name: _read_secret(title, VARIABLES[name], file, kept.get(name))
        for name, title in wanted.items()
    }


def _read_secret(title: str, variable: str, file: str | None, kept: Secret | None) -> Secret:
    text = _read_file(file) if file else os.environ.get(variable, "")
    if not text and sys.stdin.isatty():
        label = f"{title} (nothing keeps the present one)" if kept else title
        default = "" if kept else None
        text = click.prompt(label, hide_input=True, err=True, default=default, show_default=False)
    if text.strip():
        return Secret(text.strip())
    if kept:
        return kept
    raise UsageError(f"{title} is missing.", hint=f"Set {variable}, or use --secret-file.")


def tell_guide(provider: Provider) -> None:
    """Say, step by step, how to get what has to be brought along."""
    for number, step in enumerate(provider.guide, start=1):
        click.echo(f"  {number}. {step}", err=True)


async def ask_consent(
    provider: Provider, settings: Mapping[str, Any], *, paste: bool, browser: bool
) -> Code:
    """Send the owner to the consent page and bring the code back.

    Raises:
        UsageError: There is no such page.
    """
    refuse_sandbox(settings)
    consent = begin(provider, settings)
    if paste:
        click.echo(f"Open this page and agree:\n\n  {consent.address}\n", err=True)
        click.echo("The browser ends on a page that may not load. Paste its address:", err=True)
        return consent.read(sys.stdin.readline())
    async with Listener(consent) as listener:
        click.echo(f"Agree on this page:\n\n  {consent.address}\n", err=True)
        if browser and webbrowser.open(consent.address):
            say("It should have opened in your browser.")
        say(f"Waiting for the answer on {provider.redirect_uri(settings)} (five minutes).")
        return await listener.code()


def _read_file(file: str) -> str:
    try:
        return sys.stdin.readline() if file == "-" else Path(file).expanduser().read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from None

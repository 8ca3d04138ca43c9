"""Options of `adloom connections`: the settings of every kind of connection, told apart by kind."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from adloom.errors import UsageError
from adloom.fields import Field, FieldKind, fields_of, read_text
from adloom.services.connecting import LASTING
from connections.providers import PROVIDERS
from connections.providers.base import Provider

__all__ = [
    "KindsCommand",
    "RenewingCommand",
    "consent_options",
    "settings_options",
    "typed_settings",
]

Command = Callable[..., Any]


def _fields(*, lasting: bool) -> dict[str, list[Field]]:
    """The settings that can be typed, by kind."""
    return {
        name: [
            field
            for field in fields_of(provider.settings_model)
            if lasting or field.name not in LASTING
        ]
        for name, provider in PROVIDERS.items()
    }


class KindsCommand(click.Command):
    """A command whose help lists each setting under the kind of connection it belongs to."""

    #: Whether settings that say what a connection is for can be given too.
    lasting = True

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then those of each kind."""
        kinds = _fields(lasting=self.lasting)
        settings = {field.name for fields in kinds.values() for field in fields}
        options = (param for param in self.get_params(ctx) if isinstance(param, click.Option))
        own = (option for option in options if option.name not in settings)
        with formatter.section("Options"):
            formatter.write_dl([record for one in own if (record := one.get_help_record(ctx))])
        for name, fields in kinds.items():
            if fields:
                with formatter.section(f"Settings of {name} ({PROVIDERS[name].title})"):
                    formatter.write_dl([(_usage(field), _help(field)) for field in fields])


class RenewingCommand(KindsCommand):
    """The same for a connection that is there already."""

    lasting = False


def settings_options(*, lasting: bool = True) -> Callable[[Command], Command]:
    """Every setting of every kind of connection, once each."""

    def add(command: Command) -> Command:
        known = {
            field.name: field for fields in _fields(lasting=lasting).values() for field in fields
        }
        for field in reversed(known.values()):
            # Shown is what each kind says of it; this is what completion in a shell shows.
            text = field.description
            if field.kind is FieldKind.FLAG:
                off = field.option.replace("--", "--no-", 1)
                option = click.option(f"{field.option}/{off}", field.name, default=None, help=text)
            else:
                option = click.option(field.option, field.name, multiple=True, help=text)
            command = option(command)
        return command

    return add


def consent_options(command: Command) -> Command:
    """How consent and secrets come in."""
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
            help="File that holds the secret or the token; - for standard input.",
        ),
        click.option(
            "--token",
            is_flag=True,
            help="You have an access token already, as the sandbox gives you one: no consent.",
        ),
    ):
        command = option(command)
    return command


def typed_settings(provider: Provider, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed for a kind's settings; nothing at all stands for leaving one out again.

    Raises:
        UsageError: Something was typed that is a setting of other kinds only.
        InvalidParamsError: It cannot be read.
    """
    fields = {field.name: field for field in fields_of(provider.settings_model)}
    given = {name: value for name, value in typed.items() if value not in (None, ())}
    for field in (field for known in _fields(lasting=True).values() for field in known):
        if field.name in given and field.name not in fields:
            raise UsageError(f"{field.option} is no setting of the kind {provider.name}.")
    return {name: _read(field, given[name]) for name, field in fields.items() if name in given}


def _read(field: Field, value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    if value == ("",):
        return None
    return read_text(field, list(value))


def _usage(field: Field) -> str:
    if field.kind is FieldKind.FLAG:
        return field.option
    return f"{field.option} {'|'.join(field.choices) or field.kind.name}"


def _help(field: Field) -> str:
    default = ", ".join(field.default) if isinstance(field.default, list) else field.default
    if field.required:
        return f"{field.description}  [required]"
    if default in (None, False):
        return field.description
    shown = f"{default:g}" if isinstance(default, float) else default
    return f"{field.description}  [default: {shown}]"

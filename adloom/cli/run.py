"""`adloom run MODULE`: one module now; its parameters are its options."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import click

from adloom.cli.words import connection_option, json_option, yes_option
from adloom.errors import UnknownNameError
from adloom.fields import Field, FieldKind, fields_of, read_text
from modules import MODULES, find_module
from modules.base import Kind, Module

__all__ = ["run"]

METAVARS: Final = {
    FieldKind.WHOLE: "N",
    FieldKind.CHOICE: "WORD",
    FieldKind.DATA: "JSON",
    FieldKind.FILE: "PATH",
    FieldKind.MOMENT: "DATE",
}
#: More choices than this are listed in the help text.
FEW: Final = 4


class ModuleGroup(click.Group):
    """Turns each module into a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every module's name."""
        return [name.replace("_", "-") for name in MODULES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Build the command of one module."""
        try:
            return _command(find_module(cmd_name))
        except UnknownNameError as error:
            raise click.UsageError(f"{error} {error.hint or ''}".strip()) from None


@click.command(cls=ModuleGroup, no_args_is_help=True, subcommand_metavar="MODULE [OPTIONS]")
def run() -> None:
    """Run one module now.

    Bundles go to stdout: as a table on a terminal, as JSON lines otherwise. Everything else goes
    to stderr. A module that changes something shows the changes and asks first.
    """


def _command(module: Module) -> click.Command:
    fields = fields_of(module.params)

    def callback(
        connection: str | None, *, as_json: bool, yes: bool, dry_run: bool, **typed: Any
    ) -> None:
        values = {
            field.name: _typed(field, typed[field.name])
            for field in fields
            if typed[field.name] not in (None, ())
        }
        # Imported here: asking for help needs neither HTTP nor a database.
        from adloom.cli.carry import carry_out

        context = click.get_current_context()
        asyncio.run(
            carry_out(
                context,
                module,
                values,
                connection=connection,
                as_json=as_json,
                yes=yes,
                dry_run=dry_run,
            )
        )

    command: Callable[..., Any] = callback
    for option in (json_option, connection_option, *_action_options(module)):
        command = option(command)
    for field in reversed(fields):
        command = _option(field)(command)
    if module.kind is not Kind.ACTION:
        command = _without_action(command)
    text = f"{module.description}\n\nKind of connection: {module.provider}."
    return click.command(name=module.name.replace("_", "-"), help=text)(command)


def _action_options(module: Module) -> list[Callable[..., Any]]:
    if module.kind is not Kind.ACTION:
        return []
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Show what would change, and change nothing."
    )
    return [yes_option, dry_run]


def _without_action(command: Callable[..., Any]) -> Callable[..., Any]:
    """A search has nothing to ask; its command takes the same arguments all the same."""

    def wrapped(**options: Any) -> None:
        command(yes=False, dry_run=False, **options)

    wrapped.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined] # how click passes options on
    return wrapped


def _option(field: Field) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    names = [field.option, *("--" + alias.replace("_", "-") for alias in field.aliases)]
    text = _help(field)
    if field.kind is FieldKind.FLAG and not field.many:
        return click.option(*names, field.name, is_flag=True, default=None, help=text)
    metavar = METAVARS.get(field.kind, field.kind.name)
    if 0 < len(field.choices) <= FEW:
        metavar = "|".join(field.choices)
    return click.option(*names, field.name, multiple=True, metavar=metavar, help=text)


def _help(field: Field) -> str:
    parts = [field.description]
    if len(field.choices) > FEW:
        parts.append(f"One of {', '.join(field.choices)}.")
    if field.many:
        parts.append("Repeat it or separate with commas.")
    if field.required:
        parts.append("[required]")
    elif field.default not in (None, [], {}, False):
        parts.append(f"[default: {getattr(field.default, 'value', field.default)}]")
    return " ".join(parts)


def _typed(field: Field, given: Any) -> Any:
    if isinstance(given, bool):
        return given
    return read_text(field, list(given))

"""`adloom run MODULE`: one module now; its parameters are its options."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import click

from adloom.cli.words import connection_option, json_option, yes_option
from adloom.errors import UnknownNameError
from adloom.fields import Field, FieldKind, fields_of, read_text, validate
from adloom.services.module_runs_start import Start
from modules import MODULES, find_module
from modules.base import Kind, Module

__all__ = ["option_for", "run", "typed_moment", "typed_value"]

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
        connection: str | None,
        *,
        as_json: bool,
        yes: bool = False,
        dry_run: bool = False,
        since: str | None = None,
        **typed: Any,
    ) -> None:
        values = {
            field.name: typed_value(field, typed[field.name])
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
                since=typed_moment(since),
            )
        )

    command: Callable[..., Any] = callback
    for option in (json_option, connection_option, *_own_options(module)):
        command = option(command)
    for field in reversed(fields):
        command = option_for(field)(command)
    text = f"{module.description}\n\n{_first_cycle(module)}Kind of connection: {_kinds(module)}."
    return click.command(name=module.name.replace("_", "-"), help=text)(command)


def _own_options(module: Module) -> list[Callable[..., Any]]:
    """What a module's kind asks for besides its parameters."""
    if module.kind is Kind.SEARCH or module.instant is not None:
        return []
    if module.kind is Kind.TRIGGER:
        since = click.option("--since", metavar="DATE", help=fields_of(Start)[0].description)
        return [since]
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Show what would change, and change nothing."
    )
    return [yes_option, dry_run]


def _first_cycle(module: Module) -> str:
    if module.instant is not None:
        return "It waits to be told, so it is of use only as the first step of a scenario.\n\n"
    if module.kind is not Kind.TRIGGER:
        return ""
    return "Shows what a first cycle would hand on, the oldest first; nothing is remembered.\n\n"


def _kinds(module: Module) -> str:
    return " or ".join(module.providers)


def typed_moment(text: str | None) -> datetime | None:
    """Read `--since`; dates count in UTC unless they say otherwise."""
    return validate(Start, {"since": text} if text else {}).since


def option_for(field: Field) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A parameter as an option of a command."""
    names = [field.option, *("--" + alias.replace("_", "-") for alias in field.aliases)]
    text = _help(field)
    if field.kind is FieldKind.FLAG and not field.many:
        if field.default is not False:  # it is on, or open, unless somebody says no
            names[0] += f"/--no-{field.option.removeprefix('--')}"
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


def typed_value(field: Field, given: Any) -> Any:
    """What was typed for a parameter, as a value that can be validated."""
    if isinstance(given, bool):
        return given
    return read_text(field, list(given))

"""`adloom modules`: what can be done."""

import sys
from typing import Any, Final

import click

from adloom.cli.output import show_table
from adloom.cli.words import json_option
from adloom.fields import Field, fields_of
from adloom.json_text import dump
from modules import all_modules, find_module
from modules.base import Module

__all__ = ["modules"]

BUSINESS: Final = "tiktok-business"
#: What an arbitrary call needs, only TikTok can tell.
AS_CALLED: Final = "as the call"


@click.command()
@click.argument("name", required=False)
@json_option
@click.option("--schema", is_flag=True, help="Write the JSON Schema of the module's parameters.")
def modules(name: str | None, *, as_json: bool, schema: bool) -> None:
    """List the modules, or show one: its parameters and what it yields."""
    if name is None:
        _list(as_json=as_json)
        return
    module = find_module(name)
    if schema:
        sys.stdout.buffer.write(dump(module.params.model_json_schema()) + b"\n")
    elif as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(_described(module)) + b"\n")
    else:
        _show(module)


def _list(*, as_json: bool) -> None:
    found = all_modules()
    if as_json or not sys.stdout.isatty():
        for module in found:
            sys.stdout.buffer.write(dump(_summary(module)) + b"\n")
        return
    rows = [[_dashed(one), one.kind, one.description] for one in found]
    show_table(["Module", "Kind", "What it does"], rows)
    click.echo("One of them in detail: adloom modules NAME. Now: adloom run NAME --help")


def _show(module: Module) -> None:
    click.secho(f"{module.title} ({_dashed(module)}, {module.kind})", bold=True)
    click.echo(f"{module.description}\n")
    needs = module.permission or (AS_CALLED if module.provider == BUSINESS else "none")
    click.echo(f"Connection: {module.provider}. Permission: {needs}.")
    click.secho("\nParameters", bold=True)
    rows = [[_needed(one), one.option, _kind(one), one.description] for one in _fields(module)]
    show_table(["", "Option", "Takes", ""], rows)
    click.secho("Bundle", bold=True)
    fields = [[name, info.description] for name, info in module.bundle.model_fields.items()]
    show_table(["Field", ""], fields)


def _summary(module: Module) -> dict[str, Any]:
    return {
        "name": module.name,
        "kind": module.kind,
        "title": module.title,
        "description": module.description,
        "provider": module.provider,
        "permission": module.permission,
    }


def _described(module: Module) -> dict[str, Any]:
    return _summary(module) | {
        "params": module.params.model_json_schema(),
        "bundle": module.bundle.model_json_schema(),
    }


def _fields(module: Module) -> list[Field]:
    return fields_of(module.params)


def _needed(field: Field) -> str:
    return "required" if field.required else ("advanced" if field.advanced else "")


def _kind(field: Field) -> str:
    kind = ", ".join(field.choices) if field.choices else str(field.kind)
    return f"{kind}, several" if field.many else kind


def _dashed(module: Module) -> str:
    return module.name.replace("_", "-")

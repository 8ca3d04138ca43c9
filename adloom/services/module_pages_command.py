"""The same as a command: how what a page does is typed in a terminal."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from pydantic import BaseModel

from adloom.fields import Field, FieldKind, fields_of
from adloom.json_text import dump
from adloom.secret import redact
from adloom.services.module_pages import dashed
from modules.base import Module

__all__ = ["command_of", "shell_line", "without_usual"]


def command_of(
    module: Module,
    values: Mapping[str, Any],
    *,
    connection: str | None = None,
    since: str | None = None,
) -> str:
    """`adloom run …` for a module with these parameters, each quoted; secrets are dots.

    Args:
        module: Which.
        values: Its parameters, by their names.
        connection: The connection, if one was chosen.
        since: Where a trigger starts, if that was said.
    """
    safe = cast("dict[str, Any]", redact(dict(values)))
    words = ["adloom", "run", dashed(module)]
    for field in fields_of(module.params):
        if field.name in safe and not _is_usual(field, safe[field.name]):
            words += _options(field, safe[field.name])
    if connection:
        words += ["--connection", connection]
    if since:
        words += [f"--since={since}"]
    return shell_line(words)


def shell_line(words: Sequence[str]) -> str:
    """Words as a shell takes them."""
    return " ".join(shlex.quote(word) for word in words)


def without_usual(module: Module, values: Mapping[str, Any]) -> dict[str, Any]:
    """Only those parameters that are not as they would be anyway."""
    usual = {one.name for one in fields_of(module.params) if _is_usual(one, values.get(one.name))}
    return {name: value for name, value in values.items() if name not in usual}


def _is_usual(field: Field, value: Any) -> bool:
    return not field.required and dump(_plain(value)) == dump(_plain(field.default))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _options(field: Field, value: Any) -> list[str]:
    if field.kind is FieldKind.FLAG and not field.many and isinstance(value, bool):
        return [field.option if value else f"--no-{field.option.removeprefix('--')}"]
    if not field.many or not isinstance(value, list | tuple):
        return [f"{field.option}={_text(field, value)}"]
    texts = [_text(field, one) for one in value]
    # One entry that begins like a list, or an entry with a comma, would be read as several.
    splits = field.kind not in (FieldKind.TEXT, FieldKind.DATA)
    odd = (len(texts) == 1 and texts[0].lstrip().startswith("[")) or not texts
    if odd or (splits and any("," in text for text in texts)):
        return [f"{field.option}={dump(list(value)).decode()}"]
    return [f"{field.option}={text}" for text in texts]


def _text(field: Field, value: Any) -> str:
    if field.kind is FieldKind.DATA:
        return dump(value).decode()
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case dict() | list() | tuple() | BaseModel():
            return dump(value).decode()
        case _:
            return str(value)

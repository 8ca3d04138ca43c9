"""What `events map` and `events send` are told about their input: declared once, read once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from adloom.cli.events_portions import STANDARD_INPUT
from adloom.cli.run import option_for, typed_value
from adloom.cli.words import json_option
from adloom.errors import UsageError
from adloom.fields import fields_of
from adloom.sources import FORMATS
from modules.events.options import EventSource, Options

if TYPE_CHECKING:
    from modules.events.mapping import EventMapping

__all__ = ["Given", "input_options", "mapping_of"]

LARGEST_MAPPING: Final = 1_000_000
#: Options that have flags of their own; all of them can stand in a mapping file.
COMMON: Final = (
    "default_country",
    "strict",
    "environment",
    "event_names",
    "only",
    "never",
    "oldest_days",
    "currency_fallback",
    "att_status",
    "hide_ip",
    "limited_data_use",
)
FIELDS: Final = [field for field in fields_of(Options) if field.name in COMMON]

Command = Callable[..., Any]


@dataclass(frozen=True)
class Given:
    """What was typed about an input.

    Args:
        file: Its path; `-` is the standard input.
        format: One of the formats that can be read; by default the content and the ending decide.
        table: The table of a SQLite file.
        records: Where in a JSON file the records are.
        preset: What the records speak.
        mapping: A mapping file of the user's own.
        source: web, app, offline or crm.
        source_id: The source's id.
        limit: Read so many records at most; 0 means all.
        options: Options that have flags, as they were typed.
        as_json: Whether programs read what is told.
    """

    file: str
    format: str | None
    table: str | None
    records: str | None
    preset: str | None
    mapping: Path | None
    source: str | None
    source_id: str | None
    limit: int
    options: dict[str, Any]
    as_json: bool

    @property
    def name(self) -> str:
        """What people call it."""
        return "standard input" if self.file == STANDARD_INPUT else self.file

    @classmethod
    def typed(cls, values: dict[str, Any]) -> "Given":
        """Sort what click has read.

        Raises:
            InvalidParamsError: An option cannot be read.
        """
        options = {
            field.name: typed_value(field, _names_in(given) if field.many else given)
            for field in FIELDS
            if (given := values.pop(field.name)) not in (None, ())
        }
        return cls(**values, options=options)


def _names_in(typed: tuple[str, ...]) -> list[str]:
    """Names typed one by one or with commas between them; a JSON list stays as it is."""
    if len(typed) == 1 and typed[0].lstrip().startswith("["):
        return list(typed)
    return [name.strip() for text in typed for name in text.split(",") if name.strip()]


def input_options(command: Command) -> Command:
    """The file, and everything that says how its records are read."""
    command = json_option(command)
    for field in reversed(FIELDS):
        command = option_for(field)(command)
    for option in reversed(_OWN):
        command = option(command)
    return command


_OWN: Final = (
    click.argument("file"),
    click.option("--preset", metavar="NAME", help="What the records speak; they are listed above."),
    click.option(
        "--mapping",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Mapping file of your own, merged over the preset.",
    ),
    click.option(
        "--source",
        type=click.Choice(get_args(EventSource)),
        help="Where the events happen, if neither mapping nor connection says so.",
    ),
    click.option(
        "--source-id",
        metavar="ID",
        help="Pixel code for web, TikTok App ID for app, else the event set's id.",
    ),
    click.option("--format", type=click.Choice(list(FORMATS)), help="Format of the file."),
    click.option("--table", metavar="NAME", help="Table, view or SELECT of a SQLite file."),
    click.option(
        "--records", metavar="PATH", help="Where in a JSON file the records are: data.list"
    ),
    click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Read so many records at most.",
    ),
)


def mapping_of(given: Given, *, oldest_days: int | None = None) -> "EventMapping":
    """The mapping that is meant: the file's, with what was typed on top.

    Args:
        given: What was typed.
        oldest_days: What the settings say about old events, where nobody else says anything.

    Raises:
        UnknownNameError: There is no such preset.
        UsageError: The file cannot be read, or an option does not fit.
    """
    from modules.events.mapping import read_event_mapping
    from modules.events.presets import preset_named

    data: dict[str, Any] = {}
    if given.mapping:
        data = _loaded(given.mapping).model_dump(exclude_unset=True, by_alias=True)
    if given.preset:
        data["preset"] = preset_named(given.preset).name
    if given.source:
        data["source"] = given.source
    told = {} if oldest_days is None else {"oldest_days": oldest_days}
    data["options"] = {**told, **data.get("options", {}), **given.options}
    return read_event_mapping(data)


def _loaded(path: Path) -> "EventMapping":
    from scenarios.event_mappings import load_event_mapping

    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if len(text) > LARGEST_MAPPING:
        raise UsageError(f"{path} is too large for a mapping file.")
    try:
        return load_event_mapping(text.decode(), str(path))
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8, so it is no mapping file.") from None

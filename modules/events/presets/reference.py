"""What documents say about mapping files, made from the code: tables, and the JSON Schema."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic.fields import FieldInfo

from modules.events.mapping import EventMapping
from modules.events.options import EventSource, Options
from modules.events.presets import PRESETS
from modules.events.presets.naming import fold, names_for
from modules.events.presets.shape import ITEM_FIELDS, Drop, Name, Preset, Source
from modules.events.presets.targets import KNOWN

__all__ = [
    "mapping_schema",
    "mapping_schema_text",
    "option_table",
    "preset_tables",
    "target_table",
    "with_tables",
]

BEGIN: Final = "<!-- tables: docs/make_event_schema.py -->\n"
END: Final = "<!-- end of tables -->\n"
_SOURCES: Final[tuple[EventSource, ...]] = ("web", "app")


def with_tables(page: str) -> str:
    """The page with its tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}{_tables()}{END}{after}"


def _tables() -> str:
    return f"{option_table()}\n{target_table()}\n{preset_tables()}"


def option_table() -> str:
    """What can be decided under `options`."""
    shapes = Options.model_json_schema()["properties"]
    rows = [
        f"| `{name}` | {field.description} | {_choices(shapes[name])} | {_default(field)} |"
        for name, field in Options.model_fields.items()
    ]
    head = ("| option | meaning | values | default |", "| --- | --- | --- | --- |")
    return _lines("### Options", "", *head, *rows)


def _choices(shape: dict[str, Any]) -> str:
    """What an option may be, by its JSON Schema."""
    [own] = [one for one in shape.get("anyOf", [shape]) if one.get("type") != "null"]
    if "enum" in own:
        return ", ".join(f"`{one}`" for one in own["enum"])
    match own["type"]:
        case "array":
            inner = own["items"]
            return f"a list of {_choices(inner) if 'enum' in inner else 'names'}"
        case "object":
            keys = ", ".join(f"`{one}`" for one in own["propertyNames"]["enum"])
            inner = own["additionalProperties"]
            return f"{keys}; each {_choices(inner) if 'enum' in inner else 'an id'}"
        case "boolean":
            return "`true`, `false`"
        case kind:
            return {"integer": "a number", "string": "text"}[kind]


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "" if value in (None, [], {}) else f"`{_value(value)}`"


def mapping_schema_text() -> str:
    """The JSON Schema of mapping files as its file holds it."""
    return json.dumps(mapping_schema(), indent=1, ensure_ascii=False) + "\n"


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of mapping files, for editors."""
    schema = EventMapping.model_json_schema(by_alias=True)
    inputs = [name for preset in PRESETS.values() for name in preset.names]
    known = [f"{part}.{name}" if part else name for part in KNOWN for name in KNOWN[part]]
    schema["properties"]["fields"]["propertyNames"] = {
        "anyOf": [{"enum": [*known, *inputs]}, {"pattern": r"^properties\.[^.\[]+$"}]
    }
    items = schema["$defs"]["ItemMapping"]["properties"]["fields"]
    items["propertyNames"] = {"enum": list(ITEM_FIELDS)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def target_table() -> str:
    """What a mapping can fill."""
    rows = [
        f"| {f'`{part}.…`' if part else 'the event'} | {', '.join(f'`{one}`' for one in names)} |"
        for part, names in KNOWN.items()
    ]
    return _lines("### Fields of an event", "", "| part | fields |", "| --- | --- |", *rows)


def preset_tables() -> str:
    """Every preset: its events, its fields, its items."""
    return "\n".join(_preset(preset) for preset in PRESETS.values())


def _preset(preset: Preset) -> str:
    options = [f"`{name}: {_value(value)}`" for name, value in preset.options.items()]
    if preset.unmapped != "custom":
        options.append(f"`unmapped: {preset.unmapped}`")
    inputs = [f"`{name}` ← {_places(where)}" for name, where in preset.inputs.items()]
    inputs += [f"`{name}`, which is `{field}`" for name, field in preset.aliases.items()]
    return _lines(
        f"### Preset `{preset.name}`",
        "",
        f"{preset.title}. The event's name is {_places(preset.name_of)}.",
        *([f"It sets {', '.join(options)}."] if options else []),
        *([f"Besides, `fields` may name: {'; '.join(inputs)}."] if inputs else []),
        "",
        "| incoming event | web, offline, crm | app |",
        "| --- | --- | --- |",
        *_events(preset),
        "",
        "| field | where it is, the first that is there |",
        "| --- | --- |",
        *_fields(preset),
        "",
        f"Items are in {_places(preset.items.sources)}.",
        "",
        "| field of an item | where it is in the item |",
        "| --- | --- |",
        *_items(preset),
        "",
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """A value as YAML has it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _events(preset: Preset) -> Iterator[str]:
    tables = [names_for(source, preset.events, preset.choices(Options())) for source in _SOURCES]
    for name in sorted({**preset.events, **preset.unless_chosen}, key=str.lower):
        cells = [_name(table.get(fold(name))) for table in tables]
        yield f"| `{name}` | {cells[0]} | {cells[1]} |"
    yield "| TikTok's own names, in any spelling | as TikTok spells them | as TikTok spells them |"


def _name(name: Name | None) -> str:
    if isinstance(name, Drop):
        return f"not sent: {name.reason}"
    if name is None:
        return "no mapping"
    return f"`{name}`" if isinstance(name, str) else ", ".join(f"`{one}`" for one in name)


def _fields(preset: Preset) -> Iterator[str]:
    for name, where in preset.fields.items():
        only = preset.only_for.get(name)
        mark = f" ({', '.join(only)} only)" if only else ""
        yield f"| `{name}`{mark} | {_places(where)} |"


def _items(preset: Preset) -> Iterator[str]:
    for name, where in preset.items.fields.items():
        typed = preset.items.typed and name == "content_type"
        yield f"| `{name}` | {_places(where)}{', the option `content_type`' if typed else ''} |"
    for choice, where in preset.items.ids.items():
        yield f"| `content_id`, `content_id_from: {choice}` | {_places(where)} |"


def _places(where: Sequence[Source]) -> str:
    return ", ".join(f"`{one}`" if isinstance(one, str) else str(one) for one in where)

"""A preset and what the user has changed of it, compiled for one event source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from modules.events.options import EventSource, Options
from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS
from modules.events.presets.items import ItemReader
from modules.events.presets.naming import names_for
from modules.events.presets.reading import Field, Late, Reader, as_closure
from modules.events.presets.shape import ITEM_FIELDS, PAGE, Items, Name, Names, Preset
from modules.events.presets.sources import compile_sources
from modules.events.presets.targets import place_of

__all__ = ["Changes", "Plan", "closures", "plan_for"]

#: Fields that decide how a record is read, and are read before anything else.
_FIRST: Final = ("event",)
_CONTENTS: Final = "properties.contents"
_CLICK_ID: Final = "user.ttclid"
_CONTENT_ID: Final = "content_id"
_CONTENT_TYPE: Final = "content_type"


@dataclass(frozen=True)
class Changes:
    """What the user has changed.

    Args:
        events: What becomes of incoming events.
        fields: Where fields are; None leaves one out.
        lists: Where the items are.
        item_fields: Where the fields of an item are; None leaves one out.
    """

    events: Mapping[str, Names]
    fields: Mapping[str, Any]
    lists: Sequence[str]
    item_fields: Mapping[str, Any]

    @property
    def left_out(self) -> list[str]:
        """The fields that are not to be sent."""
        return [name for name, where in self.fields.items() if where is None]

    def __bool__(self) -> bool:
        return bool(self.fields or self.lists or self.item_fields)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the records of one source are read.

    Args:
        source: The event source.
        names: What becomes of incoming events, by their names and folded names.
        reader: Fills the parts of the event.
        items: Reads its items; None if there are none.
    """

    source: EventSource
    names: Mapping[str, Name]
    reader: Reader
    items: ItemReader | None


def plan_for(
    preset: Preset | None, changes: Changes, source: EventSource, options: Options
) -> Plan:
    """Compile what is needed for the events of one source."""
    tables = [preset.events, preset.choices(options)] if preset else []
    fields = _fields(preset, changes.fields, source, options)
    inputs = preset.inputs if preset else {}
    wanted = {name: where for name, where in fields.items() if name not in (*_FIRST, *inputs)}
    compiled = [
        Field(*place_of(name), compile_sources(where, name)) for name, where in wanted.items()
    ]
    compiled.sort(key=lambda one: one.section != PAGE)  # the click id is looked for in the page
    return Plan(
        source,
        names_for(source, *tables, changes.events, folded=preset is not None),
        Reader(compiled),
        _items(preset.items if preset else Items((), {}), changes, options),
    )


def _fields(
    preset: Preset | None, changed: Mapping[str, Any], source: EventSource, options: Options
) -> dict[str, Any]:
    """Every field with where it is, the preset's and the user's."""
    fields: dict[str, Any] = {"event_source": ("event_source",)}
    if preset:
        fields = {
            name: where
            for name, where in preset.fields.items()
            if source in preset.only_for.get(name, (source,))
        }
        if _CLICK_ID in fields:
            fields[_CLICK_ID] = _ordered(fields[_CLICK_ID], options)
    aliases = preset.aliases if preset else {}
    fields |= {aliases.get(name, name): where for name, where in changed.items()}
    return {name: where for name, where in fields.items() if where is not None}


def _ordered(where: Sequence[Any], options: Options) -> list[Any]:
    """The click id's places with the address first or last, as the user wants it (AC-119)."""
    others = [one for one in where if one is not CLICK_ID_IN_ADDRESS]
    if options.ttclid_from_address_first:
        return [CLICK_ID_IN_ADDRESS, *others]
    return [*others, CLICK_ID_IN_ADDRESS]


def _items(items: Items, changes: Changes, options: Options) -> ItemReader | None:
    lists = changes.lists or items.sources
    if not lists or _CONTENTS in changes.fields:
        return None
    fields: dict[str, Any] = dict(items.fields)
    if options.content_id_from in items.ids:
        fields[_CONTENT_ID] = items.ids[options.content_id_from]
    if items.typed and options.content_type:
        fields[_CONTENT_TYPE] = [*fields[_CONTENT_TYPE], {"value": options.content_type}]
    if not items.fields:
        fields = {name: (name,) for name in ITEM_FIELDS}
    fields |= changes.item_fields
    compiled = [
        Field(0, name, compile_sources(where, f"{_CONTENTS}.{name}", inner=True))
        for name, where in fields.items()
        if where is not None
    ]
    return ItemReader(lists, compiled)


def closures(where: Any, target: str) -> tuple[Late, ...]:
    """Where a value is, each place as a closure."""
    return tuple(as_closure(one) for one in compile_sources(where, target))

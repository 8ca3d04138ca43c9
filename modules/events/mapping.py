"""What a user decides about how records become events: the content of a mapping file."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from adloom.errors import InvalidParamsError, UnknownNameError
from modules.events.options import EventSource, Options
from modules.events.presets import PRESETS, preset_named
from modules.events.presets.entries import (
    Becomes,
    Condition,
    ItemField,
    Name,
    Place,
    RecordPath,
    Target,
)
from modules.events.presets.entry_faults import EntryFault, entry_faults
from modules.events.presets.naming import fold
from modules.events.translating import Translated, Translator

__all__ = [
    "PRESETS",
    "Consent",
    "EventMapping",
    "ItemMapping",
    "Translated",
    "Translator",
    "mapping_or_faults",
    "read_event_mapping",
    "translator_for",
]

_STRICT: Final = ConfigDict(
    frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
)


class ItemMapping(BaseModel):
    """Where the items of an event are, and what they hold."""

    model_config = _STRICT

    from_: RecordPath | None = Field(
        default=None,
        alias="from",
        title="List",
        description="Path of the list of items; a full stop alone: the record is one item itself.",
    )
    fields: dict[ItemField, Place] = Field(
        default_factory=dict,
        title="Fields",
        description="Where each field of an item is, within the item.",
    )


class Consent(BaseModel):
    """Whose events may be sent."""

    model_config = _STRICT

    field: RecordPath = Field(
        title="Field",
        description="Path of the field that tells what the person has agreed to.",
    )
    granted: list[bool | int | str] = Field(
        min_length=1,
        title="Granted",
        description="Values that mean yes; of a list, one of them is enough.",
    )
    otherwise: Literal["skip", "without identifiers"] = Field(
        default="skip",
        title="Otherwise",
        description="Skip the event, or send it without anything that tells who it was.",
    )


class EventMapping(BaseModel):
    """How records become events: a preset, and what is different from it."""

    model_config = _STRICT

    preset: str | None = Field(
        default=None,
        title="Preset",
        description="The kind of record this is; without one a record is a plain event.",
        json_schema_extra={"enum": [*PRESETS, None]},
    )
    source: EventSource | None = Field(
        default=None,
        title="Event source",
        description="Where the events happened, if it is not what the connection says.",
    )
    options: Options = Field(
        default_factory=Options,
        title="Options",
        description="How events are read, checked and sent.",
    )
    events: dict[Name, Becomes] = Field(
        default_factory=dict,
        title="Events",
        description="Per incoming name: the name to send, several of them, or null to skip it.",
    )
    fields: dict[Target, Place] = Field(
        default_factory=dict,
        title="Fields",
        description="Where each field of the event is, for example user.email: customer.mail.",
    )
    items: ItemMapping | None = Field(
        default=None,
        title="Items",
        description="Where the items are, and what they hold.",
    )
    records: RecordPath | None = Field(
        default=None,
        title="Records",
        description="Path of the list of events, where one record holds several.",
    )
    only_when: Condition | None = Field(
        default=None,
        title="Only when",
        description="A condition in {{…}}; records for which it does not hold are skipped.",
    )
    consent: Consent | None = Field(
        default=None,
        title="Consent",
        description="Send only what the person has agreed to.",
    )
    unmapped: Literal["custom", "skip", "error"] = Field(
        default="custom",
        title="Unmapped events",
        description="Send events that have no mapping as custom events, skip or refuse them.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, data: Any) -> Any:
        """Let the preset say what the user does not."""
        if not isinstance(data, dict) or not isinstance(data.get("preset"), str):
            return data
        preset = preset_named(data["preset"])
        options = data.get("options", {})
        if isinstance(options, Options):
            options = options.model_dump(exclude_unset=True)
        if isinstance(options, dict):
            options = {**preset.options, **options}
        return {"unmapped": preset.unmapped, **data, "preset": preset.name, "options": options}

    @field_validator("events")
    @classmethod
    def _named_once(cls, events: dict[str, Any]) -> dict[str, Any]:
        seen: dict[str, str] = {}
        for name in events:
            other = seen.setdefault(fold(name), name)
            if other != name:
                raise ValueError(f"has the same event twice: {other} and {name}")
        return events


def translator_for(mapping: EventMapping, source: str = "web") -> Translator:
    """A translator for the events of a connection.

    Args:
        mapping: What the user decided.
        source: The connection's event source; the mapping's own, and an event's own, beat it.

    Raises:
        UnknownNameError: There is no such preset.
    """
    preset = preset_named(mapping.preset) if mapping.preset else None
    return Translator(mapping, preset, cast("EventSource", source))


def read_event_mapping(data: Mapping[str, Any]) -> EventMapping:
    """Read the content of a mapping file.

    Raises:
        InvalidParamsError: With every fault.
    """
    faults: list[EntryFault] = []
    mapping = mapping_or_faults(data, faults)
    if mapping is None or faults:
        raise InvalidParamsError([one.as_fault() for one in faults])
    return mapping


def mapping_or_faults(data: Mapping[str, Any], faults: list[EntryFault]) -> EventMapping | None:
    """The content of a mapping file, or everything that is wrong with it, added to `faults`."""
    given = dict(data)
    preset = given.get("preset")
    if isinstance(preset, str):
        try:
            preset_named(preset)
        except UnknownNameError as error:
            reason = f"there is no preset named {preset[:40]!r}"
            faults.append(EntryFault(("preset",), reason, error.hint))
            del given["preset"]
    try:
        return EventMapping.model_validate(given)
    except ValidationError as error:
        faults += entry_faults(error, _KEYS)
        return None


#: The keys a mapping file has, by what they stand in.
_KEYS: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    (): tuple(EventMapping.model_fields),
    ("options",): tuple(Options.model_fields),
    ("consent",): tuple(Consent.model_fields),
    ("items",): ("from", "fields"),
}

"""What a preset declares: tables from a known kind of record to plain events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from modules.events.options import EventSource, Options

__all__ = [
    "AD",
    "APP",
    "DEVICE",
    "ITEM_FIELDS",
    "LEAD",
    "PAGE",
    "PROPERTIES",
    "SECTIONS",
    "TOP",
    "USER",
    "Computed",
    "Drop",
    "Items",
    "Made",
    "Name",
    "Names",
    "Preset",
    "Record",
    "Source",
    "identity",
]

#: What the user has: one JSON object.
Record = Mapping[str, Any]
#: The parts of a plain event that are being made, in the order of `SECTIONS`.
Made = Sequence[dict[str, Any]]
#: The parts of a plain event; the first is the event itself.
SECTIONS: Final = ("", "user", "page", "properties", "app", "ad", "lead", "device")
TOP, USER, PAGE, PROPERTIES, APP, AD, LEAD, DEVICE = range(len(SECTIONS))
#: What an item of `properties.contents` may have (open_platform_and_events.md §II.4).
ITEM_FIELDS: Final = (
    "content_id", "content_name", "content_category", "content_type", "brand", "price", "quantity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that takes more than a path to find.

    Args:
        told: What it is, for people: `ttclid in the page's address`.
        get: Makes it of a record and what is made of it so far; of an item and its record, where
            it is a field of an item. None where there is nothing.
    """

    told: str
    get: Callable[[Any, Any], Any]

    def __str__(self) -> str:
        return self.told


#: Where a value comes from: a path, or a calculation.
Source = str | Computed


@dataclass(frozen=True, slots=True)
class Drop:
    """An event that is not sent.

    Args:
        reason: Why, for people.
    """

    reason: str


#: What an incoming event becomes: one event or several of TikTok's, or none.
Name = str | tuple[str, ...] | Drop
#: That, for every source or per source; where a source is not named the event is unmapped.
Names = Name | Mapping[EventSource, Name]


@dataclass(frozen=True)
class Items:
    """Where the items of an event are, and what they hold.

    Args:
        sources: Paths of the list, the first that leads somewhere counts. An object there is one
            item, if it has a content id; `.` is the record itself.
        fields: Per field of an item, the paths within an item, the first that leads to a value
            counts.
        ids: Where the content id is, by what the user wants it to be.
        typed: Whether an item that does not say what its content id stands for says what the
            option `content_type` has (AC-075).
    """

    sources: tuple[str, ...]
    fields: Mapping[str, tuple[Source, ...]]
    ids: Mapping[Literal["default", "variant", "product", "sku"], tuple[Source, ...]] = field(
        default_factory=dict
    )
    typed: bool = False


@dataclass(frozen=True)
class Preset:
    """How one kind of record becomes plain events.

    Args:
        name: What users call it.
        title: What it reads, in a few words.
        name_of: Where the name of the incoming event is.
        events: What becomes of incoming events, by name; capitals, blanks, dashes and underscores
            make no difference. TikTok's own names need no entry.
        fields: Per field of a plain event (`user.email`), where its value is; the first source
            that leads to a value counts.
        items: Where the items are.
        only_for: Fields that are made for some sources only.
        inputs: Further values that decide something, by a name they can be pointed elsewhere by.
        aliases: Other names of fields, as users of the source know them.
        discover: Tells the event source by what a record carries, if the user wishes so.
        expand: The records within a record, if it holds several; None if it is one.
        unless_chosen: What becomes of `page_view` and `view_item` where the user does not want
            them as ViewContent.
        unmapped: What becomes of other events, unless the user says.
        options: Options that are set otherwise than by default.
    """

    name: str
    title: str
    name_of: tuple[Source, ...]
    events: Mapping[str, Names]
    fields: Mapping[str, tuple[Source, ...]]
    items: Items
    only_for: Mapping[str, tuple[EventSource, ...]] = field(default_factory=dict)
    inputs: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    discover: Callable[[Record, Mapping[str, Any]], EventSource | None] | None = None
    expand: Callable[[Record], Sequence[Any] | None] | None = None
    unless_chosen: Mapping[str, Name] = field(default_factory=dict)
    unmapped: Literal["custom", "skip", "error"] = "custom"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What can be pointed elsewhere besides the fields of an event."""
        return (*self.inputs, *self.aliases)

    def choices(self, options: Options) -> Mapping[str, Name]:
        """What the options make of the events that are theirs to decide."""
        return {
            name: "ViewContent" if name in options.view_content_events else other
            for name, other in self.unless_chosen.items()
        }


def identity(section: str, names: str, *prefixes: str) -> dict[str, tuple[Source, ...]]:
    """Fields that are called the same on both sides, in each of some objects of the record."""
    return {
        f"{section}.{name}": tuple(f"{prefix}.{name}" for prefix in prefixes)
        for name in names.split()
    }

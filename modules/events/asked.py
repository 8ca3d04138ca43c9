"""An event as somebody fills it in: every field TikTok knows, before it is checked and hashed.

What is wrong with the values is the composer's to say (open_platform_and_events.md §II.1 to §II.4).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from adloom.field_types import Personal
from adloom.json_text import dump, parse_strict
from modules.context import Params
from modules.events.asked_parts import Ad, App, Lead, Page, Properties
from modules.events.asked_user import Device, User
from modules.events.asked_values import Name, Text, without_empty
from modules.events.names import STANDARD_EVENTS
from modules.events.options import EventSource

__all__ = ["CUSTOM", "AskedEvent", "plain_event"]

#: What `event` says where the name stands in `custom_name`.
CUSTOM: Final = "custom"
#: TikTok's own events of all sources, for editors to offer; any other name will do.
STANDARD: Final = sorted(frozenset[str]().union(*STANDARD_EVENTS.values()))


class AskedEvent(Params):
    """One event, as somebody fills it in."""

    event: Text | None = Field(
        default=None,
        title="Event",
        description="A standard event such as Purchase, a name of your own, or custom.",
        json_schema_extra={"examples": [*STANDARD, CUSTOM]},
    )
    custom_name: Text | None = Field(
        default=None,
        title="Custom name",
        description="Name of a custom event, where the event is custom or left out.",
        json_schema_extra={"aliases": ["custom_event_name"]},
    )
    event_time: Text | None = Field(
        default=None,
        title="Event time",
        description="When it happened: ISO 8601, or seconds or milliseconds since 1970; else now.",
        json_schema_extra={"aliases": ["timestamp"]},
    )
    event_id: Name | None = Field(
        default=None,
        title="Event id",
        description="The pixel's id of the same event, if it sends it too; else adloom makes one.",
    )
    event_source: EventSource | None = Field(
        default=None,
        title="Event source",
        description="Where it happened, if it is not what the connection says.",
        json_schema_extra={"aliases": ["source"]},
    )
    event_source_id: Name | None = Field(
        default=None,
        title="Source id",
        description="Pixel code, TikTok App ID or event set, if it is not the connection's.",
        json_schema_extra={"aliases": ["source_id", "pixel_id", "pixel_id_override"]},
    )
    test_event_code: Text | None = Field(
        default=None,
        title="Test event code",
        description="Shows the event under Test Events instead; remove it for live events.",
    )
    user: Annotated[User | None, Personal()] = Field(
        default=None,
        title="User",
        description="Whose event it is: e-mail, phone, ids, click id, IP address and so on.",
    )
    device: Annotated[Device | None, Personal()] = Field(
        default=None,
        title="Device",
        description="What it happened on; decides which device ids are sent.",
    )
    page: Annotated[Page | None, Personal()] = Field(
        default=None,
        title="Page",
        description="The page it happened on; web events need its url.",
    )
    properties: Properties | None = Field(
        default=None,
        title="Properties",
        description="What it was about: contents, value, currency, order and so on.",
    )
    app: App | None = Field(
        default=None,
        title="App",
        description="The app it happened in; app events need its app_id.",
    )
    ad: Ad | None = Field(
        default=None,
        title="Ad",
        description="The ad an app event is attributed to.",
    )
    lead: Annotated[Lead | None, Personal()] = Field(
        default=None,
        title="Lead",
        description="The lead a CRM event is about.",
    )
    limited_data_use: bool | None = Field(
        default=None,
        title="Limited data use",
        description="Whether TikTok may use the event only in a limited way (US states).",
        json_schema_extra={"aliases": ["ldu"]},
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, values: Any) -> Any:
        filled = without_empty(values)
        return cls._by_own_names(filled) if isinstance(filled, dict) else filled

    @classmethod
    def _by_own_names(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Fields under the names they go by here: one event of several may use others, too."""
        other: dict[str, str] = {}
        for name, field in cls.model_fields.items():
            extra = field.json_schema_extra
            aliases = extra.get("aliases") if isinstance(extra, dict) else None
            if isinstance(aliases, list) and name not in values:
                other |= {str(alias): name for alias in aliases}
        return {other.get(name, name): value for name, value in values.items()}

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        standard = self.event if (self.event or "").lower() != CUSTOM else None
        if standard and self.custom_name:
            raise ValueError("custom_name: the event has a name already; leave one of them out")
        if self.event and not standard and not self.custom_name:
            raise ValueError("custom_name: is required where the event is custom")
        return self


def plain_event(asked: AskedEvent) -> dict[str, Any]:
    """The event as plain data without what is empty: what the composer reads."""
    given = asked.model_dump(include=set(AskedEvent.model_fields), exclude_none=True)
    given["event"] = given.pop("custom_name", None) or given.get("event")
    given["user"] = {name: _single(value) for name, value in given.get("user", {}).items()}
    plain: dict[str, Any] = parse_strict(dump(_filled(given)))
    return plain


def _single(value: Any) -> Any:
    """A list of one is its one value."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What there is: blank columns of a file make groups and things with nothing in them."""
    told = {name: _without_blanks(value) for name, value in values.items()}
    return {name: value for name, value in told.items() if value not in (None, {}, [])}


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return _filled(value)
    return [one for one in value if one != {}] if isinstance(value, list) else value

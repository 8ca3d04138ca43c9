"""The section `[events]` of the settings: how events are sent, and where they may come in."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

__all__ = ["LARGEST_REQUEST", "EventIntakeSettings", "EventSettings", "IntakeName"]

#: Bytes of one request to the intake, unless the settings say otherwise.
LARGEST_REQUEST: Final = 5_000_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SOURCE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
#: No step that leads out of a folder, nothing hidden.
_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,99}")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("use lower-case letters, digits and dashes, at most 63")
    return text


def _source_id(text: str) -> str:
    if not _SOURCE_ID.fullmatch(text):
        raise ValueError("use letters, digits, dashes and underscores, at most 64")
    return text


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise ValueError("use two capital letters, for example DE")
    return text


def _place(text: str) -> str:
    if not all(_PART.fullmatch(part) for part in text.split("/")):
        raise ValueError("use the path of a file within the folder mappings")
    return text


ConnectionName = Annotated[str, AfterValidator(_name)]
IntakeName = Annotated[str, AfterValidator(_name)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventIntakeSettings(_Section):
    """One address that takes events: `POST /events/NAME`."""

    secret: ConnectionName = Field(
        title="Secret",
        description="A connection of the kind webhook: how senders prove who they are.",
    )
    connection: ConnectionName = Field(
        title="Connection",
        description="A connection of the kind tiktok-events: where the events go.",
    )
    preset: str | None = Field(
        default=None,
        title="Preset",
        description="What the sender speaks, for example shopify; without it, plain events.",
    )
    mapping: Annotated[str, AfterValidator(_place)] | None = Field(
        default=None,
        title="Mapping",
        description="A file in the folder mappings of the workspace; read again when it changes.",
    )
    source: Literal["web", "app", "offline", "crm"] | None = Field(
        default=None,
        title="Event source",
        description="Where the events happen, if it is not what the connection says.",
    )
    source_id: Annotated[str, AfterValidator(_source_id)] | None = Field(
        default=None,
        title="Source id",
        description="Pixel code, TikTok App ID or event set, if it is not the connection's.",
    )
    default_country: Annotated[str, AfterValidator(_country)] | None = Field(
        default=None,
        title="Default country",
        description="Two letters: where phone numbers without a country code are from.",
    )

    @model_validator(mode="after")
    def _source_has_its_id(self) -> Self:
        if self.source and not self.source_id:
            raise ValueError("source: another event source takes a source_id of its own")
        return self


class EventSettings(_Section):
    """How events are kept and sent."""

    batch_size: int = Field(
        default=1_000,
        ge=1,
        le=1_000,
        title="Batch size",
        description="So many events go into one request, at most; TikTok takes 1,000.",
    )
    batch_seconds: float = Field(
        default=1.0,
        ge=0,
        le=300,
        title="Batch seconds",
        description="So long an event waits for others to go with it.",
    )
    batch_bytes: int = Field(
        default=4_000_000,
        ge=10_000,
        le=20_000_000,
        title="Batch bytes",
        description="So many bytes of events go into one request, at most.",
    )
    in_flight: int = Field(
        default=4,
        ge=1,
        le=32,
        title="In flight",
        description="So many requests of one connection and source are under way at a time.",
    )
    oldest_days: int = Field(
        default=28,
        ge=0,
        le=365,
        title="Oldest days",
        description="An event that happened longer ago is not sent; 0 means no limit.",
    )
    first_index: Literal[0, 1] = Field(
        default=0,
        title="First index",
        description="What TikTok calls the first event of a batch when it complains about one.",
    )
    keep_days: int = Field(
        default=30,
        ge=3,
        le=3650,
        title="Keep days",
        description="How long it is remembered which events were sent, so that none goes twice.",
    )
    largest_request: int = Field(
        default=LARGEST_REQUEST,
        ge=1_000,
        le=50_000_000,
        title="Largest request",
        description="Bytes one request to the intake may have.",
    )
    most_events: int = Field(
        default=1_000,
        ge=1,
        le=10_000,
        title="Most events",
        description="Events one request to the intake may bring.",
    )
    intake: dict[IntakeName, EventIntakeSettings] = Field(
        default_factory=dict,
        title="Intake",
        description="Addresses that take events, each with a name of its own.",
    )

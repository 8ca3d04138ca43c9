"""What a user may decide about how events are read, checked and sent; every default is safe."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["EventSource", "HashPolicy", "HashedField", "Options"]

#: Where an event happened (open_platform_and_events.md §II.1).
EventSource = Literal["web", "app", "offline", "crm"]
#: A field of `user` that TikTok wants as a SHA-256 digest, or takes as one (§II.2).
HashedField = Literal[
    "email", "phone", "external_id", "first_name", "last_name", "zip_code", "idfa", "gaid"
]
#: automatic: 64 hex digits pass, the rest is hashed; hash: always; hashed: it has to be a digest.
HashPolicy = Literal["automatic", "hash", "hashed"]


def _known_country(code: str) -> str:
    """Refuse a country whose telephone numbers nobody could read."""
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        raise ValueError("is not a country: write two letters, for example DE")
    return code


#: ISO 3166-1 alpha-2, in capitals.
_Country = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True),
    AfterValidator(_known_country),
]
ViewedName = Literal["page_view", "view_item"]
VIEWED: Final[ViewedName] = "view_item"
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Options(BaseModel):
    """How events are read, checked and sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_country: _Country | None = Field(
        default=None,
        title="Default country",
        description="Country of telephone numbers without a country code, for example DE.",
    )
    assume_international: bool = Field(
        default=False,
        title="Assume international numbers",
        description="Read telephone numbers without + as if they began with their country code.",
    )
    cn_phone_without_country_code: bool = Field(
        default=False,
        title="Chinese numbers without country code",
        description="Hash Chinese telephone numbers without +86, as TikTok's older texts ask for.",
    )
    hashing: dict[HashedField, HashPolicy] = Field(
        default_factory=dict,
        title="Hashing",
        description="Per field: automatic, hash (always), or hashed (it already is).",
    )
    hide_ip: bool = Field(
        default=False,
        title="Hide the IP address",
        description="Never send the person's IP address.",
    )
    limited_data_use: bool | None = Field(
        default=None,
        title="Limited data use",
        description="What to tell TikTok for events that do not say so themselves.",
    )
    att_status: Literal["as given", "automatic"] = Field(
        default="as given",
        title="Tracking permission (iOS)",
        description="Send the ATT status as given, or work it out from the device.",
    )
    ttclid_from_address_first: bool = Field(
        default=False,
        title="Click id from the address first",
        description="Prefer the ttclid in the page's address to one given beside it.",
    )
    event_names: Literal["current", "as given"] = Field(
        default="current",
        title="Event names",
        description="Translate TikTok's old event names to the current ones, or leave them.",
    )
    custom_events: bool = Field(
        default=True,
        title="Custom events",
        description="Send events whose names are not TikTok's own.",
    )
    only: list[_Name] = Field(
        default_factory=list,
        title="Only these events",
        description="Send no event but those with these names; empty means every event.",
    )
    never: list[_Name] = Field(
        default_factory=list,
        title="Never these events",
        description="Skip events with these names.",
    )
    view_content_events: list[ViewedName] = Field(
        default_factory=lambda: [VIEWED],
        title="Events read as ViewContent",
        description="Which of page_view and view_item become ViewContent.",
    )
    describe_events: bool = Field(
        default=False,
        title="Describe events by their name",
        description="Send the event's name as its description where it has none.",
    )
    autodiscover_source: bool = Field(
        default=False,
        title="Discover the event source",
        description="Tell app events from web events by what they carry.",
    )
    source_ids: dict[EventSource, _Name] = Field(
        default_factory=dict,
        title="Ids of other sources",
        description="Source id per event source, for events of another than the connection's.",
    )
    environment: Literal["live", "test"] | None = Field(
        default=None,
        title="Environment",
        description="Live leaves the connection's test code out, test wants one; else it is sent"
        " and told.",
    )
    strict: bool = Field(
        default=False,
        title="Strict",
        description="Treat warnings as errors.",
    )
    incomplete: Literal["refuse", "send"] = Field(
        default="refuse",
        title="Incomplete events",
        description="Refuse events without what their source requires, or warn and send them.",
    )
    oldest_days: int = Field(
        default=28,
        ge=0,
        title="Oldest event",
        description="Refuse events that are older than this many days; 0 means no limit.",
    )
    warn_after_days: int = Field(
        default=7,
        ge=0,
        title="Warn about age",
        description="Warn about events that are older than this many days; 0 means never.",
    )
    future_minutes: int = Field(
        default=10,
        ge=0,
        title="Furthest future",
        description="Refuse events that are further in the future than this many minutes.",
    )
    count_items: Literal["lines", "quantities"] = Field(
        default="lines",
        title="Number of items",
        description="Count lines or add up quantities where the number of items is missing.",
    )
    content_id_from: Literal["default", "variant", "product", "sku"] = Field(
        default="default",
        title="Content id from",
        description="Which id of a product is its content id, where a preset knows several.",
    )
    content_type: Literal["product", "product_group"] | None = Field(
        default="product",
        title="Content type",
        description="What content ids stand for where an event does not say so.",
    )
    compute_value: bool = Field(
        default=True,
        title="Compute the value",
        description="Send the sum of price times quantity where the value is missing.",
    )
    currency_fallback: bool = Field(
        default=False,
        title="Currency fallback",
        description="Send USD and value_usd where TikTok does not know the currency.",
    )

"""What an event is about, as somebody fills it in (open_platform_and_events.md §II.1, §II.4)."""

from pydantic import ConfigDict, Field

from modules.events.asked_values import Number, Part, Text, Texts

__all__ = ["Ad", "App", "Content", "Lead", "Page", "Properties"]


class Page(Part):
    """The page it happened on; web events need one."""

    url: Text | None = Field(
        default=None, title="Address", description="In full, with everything behind the ?."
    )
    referrer: Text | None = Field(
        default=None, title="Referrer", description="The page the person came from."
    )


class Content(Part):
    """One thing that was bought or looked at; fields of your own are sent as they are."""

    model_config = ConfigDict(extra="allow")

    content_id: Text | None = Field(
        default=None, title="Content id", description="The product's id in your catalogue."
    )
    content_name: Text | None = Field(
        default=None, title="Content name", description="What the product is called."
    )
    content_category: Text | None = Field(
        default=None, title="Content category", description="What kind of product it is."
    )
    content_type: Text | None = Field(
        default=None, title="Content type", description="product or product_group."
    )
    brand: Text | None = Field(default=None, title="Brand", description="Who makes it.")
    price: Number | None = Field(
        default=None, title="Price", description="Of a single one, in the currency of the event."
    )
    quantity: Number | None = Field(
        default=None, title="Quantity", description="How many; more than 0."
    )


class Properties(Part):
    """What it was about; properties of your own are sent as they are."""

    model_config = ConfigDict(extra="allow")

    contents: list[Content] = Field(
        default_factory=list, title="Contents", description="The things it is about, one by one."
    )
    content_type: Text | None = Field(
        default=None,
        title="Content type",
        description="product where content ids are SKUs, product_group where they are item groups.",
    )
    content_ids: Texts = Field(
        default_factory=list,
        title="Content ids",
        description="Needed for Video Shopping Ads; without them, those of the contents.",
    )
    currency: Text | None = Field(
        default=None, title="Currency", description="Three letters, for example EUR."
    )
    value: Number | None = Field(
        default=None,
        title="Value",
        description="The whole order; without it, prices times quantities.",
    )
    num_items: Number | None = Field(
        default=None, title="Number of items", description="Without it, counted."
    )
    search_string: Text | None = Field(
        default=None, title="Search string", description="What was searched for."
    )
    query: Text | None = Field(
        default=None, title="Query", description="The older name of the search string."
    )
    description: Text | None = Field(
        default=None, title="Description", description="What happened, in your words."
    )
    order_id: Text | None = Field(
        default=None, title="Order id", description="Of the order, in your shop."
    )
    shop_id: Text | None = Field(default=None, title="Shop id", description="Of the shop.")
    status: Text | None = Field(
        default=None, title="Status", description="Of the order or form, for example submitted."
    )


class App(Part):
    """The app it happened in; app events need one."""

    app_id: Text | None = Field(
        default=None,
        title="App id",
        description="Its id in a store, or its package name; not the TikTok App ID.",
    )
    app_name: Text | None = Field(
        default=None, title="App name", description="What the app is called."
    )
    app_version: Text | None = Field(
        default=None, title="App version", description="Which version of it."
    )


class Ad(Part):
    """The ad an app event is attributed to."""

    callback: Text | None = Field(
        default=None, title="Callback", description="What TikTok's tracking link brought along."
    )
    campaign_id: Text | None = Field(
        default=None, title="Campaign", description="Id of the campaign."
    )
    ad_id: Text | None = Field(
        default=None, title="Ad group", description="Id of the ad group; TikTok calls it ad_id."
    )
    creative_id: Text | None = Field(
        default=None, title="Ad", description="Id of the ad; TikTok calls it creative_id."
    )
    is_retargeting: bool | None = Field(
        default=None, title="Retargeting", description="Whether the person had the app before."
    )
    attributed: bool | None = Field(
        default=None, title="Attributed", description="Whether the event is attributed to the ad."
    )
    attribution_type: Text | None = Field(
        default=None, title="Kind of attribution", description="How it was attributed."
    )
    attribution_provider: Text | None = Field(
        default=None, title="Attribution provider", description="Who attributed it."
    )


class Lead(Part):
    """The lead a CRM event is about; such events need its id, an e-mail or a phone."""

    lead_id: Text | None = Field(default=None, title="Lead", description="TikTok's id of the lead.")
    lead_event_source: Text | None = Field(
        default=None, title="CRM", description="Name of your CRM, for example HubSpot."
    )

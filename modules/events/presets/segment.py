"""Calls of Segment's spec, web and app (open_platform_and_events.md §IV, AC-116 to AC-120)."""

from typing import Final

from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS
from modules.events.presets.naming import dropped
from modules.events.presets.shape import Items, Names, Preset, Source, identity
from modules.events.presets.spec_calls import (
    CALL_NAME,
    NO_EVENTS,
    TRAVEL,
    VEHICLE,
    batch_of,
    discover,
)

__all__ = ["SEGMENT"]

_EVENTS: Final[dict[str, Names]] = {
    "Application Installed": {"app": "InstallApp"},
    "Application Opened": {"app": "LaunchAPP"},
    "Callback Started": {"web": "Contact"},
    "Checkout Started": {"web": "InitiateCheckout", "app": "Checkout"},
    "Download Link Clicked": {"web": "Download"},
    "Form Submitted": {"web": "SubmitForm"},
    "Order Completed": {"web": "CompletePayment", "app": "Purchase"},
    "Order Placed": {"web": "PlaceAnOrder"},
    "page": {"web": "PageView"},
    "Payment Info Entered": "AddPaymentInfo",
    "Product Added": "AddToCart",
    "Product Added to Wishlist": "AddToWishlist",
    "Product Clicked": {"web": "ClickButton"},
    "Product Viewed": "ViewContent",
    "Products Searched": "Search",
    "Signed In": {"app": "Login"},
    "Signed Up": {"web": "CompleteRegistration", "app": "Registration"},
    "Subscription Created": "Subscribe",
    **dropped("TikTok has no event for screens; map the name `screen` to send one", "screen"),
    **NO_EVENTS,
}

_TIKTOK: Final = "integrations.TikTok Conversions"
_AD: Final = (
    "callback campaign_id ad_id creative_id is_retargeting attributed attribution_type "
    "attribution_provider"
)


def _of_person(name: str, *others: str) -> tuple[Source, ...]:
    """Properties of the call, then traits, wherever they are told."""
    names = (name, *others)
    places = ("properties", "context.traits", "traits")
    return tuple(f"{place}.{one}" for place in places for one in names)


_PERSON: Final[dict[str, tuple[Source, ...]]] = {
    "user.email": _of_person("email"),
    "user.phone": _of_person("phone"),
    "user.external_id": ("userId", "anonymousId"),
    "user.first_name": _of_person("first_name", "firstName"),
    "user.last_name": _of_person("last_name", "lastName"),
    "user.city": _of_person("address.city"),
    "user.state": _of_person("address.state"),
    "user.country": _of_person("address.country"),
    "user.zip_code": _of_person("address.postal_code", "address.postalCode"),
    "user.ttclid": (CLICK_ID_IN_ADDRESS, "properties.ttclid", f"{_TIKTOK}.ttclid"),
    "user.ttp": ("properties.ttp", f"{_TIKTOK}.ttp"),
    "user.ip": ("context.ip",),
    "user.user_agent": ("context.userAgent",),
    "user.locale": ("context.locale",),
    "user.att_status": ("properties.att_status",),
}
_DEVICE: Final[dict[str, tuple[Source, ...]]] = {
    "device.platform": ("context.device.type", "context.os.name"),
    "device.os_version": ("context.os.version",),
    "device.advertising_id": ("context.device.advertisingId",),
    "device.vendor_id": ("context.device.id",),
    "device.ad_tracking_enabled": ("context.device.adTrackingEnabled",),
    "app.app_id": ("context.app.namespace",),
    "app.app_name": ("context.app.name",),
    "app.app_version": ("context.app.version",),
    **identity("ad", _AD, "properties.campaign"),
}

SEGMENT: Final = Preset(
    name="segment",
    title="Segment calls: track, page, batches of them",
    name_of=(CALL_NAME,),
    events=_EVENTS,
    expand=batch_of,
    discover=discover,
    fields={
        "event_id": ("messageId",),
        "event_time": ("timestamp", "originalTimestamp", "sentAt", "receivedAt"),
        "event_source": ("properties.event_source",),
        "test_event_code": ("properties.test_event_code",),
        "limited_data_use": ("properties.limited_data_use",),
        **_PERSON,
        "page.url": ("context.page.url", "properties.url"),
        "page.referrer": ("context.page.referrer", "properties.referrer"),
        "properties.value": ("properties.value", "properties.revenue"),
        "properties.search_string": ("properties.search_string", "properties.query"),
        "properties.drivetrain": ("properties.drivetrain", "properties.drive_train"),
        **identity(
            "properties",
            "currency order_id shop_id description content_type content_ids num_items status "
            "delivery_category predicted_ltv",
            "properties",
        ),
        **identity("properties", f"{TRAVEL} {VEHICLE}", "properties"),
        **identity("lead", "lead_id lead_event_source", "properties"),
        **_DEVICE,
    },
    only_for=dict.fromkeys(_DEVICE, ("app",)),
    items=Items(
        sources=("properties.contents", "properties.products", "properties"),
        fields={
            "content_id": ("content_id", "product_id", "sku"),
            "content_name": ("content_name", "name"),
            "content_category": ("content_category", "category"),
            "content_type": ("content_type",),
            "brand": ("brand",),
            "price": ("price",),
            "quantity": ("quantity",),
        },
        ids={
            "variant": ("variant_id", "variant", "product_id"),
            "product": ("content_id", "product_id"),
            "sku": ("sku", "product_id"),
        },
    ),
    options={"ttclid_from_address_first": True, "att_status": "automatic"},
)

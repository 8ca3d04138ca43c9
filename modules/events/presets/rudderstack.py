"""Track calls of RudderStack, as its own destination reads them (AC-121 to AC-123)."""

from typing import Any, Final

from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS
from modules.events.presets.naming import dropped
from modules.events.presets.shape import Computed, Items, Names, Preset, Record, Source
from modules.events.presets.spec_calls import (
    CALL_NAME,
    NO_EVENTS,
    TRAVEL,
    VEHICLE,
    batch_of,
    discover,
)

__all__ = ["RUDDERSTACK"]

_EVENTS: Final[dict[str, Names]] = {
    "application approval": "ApplicationApproval",
    "checkout started": "InitiateCheckout",
    "checkout step completed": "CompletePayment",
    "clickbutton": "ClickButton",
    "completeregistration": "CompleteRegistration",
    "contact": "Contact",
    "customizeproduct": "CustomizeProduct",
    "download": "Download",
    "findlocation": "FindLocation",
    "lead": "Lead",
    "order completed": "PlaceAnOrder",
    "payment info entered": "AddPaymentInfo",
    "product added": "AddToCart",
    "product added to wishlist": "AddToWishlist",
    "purchase": "Purchase",
    "schedule": "Schedule",
    "search": "Search",
    "start trial": "StartTrial",
    "submit application": "SubmitApplication",
    "submitform": "SubmitForm",
    "subscribe": "Subscribe",
    "viewcontent": "ViewContent",
    **dropped("TikTok takes track calls of RudderStack only", "page", "screen"),
    **NO_EVENTS,
}
_TYPE: Final = "tiktokExternalId"


def _external_id(record: Record, _: Any) -> Any:
    context = record.get("context")
    ids = context.get("externalId") if isinstance(context, dict) else None
    for one in ids if isinstance(ids, list) else ():
        if isinstance(one, dict) and one.get("type") == _TYPE:
            return one.get("id")
    return None


def _spelt(*names: str) -> tuple[Source, ...]:
    """A property in each of its spellings."""
    return tuple(f"properties.{name}" for name in names)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _both(section: str, names: str) -> dict[str, tuple[Source, ...]]:
    """Properties that are written with underscores or with humps."""
    return {
        f"{section}.{name}": _spelt(*dict.fromkeys((name, _camel(name)))) for name in names.split()
    }


def _of_person(name: str) -> tuple[Source, ...]:
    places = ("properties.context.user", "traits", "context.traits", "properties")
    return tuple(f"{place}.{name}" for place in places)


def _of_address(name: str, *others: str) -> tuple[Source, ...]:
    places = ("traits", "context.traits")
    return tuple(f"{place}.address.{one}" for place in places for one in (name, *others))


_DEVICE: Final[dict[str, tuple[Source, ...]]] = {
    "device.platform": ("context.os.name",),
    "device.os_version": ("context.os.version",),
    "device.advertising_id": ("context.device.advertisingId",),
    "device.vendor_id": ("context.device.id",),
    "device.ad_tracking_enabled": ("context.device.adTrackingEnabled",),
    "user.att_status": _spelt("att_status", "attStatus"),
    "app.app_id": (*_spelt("app_id", "appId"), "context.app.namespace"),
    "app.app_name": (*_spelt("app_name", "appName"), "context.app.name"),
    "app.app_version": (*_spelt("app_version", "appVersion"), "context.app.version"),
    **_both(
        "ad",
        "callback campaign_id ad_id creative_id is_retargeting attributed attribution_type "
        "attribution_provider",
    ),
}
_ADDRESS: Final = "properties.context.page"

RUDDERSTACK: Final = Preset(
    name="rudderstack",
    title="RudderStack track calls, and batches of them",
    name_of=(CALL_NAME,),
    events=_EVENTS,
    expand=batch_of,
    discover=discover,
    fields={
        "event_id": (*_spelt("eventId", "event_id"), "messageId"),
        "event_time": ("timestamp", "originalTimestamp"),
        "event_source": _spelt("eventSource", "event_source"),
        "test_event_code": _spelt("testEventCode", "test_event_code"),
        "limited_data_use": _spelt("limited_data_use", "limitedDataUse"),
        "user.email": _of_person("email"),
        "user.phone": _of_person("phone"),
        "user.external_id": (
            Computed(f"`id` in `context.externalId` of type {_TYPE}", _external_id),
        ),
        "user.first_name": _of_person("first_name") + _of_person("firstName"),
        "user.last_name": _of_person("last_name") + _of_person("lastName"),
        "user.city": _of_address("city"),
        "user.state": _of_address("state"),
        "user.country": _of_address("country"),
        "user.zip_code": _of_address("postal_code", "postalCode", "zip"),
        "user.ttclid": (*_spelt("ttclid", "context.ad.callback"), CLICK_ID_IN_ADDRESS),
        "user.ttp": _spelt("ttp"),
        "user.ip": ("properties.context.ip", "context.ip"),
        "user.user_agent": ("properties.context.userAgent", "context.userAgent"),
        "user.locale": ("context.locale",),
        "page.url": (f"{_ADDRESS}.url", "properties.url", "context.page.url"),
        "page.referrer": (f"{_ADDRESS}.referrer", "properties.referrer", "context.page.referrer"),
        "properties.value": _spelt("value"),
        "properties.search_string": _spelt("search_string", "query"),
        **_both(
            "properties",
            "currency order_id shop_id description content_type content_ids num_items status "
            "delivery_category predicted_ltv drivetrain",
        ),
        **_both("properties", f"{TRAVEL} {VEHICLE}"),
        **_both("lead", "lead_id lead_event_source"),
        **_DEVICE,
    },
    only_for=dict.fromkeys(_DEVICE, ("app",)),
    items=Items(
        sources=("properties.contents", "properties.products", "properties"),
        fields={
            "content_id": ("content_id", "product_id"),
            "content_name": ("content_name", "name"),
            "content_category": ("content_category", "category"),
            "content_type": ("content_type",),
            "brand": ("brand",),
            "price": ("price",),
            "quantity": ("quantity",),
        },
        ids={
            "variant": ("variant_id", "variant", "content_id", "product_id"),
            "sku": ("sku", "content_id", "product_id"),
        },
    ),
)

"""Events of Google Analytics 4: of a server container, of a data layer, of Measurement Protocol.

The names and paths are those of Google's own event model and of the plug-in gtm4wp; our sheets name
the peers that read them (open_platform_and_events.md §IV "GTM official", "STP") without the lists.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from modules.events.options import EventSource
from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS, cookie
from modules.events.presets.naming import dropped
from modules.events.presets.shape import Drop, Items, Names, Preset, Record, Source, identity

__all__ = ["GA4"]

_EVENTS: Final[dict[str, Names]] = {
    "add_payment_info": "AddPaymentInfo",
    "add_to_cart": "AddToCart",
    "add_to_wishlist": "AddToWishlist",
    "app_open": {"app": "LaunchAPP"},
    "begin_checkout": {"web": "InitiateCheckout", "app": "Checkout"},
    "contact": {"web": "Contact"},
    "customize_product": {"web": "CustomizeProduct"},
    "file_download": {"web": "Download"},
    "find_location": {"web": "FindLocation"},
    "first_open": {"app": "InstallApp"},
    "generate_lead": {"web": "Lead", "app": "GenerateLead"},
    "gtm4wp.addProductToCartEEC": "AddToCart",
    "gtm4wp.checkoutOptionEEC": {"web": "AddPaymentInfo"},
    "gtm4wp.checkoutStepEEC": {"web": "InitiateCheckout"},
    "gtm4wp.orderCompletedEEC": "Purchase",
    "gtm4wp.productClickEEC": "ViewContent",
    "gtm4wp.changeDetailViewEEC": "ViewContent",
    "join_group": {"app": "JoinGroup"},
    "level_up": {"app": "AchieveLevel"},
    "login": {"app": "Login"},
    "purchase": "Purchase",
    "in_app_purchase": {"app": "Purchase"},
    "schedule": {"web": "Schedule"},
    "search": "Search",
    "sign_up": {"web": "CompleteRegistration", "app": "Registration"},
    "spend_virtual_currency": {"app": "SpendCredits"},
    "start_trial": "StartTrial",
    "submit_application": {"web": "SubmitApplication"},
    "subscribe": "Subscribe",
    "tutorial_complete": {"app": "CompleteTutorial"},
    "unlock_achievement": {"app": "UnlockAchievement"},
    "view_search_results": "Search",
    **dropped("what is taken back is no conversion", "refund", "remove_from_cart"),
    **dropped(
        "is collected by itself and tells TikTok nothing",
        *("first_visit", "session_start", "user_engagement", "gtm.js", "gtm.dom", "gtm.load"),
        *("gtm.init", "gtm.init_consent", "gtm.historyChange", "gtm.scrollDepth", "gtm.timer"),
    ),
}

_ADDRESS: Final = ("user_data.address", "user_data.address[1]")
_SHARED: Final = ("client_id", "app_instance_id", "user_id", "timestamp_micros", "user_data",
                  "ip_override", "user_agent", "consent", "cookies")  # fmt: skip


def _expand(record: Record) -> Sequence[Any] | None:
    """The events of one Measurement Protocol request, each with what they share."""
    events = record.get("events")
    if not isinstance(events, list):
        return None
    shared = {name: record[name] for name in _SHARED if name in record}
    return [_single(one, shared) for one in events]


def _single(event: Any, shared: dict[str, Any]) -> Any:
    if not isinstance(event, dict):
        return event
    params = event.get("params")
    own = {name: value for name, value in event.items() if name not in ("name", "params")}
    inner = params if isinstance(params, dict) else {}
    return {**shared, **inner, **own, "event_name": event.get("name")}


def _discover(record: Record, _: Mapping[str, Any]) -> EventSource | None:
    """Events of Firebase carry the id of an app's installation."""
    return "app" if record.get("app_instance_id") else "web"


def _of_data(name: str, *others: str) -> tuple[Source, ...]:
    return tuple(f"user_data.{one}" for one in (name, *others))


def _of_address(name: str) -> tuple[Source, ...]:
    return tuple(f"{place}.{name}" for place in _ADDRESS)


def _of_sale(name: str, *others: str) -> tuple[Source, ...]:
    """Beside the event, or in the data layer's `ecommerce`."""
    names = (name, *others)
    return (*names, *(f"ecommerce.{one}" for one in names))


_APP: Final[dict[str, tuple[Source, ...]]] = {
    "device.platform": ("platform", "device.operating_system"),
    "device.os_version": ("device.operating_system_version",),
    "device.advertising_id": ("device.advertising_id",),
    "device.vendor_id": ("device.vendor_id",),
    "user.att_status": ("att_status",),
    "app.app_id": ("app_id", "app_info.id"),
    "app.app_name": ("app_name",),
    "app.app_version": ("app_version", "app_info.version"),
}
_WORDPRESS: Final = "ecommerce.purchase"

GA4: Final = Preset(
    name="ga4",
    title="Google Analytics 4 events: server container, data layer, Measurement Protocol",
    name_of=("event_name", "event", "name"),
    events=_EVENTS,
    unless_chosen={
        "page_view": "PageView",
        "view_item": Drop("is read as ViewContent only if view_content_events names it"),
    },
    expand=_expand,
    discover=_discover,
    fields={
        "event_id": (
            "event_id", *_of_sale("transaction_id"), f"{_WORDPRESS}.actionField.id",
        ),
        "event_time": ("event_time", "timestamp_micros", "event_timestamp"),
        "test_event_code": ("test_event_code",),
        "limited_data_use": ("limited_data_use",),
        "user.email": _of_data("email_address", "email"),
        "user.email_sha256": _of_data("sha256_email_address"),
        "user.phone": _of_data("phone_number", "phone"),
        "user.phone_sha256": _of_data("sha256_phone_number"),
        "user.external_id": ("external_id", "user_id", "user_data.external_id", "client_id"),
        "user.first_name": _of_address("first_name"),
        "user.last_name": _of_address("last_name"),
        "user.first_name_sha256": _of_address("sha256_first_name"),
        "user.last_name_sha256": _of_address("sha256_last_name"),
        "user.zip_code": _of_address("postal_code"),
        "user.city": _of_address("city"),
        "user.state": _of_address("region"),
        "user.country": _of_address("country"),
        "user.ttclid": (
            CLICK_ID_IN_ADDRESS, "cookies.ttclid", cookie("ttclid"), "ttclid", "user_data.ttclid",
        ),
        "user.ttp": ("cookies._ttp", cookie("_ttp"), "ttp", "_ttp", "user_data.ttp"),
        "user.ip": ("ip_override",),
        "user.user_agent": ("user_agent",),
        "user.locale": ("language",),
        "page.url": ("page_location",),
        "page.referrer": ("page_referrer",),
        "properties.value": (*_of_sale("value"), f"{_WORDPRESS}.actionField.revenue"),
        "properties.currency": (
            *_of_sale("currency"), "ecommerce.currencyCode",
            "items[1].currency", "ecommerce.items[1].currency",
        ),
        "properties.order_id": (*_of_sale("transaction_id"), f"{_WORDPRESS}.actionField.id"),
        "properties.search_string": ("search_term", "search_string"),
        "properties.description": ("description",),
        "properties.content_type": ("content_type",),
        "properties.status": ("status",),
        "properties.shop_id": ("shop_id",),
        **identity("lead", "lead_id lead_event_source", "lead"),
        **_APP,
    },
    only_for=dict.fromkeys(_APP, ("app",)),
    items=Items(
        sources=(
            "items", "ecommerce.items", f"{_WORDPRESS}.products", "ecommerce.add.products",
            "ecommerce.detail.products", "ecommerce.checkout.products", "ecommerce.click.products",
        ),
        fields={
            "content_id": ("item_id", "id", "sku"),
            "content_name": ("item_name", "name"),
            "content_category": ("item_category", "category"),
            "content_type": ("content_type",),
            "brand": ("item_brand", "brand"),
            "price": ("price",),
            "quantity": ("quantity",),
        },
        ids={
            "variant": ("item_variant", "variant", "item_id", "id"),
            "product": ("item_id", "id"),
            "sku": ("item_sku", "sku", "item_id", "id"),
        },
    ),
    options={"ttclid_from_address_first": True},
)  # fmt: skip

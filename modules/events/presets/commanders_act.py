"""Events as Commanders Act's platform hands them on (open_platform_and_events.md §III.6)."""

from collections.abc import Mapping
from typing import Any, Final

from modules.events.options import EventSource
from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS, cookie
from modules.events.presets.shape import TOP, Computed, Drop, Items, Made, Names, Preset, Record

__all__ = ["COMMANDERS_ACT"]

_WEB_ONLY: Final = ("order_id", "shop_id", "status", "content_type", "search_string")
_NOT_CHOSEN: Final = Drop("is read as ViewContent only if view_content_events names it")

_EVENTS: Final[dict[str, Names]] = {
    "achieve_level": {"app": "AchieveLevel"},
    "add_payment_info": "AddPaymentInfo",
    "add_to_cart": "AddToCart",
    "add_to_wishlist": "AddToWishlist",
    "application_approval": {"web": "ApplicationApproval"},
    "begin_checkout": {"web": "InitiateCheckout"},
    "click_button": "ViewContent",
    "complete_payment": {"web": "CompletePayment", "app": "Purchase"},
    "complete_tutorial": {"app": "CompleteTutorial"},
    "contact": {"web": "Contact"},
    "create_group": {"app": "CreateGroup"},
    "create_role": {"app": "CreateRole"},
    "customize_product": {"web": "CustomizeProduct"},
    "download": {"web": "Download"},
    "find_location": {"web": "FindLocation"},
    "generate_lead": {"web": "Lead", "app": "GenerateLead"},
    "in_app_ad_click": {"app": "InAppADClick"},
    "in_app_ad_impr": {"app": "InAppADImpr"},
    "install_app": {"app": "InstallApp"},
    "join_group": {"app": "JoinGroup"},
    "launch_app": {"app": "LaunchAPP"},
    "loan_application": {"app": "LoanApplication"},
    "loan_approval": {"app": "LoanApproval"},
    "loan_disbursal": {"app": "LoanDisbursal"},
    "login": {"app": "Login"},
    "purchase": {"web": "CompletePayment", "app": "Checkout"},
    "rate": {"app": "Rate"},
    "schedule": {"web": "Schedule"},
    "search": "Search",
    "sign_up": {"web": "CompleteRegistration", "app": "Registration"},
    "spend_credits": {"app": "SpendCredits"},
    "start_trial": "StartTrial",
    "submit_application": {"web": "SubmitApplication"},
    "submit_form": {"web": "Lead"},
    "subscribe": "Subscribe",
    "unlock_achievement": {"app": "UnlockAchievement"},
    "view_content": "ViewContent",
}


def _discover(record: Record, inputs: Mapping[str, Any]) -> EventSource | None:
    """An app tells of itself, or the record says what kind of experience it was (AC-010)."""
    kind = inputs.get("experience_type")
    if isinstance(kind, str) and kind.strip().lower().replace("_", " ") in ("native app", "app"):
        return "app"
    context = record.get("context")
    app = context.get("app") if isinstance(context, dict) else None
    return "app" if isinstance(app, dict) and app else "web"


def _own_name(_: Record, made: Made) -> Any:
    return made[TOP].get("event")


COMMANDERS_ACT: Final = Preset(
    name="commanders_act",
    title="Commanders Act events",
    name_of=("event_name",),
    events=_EVENTS,
    unless_chosen={"page_view": _NOT_CHOSEN, "view_item": _NOT_CHOSEN},
    discover=_discover,
    inputs={"experience_type": ("experience_type", "context.experience_type")},
    aliases={"device_platform": "device.platform"},
    fields={
        "event_source": ("partners.tiktok.event_source",),
        "event_id": ("id",),
        "event_time": ("context.event_timestamp",),
        "limited_data_use": ("partners.tiktok.ldu",),
        "user.email": ("user.email",),
        "user.phone": ("user.phone",),
        "user.external_id": ("user.id",),
        "user.ttclid": (
            "partners.tiktok.ttclid", "cookies.ttclid", cookie("ttclid"), CLICK_ID_IN_ADDRESS,
        ),
        "user.ttp": ("partners.tiktok.ttp", "cookies._ttp", cookie("_ttp")),
        "user.ip": ("context.device.ip",),
        "user.user_agent": ("context.device.user_agent",),
        "user.locale": ("context.device.language",),
        "user.att_status": ("context.device.att_status",),
        "device.platform": ("context.device.type",),
        "device.advertising_id": ("context.device.advertising_id",),
        "device.vendor_id": ("context.device.idfv",),
        "page.url": ("context.page.url",),
        "page.referrer": ("context.page.referrer",),
        "app.app_id": ("context.app.namespace",),
        "app.app_name": ("context.app.name",),
        "app.app_version": ("context.app.version",),
        "properties.order_id": ("id",),
        "properties.shop_id": ("partners.tiktok.shop_id",),
        "properties.status": ("status",),
        "properties.content_type": ("content_type",),
        "properties.search_string": ("search_term",),
        "properties.currency": ("currency",),
        "properties.value": ("value",),
        "properties.description": (Computed("the event's own name", _own_name),),
    },
    only_for={f"properties.{name}": ("web",) for name in _WEB_ONLY},
    items=Items(
        sources=("items",),
        typed=True,
        fields={
            "content_id": ("id", "product.id"),
            "content_name": ("product.name",),
            "content_category": ("product.category_1",),
            "content_type": ("content_type",),
            "brand": ("product.brand",),
            "price": ("product.price",),
            "quantity": ("quantity",),
        },
    ),
)  # fmt: skip

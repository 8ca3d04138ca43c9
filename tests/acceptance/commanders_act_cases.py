"""What the document of Commanders Act says becomes of its platform's events.

The records are ours; what is expected is the document's (open_platform_and_events.md §III).
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.acceptance.cases import CLOCK, PAST, PIXEL, TIKTOK_APP, Case, digest

__all__ = ["COMMANDERS_ACT"]

_IDFA: Final = "11112222-AAAA-4BBB-8CCC-333344445555"
_GAID: Final = "99990000-dddd-4eee-8fff-666677778888"


def _record(name: str, **parts: Any) -> dict[str, Any]:
    context = {"event_timestamp": PAST, **parts.pop("context", {})}
    return {"event_name": name, "context": context, **parts}


def _on(system: str, identifier: str) -> dict[str, Any]:
    """A record of an app on a telephone."""
    told = {"type": system, "advertising_id": identifier, "idfv": "VENDOR-7"}
    device = {**told, "att_status": "AUTHORIZED"}
    return _record("login", context={"app": {"name": "Loom"}, "device": device})


_BASKET: Final = _record(
    "purchase",
    id="B-2207",
    user={"id": "member 9", "email": " Mia.Weaver@Mail.Example", "phone": "+4930555001"},
    currency="SEK",
    value=199.5,
    items=[
        {
            "id": "loom-1",
            "quantity": 3,
            "content_type": "product_group",
            "product": {"price": 60.0, "name": "Loom", "category_1": "Craft", "brand": "Woven"},
        },
        {"id": "yarn-4", "quantity": 1, "product": {"price": 19.5, "name": "Yarn"}},
    ],
    context={
        "page": {
            "url": "https://loom.example/done?ttclid=E.C.P.w1",
            "referrer": "https://a.example",
        },
        "device": {"ip": "203.0.113.44", "user_agent": "Weaver/2", "language": "sv-SE"},
    },
)
_BASKET_SENT: Final = {
    "event_source": "web",
    "event_source_id": PIXEL,
    "event": "CompletePayment",
    "event_time": PAST,
    "event_id": "B-2207",
    "user.ttclid": "E.C.P.w1",
    "user.external_id": digest("member 9"),
    "user.email": digest("mia.weaver@mail.example"),
    "user.phone": digest("+4930555001"),
    "user.ip": "203.0.113.44",
    "user.user_agent": "Weaver/2",
    "user.locale": "sv-SE",
    "page.url": "https://loom.example/done?ttclid=E.C.P.w1",
    "page.referrer": "https://a.example",
    "properties.contents.0.content_type": "product_group",
    "properties.contents.0.content_id": "loom-1",
    "properties.contents.0.price": 60.0,
    "properties.contents.0.quantity": 3,
    "properties.contents.0.content_name": "Loom",
    "properties.contents.0.content_category": "Craft",
    "properties.contents.0.brand": "Woven",
    "properties.contents.1.content_type": "product",
    "properties.contents.1.content_id": "yarn-4",
    "properties.content_ids": ["loom-1", "yarn-4"],
    "properties.order_id": "B-2207",
    "properties.currency": "SEK",
    "properties.value": 199.5,
    "properties.description": "purchase",
    "properties.num_items": 2,
}
_CLICKS: Final = _record(
    "search",
    context={"page": {"url": "https://loom.example/?q=1&ttclid=E.C.P.page"}},
    cookies={"ttclid": "E.C.P.cookie"},
    partners={"tiktok": {"ttclid": "E.C.P.partner"}},
)
_FOUND: Final = {"autodiscover_source": True}
_WEB_ONLY: Final = ("order_id", "shop_id", "status", "content_type", "search_string")
_DIGEST: Final = digest("somebody")


def _without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def _act(name: str, given: Mapping[str, Any], sent: Mapping[str, Any], **more: Any) -> Case:
    return Case("Commanders Act", name, given, sent, way="commanders_act", **more)


COMMANDERS_ACT: Final = [
    _act("a purchase goes out whole", _BASKET, _BASKET_SENT),
    _act(
        "a source that is named beats discovery",
        _record(
            "login", context={"app": {"name": "L"}}, partners={"tiktok": {"event_source": "web"}}
        ),
        {"event_source": "web", "event_source_id": PIXEL},
        options=_FOUND,
    ),
    _act(
        "anything of an app makes an app event",
        _record(
            "login",
            id="L-1",
            context={"app": {"namespace": "com.example.loom", "name": "Loom", "version": "3.1"}},
        ),
        {
            "event_source": "app",
            "event_source_id": TIKTOK_APP,
            "event": "Login",
            "event_id": "L-1",
            "event_time": PAST,
            "app": {"app_id": "com.example.loom", "app_name": "Loom", "app_version": "3.1"},
            "properties": {"description": "login"},
        },
        options=_FOUND,
    ),
    _act(
        "a native experience makes an app event",
        _record("sign_up", kind_of_visit="Native App"),
        {"event_source": "app", "event": "Registration"},
        options=_FOUND,
        fields={"experience_type": "kind_of_visit"},
    ),
    _act(
        "nothing is discovered unless that is on",
        _record("sign_up", context={"app": {"name": "Loom"}}),
        {"event_source": "web", "event": "CompleteRegistration"},
    ),
    *(
        _act(
            "iOS has ids of its own",
            _on(system, _IDFA),
            {"user.idfa": _IDFA, "user.idfv": "VENDOR-7", "user.att_status": "AUTHORIZED"},
            lacks=("user.gaid",),
            options=_FOUND,
        )
        for system in ("iOS", "ios", "IOS")
    ),
    _act(
        "Android has an id of its own",
        _on("ANDROID", _GAID),
        {"user": {"gaid": _GAID}},
        options=_FOUND,
    ),
    _act(
        "what has no time happened now",
        {"event_name": "search", "search_term": "warp"},
        {
            "event": "Search",
            "event_time": CLOCK,
            "properties": {"search_string": "warp", "description": "search"},
        },
    ),
    _act("click ids have an order", _CLICKS, {"user.ttclid": "E.C.P.partner"}),
    _act(
        "click ids have an order",
        _without(_CLICKS, "partners"),
        {"user.ttclid": "E.C.P.cookie"},
    ),
    _act(
        "click ids have an order",
        _without(_CLICKS, "partners", "cookies"),
        {"user.ttclid": "E.C.P.page"},
    ),
    _act(
        "the partner's cookie id beats the cookie",
        _record("search", cookies={"_ttp": "jar"}, partners={"tiktok": {"ttp": "told"}}),
        {"user.ttp": "told"},
    ),
    _act(
        "the partner's cookie id beats the cookie",
        _record("search", cookies={"_ttp": "jar"}),
        {"user.ttp": "jar"},
    ),
    _act(
        "which views are ViewContent is chosen",
        _record("page_view"),
        {},
        skipped="view_content_events",
    ),
    *(
        _act(
            "which views are ViewContent is chosen",
            _record(name),
            {"event": "ViewContent"},
            options={"view_content_events": chosen},
        )
        for name, chosen in (
            ("page_view", ["page_view"]),
            ("page_view", ["page_view", "view_item"]),
            ("view_item", ["page_view", "view_item"]),
            ("view_content", []),
        )
    ),
    _act(
        "limited data use is handed on",
        _record("search", partners={"tiktok": {"ldu": True}}),
        {"limited_data_use": True},
    ),
    _act(
        "what is hashed stays as it is",
        _record("search", user={"email": _DIGEST}),
        {"user.email": _DIGEST},
    ),
    _act(
        "apps have nothing that only the web has",
        _record(
            "purchase",
            id="A-1",
            status="paid",
            content_type="product",
            search_term="warp",
            partners={"tiktok": {"shop_id": "S-3"}},
            context={"app": {"name": "Loom"}},
        ),
        {"event_source": "app", "event": "Checkout"},
        lacks=tuple(f"properties.{name}" for name in _WEB_ONLY),
        options=_FOUND,
    ),
    _act(
        "a test code is for test environments",
        _record("search"),
        {"test_event_code": "TEST777"},
        options={"environment": "test"},
        code="TEST777",
    ),
    _act(
        "a test code is for test environments",
        _record("search"),
        {"event": "Search"},
        lacks=("test_event_code",),
        options={"environment": "live"},
        code="TEST777",
    ),
]

"""Orders, checkouts and carts as Shopify's webhooks send them (AC-131).

The shapes are those of Shopify's REST webhooks as they are generally known; our sheets do not
describe them. The topic of a webhook stands in a header: give it as `topic` beside the `payload`,
or leave it to what the body looks like.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from modules.events.options import EventSource
from modules.events.presets.addresses import CLICK_ID_IN_ADDRESS
from modules.events.presets.naming import dropped
from modules.events.presets.shape import Computed, Items, Names, Preset, Record, Source

__all__ = ["SHOPIFY"]

_TOPIC: Final = "topic"
_EVENTS: Final[dict[str, Names]] = {
    "carts/create": "AddToCart",
    "carts/update": "AddToCart",
    "checkouts/create": {"web": "InitiateCheckout", "app": "Checkout"},
    "customers/create": {"web": "CompleteRegistration", "app": "Registration"},
    "orders/create": "Purchase",
    "orders/paid": "Purchase",
    **dropped("a checkout that is changed was begun already", "checkouts/update"),
    **dropped("an order that is changed was sent already", "orders/updated", "orders/edited",
              "orders/fulfilled", "orders/partially_fulfilled"),
    **dropped("a cancelled order is no conversion", "orders/cancelled", "orders/delete"),
    **dropped("a refund is no conversion", "refunds/create", "orders/refunded"),
    **dropped("an order placed for testing is no conversion", "orders/test"),
    **dropped("a checkout that is gone is no conversion", "checkouts/delete"),
    **dropped("neither an order nor a checkout nor a cart", "other"),
}  # fmt: skip


def _expand(record: Record) -> Sequence[Any] | None:
    """The body of a webhook that is handed on with its topic."""
    body = record.get("payload") or record.get("body")
    if not isinstance(body, dict) or "line_items" in record:
        return None
    return [{**body, _TOPIC: record.get(_TOPIC)}]


def _name(record: Record, _: Any) -> str:
    """What happened: what speaks against a sale first, then the topic, then the looks."""
    if "refund_line_items" in record:
        return "refunds/create"
    if record.get("cancelled_at"):
        return "orders/cancelled"
    if record.get("financial_status") in ("refunded", "voided"):
        return "orders/refunded"
    if record.get("test") is True:
        return "orders/test"
    topic = record.get(_TOPIC)
    return topic if isinstance(topic, str) and topic else _looks(record)


def _looks(record: Record) -> str:
    if "line_items" not in record:
        return "customers/create" if "orders_count" in record else "other"
    if _is_order(record):
        return "orders/create"
    if _is_checkout(record):
        return "checkouts/create"
    return "carts/create" if "token" in record else "other"


def _is_order(record: Record) -> bool:
    return "order_number" in record or "financial_status" in record


def _is_checkout(record: Record) -> bool:
    return "abandoned_checkout_url" in record or "cart_token" in record


def _discover(record: Record, _: Mapping[str, Any]) -> EventSource | None:
    """What was sold over the counter happened offline."""
    return "offline" if record.get("source_name") == "pos" else "web"


def _number(value: Any) -> Any:
    """An id: of `gid://shopify/Product/17` the number alone."""
    if isinstance(value, str) and value.startswith("gid://"):
        return value.rsplit("/", 1)[-1].split("?", 1)[0]
    return value


def _id(*names: str) -> Computed:
    """The first id of several, as a number."""

    def get(record: Record, _: Any) -> Any:
        for name in names:
            found = record.get(name)
            if found:
                return _number(found)
        return None

    return Computed(f"{' or '.join(f'`{name}`' for name in names)}, the number of a gid", get)


def _customer_id(record: Record, _: Any) -> Any:
    customer = record if "orders_count" in record else record.get("customer")
    return _number(customer.get("id")) if isinstance(customer, dict) else None


def _order_id(record: Record, _: Any) -> Any:
    """An order's own id; a cart and a checkout are none yet."""
    return _number(record.get("id")) if _is_order(record) else None


def _event_id(record: Record, _: Any) -> Any:
    """An id that is the same whenever the same thing is told of; a cart changes and keeps its."""
    if _is_order(record) or "orders_count" in record:
        return _number(record.get("id"))
    return record.get("token") if _is_checkout(record) else None


def _note(*names: str) -> Computed:
    """A note attribute of the order: the storefront writes them, as a list or as an object."""

    def get(record: Record, _: Any) -> Any:
        notes = record.get("note_attributes")
        if isinstance(notes, list):
            notes = {one.get("name"): one.get("value") for one in notes if isinstance(one, dict)}
        if not isinstance(notes, dict):
            return None
        return next((notes[name] for name in names if notes.get(name)), None)

    return Computed(f"{' or '.join(f'`{name}`' for name in names)} in `note_attributes`", get)


def _landing_page(record: Record, _: Any) -> str | None:
    """The page the visit began on; Shopify tells its path, and the shop's host elsewhere.

    Nothing but the host is taken of the order's own addresses: they open it without a password.
    """
    landing = record.get("landing_site")
    home = _home(record)
    if not isinstance(landing, str) or not landing:
        return home
    if landing.startswith(("https://", "http://")):
        return landing
    return urljoin(home, landing) if home else None


def _home(record: Record) -> str | None:
    for name in ("order_status_url", "abandoned_checkout_url"):
        address = record.get(name)
        try:
            host = urlsplit(address).hostname if isinstance(address, str) else None
        except ValueError:
            host = None
        if host:
            return f"https://{host}/"
    return None


def _price(item: Record, _: Any) -> Any:
    """The price of one in the shop's currency, which is the one of the total."""
    price = item.get("price")
    if price not in (None, ""):
        return price
    money = item.get("price_set")
    money = money.get("shop_money") if isinstance(money, dict) else None
    return money.get("amount") if isinstance(money, dict) else None


def _of_person(name: str) -> tuple[Source, ...]:
    places = ("customer", "billing_address", "shipping_address", "customer.default_address")
    return tuple(f"{place}.{name}" for place in places)


def _of_address(name: str) -> tuple[Source, ...]:
    places = ("billing_address", "shipping_address", "customer.default_address", "default_address")
    return tuple(f"{place}.{name}" for place in places)


def _ids(*names: str) -> tuple[Source, ...]:
    return (_id(*names),)


SHOPIFY: Final = Preset(
    name="shopify",
    title="Shopify webhooks: orders, checkouts, carts, customers",
    name_of=(Computed("`topic`, or what the body looks like", _name),),
    events=_EVENTS,
    expand=_expand,
    discover=_discover,
    unmapped="skip",
    fields={
        "event_id": (Computed("`id` of an order, `token` of a checkout", _event_id),),
        "event_time": ("created_at", "processed_at", "updated_at"),
        "user.email": ("email", "contact_email", "customer.email"),
        "user.phone": ("phone", *_of_person("phone")),
        "user.external_id": (Computed("`customer.id`, the number of a gid", _customer_id),),
        "user.first_name": (*_of_person("first_name"), "first_name"),
        "user.last_name": (*_of_person("last_name"), "last_name"),
        "user.zip_code": _of_address("zip"),
        "user.city": _of_address("city"),
        "user.state": tuple(
            source for name in ("province_code", "province") for source in _of_address(name)
        ),
        "user.country": _of_address("country_code"),
        "user.ttclid": (_note("ttclid", "_ttclid"), CLICK_ID_IN_ADDRESS),
        "user.ttp": (_note("ttp", "_ttp"),),
        "user.ip": ("client_details.browser_ip", "browser_ip"),
        "user.user_agent": ("client_details.user_agent",),
        "user.locale": ("customer_locale", "client_details.accept_language"),
        "page.url": (Computed("`landing_site` on the shop's host", _landing_page),),
        "page.referrer": ("referring_site",),
        "properties.value": ("total_price", "total_price_set.shop_money.amount"),
        "properties.currency": ("currency", "total_price_set.shop_money.currency_code"),
        "properties.order_id": (Computed("`id` of an order, the number of a gid", _order_id),),
        "properties.status": ("financial_status",),
    },
    items=Items(
        sources=("line_items",),
        fields={
            "content_id": _ids("variant_id", "product_id", "sku"),
            "content_name": ("title", "name"),
            "content_category": ("product_type",),
            "brand": ("vendor",),
            "price": (Computed("`price` or `price_set.shop_money.amount`", _price),),
            "quantity": ("quantity",),
        },
        ids={
            "variant": _ids("variant_id", "product_id", "sku"),
            "product": _ids("product_id", "variant_id", "sku"),
            "sku": _ids("sku", "variant_id", "product_id"),
        },
    ),
)

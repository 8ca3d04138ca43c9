"""Events to begin with in the playground: one of each kind of record; everybody is made up."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

__all__ = ["SAMPLES", "Sample", "sample_text"]

AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) Example/1.0"
SHOP: Final = "https://shop.example.com"


@dataclass(frozen=True)
class Sample:
    """An event somebody may have.

    Args:
        name: What pages call it.
        title: What it is, for people.
        mapping: The mapping file that fits it.
        make: Makes it, as it would have happened at a moment.
    """

    name: str
    title: str
    mapping: str
    make: Callable[[datetime], dict[str, Any]]


def _plain(moment: datetime) -> dict[str, Any]:
    return {
        "event": "Purchase",
        "event_id": "order-1001",
        "event_time": moment.isoformat(),
        "user": {
            "email": "alice@example.com",
            "phone": "+49 30 901820",
            "ip": "203.0.113.9",
            "user_agent": AGENT,
        },
        "page": {"url": f"{SHOP}/thanks"},
        "properties": {
            "currency": "EUR",
            "value": 59.9,
            "order_id": "1001",
            "contents": [{"content_id": "shoe-42", "price": 29.95, "quantity": 2}],
        },
    }


def _row(moment: datetime) -> dict[str, Any]:
    return {
        "order_no": "1001",
        "ordered_at": moment.isoformat(),
        "customer": {"mail": "alice@example.com", "mobile": "030 901820"},
        "total": 64.8,
        "shipping": 4.9,
        "warehouse": "north",
        "lines": [{"sku": "shoe-42", "title": "Shoe", "unit_price": 29.95, "amount": 2}],
    }


ROW_MAPPING: Final = """\
fields:
  event: {value: Purchase}
  event_time: ordered_at
  event_id: order_no
  user.email: customer.mail
  user.phone: customer.mobile
  properties.currency: {value: EUR}
  properties.value: "{{record.total - record.shipping}}"
  page.url: {value: "https://shop.example.com/"}
items:
  from: lines
  fields: {content_id: sku, content_name: title, price: unit_price, quantity: amount}
options:
  default_country: DE
"""


def _ga4(moment: datetime) -> dict[str, Any]:
    return {
        "event_name": "purchase",
        "event_id": "1001.1",
        "timestamp_micros": int(moment.timestamp()) * 1_000_000,
        "client_id": "1234567890.1234567890",
        "user_id": "member-17",
        "page_location": f"{SHOP}/thanks?ttclid=E.C.P.example",
        "ip_override": "203.0.113.9",
        "user_agent": AGENT,
        "user_data": {"email_address": "alice@example.com", "phone_number": "+4930901820"},
        "transaction_id": "1001",
        "currency": "EUR",
        "value": 59.9,
        "items": [{"item_id": "shoe-42", "item_name": "Shoe", "price": 29.95, "quantity": 2}],
    }


def _segment(moment: datetime) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": "segment-1001",
        "timestamp": moment.isoformat(),
        "userId": "member-17",
        "context": {
            "ip": "203.0.113.9",
            "userAgent": AGENT,
            "locale": "de-DE",
            "page": {"url": f"{SHOP}/thanks", "referrer": f"{SHOP}/cart"},
            "traits": {"email": "alice@example.com", "phone": "+4930901820"},
            "consent": {"categoryPreferences": {"advertising": True}},
        },
        "properties": {
            "order_id": "1001",
            "revenue": 59.9,
            "currency": "EUR",
            "products": [{"product_id": "shoe-42", "name": "Shoe", "price": 29.95, "quantity": 2}],
        },
    }


CONSENT: Final = """\
consent:
  field: context.consent.categoryPreferences.advertising
  granted: [true]
  otherwise: without identifiers
"""


def _rudderstack(moment: datetime) -> dict[str, Any]:
    record = _segment(moment)
    return {**record, "messageId": "rudder-1001", "channel": "web", "originalTimestamp": None}


def _commanders_act(moment: datetime) -> dict[str, Any]:
    return {
        "event_name": "purchase",
        "id": "1001",
        "context": {
            "event_timestamp": int(moment.timestamp() * 1_000),
            "device": {"ip": "203.0.113.9", "user_agent": AGENT, "language": "de-DE"},
            "page": {"url": f"{SHOP}/thanks"},
        },
        "user": {"email": "alice@example.com", "phone": "+4930901820", "id": "member-17"},
        "currency": "EUR",
        "value": 59.9,
        "items": [{"id": "shoe-42", "product": {"name": "Shoe", "price": 29.95}, "quantity": 2}],
    }


def _shopify(moment: datetime) -> dict[str, Any]:
    return {
        "topic": "orders/paid",
        "id": 1001,
        "created_at": moment.isoformat(),
        "email": "alice@example.com",
        "phone": "+4930901820",
        "currency": "EUR",
        "total_price": "59.90",
        "financial_status": "paid",
        "landing_site": f"{SHOP}/?ttclid=E.C.P.example",
        "client_details": {"browser_ip": "203.0.113.9", "user_agent": AGENT},
        "customer": {"id": 17, "first_name": "Alice", "last_name": "Example"},
        "line_items": [
            {"variant_id": 42, "product_id": 4, "title": "Shoe", "price": "29.95", "quantity": 2}
        ],
    }


SAMPLES: Final = (
    Sample("plain", "A plain event", "", _plain),
    Sample("row", "An order of your own, with its mapping", ROW_MAPPING, _row),
    Sample("ga4", "Google Analytics 4: purchase", "preset: ga4\n", _ga4),
    Sample("segment", "Segment: Order Completed, with consent", f"preset: segment\n{CONSENT}",
           _segment),
    Sample("rudderstack", "RudderStack: Order Completed", "preset: rudderstack\n", _rudderstack),
    Sample("commanders_act", "Commanders Act: purchase", "preset: commanders_act\n",
           _commanders_act),
    Sample("shopify", "Shopify: an order is paid", "preset: shopify\n", _shopify),
)  # fmt: skip


def sample_text(sample: Sample, now: datetime) -> str:
    """A sample as text, an hour old."""
    moment = now.astimezone(UTC).replace(microsecond=0) - timedelta(hours=1)
    return json.dumps(sample.make(moment), indent=2, ensure_ascii=False)

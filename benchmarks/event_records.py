"""Purchases to measure with: two items, an e-mail address, a telephone number, an external id.

No two of them have the same person. They come as plain events and as calls of Segment's.
"""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

__all__ = ["RECORDS", "Record", "full", "person", "plain", "segment", "untidy", "written"]

Record = dict[str, Any]
#: How long ago the first one happened; each one later than the one before.
AGO: Final = 50_000


def person(number: int) -> tuple[str, str, str]:
    """E-mail address, telephone number and external id of a customer."""
    return (
        f"customer.{number:07}@example.com",
        f"+1213373{number % 10_000:04}",
        f"user_{number:07}",
    )


def plain(number: int) -> Record:
    """A purchase as a plain event."""
    email, phone, external_id = person(number)
    return {
        "event": "Purchase",
        "event_time": _moment(number),
        "event_id": f"m-{number}",
        "user": {
            "email": email,
            "phone": phone,
            "external_id": external_id,
        },
        "page": {"url": f"https://shop.example.com/thanks/{number}"},
        "properties": {
            "order_id": f"O-{number}",
            "value": 25.5,
            "currency": "EUR",
            "contents": [
                {
                    "content_id": f"SKU{number % 997}",
                    "content_name": "Shirt",
                    "price": 10.0,
                    "quantity": 2,
                },
                {"content_id": "SKU2", "content_name": "Cap", "price": 5.5, "quantity": 1},
            ],
        },
    }


def full(number: int) -> Record:
    """The same purchase with what a server knows of the visit."""
    record = plain(number)
    record["user"] |= {
        "ip": f"203.0.113.{number % 256}",
        "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",
        "locale": "en-US",
    }
    record["page"]["referrer"] = "https://shop.example.com/cart"
    record["properties"]["contents"][0] |= {"content_category": "Clothes", "brand": "ACME"}
    return record


def untidy(number: int) -> Record:
    """The same purchase as a form and an export would have it: blanks, capitals, texts."""
    record = plain(number)
    user, properties = record["user"], record["properties"]
    digits = user["phone"].removeprefix("+1213")
    record["event"] = "CompletePayment"
    record["event_time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_moment(number)))
    user["email"] = f" {user['email'].title()} "
    user["phone"] = f"+1 (213) {digits[:3]}-{digits[3:]}"
    properties["value"] = "25.50"
    properties["contents"][0] |= {"price": "10.00", "quantity": "2"}
    return record


def segment(number: int) -> Record:
    """The same purchase as Segment's `Order Completed`."""
    made = plain(number)
    user, properties = made["user"], made["properties"]
    names = {"content_id": "product_id", "content_name": "name"}
    products = [
        {names.get(name, name): value for name, value in item.items()}
        for item in properties["contents"]
    ]
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(_moment(number)))
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": made["event_id"],
        "timestamp": moment,
        "userId": user["external_id"],
        "properties": {
            "email": user["email"],
            "phone": user["phone"],
            "order_id": properties["order_id"],
            "value": properties["value"],
            "currency": properties["currency"],
            "products": products,
        },
        "context": {"page": made["page"], "traits": {}},
    }


RECORDS: Final[dict[str, Callable[[int], Record]]] = {
    "plain": plain,
    "full": full,
    "untidy": untidy,
    "segment": segment,
}


def written(records: Iterable[Record], path: Path) -> Path:
    """Records as JSON lines in a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, separators=(",", ":")) + "\n" for one in records)
    return path


def _moment(number: int) -> int:
    return int(time.time()) - AGO + number % AGO

"""What tests about events do with a simulator."""

from typing import Any

from tests.simulator.client import Client, Row

NOW = 1_788_264_000
HOUR = 3600


def purchase(event_id: str | None = "o-1", **more: Any) -> Row:
    item = {
        "event": "Purchase",
        "event_time": NOW,
        "page": {"url": "https://shop.example.com/thanks"},
        "properties": {"currency": "EUR", "value": 12.5, "contents": [{"content_id": "s-1"}]},
        "user": {"email": "a" * 64, "phone": ["b" * 64], "ip": "203.0.113.7"},
        **more,
    }
    return item if event_id is None else {**item, "event_id": event_id}


def track(client: Client, source: str, *items: Row, **more: Any) -> Row:
    body = {"event_source": "web", "event_source_id": source, "data": list(items), **more}
    return client.post("/event/track/", **body)


def counts(client: Client, source: str) -> Row:
    found: Row = client.control("GET", "events")[source]
    return found

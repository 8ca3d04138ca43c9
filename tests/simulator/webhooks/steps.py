"""What many tests do with webhooks."""

import time
from collections.abc import Callable
from typing import Any

from adloom.simulator.options import PRACTICE_APP
from tests.simulator.client import Client, Row

SECRET = "practice-secret"
APP = {"app_id": PRACTICE_APP, "secret": SECRET}
PATIENCE = 10


def asked(client: Client, url: str, entity: str = "LEAD", **more: Any) -> Row:
    """The envelope of a subscription."""
    detail = {"access_token": client.token, **more}
    given = {"callback_url": url, "subscribe_entity": entity, "subscription_detail": detail}
    return client.post("/subscription/subscribe/", **APP, **given)


def subscribe(client: Client, url: str, entity: str = "LEAD", **more: Any) -> str:
    """The id of a subscription."""
    return str(asked(client, url, entity, **more)["data"]["subscription_id"])


def tell(client: Client, entity: str = "LEAD", **more: Any) -> int:
    """How many deliveries something makes."""
    told = client.control("POST", "webhooks", {"entity": entity, **more})
    return int(told["deliveries"])


def until(client: Client, is_so: Callable[[Row], bool]) -> Row:
    """What the simulator says about webhooks, once something is so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found: Row = client.control("GET", "webhooks")
        if is_so(found):
            return found
        time.sleep(0.01)
    raise AssertionError(client.control("GET", "webhooks"))


def finished(count: int) -> Callable[[Row], bool]:
    """Whether so many deliveries have come to an end."""
    return lambda told: (
        sum(delivery["outcome"] != "waiting" for delivery in told["deliveries"]) >= count
    )

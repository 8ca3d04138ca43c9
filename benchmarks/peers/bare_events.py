"""One purchase hashed and written as JSON with nothing around it: no sender can be much faster.

    python bare_events.py EVENTS.jsonl ROUNDS

Nothing is checked, nothing is told apart, nothing but case and blanks is normalised. Prints
microseconds of CPU an event, the median of the rounds, and the digest of the first e-mail address.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

EVENTS: Final = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
ROUNDS: Final = int(sys.argv[2])


class User(msgspec.Struct, gc=False):
    """Who it was."""

    email: str
    phone: str
    external_id: str


class Item(msgspec.Struct, gc=False):
    """What is sent."""

    event: str
    event_time: int
    event_id: str
    user: User
    page: dict[str, Any]
    properties: dict[str, Any]


def digest(text: str) -> str:
    """What TikTok wants of an identifier."""
    return sha256(text.strip().lower().encode()).hexdigest()


def only_hashed(event: dict[str, Any]) -> str:
    """Nothing but the digests."""
    user = event["user"]
    digest(user["phone"])
    digest(user["external_id"])
    return digest(user["email"])


def as_dicts(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its person hashed."""
    user = event["user"]
    hashed = {
        "email": digest(user["email"]),
        "phone": digest(user["phone"]),
        "external_id": digest(user["external_id"]),
    }
    return {**event, "user": hashed}


def as_structs(event: dict[str, Any]) -> Item:
    """The same, typed."""
    user = event["user"]
    return Item(
        event["event"],
        event["event_time"],
        event["event_id"],
        User(
            digest(user["email"]),
            digest(user["phone"]),
            digest(user["external_id"]),
        ),
        event["page"],
        event["properties"],
    )


def microseconds(work: Callable[[dict[str, Any]], object]) -> float:
    """The median of the rounds, of one event."""

    def once() -> float:
        began = time.process_time()
        for event in EVENTS:
            work(event)
        return (time.process_time() - began) / len(EVENTS) * 1e6

    return statistics.median(once() for _ in range(ROUNDS))


def main() -> None:
    """Measure and print."""
    encode = msgspec.json.Encoder().encode
    figures = {
        "three digests": microseconds(only_hashed),
        "bare, msgspec structs": microseconds(lambda event: encode(as_structs(event))),
        "bare, msgspec": microseconds(lambda event: encode(as_dicts(event))),
        "bare, json": microseconds(lambda event: json.dumps(as_dicts(event)).encode()),
    }
    print(json.dumps({"figures": figures, "email": as_structs(EVENTS[0]).user.email}))


main()

"""The file of the events gate: purchases, and among them everything that must not go out.

Every line follows from its number alone, and so does what has to become of it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

__all__ = ["CANARIES", "MARGIN", "OLDEST", "Kind", "Planted", "kind_of", "plant"]

DAY: Final = 86_400
#: How long ago an event may have happened, in seconds; and how much earlier it is given up.
OLDEST: Final = 28 * DAY
MARGIN: Final = 600
#: Parts of the persons' data that are in every line, in lower case; none may be found elsewhere.
CANARIES: Final = (
    b"canary-mail.example",
    b"4915199900",
    b"(151) 999 00",
    b"canarina",
    b"birdsworth",
    b"member-canary",
)
#: Events without their page go out, for TikTok to refuse.
MAPPING: Final = "options: {incomplete: send, default_country: DE}\n"


class Kind(StrEnum):
    """What a line is, and what has to become of it.

    Args:
        GOOD: It is to arrive.
        BAD: adloom takes it and TikTok refuses it: it ends as a dead letter.
        AGED: It grows too old while it waits, and is given up.
        OLD: It happened too long ago, and is refused when it is read.
        FUTURE: It has not happened yet, and is refused too.
        BROKEN: It is no text.
    """

    GOOD = "Purchase"
    BAD = "AddToCart"
    AGED = "Download"
    OLD = "Subscribe"
    FUTURE = "Search"
    BROKEN = "broken"


#: One line in so many is of a kind, the one at this place among them; the first that fits counts.
RARE: Final = {
    Kind.BAD: (1_000, 500),
    Kind.OLD: (2_000, 250),
    Kind.FUTURE: (2_000, 1_250),
    Kind.AGED: (4_000, 1_100),
    Kind.BROKEN: (5_000, 700),
}


@dataclass
class Planted:
    """A file of lines.

    Args:
        path: The file.
        lines: How many there are of each kind.
        rare: Where those are that are not to arrive, by their numbers beginning with 1.
    """

    path: Path
    lines: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    rare: dict[Kind, set[str]] = field(default_factory=lambda: {kind: set() for kind in RARE})

    @property
    def accepted(self) -> int:
        """How many events the outbox is to take."""
        return self.lines[Kind.GOOD] + self.lines[Kind.BAD] + self.lines[Kind.AGED]

    def add(self, number: int) -> Kind:
        """Count a line."""
        kind = kind_of(number)
        self.lines[kind] += 1
        if kind in self.rare:
            self.rare[kind].add(str(number + 1))
        return kind


def kind_of(number: int) -> Kind:
    """What a line is, by its number."""
    for kind, (every, place) in RARE.items():
        if number % every == place:
            return kind
    return Kind.GOOD


def plant(path: Path, lines: int) -> Planted:
    """Write the file, and a mapping file beside it."""
    planted = Planted(path)
    path.with_suffix(".yaml").write_text(MAPPING)
    with path.open("wb") as file:
        for content in _lines(lines, int(time.time()), planted):
            file.write(content + b"\n")
    return planted


def _lines(lines: int, now: int, planted: Planted) -> Iterator[bytes]:
    for number in range(lines):
        kind = planted.add(number)
        event = _event(number, kind, now)
        content = json.dumps(event, separators=(",", ":")).encode()
        yield content.replace(b"Birdsworth", b"Birdsworth\xff") if kind is Kind.BROKEN else content


def _event(number: int, kind: Kind, now: int) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event": kind.value,
        "event_time": now - 3_600 - number % 80_000,
        "user": _person(number),
        "page": {"url": f"https://shop.example.com/thanks/{number}"},
        "properties": {
            "value": number / 100 + 1,
            "currency": "EUR",
            "contents": [
                {"content_id": f"s-{number % 997}", "price": 10.25, "quantity": 2},
                {"content_id": "s-2", "price": 5, "quantity": 1},
            ],
        },
    }
    match kind:
        case Kind.OLD:
            event["event_time"] = now - OLDEST - 3_600
        case Kind.AGED:
            event["event_time"] = now - OLDEST + MARGIN - 60
        case Kind.FUTURE:
            event["event_time"] = now + 2 * DAY
        case Kind.BAD:
            del event["page"]
        case _ if number % 50 == 3:
            event["event_time"] = now - 27 * DAY
    _name(event, number)
    return event


def _person(number: int) -> dict[str, Any]:
    """Somebody; every one of them comes back after a while."""
    number %= 50_000
    digits = f"{number % 1_000:03}"
    return {
        "email": f"Person.{number}@Canary-Mail.example",
        "phone": f"+4915199900{digits}" if number % 2 else f"+49 (151) 999 00{digits}",
        "first_name": f"Canarina {chr(97 + number % 26)}",
        "last_name": "Birdsworth",
        "external_id": f"member-canary-{number}",
    }


def _name(event: dict[str, Any], number: int) -> None:
    """Let an event be told from others by an id, its order, all it says, or only its line."""
    match number % 4:
        case 0:
            event["event_id"] = f"id-{number}"
        case 1:
            event["properties"]["order_id"] = f"order-{number}"
        case 2 if event["event"] == Kind.GOOD.value:
            del event["event_time"]

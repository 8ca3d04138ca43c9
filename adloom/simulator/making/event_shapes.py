"""What an event looks like on the wire (open_platform_and_events.md §II.1 to §II.4).

Read straight into these classes, a thousand events take a few milliseconds. What is not declared
is ignored, as TikTok does (§II.4).
"""

import re
from typing import Final

import msgspec

from adloom.simulator.envelope import Refusal

__all__ = ["Batch", "Event", "LooseBatch", "refused"]

Texts = str | list[str] | None
Number = int | float | None
WORDS: Final = {
    "array": "list",
    "bool": "boolean",
    "float": "number",
    "int": "integer",
    "object": "object",
    "str": "string",
}


class User(msgspec.Struct, gc=False):
    """Who did it."""

    email: Texts = None
    phone: Texts = None
    external_id: Texts = None
    ttclid: str | None = None
    ttp: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    locale: str | None = None
    idfa: str | None = None
    idfv: str | None = None
    gaid: str | None = None
    att_status: str | None = None
    first_name: Texts = None
    last_name: Texts = None
    zip_code: Texts = None
    city: Texts = None
    state: Texts = None
    country: Texts = None


class Content(msgspec.Struct, gc=False):
    """One thing that was bought or looked at."""

    price: Number = None
    quantity: Number = None
    content_id: str | None = None
    content_category: str | None = None
    content_name: str | None = None
    content_type: str | None = None
    brand: str | None = None


class Properties(msgspec.Struct, gc=False):
    """What it was about."""

    contents: list[Content] | None = None
    content_ids: list[str] | None = None
    content_type: str | None = None
    currency: str | None = None
    value: Number = None
    num_items: int | None = None
    search_string: str | None = None
    description: str | None = None
    order_id: str | None = None
    shop_id: str | None = None


class Page(msgspec.Struct, gc=False):
    """Where on the web."""

    url: str | None = None
    referrer: str | None = None


class App(msgspec.Struct, gc=False):
    """In which app."""

    app_id: str | None = None
    app_name: str | None = None
    app_version: str | None = None


class Lead(msgspec.Struct, gc=False):
    """From which lead."""

    lead_id: str | int | None = None
    lead_event_source: str | None = None


class Event(msgspec.Struct, gc=False):
    """One event."""

    event: str
    event_time: int
    event_id: str | None = None
    user: User | None = None
    properties: Properties | None = None
    page: Page | None = None
    app: App | None = None
    lead: Lead | None = None
    limited_data_use: bool | None = None


class _Top(msgspec.Struct):
    event_source: str | None = None
    event_source_id: str | int | None = None
    test_event_code: str | None = None


class Batch(_Top):
    """A request, read to its end."""

    data: list[Event] | None = None


class LooseBatch(_Top):
    """A request whose events are still to be read."""

    data: list[msgspec.Raw] | None = None


def refused(error: msgspec.DecodeError | RecursionError, inside: str = "") -> Refusal:
    """Why a text is no request, with the path of what is wrong (the texts are assumed).

    Args:
        error: Why it could not be read.
        inside: The path of what was read.
    """
    if not isinstance(error, msgspec.ValidationError):
        return Refusal(40002, "The body is not valid JSON.")
    problem, _, place = str(error).partition(" - at `$")
    path = re.sub(r"\[(\d+)\]", r".\1", place.rstrip("`")).strip(".")
    path = ".".join(part for part in (inside, path) if part)
    if missing := re.search(r"missing required field `(\w+)`", problem):
        return Refusal(40002, f"Missing required field(s): {path}.{missing[1]}.")
    expected = re.findall(r"\w+", problem.partition(", got")[0])
    kinds = [WORDS[word] for word in expected if word in WORDS]
    return Refusal(40002, f"{path or 'body'}: Not a valid {' or '.join(kinds) or 'value'}.")

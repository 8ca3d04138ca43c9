"""Bodies that bring events: one, a list, an envelope around a list, or one a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from starlette.requests import Request

from adloom.intake.bodies import JSON, is_json, kind_of
from adloom.intake.refusals import Refusal
from adloom.json_text import JsonError, parse_strict

__all__ = ["LINES", "Unread", "records_of", "with_topic"]

#: What bodies with one event a line call themselves.
LINES: Final = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
#: A line with something on it.
LINE: Final = re.compile(rb"[^\n]*[^\s][^\n]*")
#: Where an envelope keeps its events.
LISTS: Final = ("events", "batch", "data")
#: What an envelope says of each of its events that does not say it itself.
SHARED: Final = ("event_source", "event_source_id", "test_event_code", "context")
#: What senders write on envelopes and nobody reads.
IGNORED: Final = ("sentAt", "sent_at", "writeKey", "partner_name")


@dataclass(frozen=True)
class Unread:
    """Something that stands where an event should.

    Args:
        reason: Why it is none.
    """

    reason: str


def records_of(request: Request, content: bytes, *, most: int) -> list[Mapping[str, Any] | Unread]:
    """Read a body.

    Args:
        request: Says what the body is.
        content: The body.
        most: Events it may bring.

    Raises:
        Refusal: It cannot be read, or brings too many.
    """
    kind = kind_of(request)
    if kind in LINES:
        found = list(islice(_lines(content), most + 1))
    elif is_json(kind):
        found = [_record(one) for one in _unwrapped(_parsed(content))]
    else:
        raise Refusal(415, f"send {JSON} or application/x-ndjson")
    if len(found) > most:
        raise Refusal(413, f"too many events: send {most:,} at most")
    return found


def with_topic(record: Mapping[str, Any] | Unread, topic: str) -> Mapping[str, Any] | Unread:
    """A record with what its request is about, unless it says so itself."""
    return record if isinstance(record, Unread) else {"topic": topic, **record}


def _parsed(content: bytes) -> Any:
    try:
        return parse_strict(content)
    except JsonError as error:
        raise Refusal(400, f"no JSON: {error}") from None


def _lines(content: bytes) -> Iterator[Mapping[str, Any] | Unread]:
    for line in LINE.finditer(content):
        try:
            yield _record(parse_strict(line[0]))
        except JsonError as error:
            yield Unread(f"no JSON: {error}")


def _record(value: Any) -> Mapping[str, Any] | Unread:
    return value if isinstance(value, dict) else Unread("must be an object")


def _unwrapped(value: Any) -> list[Any]:
    """The events in what was sent; what is no envelope is an event itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise Refusal(400, "send an object or a list of objects")
    lists = [name for name in LISTS if isinstance(value.get(name), list)]
    if len(lists) != 1 or value.keys() - {*lists, *SHARED, *IGNORED}:
        return [value]
    shared = {name: value[name] for name in SHARED if name in value}
    items: list[Any] = value[lists[0]]
    return [shared | one if isinstance(one, dict) else one for one in items] if shared else items

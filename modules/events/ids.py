"""What names an event: its `event_id`, its key in the outbox, and the person it is about.

TikTok drops an event that has the source id, name and event id of one it got within 48 hours
(open_platform_and_events.md §II.6). An event sent again after a lost answer is counted once only if
it has the same event id as before; so an id is never drawn by chance. It is, in this order:

1. the id the user gave: the pixel sends the same one, and both are counted once;
2. for a sale with an order id: a digest of source, source id, name and order id, so that the same
   order is one event whichever file or webhook it came from;
3. for an event that says itself when it happened: a digest of all it says, so that the same line of
   two overlapping exports is one event. Two events that agree in everything, down to the second and
   the person, are taken for one;
4. else a digest of the record's place (its seed: which file and line, which operation, which
   request), so that reading on after a crash makes the same event of it.

Digests are BLAKE2b of 16 bytes; written in hex they have 32 characters.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

import msgspec

from modules.events.checks import Unfit, holds_email, is_number, without_surrogates
from modules.events.names import PURCHASES
from modules.events.problems import Problem, Severity

__all__ = ["app_id_doubts", "event_id_for", "key_of", "person_of", "read_id"]

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_SIZE: Final = 16
#: A SHA-256 digest in hex, which is as good a number as another digest of it.
_SHA256_LENGTH: Final = 64
_NOT_TIKTOKS: Final = "must be the app's id in its store, not TikTok's App ID"
_NOT_THE_STORES: Final = "must be TikTok's App ID, a number from Events Manager"
#: Ids of the App Store have nine or ten digits, TikTok's own nineteen.
_STORE_DIGITS: Final = 14
_EXACT_FLOAT: Final = 2**53
#: What tells a person from others, the surest first.
_OF_USER: Final = ("external_id", "email", "phone")
_OF_DEVICE: Final = ("ttp", "ttclid", "idfa", "gaid", "idfv")


def event_id_for(
    item: Mapping[str, Any],
    source: str,
    source_id: str,
    seed: str,
    *,
    timed: bool = False,
    order_id: str | None = None,
) -> str:
    """The id of an event, the same whenever the same event is read again.

    Args:
        item: The `data[]` item.
        source: Its event source.
        source_id: The source's id.
        seed: The record's place.
        timed: Whether the record itself says when it happened.
        order_id: The order id, where the item has none because the source knows none.
    """
    given: str | None = item.get("event_id")
    if given:
        return given
    name: str = item["event"]
    if name in PURCHASES:
        order_id = item.get("properties", {}).get("order_id", order_id)
        if order_id:
            return _digest("order", source, source_id, name, order_id).hex()
    if timed:
        whole = blake2b(_encode(item), digest_size=_SIZE).hexdigest()
        return _digest("time", source, source_id, name, whole).hex()
    return _digest("place", source, source_id, name, seed).hex()


def key_of(source: str, source_id: str, event: str, event_id: str) -> bytes:
    """Sixteen bytes that are the same for what TikTok takes for the same event."""
    text = f"{source}\0{source_id}\0{event}\0{event_id}"
    return blake2b(text.encode(), digest_size=_SIZE).digest()


def person_of(item: Mapping[str, Any], event_id: str) -> int:
    """A number of 63 bits that is the same for events of the same person, as far as can be seen.

    It is that of the surest identifier the event has; of none, the event is nobody's but its own.
    """
    user = item.get("user")
    if user:
        for name in _OF_USER:
            if name in user:
                return _number_of(user[name])
    lead_id = item.get("lead", {}).get("lead_id")
    if lead_id:
        return _number_of(lead_id)
    if user:
        for name in _OF_DEVICE:
            if name in user:
                return _number_of(user[name])
    return _number_of(event_id)


def _number_of(identifier: str | list[str]) -> int:
    text = identifier if isinstance(identifier, str) else identifier[0]
    if len(text) == _SHA256_LENGTH:
        try:
            return abs(int(text[:16], 16)) >> 1
        except ValueError:
            pass
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _digest(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode(), digest_size=_SIZE).digest()


def read_id(value: Any) -> str | None:
    """An id: text, or a whole number that has kept all its digits."""
    if isinstance(value, str):
        if "@" in value and holds_email(value):
            raise Unfit("must not hold an e-mail address")
        text = value.strip()
        return (text if text.isascii() else without_surrogates(text)) or None
    if is_number(value) and (isinstance(value, int) or abs(value) < _EXACT_FLOAT):
        whole = int(value)
        if whole == value:
            return str(whole)
    raise Unfit("must be text or a whole number; write long ids as text")


def app_id_doubts(source_id: str | None, app_id: str | None) -> list[Problem]:
    """Warnings where TikTok's App ID and the store's id were mistaken for each other (§II.1).

    The App ID of TikTok is a long number from Events Manager; the App Store's has ten digits, other
    stores' ids have dots in them.
    """
    doubts = []
    if app_id and (app_id == source_id or (app_id.isdecimal() and len(app_id) > _STORE_DIGITS)):
        doubts.append(Problem("app.app_id", _NOT_TIKTOKS, Severity.WARNING))
    if source_id and not source_id.isdecimal():
        doubts.append(Problem("event_source_id", _NOT_THE_STORES, Severity.WARNING))
    return doubts

"""An event as it would go out, with where each value came from, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args

import msgspec

from adloom.services.event_tracing import Traced, flat
from adloom.services.scenario_words import ago
from modules.events.hashing import is_digest
from modules.events.ids import event_id_for
from modules.events.mapping import EventMapping
from modules.events.names import PURCHASES
from modules.events.options import HashedField
from modules.events.paths import getter, parse_path
from modules.events.prepared import Prepared
from modules.events.presets.consent import agreement

__all__ = ["Row", "Told", "TriedEvent", "consent_words", "tried"]

HASHED: Final = frozenset(get_args(HashedField))
WORDS: Final = {
    "email": "e-mail",
    "phone": "telephone number",
    "external_id": "external id",
    "first_name": "first name",
    "last_name": "last name",
    "zip_code": "postal code",
    "idfa": "advertising id (iOS)",
    "gaid": "advertising id (Android)",
}
#: Where records say what happened, if other fields have a say in it as well.
NAMES: Final = ("event", "event_name", "name", "topic")
DAY: Final = 86_400


@dataclass(frozen=True)
class Told:
    """Something in words.

    Args:
        text: The words.
        kind: `ok`, `warn` or `info`.
    """

    text: str
    kind: str = "info"


@dataclass(frozen=True)
class Row:
    """One value that would go out.

    Args:
        path: The field of the event.
        value: As TikTok gets it.
        sources: The fields of the record it comes from.
        hashed: What was hashed, in words; empty if nothing was.
    """

    path: str
    value: str
    sources: Sequence[str]
    hashed: str = ""


@dataclass(frozen=True)
class TriedEvent:
    """One event that would go out.

    Args:
        prepared: The event.
        rows: Its values.
        json: The event as TikTok gets it.
        incoming: What the record calls it; None if nothing in the record does.
        window: Whether it happened at a time that TikTok takes.
        dedup: What TikTok tells it from others by, and where that came from.
    """

    prepared: Prepared
    rows: Sequence[Row]
    json: str
    incoming: str | None
    window: Told
    dedup: Told


def tried(
    event: Prepared, traced: Traced, prefix: str, place: str, mapping: EventMapping, now: int
) -> TriedEvent:
    """An event with where everything in it came from.

    Args:
        event: The event.
        traced: What became of the record's fields.
        prefix: What stands before the event's fields there.
        place: What names it where nothing else does.
        mapping: How the record was read.
        now: The present, in seconds since 1970.
    """
    item = msgspec.json.decode(event.content)
    named = traced.sources(f"{prefix}event")
    names = [one for one in named if one.path.rpartition(".")[2] in NAMES] or named
    return TriedEvent(
        event,
        [_row(path, value, traced, prefix) for path, value in flat(item)],
        msgspec.json.format(event.content, indent=2).decode(),
        str(names[0].value) if names else None,
        _window(event, traced, prefix, mapping, now),
        _dedup(event, item, traced, prefix, place),
    )


def _row(path: str, value: Any, traced: Traced, prefix: str) -> Row:
    sources = traced.sources(prefix + path)
    paths = [one.path for one in sources]
    section, _, rest = path.partition(".")
    name = rest.partition("[")[0]
    hashed = ""
    if section == "user" and name in HASHED and isinstance(value, str) and is_digest(value):
        was = any(str(one.value).strip().lower() == value for one in sources)
        hashed = "hashed already" if was else f"hashed from {WORDS[name]}"
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return Row(path, shown, paths, hashed)


def _window(event: Prepared, traced: Traced, prefix: str, mapping: EventMapping, now: int) -> Told:
    days = mapping.options.oldest_days
    taken = f"Events of the last {days} days are taken." if days else "However old, it is taken."
    if event.event_time == now and not traced.sources(f"{prefix}event_time"):
        return Told(f"Nothing in the record says when it happened, so it is now. {taken}", "warn")
    at, present = (datetime.fromtimestamp(one, UTC) for one in (event.event_time, now))
    old = mapping.options.warn_after_days
    late = bool(old) and now - event.event_time > old * DAY
    said = f"It happened {ago(at, present)}, on {at:%Y-%m-%d %H:%M} UTC. {taken}"
    return Told(said, "warn" if late else "ok")


def _dedup(event: Prepared, item: dict[str, Any], traced: Traced, prefix: str, place: str) -> Told:
    """Where its id came from; the order is that of `modules.events.ids`."""
    sources = traced.sources(f"{prefix}event_id")
    exact = [one.path for one in sources if str(one.value).strip() == event.event_id]
    once = "If the pixel sends the same id for it, TikTok counts both once."
    if exact:
        return Told(f"It is what the record says in {exact[0]}. {once}", "ok")
    bare = {name: value for name, value in item.items() if name != "event_id"}
    made = [
        event_id_for(bare, event.source, event.source_id, place, timed=timed)
        for timed in (True, False)
    ]
    if event.event_id in made:
        return _made(event, bare, is_timed=event.event_id == made[0])
    if sources:
        return Told(f"It is made from {', '.join(one.path for one in sources)}. {once}", "ok")
    return Told(f"The mapping gives it. {once}", "warn")


def _made(event: Prepared, bare: dict[str, Any], *, is_timed: bool) -> Told:
    if event.event in PURCHASES and bare.get("properties", {}).get("order_id"):
        said = "adloom made it from the order id: the same order is one event, whoever sends it."
        return Told(said, "ok")
    if is_timed:
        said = "adloom made it from everything the event says: the same record is one event."
        return Told(f"{said} It is another than the pixel's, if that sends the event too.")
    said = "adloom makes it from the place the record stands at, as it has neither id nor time."
    return Told(f"{said} Sent by another way, it would be counted twice.", "warn")


def consent_words(mapping: EventMapping, record: Any) -> Told:
    """What the mapping makes of the person's consent."""
    asked = mapping.consent
    if asked is None:
        said = "The mapping asks for no consent: events of everybody are sent."
        return Told(f"{said} If you need consent, add a section consent to it.", "warn")
    if mapping.records is not None:
        return Told(f"Each event of the record is asked for its consent, in {asked.field}.")
    if agreement(asked.field, asked.granted)(record):
        return Told(f"{asked.field} says that the person has agreed.", "ok")
    there = getter(parse_path(asked.field))(record) is not None
    why = "does not say yes" if there else "is not in the record"
    skip = asked.otherwise == "skip"
    then = "nothing is sent" if skip else "it goes out without anything that tells who it was"
    return Told(f"{asked.field} {why}, so {then}.", "warn")

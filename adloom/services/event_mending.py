"""An event of the outbox put right: changed, checked as if it were new, hashed where it must be."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.json_text import JsonError, parse_strict
from adloom.services.event_outbox import find_held
from adloom.services.session import Session
from modules.events.options import Options
from modules.events.pipeline import Pipeline
from modules.events.prepared import Prepared
from modules.events.problems import errors_among
from scheduler.outbox.entries import Entry, Held
from scheduler.outbox.store import Outbox

__all__ = ["changed", "mend"]

#: `properties.contents[0].price`: names, and places in lists counted from 0.
STEP: Final = re.compile(r"([A-Za-z_]\w*)((?:\[\d{1,4}\])*)")
#: Texts that TikTok would not take as numbers.
TEXTS: Final = ("event", "event_id", "test_event_code")


async def mend(
    session: Session,
    outbox: Outbox,
    number: int,
    changes: Sequence[str],
    *,
    tell: Callable[[str], None],
) -> None:
    """Put one event right.

    Args:
        session: The workspace.
        outbox: Where the event lies.
        number: Its number.
        changes: What to set, each as `path=value`.
        tell: Told, in a sentence, what is odd about it, and that it is done.

    Raises:
        InvalidParamsError: A change cannot be read, or the event would still not do.
        UsageError: There is no such event.
    """
    held = await find_held(outbox, number)
    item = msgspec.json.decode(await outbox.content(number))
    for text in changes:
        item = changed(item, text)
    now = int(session.wiring.clock.now().timestamp())
    event = _prepared(item, held, now, tell)
    await outbox.replace_content(number, _entry(event, held.place))
    tell(f"Event {number} is put right.")


def changed(item: dict[str, Any], text: str) -> dict[str, Any]:
    """An item with one value set; an empty value takes it out.

    Args:
        item: The item; it is not changed.
        text: `path=value`; what is JSON is read as JSON, the rest is text.

    Raises:
        InvalidParamsError: There is no such place, or no value.
    """
    path, sign, value = text.partition("=")
    if not sign:
        raise InvalidParamsError([Fault(path, "write path=value")])
    copy = msgspec.json.decode(msgspec.json.encode(item))
    steps = _steps(path.strip())
    place: Any = copy
    for step, following in pairwise(steps):
        place = _inner(place, step, path, empty=[] if isinstance(following, int) else {})
    _put(place, steps[-1], _value(path, value), path)
    made: dict[str, Any] = copy
    return made


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for part in path.split("."):
        found = STEP.fullmatch(part)
        if found is None:
            reason = "is no place in an event; write it like properties.contents[0].price"
            raise InvalidParamsError([Fault(path, reason)])
        steps += [found[1], *(int(place) for place in re.findall(r"\d+", found[2]))]
    return steps


def _inner(place: Any, step: str | int, path: str, *, empty: Any) -> Any:
    if isinstance(place, dict) and isinstance(step, str):
        return place.setdefault(step, empty)
    if isinstance(place, list) and isinstance(step, int) and step < len(place):
        return place[step]
    raise InvalidParamsError([Fault(path, "there is no such place in this event")])


def _put(place: Any, step: str | int, value: Any, path: str) -> None:
    if isinstance(place, dict) and isinstance(step, str):
        if value is None:
            place.pop(step, None)
        else:
            place[step] = value
    elif isinstance(place, list) and isinstance(step, int) and step < len(place):
        place[step] = value
    else:
        raise InvalidParamsError([Fault(path, "there is no such place in this event")])


def _value(path: str, text: str) -> Any:
    """What was typed: numbers, lists and the like as JSON, names and people's data as text."""
    if not text:
        return None
    if path in TEXTS or path.startswith("user."):
        return text
    try:
        return parse_strict(text.encode(errors="surrogateescape"))
    except (JsonError, ValueError):
        return text


def _prepared(item: dict[str, Any], held: Held, now: int, tell: Callable[[str], None]) -> Prepared:
    """The item made into an event anew; its digests pass, and what was typed is hashed."""
    lane = held.lane
    pipeline = Pipeline(
        None,
        source=lane.source,
        source_id=lane.source_id,
        test_event_code=lane.test_event_code,
        options=Options(environment="test" if lane.test_event_code else "live"),
    )
    reading = pipeline.read(item, now=now, seed=f"outbox {held.id}")
    if errors := errors_among(reading.problems):
        faults = [Fault(one.field, one.reason) for one in errors]
        raise InvalidParamsError(faults, hint="Nothing was changed.")
    for problem in reading.problems:
        tell(f"warning: {problem}")
    if not reading.events:
        raise UsageError(f"Nothing would be left of event {held.id}.", hint="Nothing was changed.")
    return reading.events[0]


def _entry(event: Prepared, place: str) -> Entry:
    return Entry(
        event.key,
        event.person,
        event.event,
        event.event_id,
        event.event_time,
        event.content,
        place,
    )

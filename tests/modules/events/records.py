"""Records on their way: what a mapping makes of them, and what goes out in the end."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from modules.events.mapping import EventMapping, read_event_mapping, translator_for
from modules.events.pipeline import Pipeline
from modules.events.prepared import Reading
from modules.events.problems import errors_among

__all__ = ["CLOCK", "LENIENT", "PIXEL", "going_out", "plain", "plains", "read", "skipped"]

CLOCK: Final = 1_700_001_234
PIXEL: Final = "PIXEL1"
#: Old names stay, old events pass, and events may lack what their source requires.
LENIENT: Final[dict[str, Any]] = {
    "event_names": "as given",
    "oldest_days": 0,
    "warn_after_days": 0,
    "incomplete": "send",
    "source_ids": {"app": "TTAPP1"},
}


def _mapping(changes: Mapping[str, Any]) -> EventMapping:
    return read_event_mapping(changes)


def plains(record: Any, source: str = "web", /, **mapping: Any) -> list[dict[str, Any]]:
    """The plain events of a record; nothing may be wrong with it."""
    translated = translator_for(_mapping(mapping), source).translate(record)

    assert not translated.problems, translated.problems
    return translated.events


def plain(record: Any, source: str = "web", /, **mapping: Any) -> dict[str, Any]:
    """The one plain event of a record."""
    (event,) = plains(record, source, **mapping)
    return event


def skipped(record: Any, source: str = "web", /, **mapping: Any) -> str | None:
    """Why nothing is made of a record."""
    translated = translator_for(_mapping(mapping), source).translate(record)

    assert not translated.events
    assert not translated.problems
    return translated.skipped


def read(record: Any, source: str = "web", /, code: str | None = None, **mapping: Any) -> Reading:
    """A record on the whole way to what goes out."""
    pipeline = Pipeline(
        _mapping(mapping),
        source=source,
        source_id=PIXEL if source == "web" else "TTAPP1",
        test_event_code=code,
    )
    return pipeline.read(record, now=CLOCK, seed="s")


def going_out(record: Any, source: str = "web", /, **mapping: Any) -> dict[str, Any]:
    """The one `data[]` item a record becomes, with what names its source."""
    reading = read(record, source, **mapping)

    assert not errors_among(reading.problems), reading.problems
    (event,) = reading.events
    item: dict[str, Any] = msgspec.json.decode(event.content)
    return {"event_source": event.source, "event_source_id": event.source_id, "item": item}

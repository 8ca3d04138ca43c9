"""From a record of the user's to events that are ready to go out.

A record is translated to plain events (by a mapping; without one it is a plain event itself), each
is composed, gets what names it (`modules.events.ids`), and is written as JSON.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from modules.events.checks import Unfit, is_empty
from modules.events.composing import Composer, as_errors
from modules.events.ids import event_id_for, key_of, person_of, read_id
from modules.events.mapping import EventMapping, Translated, translator_for
from modules.events.options import Options
from modules.events.prepared import Composed, Prepared, Reading
from modules.events.problems import Problem, Severity

__all__ = ["MOST_BYTES", "Pipeline"]

#: The most one event may weigh as JSON: an order of a thousand lines (our own bound).
MOST_BYTES: Final = 131_072
_NO_EVENT: Final = Translated(problems=(Problem("record", "must be an object with fields"),))
_TOO_HEAVY: Final = Problem("event", f"takes more than {MOST_BYTES:,} bytes as JSON")
_CODE_KEPT: Final = Problem(
    "test_event_code",
    "is not sent, for the environment is live; set it to test for test events",
    Severity.WARNING,
)
_CODE_ON: Final = Problem(
    "test_event_code",
    "is on, so these are tests; take it out of the connection before you go live",
    Severity.WARNING,
)


class Pipeline:
    """Turns records into events that are ready to go out.

    Args:
        mapping: How records become plain events; None if they are such events themselves.
        source: The event source of the connection.
        source_id: Its id: Pixel Code, TikTok App ID, or event set.
        test_event_code: The connection's test event code; not sent in the live environment.
        options: What the user decided; None takes the mapping's own options.
    """

    def __init__(
        self,
        mapping: EventMapping | None,
        *,
        source: str,
        source_id: str,
        test_event_code: str | None = None,
        options: Options | None = None,
    ):
        if mapping is not None and options is not None:
            mapping = mapping.model_copy(update={"options": options})
        if options is None:
            options = mapping.options if mapping is not None else Options()
        self._translator = translator_for(mapping, source) if mapping is not None else None
        self._composer = Composer(options, source, source_id)
        self._source = source
        self._source_ids: dict[str, str] = dict(options.source_ids.items())
        self._source_ids[source] = source_id
        live = options.environment == "live"
        self._test_event_code = None if live else test_event_code
        self._strict = options.strict
        self._encode = msgspec.json.Encoder().encode
        #: What is odd about the configuration itself; told once, not per record.
        self.notes = _notes_on(options.environment) if test_event_code else ()

    def read(self, record: Mapping[str, Any], *, now: int, seed: str) -> Reading:
        """Read one record; whatever is wrong with it is told, nothing is raised.

        Args:
            record: The record.
            now: The time, in seconds since 1970.
            seed: The record's place: a file's digest and the line, an operation's id, a request's
                id and the index. It names events that nothing else names.
        """
        translated = self._translated(record, now, seed)
        problems = list(translated.problems)
        skipped = [translated.skipped] if translated.skipped else []
        events = []
        for index, plain in enumerate(translated.events):
            composed = self._composer.compose(plain, now)
            if composed.problems:
                problems += composed.problems
            elif composed.item is None:
                skipped.append(self._composer.skipped(plain) or "")
            if composed.item is not None:
                place = f"{seed}.{index}" if index else seed
                event = self._prepared(composed, composed.item, plain, place)
                if isinstance(event, Prepared):
                    events.append(event)
                else:
                    problems.append(event)
        return Reading(tuple(events), tuple(problems), _why(skipped, events))

    def _translated(self, record: Any, now: int, seed: str) -> Translated:
        if self._translator is not None:
            translated = self._translator.translate(record, now=now, seed=seed)
            if self._strict and translated.problems:
                return Translated(problems=tuple(as_errors(translated.problems)))
            return translated
        if isinstance(record, dict):
            return Translated([record])
        return Translated([dict(record)]) if isinstance(record, Mapping) else _NO_EVENT

    def _prepared(
        self, composed: Composed, item: dict[str, Any], plain: Mapping[str, Any], seed: str
    ) -> Prepared | Problem:
        """The event with what names it, or why it cannot be sent after all."""
        source = composed.source or self._source
        source_id = composed.source_id or self._source_ids.get(source)
        if not source_id:
            return Problem("event_source_id", f"is missing: no id is known for {source} events")
        event_id: str | None = item.get("event_id")
        if event_id is None:
            event_id = item["event_id"] = self._event_id(item, source, source_id, plain, seed)
        content = self._encode(item)
        if len(content) > MOST_BYTES:
            return _TOO_HEAVY
        name: str = item["event"]
        return Prepared(
            name,
            event_id,
            item["event_time"],
            source,
            source_id,
            composed.test_event_code or self._test_event_code,
            key_of(source, source_id, name, event_id),
            person_of(item, event_id),
            content,
        )

    def _event_id(
        self,
        item: dict[str, Any],
        source: str,
        source_id: str,
        plain: Mapping[str, Any],
        seed: str,
    ) -> str:
        """The id of an event that came without one."""
        order_id = None
        properties = plain.get("properties")
        if source == "app" and properties:  # its item has none (AC-083)
            order_id = _order_id(properties.get("order_id"))
        timed = plain.get("event_time") not in (None, "")
        return event_id_for(item, source, source_id, seed, timed=timed, order_id=order_id)


def _notes_on(environment: str | None) -> tuple[Problem, ...]:
    """What to say of a connection that has a test event code (AC-007)."""
    match environment:
        case "live":
            return (_CODE_KEPT,)
        case "test":
            return ()
        case _:
            return (_CODE_ON,)


def _why(skipped: list[str], events: list[Prepared]) -> str | None:
    """Why nothing was made of a record; None if something was, or if something is wrong with it."""
    return None if events else "; ".join(dict.fromkeys(skipped)) or None


def _order_id(value: Any) -> str | None:
    try:
        return None if is_empty(value) else read_id(value)
    except Unfit:
        return None

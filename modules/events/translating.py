"""From a record of the user's to plain events: what the mapping file and its preset say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from adloom.mapping import Moment
from modules.events.options import EventSource, Options
from modules.events.paths import getter, parse_path
from modules.events.presets.consent import agreement, anonymous
from modules.events.presets.making import EventMaker, Translated
from modules.events.presets.plans import Changes
from modules.events.presets.shape import Drop, Name, Preset, Record
from modules.events.presets.sources import UnfitError, compile_condition_on, needs_moment
from modules.events.problems import Problem

if TYPE_CHECKING:
    from modules.events.mapping import EventMapping

__all__ = ["Translated", "Translator"]

_DROPPED: Final = Drop("is left out by the mapping")
_NO_OBJECT: Final = Problem("record", "is no object with fields")
_NO_LIST: Final = "is not there, or no list; `records` says that the events are in it"


class Translator:
    """Makes plain events of records.

    Args:
        mapping: What the user decided.
        preset: The preset it names.
        source: The event source of the connection.
    """

    def __init__(self, mapping: "EventMapping", preset: Preset | None, source: EventSource):
        changes = _changes(mapping)
        # What the user does not say, the preset says.
        said = mapping.options.model_dump(exclude_unset=True)
        chosen = preset is None or "unmapped" in mapping.model_fields_set
        self._maker = EventMaker(
            preset,
            changes,
            Options(**{**(preset.options if preset else {}), **said}),
            source=mapping.source or source,
            connection_source=source,
            unmapped=mapping.unmapped if chosen or preset is None else preset.unmapped,
        )
        self._expand = preset.expand if preset else None
        self._place = mapping.records or ""
        self._records = getter(parse_path(self._place)) if self._place else None
        condition, consent = mapping.only_when, mapping.consent
        self._wanted = compile_condition_on(condition, "only_when") if condition else None
        self._agrees = agreement(consent.field, consent.granted) if consent else None
        self._skips = consent is not None and consent.otherwise == "skip"
        expressions = [*changes.fields.values(), *changes.item_fields.values()]
        self._timed = condition is not None or needs_moment(expressions)
        is_free = consent is None and not self._timed
        self._one = self._maker.make if is_free else self._guarded

    def translate(self, record: Record, *, now: int | None = None, seed: str = "") -> Translated:
        """Make plain events of a record.

        Args:
            record: The record: JSON data.
            now: The present in seconds since 1970, for expressions that ask for it.
            seed: Decides what is random in expressions.
        """
        moment = None
        if self._timed and now is not None:
            moment = Moment(datetime.fromtimestamp(now, UTC), seed=seed)
        if self._records is None:
            return self._expanded(record, moment)
        inner = self._records(record)
        if isinstance(inner, list):
            return _together([self._expanded(one, moment) for one in inner])
        return Translated(problems=(Problem(self._place, _NO_LIST),))

    def _expanded(self, record: Any, moment: Moment | None) -> Translated:
        """Translate a record that may hold several, in the way of its preset."""
        if record.__class__ is not dict:
            if not isinstance(record, Mapping):
                return Translated(problems=(_NO_OBJECT,))
            record = dict(record)
        records = self._expand(record) if self._expand is not None else None
        if records is None:
            return self._one(record, moment)
        return _together(
            [
                self._one(one, moment)
                if isinstance(one, dict)
                else Translated(problems=(_NO_OBJECT,))
                for one in records
            ]
        )

    def _guarded(self, record: dict[str, Any], moment: Moment | None) -> Translated:
        """Translate a record if the user wants it and its person agrees."""
        try:
            if self._wanted is not None and not self._wanted(record, moment):
                return Translated(skipped="only_when does not hold for it")
            if self._agrees is None or self._agrees(record):
                return self._maker.make(record, moment)
            if self._skips:
                return Translated(skipped="the person has not agreed")
            made = self._maker.make(record, moment)
        except UnfitError as error:
            return Translated(problems=(Problem(error.target, str(error)),))
        return Translated([anonymous(one) for one in made.events], made.skipped, made.problems)


def _changes(mapping: "EventMapping") -> Changes:
    items = mapping.items
    events = {name: _name(becomes) for name, becomes in mapping.events.items()}
    lists = (items.from_,) if items and items.from_ else ()
    return Changes(events, mapping.fields, lists, items.fields if items else {})


def _name(becomes: str | list[str] | None) -> Name:
    if becomes is None:
        return _DROPPED
    if isinstance(becomes, str):
        return becomes.strip()
    return tuple(dict.fromkeys(one.strip() for one in becomes))


def _together(parts: Sequence[Translated]) -> Translated:
    """What came of several records in one."""
    events = [event for part in parts for event in part.events]
    problems = tuple(problem for part in parts for problem in part.problems)
    if events or problems:
        return Translated(events, None, problems)
    reasons = dict.fromkeys(part.skipped for part in parts if part.skipped)
    return Translated(skipped="; ".join(reasons) or "it holds no events")

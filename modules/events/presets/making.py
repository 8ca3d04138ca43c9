"""Makes the events of one record, by a preset and what the user has changed of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

import msgspec

from adloom.mapping import Moment
from modules.events.options import EventSource, Options
from modules.events.presets.naming import fold
from modules.events.presets.plans import Changes, Plan, closures, plan_for
from modules.events.presets.reading import Late, is_there
from modules.events.presets.shape import PROPERTIES, SECTIONS, TOP, Drop, Preset
from modules.events.presets.targets import KNOWN
from modules.events.problems import Problem, Severity

__all__ = ["EventMaker", "Translated"]

_SOURCES: Final[dict[str, EventSource]] = {name: name for name in get_args(EventSource)}
_SOURCE: Final = "event_source"
_PARTS: Final = tuple(enumerate(SECTIONS))[1:]
_NO_NAME: Final = Problem("event", "is missing: nothing in the record names the event")


class Translated(msgspec.Struct, frozen=True, gc=False):
    """What came of one record.

    Args:
        events: Plain events; personal values in them are as they came.
        skipped: Why there is none, where that is as wished.
        problems: What is wrong; never quotes a value.
    """

    events: list[dict[str, Any]] = []
    skipped: str | None = None
    problems: tuple[Problem, ...] = ()


_WITHOUT_MAPPING: Final = {
    "skip": Translated(skipped="its event has no mapping"),
    "error": Translated(
        problems=(Problem("event", "has no mapping, and events without one are refused"),)
    ),
}


class EventMaker:
    """Makes events of single records.

    Args:
        preset: The preset; without one a record is a plain event itself.
        changes: What the user has changed.
        options: What the user decided, and the preset where the user did not.
        source: The event source where nothing says otherwise.
        connection_source: The connection's event source; events of another one say so.
        unmapped: What becomes of events without a mapping: custom, skip or error.
    """

    def __init__(
        self,
        preset: Preset | None,
        changes: Changes,
        options: Options,
        *,
        source: EventSource,
        connection_source: EventSource,
        unmapped: str,
    ):
        self._preset = preset
        self._changes = changes
        self._options = options
        self._connection_source = connection_source
        self._without_mapping = _WITHOUT_MAPPING.get(unmapped)
        self._plans: dict[str, Plan] = {}
        self._usual = self._plan(source)
        self._name_of = self._closures("event", preset.name_of if preset else ("event",))
        self._inputs = {
            name: self._closures(name, where)
            for name, where in (preset.inputs if preset else {}).items()
        }
        self._discover = preset.discover if preset and options.autodiscover_source else None
        said = changes.fields.get(_SOURCE)
        self._source_of = () if said is None else closures(said, _SOURCE)

    def _closures(self, target: str, otherwise: Any) -> tuple[Late, ...]:
        """Where a value is that is read before all others; the user's word beats the preset's."""
        where = self._changes.fields.get(target, otherwise)
        return closures(where, target) if where is not None else ()

    def _plan(self, source: EventSource) -> Plan:
        plan = self._plans.get(source)
        if plan is None:
            plan = plan_for(self._preset, self._changes, source, self._options)
            self._plans[source] = plan
        return plan

    def make(self, record: dict[str, Any], moment: Moment | None) -> Translated:
        """The events of a record.

        Raises:
            UnfitError: An expression cannot be filled in with it.
        """
        problems: list[Problem] = []
        name = first(self._name_of, record, moment)
        plan, made = self._read(record, moment, problems)
        becomes = plan.names.get(name) if name.__class__ is str else None
        if becomes is None:
            if name is None:
                return Translated(problems=(_NO_NAME,))
            becomes = plan.names.get(fold(str(name)))
            if becomes is None:
                if self._without_mapping is not None:
                    return self._without_mapping
                becomes = name
        if becomes.__class__ is Drop:
            return Translated(skipped=f"{name}: {becomes.reason}")
        event = made[TOP]
        event["event"] = name
        self._fill(plan, record, made, moment, problems)
        if self._preset is None:
            event = self._over(record, made)
        if plan.source != self._connection_source:
            event[_SOURCE] = plan.source
        event["event"] = becomes
        events = [event]
        if becomes.__class__ is tuple:
            events = [{**event, "event": one} for one in becomes]
        return Translated(events, None, tuple(problems))

    def _fill(
        self,
        plan: Plan,
        record: dict[str, Any],
        made: list[dict[str, Any]],
        moment: Moment | None,
        problems: list[Problem],
    ) -> None:
        """Add what takes more than a path, the items, and the parts that hold anything."""
        if plan.reader.has_late:
            plan.reader.read_late(record, made, made, moment)
        if plan.items is not None:
            items = plan.items.read(record, moment, problems)
            if items:
                made[PROPERTIES]["contents"] = items
        event = made[TOP]
        for number, section in _PARTS:
            part = made[number]
            if part:
                event[section] = part

    def _read(
        self, record: dict[str, Any], moment: Moment | None, problems: list[Problem]
    ) -> tuple[Plan, list[dict[str, Any]]]:
        """Read a record by the plan for its source.

        That is what the event says itself, then what it looks like, then what the user says.
        """
        plan = self._usual
        if self._discover is not None:
            inputs = {name: first(gets, record, moment) for name, gets in self._inputs.items()}
            plan = self._plan(self._discover(record, inputs) or plan.source)
        made = plan.reader.read(record)
        said = made[TOP].pop(_SOURCE, None)
        if self._source_of:
            said = first(self._source_of, record, moment)
        if said is None or said == plan.source:
            return plan, made
        source = _SOURCES.get(said.strip().lower()) if isinstance(said, str) else None
        if source is None:
            reason = f"must be web, app, offline or crm; taken for {plan.source}"
            problems.append(Problem(_SOURCE, reason, Severity.WARNING))
            return plan, made
        plan = self._plan(source)
        made = plan.reader.read(record)
        made[TOP].pop(_SOURCE, None)
        return plan, made

    def _over(self, record: dict[str, Any], made: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The record, which is a plain event itself, with what the mapping makes of it."""
        if not self._changes:
            return dict(record)
        event = {name: record[name] for name in KNOWN[""] if name in record}
        event |= {name: value for name, value in made[TOP].items() if name not in SECTIONS}
        for number, section in _PARTS:
            own = record.get(section)
            whole = {**own, **made[number]} if isinstance(own, dict) else made[number]
            if whole:
                event[section] = whole
        for target in self._changes.left_out:
            section, _, name = target.rpartition(".")
            part = event.get(section, {}) if section else event
            part.pop(name, None)
        return event


def first(gets: tuple[Late, ...], record: Mapping[str, Any], moment: Moment | None) -> Any:
    """The first value that is there; None if none is."""
    for get in gets:
        value = get(record, (), moment)
        if value or is_there(value):
            return value
    return None

"""Composing: a plain event becomes a `data[]` item of the Events API 2.0 (§II.1).

Everything about the value of a field is decided elsewhere: names, times, identities, properties and
checks have a file each. Here they come together, source by source. What a source has no use for is
left out: the page of an app event, the app of a web event.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast, get_args

from modules.events.checks import (
    EventChecks,
    Reader,
    Unfit,
    is_empty,
    read_address,
    read_flag,
    read_text,
)
from modules.events.clicks import add_click_id
from modules.events.devices import settle, unknown_key
from modules.events.identity import Identities
from modules.events.ids import app_id_doubts, read_id
from modules.events.names import Named, Names
from modules.events.options import EventSource, Options
from modules.events.prepared import Composed
from modules.events.problems import Problem, Severity
from modules.events.properties import PropertyReader, read_fields
from modules.events.times import Ages, read_time

__all__ = ["PLAIN_KEYS", "SOURCES", "Composer", "as_errors"]

SOURCES: Final[tuple[EventSource, ...]] = get_args(EventSource)
_PLAIN_KEYS: Final = """
    ad app device event event_id event_source event_source_id event_time lead limited_data_use page
    properties test_event_code user
"""
#: What a plain event may have.
PLAIN_KEYS: Final = frozenset(_PLAIN_KEYS.split())
_PAGE: Final[dict[str, Reader]] = {"url": read_address, "referrer": read_address}
_APP: Final[dict[str, Reader]] = {
    "app_id": read_id,
    "app_name": read_text,
    "app_version": read_text,
}
_AD: Final[dict[str, Reader]] = {
    "ad_id": read_id,
    "attributed": read_flag,
    "attribution_provider": read_text,
    "attribution_type": read_text,
    "callback": read_text,
    "campaign_id": read_id,
    "creative_id": read_id,
    "is_retargeting": read_flag,
}
_LEAD: Final[dict[str, Reader]] = {"lead_id": read_id, "lead_event_source": read_text}
#: The parts of an event that only its source has (§II.1).
_PARTS: Final[dict[EventSource, dict[str, dict[str, Reader]]]] = {
    "web": {"page": _PAGE},
    "app": {"app": _APP, "ad": _AD},
    "offline": {},
    "crm": {"lead": _LEAD},
}
#: Whose events know limited data use (§II.1).
_LIMITED: Final = frozenset({"web", "app"})
_LONGEST_KEY_SHOWN: Final = 40
_CODE_ON_LIVE: Final = Problem(
    "test_event_code",
    "is set on a live event, which may not be counted; remove it after the test",
    Severity.WARNING,
)
_NOT_LIMITED: Final = Problem(
    "limited_data_use", "is known to web and app events only; left out", Severity.WARNING
)


def as_errors(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems, each of which keeps the event from going out: what strict means."""
    return [replace(one, severity=Severity.ERROR) for one in problems]


@dataclass(frozen=True, slots=True)
class _Side:
    """How the events of one source are composed.

    Args:
        source: The event source.
        names: Its event names.
        properties: Reads the properties.
        checks: What an event must carry.
        parts: The parts only this source has.
        limited: Whether it knows limited data use.
    """

    source: EventSource
    names: Names
    properties: PropertyReader
    checks: EventChecks
    parts: tuple[tuple[str, dict[str, Reader]], ...]
    limited: bool


class Composer:
    """Turns plain events into `data[]` items: normalised, hashed, checked.

    Args:
        options: What the user decided.
        source: The event source where an event names none: the connection's.
        source_id: Its id, for the checks; an event's own is taken from the event.
    """

    def __init__(self, options: Options, source: str = "web", source_id: str | None = None):
        self._options = options
        self._identities = Identities(options)
        self._ages = Ages(options)
        self._sides = {name: _side(options, name) for name in SOURCES}
        self._side = self._sides[cast("EventSource", source)]
        self._app_id = source_id if source == "app" else options.source_ids.get("app")
        self._on_live = options.environment != "test"

    def compose(self, plain: Mapping[str, Any], now: int) -> Composed:
        """Compose one event; whatever is wrong with it is told, nothing is raised.

        Args:
            plain: The plain event.
            now: The time, in seconds since 1970.
        """
        problems: list[Problem] = []
        if not PLAIN_KEYS.issuperset(plain):
            _refuse_unknown(plain, problems)
        side = self._side_of(plain, problems) if "event_source" in plain else self._side
        named = side.names.read(plain.get("event"))
        if named.skipped is not None:
            return Composed(None)
        item = self._item(plain, side, named, now, problems)
        source_id = code = None
        if "event_source_id" in plain:
            source_id = _read(read_id, plain, "event_source_id", problems)
        side.checks.check(item, problems, purchase=named.purchase, product=named.product)
        if side.source == "app":
            app_id = item.get("app", {}).get("app_id")
            problems.extend(app_id_doubts(source_id or self._app_id, app_id))
        if "test_event_code" in plain:
            code = self._test_code(plain, problems)
        if problems and self._options.strict:
            problems = as_errors(problems)
        return Composed(
            None if problems and _is_refused(problems) else item,
            tuple(problems),
            side.source if side is not self._side else None,
            source_id,
            code,
        )

    def skipped(self, plain: Mapping[str, Any]) -> str | None:
        """Why the user does not want an event, if so; `compose` then makes nothing of it."""
        side = self._side_of(plain, []) if "event_source" in plain else self._side
        return side.names.read(plain.get("event")).skipped

    def _side_of(self, plain: Mapping[str, Any], problems: list[Problem]) -> _Side:
        """The source an event names itself."""
        named = plain["event_source"]
        if is_empty(named):
            return self._side
        side = self._sides.get(named.strip().lower()) if isinstance(named, str) else None  # type: ignore[call-overload] # any text may be looked up
        if side is None:
            problems.append(Problem("event_source", f"must be one of {', '.join(SOURCES)}"))
        return side or self._side

    def _item(
        self,
        plain: Mapping[str, Any],
        side: _Side,
        named: Named,
        now: int,
        problems: list[Problem],
    ) -> dict[str, Any]:
        problems.extend(named.problems)
        item: dict[str, Any] = {"event": named.name, "event_time": now}
        self._set_time(item, plain.get("event_time"), problems)
        event_id = _read(read_id, plain, "event_id", problems)
        if event_id is not None:
            item["event_id"] = event_id
        user = self._user(plain, problems)
        if user:
            item["user"] = user
        properties = side.properties.read(plain.get("properties"), problems)
        if self._options.describe_events and named.name:
            properties.setdefault("description", plain["event"].strip())
        if properties:
            item["properties"] = properties
        for part, readers in side.parts:
            read = _part(plain.get(part), part, readers, problems)
            if read:
                item[part] = read
        if side.source == "web":
            add_click_id(item)
        self._set_limited(item, plain, side, problems)
        return item

    def _set_time(self, item: dict[str, Any], given: Any, problems: list[Problem]) -> None:
        if given is None or (not given and is_empty(given)):
            return
        event_time = read_time(given, problems)
        if event_time is not None:
            self._ages.check(event_time, item["event_time"], problems)
            item["event_time"] = event_time

    def _user(self, plain: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
        user = _object(plain.get("user"), "user", problems)
        device = plain.get("device")
        if device:
            device = _object(device, "device", problems)
            status = self._options.att_status
            user = settle(user, device, att_status=status, problems=problems)
        return self._identities.user(user, problems)

    def _set_limited(
        self, item: dict[str, Any], plain: Mapping[str, Any], side: _Side, problems: list[Problem]
    ) -> None:
        limited = _read(read_flag, plain, "limited_data_use", problems)
        if not side.limited:
            if limited:
                problems.append(_NOT_LIMITED)
            return
        if limited is None:
            limited = self._options.limited_data_use
        if limited is not None:
            item["limited_data_use"] = limited

    def _test_code(self, plain: Mapping[str, Any], problems: list[Problem]) -> str | None:
        code: str | None = _read(read_text, plain, "test_event_code", problems)
        if code is not None and self._on_live:
            problems.append(_CODE_ON_LIVE)
        return code


def _side(options: Options, source: EventSource) -> _Side:
    return _Side(
        source=source,
        names=Names(options, source),
        properties=PropertyReader(options, source),
        checks=EventChecks(options, source),
        parts=tuple(_PARTS[source].items()),
        limited=source in _LIMITED,
    )


def _is_refused(problems: list[Problem]) -> bool:
    return any(one.severity is Severity.ERROR for one in problems)


def _read(reader: Reader, plain: Mapping[str, Any], key: str, problems: list[Problem]) -> Any:
    """A single value of the event itself; None if it is missing, empty or unfit."""
    value = plain.get(key)
    if value is None or (not value and is_empty(value)):
        return None
    try:
        return reader(value)
    except Unfit as unfit:
        problems.append(unfit.at(key))
        return None


def _object(value: Any, name: str, problems: list[Problem]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if not is_empty(value):
        problems.append(Problem(name, "must be an object"))
    return {}


def _part(
    value: Any, name: str, readers: dict[str, Reader], problems: list[Problem]
) -> dict[str, Any]:
    if not value:
        return {}
    return read_fields(_object(value, name, problems), readers, problems, name, _leave_out)


def _leave_out(
    key: Any, _value: Any, _done: dict[str, Any], problems: list[Problem], place: str
) -> None:
    """Warn of a field nobody knows: it may be personal, and is not sent."""
    known = (*_PAGE, *_APP, *_AD, *_LEAD)
    problems.append(unknown_key(place, str(key), known))


def _refuse_unknown(plain: Mapping[str, Any], problems: list[Problem]) -> None:
    for key, value in plain.items():
        if key in PLAIN_KEYS or is_empty(value):
            continue
        name = str(key)
        if not name.isidentifier() or len(name) > _LONGEST_KEY_SHOWN:
            name = "…"
        near = difflib.get_close_matches(name.lower(), PLAIN_KEYS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        problems.append(Problem(name, f"is not known{hint}"))

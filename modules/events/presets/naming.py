"""From the names events come in with to TikTok's."""

from collections.abc import Mapping
from typing import Final

from modules.events.names import RENAMED, RETIRED, STANDARD_EVENTS
from modules.events.options import EventSource
from modules.events.presets.shape import Drop, Name, Names

__all__ = ["dropped", "fold", "names_for"]

_LEFT_OUT: Final = str.maketrans("", "", " _-")


def fold(name: str) -> str:
    """The name without what makes no difference: `Order Completed` and `order_completed`."""
    return name.translate(_LEFT_OUT).lower()


def names_for(
    source: EventSource, *tables: Mapping[str, Names], folded: bool = True
) -> dict[str, Name]:
    """One table for a source, by folded names and by names as they are written.

    Args:
        source: The event source.
        tables: What becomes of incoming events; later tables beat earlier ones. TikTok's own
            names stay what they are unless a table says otherwise.
        folded: Whether TikTok's own names may be written in any way.
    """
    own: dict[str, Name] = {name: name for name in _own(source)}
    made = {fold(name) if folded else name: becomes for name, becomes in own.items()}
    written = {name: fold(name) for name in own} if folded else {}
    for table in tables:
        for name, names in table.items():
            becomes = _here(names, source) if isinstance(names, Mapping) else names
            written[name] = fold(name)
            if becomes is not None:
                made[fold(name)] = becomes
            else:
                made.pop(fold(name), None)
    direct = {name: made[short] for name, short in written.items() if short in made}
    return made | direct


def _here(names: Mapping[EventSource, Name], source: EventSource) -> Name | None:
    """Offline and CRM events are called as on the web (open_platform_and_events.md §II.5)."""
    return names.get(source) or (names.get("web") if source in ("offline", "crm") else None)


def _own(source: EventSource) -> list[str]:
    return sorted(RETIRED | RENAMED[source].keys()) + sorted(STANDARD_EVENTS[source])


def dropped(reason: str, *names: str) -> dict[str, Names]:
    """Names of events that are not sent."""
    return {name: Drop(reason) for name in names}

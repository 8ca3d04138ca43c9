"""The events that arrived: counted and known again, not kept (open_platform_and_events.md §II.6).

Of an event with an id sixteen bytes stay, so that a million of them fit into memory.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from adloom.simulator.making.event_shapes import Event

__all__ = ["Received", "Tally"]

MERGED_WITHIN: Final = 300
DROPPED_WITHIN: Final = 48 * 3600
DAY: Final = 86_400
DIGEST: Final = 16
#: How many events with an id one generation holds; there are two of them at most, and what is
#: older than both is forgotten.
GENERATION: Final = 1_500_000
#: How many requests are kept as they were sent.
LATEST: Final = 20


@dataclass
class Tally:
    """What arrived for one source of events.

    Args:
        received: Events in requests that were not refused, without test events.
        distinct: Those that count.
        merged: Those that filled in an event of the last five minutes.
        dropped: Those that an event of the last 48 hours made superfluous.
        test: Events with a `test_event_code`; they count nowhere else.
        failed: Events that were set aside where partial success is on.
        days: How many distinct events of a name happened on a day of UTC.
    """

    received: int = 0
    distinct: int = 0
    merged: int = 0
    dropped: int = 0
    test: int = 0
    failed: int = 0
    days: Counter[tuple[str, int]] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The counts as JSON data, with the distinct events by name."""
        names: Counter[str] = Counter()
        for (name, _), count in self.days.items():
            names[name] += count
        return {
            "received": self.received,
            "distinct": self.distinct,
            "merged": self.merged,
            "dropped": self.dropped,
            "test": self.test,
            "failed": self.failed,
            "events": names,
        }


class Received:
    """Every source's events.

    Args:
        generation: See `GENERATION`.
    """

    def __init__(self, generation: int = GENERATION) -> None:
        self._generation = generation
        self._tallies: defaultdict[str, Tally] = defaultdict(Tally)
        #: When an event was first seen, by its digest.
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}
        self._born = 0
        #: Whether a bad event is set aside instead of refusing its request, and what counts as the
        #: first place in a batch (nobody knows, open_platform_and_events.md §V).
        self.partial = False
        self.first = 0
        #: The newest requests, as they were sent.
        self.latest: deque[bytes] = deque(maxlen=LATEST)

    def tally(self, source: str) -> Tally:
        """The counts of a source: its kind, a space, its id."""
        return self._tallies[source] if source in self._tallies else Tally()

    def note(self, source: str, *, test: int = 0, failed: int = 0) -> None:
        """Count events that count nowhere else."""
        tally = self._tallies[source]
        tally.test += test
        tally.failed += failed

    def take(self, source: str, events: Sequence[Event], now: float) -> int:
        """Count events, and tell how many of them were new.

        Args:
            source: Where they come from.
            events: What arrived.
            now: Simulated UNIX seconds; how long ago an event was first seen is told by arrivals.
        """
        tally, at = self._tallies[source], int(now)
        self._age(at)
        before = tally.distinct
        tally.received += len(events)
        tally.days.update(self._new(source, events, at, tally))
        return tally.distinct - before

    def _new(
        self, source: str, events: Iterable[Event], at: int, tally: Tally
    ) -> Iterable[tuple[str, int]]:
        young, old = self._young, self._old
        for event in events:
            if event.event_id is not None:
                named = f"{source}\0{event.event}\0{event.event_id}"
                key = blake2b(named.encode(), digest_size=DIGEST).digest()
                first = young.get(key)
                if first is None:
                    first = old.get(key)
                if first is not None and at - first <= DROPPED_WITHIN:
                    if at - first <= MERGED_WITHIN:
                        tally.merged += 1
                    else:
                        tally.dropped += 1
                    continue
                young[key] = at
            tally.distinct += 1
            yield event.event, event.event_time // DAY

    def _age(self, at: int) -> None:
        """Begin a new generation when the youngest is full, or older than anything that matters."""
        if len(self._young) >= self._generation or at - self._born > DROPPED_WITHIN:
            self._old, self._young, self._born = self._young, {}, at

    def forget(self) -> None:
        """Begin anew, with nothing received."""
        self._tallies.clear()
        self._young, self._old = {}, {}
        self.latest.clear()

    def as_json(self) -> Mapping[str, Any]:
        """The counts of every source that got anything, as JSON data."""
        return {source: tally.as_json() for source, tally in self._tallies.items()}

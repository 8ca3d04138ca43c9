"""What arrived, what was answered, and what really changed: for tests to count."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Change", "Effects"]

#: Older changes leave the log; the counters keep them.
LOGGED: Final = 100_000


@dataclass(frozen=True)
class Change:
    """One request that was to change something, as far as it was understood.

    Args:
        path: Where it arrived, below the root of the API.
        ids: What it was about.
        operation_status: What was asked for, if it was a switch.
        at: Simulated UNIX seconds.
        effective: Which of the ids really changed.
    """

    path: str
    ids: tuple[str, ...]
    operation_status: str | None
    at: float
    effective: tuple[str, ...]


@dataclass
class Effects:
    """Counters of everything that happened to the simulator from outside.

    Args:
        requests: By method and path.
        codes: Answers by the envelope's code, or by what came instead of an envelope.
        changed: Effective changes by the id of what was changed.
        changes: Effective change requests by path.
        requested: Change requests by id and path, effective or not.
        tokens: How many tokens were issued.
        log: The newest changes, in order.
    """

    requests: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    requested: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tokens: int = 0
    log: deque[Change] = field(default_factory=lambda: deque(maxlen=LOGGED))

    def arrived(self, method: str, path: str) -> None:
        """Count a request."""
        self.requests[f"{method} {path}"] += 1

    def answered(self, outcome: object) -> None:
        """Count an answer by its code, or by what it was instead."""
        self.codes[str(outcome)] += 1

    def record(
        self,
        path: str,
        ids: Sequence[str],
        effective: Iterable[str],
        *,
        at: float,
        operation_status: str | None = None,
        took_effect: bool = True,
    ) -> None:
        """Count a change request that was understood.

        Args:
            path: Where it arrived.
            ids: What it was about.
            effective: Which of the ids really changed.
            at: Simulated UNIX seconds.
            operation_status: What was asked for, if it was a switch.
            took_effect: Whether anything changed at all.
        """
        change = Change(path, tuple(ids), operation_status, at, tuple(effective))
        self.log.append(change)
        self.changes[path] += took_effect
        for identity in change.ids:
            self.requested[identity][path] += 1
        self.changed.update(change.effective)

    def effective(self, identity: str) -> int:
        """How often an object really changed."""
        return self.changed[identity]

    def reset(self) -> None:
        """Forget everything that was counted."""
        for counted in (self.requests, self.codes, self.changed, self.changes, self.requested):
            counted.clear()
        self.log.clear()
        self.tokens = 0

    def as_json(self) -> dict[str, Any]:
        """Everything counted, as JSON data."""
        return {
            "requests": self.requests,
            "codes": self.codes,
            "tokens": self.tokens,
            "changes": self.changes,
            "objects": {identity: self.changed[identity] for identity in self.requested},
            "requested": self.requested,
            "log": list(self.log),
        }

"""How a scenario is run, apart from when."""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Budget", "Overlap", "Settings"]


class Overlap(StrEnum):
    """What happens when a scenario is due while it still runs: left out, run after, run beside."""

    SKIP = "skip"
    WAIT = "wait"
    ALLOW = "allow"


@dataclass(frozen=True)
class Budget:
    """How much one execution may use before it is stopped.

    Args:
        operations: Calls of one step for one bundle.
        api_calls: Requests to platforms.
        time_seconds: From its start to its end.
    """

    operations: int = 100_000
    api_calls: int = 10_000
    time_seconds: int = 40 * 60


@dataclass(frozen=True)
class Settings:
    """How a scenario is run (platforms.md §1.5).

    Args:
        cycles: How many batches of the trigger one execution carries to the end, at most.
        sequential: Whether it stands still while it has an incomplete execution; such a
            scenario takes bundle after bundle and never runs beside itself.
        parallel: How many bundles go through the steps at a time.
        max_errors: After how many failed executions in a row it is disabled; 0 means never.
        confidential: Whether history keeps no contents of bundles.
        overlap: What happens when it is due while it runs.
        budget: What one execution may use.
        silence_seconds: After how long without a bundle its owner is told; None means never.
    """

    cycles: int = 1
    sequential: bool = False
    parallel: int = 1
    max_errors: int = 3
    confidential: bool = False
    overlap: Overlap = Overlap.SKIP
    budget: Budget = field(default_factory=Budget)
    silence_seconds: int | None = None

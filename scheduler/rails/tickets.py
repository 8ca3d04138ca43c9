"""What an operation asks the ledger for, and whose limits hold for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adloom.wire import Record
from scenarios.limits import Limits
from scheduler.rails.active import ActiveAds
from scheduler.rails.asking import Asked
from scheduler.rails.holds import Parked

__all__ = ["Bound", "Ticket"]


@dataclass(frozen=True)
class Bound:
    """A scenario whose limits hold for what is asked.

    Args:
        scenario: Its name.
        limits: What it may change at most.
    """

    scenario: str
    limits: Limits


@dataclass(frozen=True)
class Ticket:
    """What one operation asks for.

    Args:
        operation_id: Of the operation.
        execution_id: What it is part of.
        path: The step, for this bundle.
        step: The step's id.
        run: What its run is called, all cycles together.
        bounds: Whose limits hold.
        calls: What each call that is still to be sent changes, by the call's key.
        changes: The same for people, as data of `Change`.
        active: The ads being delivered, by account.
        figures: The bundles before it, by step.
    """

    operation_id: str
    execution_id: str
    path: str
    step: str
    run: str
    bounds: Sequence[Bound]
    calls: Mapping[str, Sequence[Asked]]
    changes: Sequence[Record] = ()
    active: Mapping[str, ActiveAds] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> list[Asked]:
        """Everything it asks for."""
        return [one for asked in self.calls.values() for one in asked]

    @property
    def parked(self) -> Parked:
        """The same, as it is parked."""
        return Parked(self.operation_id, self.execution_id, self.path, self.step, self.changes)

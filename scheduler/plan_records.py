"""What a plan of a whole scenario says, and how it is written down."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from adloom.json_text import dump
from adloom.wire import Record
from modules.calls import Call
from scheduler.inbox import Arrived
from scheduler.peeking import Glimpse
from scheduler.records import call_to_json

__all__ = [
    "PlannedBatch",
    "PlannedUse",
    "PlannedValue",
    "ScenarioPlan",
    "Stop",
    "as_data",
    "call_data",
    "plain_data",
]


@dataclass(frozen=True)
class PlannedBatch:
    """One execution of a plan.

    Args:
        execution: What it would be called.
        items: The bundles it would carry; None for a scenario that begins by itself.
    """

    execution: str
    items: tuple[Arrived, ...] | None = None


@dataclass(frozen=True)
class PlannedUse:
    """What one use of an action would send.

    Args:
        execution: The execution it would be part of.
        path: The step, for one bundle.
        step: The step's id.
        module: The module's name.
        connection: The connection's name.
        led_by: The bundle that led to it, in words.
        calls: What would be sent, as plain data.
        before: What was read before.
    """

    execution: str
    path: str
    step: str
    module: str
    connection: str
    led_by: str
    calls: tuple[Record, ...]
    before: tuple[Record, ...] = ()

    @property
    def changes(self) -> list[Record]:
        """Everything it would change: kind, id, name, field, old, new and unit."""
        return [change for call in self.calls for change in call["changes"]]


@dataclass(frozen=True)
class PlannedValue:
    """A value that would be written to a data store.

    Args:
        execution: The execution it would be part of.
        path: The step, for one bundle.
        operation: `put`, `add` or `delete`.
        store: Where.
        key: What.
        before: What is there; None if nothing is.
        after: What would be.
    """

    execution: str
    path: str
    operation: str
    store: str
    key: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class Stop:
    """Where a plan ends before the scenario does.

    Args:
        execution: In which execution.
        path: The step, for one bundle.
        step: The step's id.
        reason: Why.
        hint: What to do about it.
    """

    execution: str
    path: str
    step: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True)
class ScenarioPlan:
    """What a scenario would do.

    Args:
        id: Unique; begins with its date.
        scenario: The scenario's name.
        hash: Of its text.
        made_at: When it was made; the present for every mapping in it.
        batches: What it would carry.
        uses: What it would send, in order.
        values: What it would write to data stores.
        troubles: What would stop part-way.
        unforeseen: What nobody can know before.
        glimpses: How its watches would move.
        given: Whether its bundles were given by somebody.
        begun: Sources whose watch would begin now, and hand nothing on.
        names: What placeholders stand for.
        notes: What somebody should know.
        requests: How many requests it took.
        daily_budget: By how much the daily budgets of what is switched on change, by currency.
    """

    id: str
    scenario: str
    hash: str
    made_at: datetime
    batches: tuple[PlannedBatch, ...] = ()
    uses: tuple[PlannedUse, ...] = ()
    values: tuple[PlannedValue, ...] = ()
    troubles: tuple[Stop, ...] = ()
    unforeseen: tuple[Stop, ...] = ()
    glimpses: tuple[Glimpse, ...] = ()
    given: bool = False
    begun: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    requests: int = 0
    daily_budget: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def bundles(self) -> int:
        """How many bundles of the trigger it would carry."""
        return sum(len(one.items) for one in self.batches if one.items is not None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.uses or self.values or self.bundles)

    def changes(self) -> Iterator[tuple[PlannedUse, Record]]:
        """Every change, with the use that would make it."""
        for use in self.uses:
            for change in use.changes:
                yield use, change

    def of(self, execution: str) -> "ScenarioPlan":
        """The part of it that is about one execution."""
        return replace(
            self,
            batches=tuple(one for one in self.batches if one.execution == execution),
            uses=tuple(one for one in self.uses if one.execution == execution),
            values=tuple(one for one in self.values if one.execution == execution),
            troubles=tuple(one for one in self.troubles if one.execution == execution),
            unforeseen=tuple(one for one in self.unforeseen if one.execution == execution),
        )


def call_data(calls: Sequence[Call]) -> tuple[Record, ...]:
    """Calls as plain data: the same whether they were just worked out or read back."""
    return tuple(as_data(call_to_json(call)) for call in calls)


def as_data(text: str | bytes) -> Any:
    """What we have written ourselves, read back without losing a digit."""
    return json.loads(text, parse_float=Decimal)


def plain_data(value: Any) -> Any:
    """A value as it is when it has been written down and read back."""
    return as_data(dump(value))

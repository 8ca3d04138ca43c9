"""What is about to happen, and what came of it."""

from dataclasses import dataclass, field
from typing import Any

from adloom.errors import AdloomError
from adloom.wire import Record
from modules.base import Change, ConnectionFacts, Module
from scheduler.records import Execution, Operation
from scheduler.sending import ChangingApi

__all__ = ["Opened", "Plan", "Result"]


@dataclass(frozen=True)
class Opened:
    """A connection in use, and what modules may know about it."""

    api: ChangingApi
    facts: ConnectionFacts


@dataclass(frozen=True)
class Plan:
    """What an action would do: shown, approved, then applied exactly so.

    Args:
        module: The action.
        params: What it was given.
        opened: The connection it works with.
        execution: As it will be written down.
    """

    module: Module
    params: Any
    opened: Opened
    execution: Execution

    @property
    def operation(self) -> Operation:
        """Its one operation."""
        return self.execution.operations[0]

    @property
    def changes(self) -> list[Change]:
        """Every change it would make: the diff."""
        return [change for one in self.operation.calls for change in one.call.changes]


@dataclass(frozen=True)
class Result:
    """What came of an execution.

    Args:
        execution: As it ended.
        records: The action's bundles.
        error: What stopped it, if something did.
    """

    execution: Execution
    records: list[Record] = field(default_factory=list)
    error: AdloomError | None = None

"""A scenario as the engine walks it: frozen, compiled once, every part knowing its place.

Nothing here reads a file or decides anything; `scenarios.loader` builds these objects and
`scenarios.check` judges them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.limits import Limits
from scenarios.places import FieldPath, Place
from scenarios.schedules import Misfire, Schedule, ScheduleKind, Window
from scenarios.settings import Budget, Overlap, Settings
from scenarios.step import Epoch, EpochKind, ErrorHandler, HandlerKind, Step
from scenarios.steps import (
    AggregatorKind,
    AggregatorStep,
    GetStep,
    IteratorStep,
    ModuleStep,
    NumberFunction,
    ReturnStep,
    Route,
    RouterStep,
    ScenarioStep,
    SetStep,
    SleepStep,
    StoreOperation,
    StoreStep,
    VariableScope,
    all_steps,
)

__all__ = [
    "AggregatorKind",
    "AggregatorStep",
    "Budget",
    "Epoch",
    "EpochKind",
    "ErrorHandler",
    "FieldPath",
    "GetStep",
    "HandlerKind",
    "IteratorStep",
    "Limits",
    "Misfire",
    "ModuleStep",
    "NumberFunction",
    "Overlap",
    "Place",
    "ReturnStep",
    "Route",
    "RouterStep",
    "Scenario",
    "ScenarioStep",
    "Schedule",
    "ScheduleKind",
    "SetStep",
    "Settings",
    "SleepStep",
    "Step",
    "StoreOperation",
    "StoreStep",
    "VariableScope",
    "Window",
    "all_steps",
]


@dataclass(frozen=True)
class Scenario:
    """A scenario file, understood.

    Args:
        name: What commands, schedules and other scenarios call it.
        description: What it is for, in a sentence or two.
        schedule: When it runs; None means only when somebody says so.
        settings: How it is run.
        steps: What it does; the first one may be a trigger.
        text: The file as it was read.
        hash: SHA-256 of the text, in hexadecimal.
        limits: What it may change at most.
        path: The file, if there is one.
        places: Where each value stands in the file, by its path in the document.
    """

    name: str
    description: str
    schedule: Schedule | None
    settings: Settings
    steps: tuple[Step, ...]
    text: str
    hash: str
    limits: Limits = field(default_factory=Limits)
    path: Path | None = None
    places: Mapping[FieldPath, Place] = field(default_factory=dict, repr=False)

    def all_steps(self) -> Iterator[Step]:
        """Every step in reading order, those of routes included."""
        return all_steps(self.steps)

    def place_of(self, path: FieldPath) -> Place:
        """Where a value stands in the file, or the nearest thing around it that is there."""
        for length in range(len(path), 0, -1):
            if (place := self.places.get(path[:length])) is not None:
                return place
        return Place()

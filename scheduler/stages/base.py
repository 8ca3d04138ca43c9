"""What a stage is: the one thing in which running, planning, replaying and testing differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from adloom.wire import Record
from modules.base import Module
from scenarios.model import ModuleStep, StoreStep

if TYPE_CHECKING:
    from scheduler.walking import Scope, Walk

__all__ = ["Stage", "Use"]


@dataclass(frozen=True)
class Use:
    """One use of a module: by a step, for one bundle.

    Args:
        step: The step.
        module: Its module.
        values: What it was given, as the mappings made it.
        params: The same, checked.
        here: The step's path for this bundle.
        scope: The bundles of the steps before, by step id.
    """

    step: ModuleStep
    module: Module
    values: Mapping[str, Any]
    params: Any
    here: str
    scope: Mapping[str, Any] = field(default_factory=dict)

    @property
    def connection(self) -> str:
        """The name of the connection it works with."""
        return self.step.connection or self.module.provider

    @property
    def changes(self) -> bool:
        """Whether this use of it changes anything."""
        return self.module.action is not None and self.module.action.changes(self.params)


class Stage(Protocol):
    """How the steps of an execution reach the world.

    There is one engine: what walks through a scenario never asks which stage it is on.
    """

    #: Whether what happens on it happens for real.
    is_live: ClassVar[bool]

    async def use(self, walk: "Walk", use: Use) -> list[Record]:
        """Do what a module does for one bundle.

        Raises:
            AdloomError: It failed.
        """
        ...

    async def store(self, walk: "Walk", step: StoreStep, scope: "Scope", here: str) -> list[Record]:
        """Do what a step does with a data store."""
        ...

    async def pause(self, walk: "Walk", seconds: float) -> None:
        """Let time pass."""
        ...

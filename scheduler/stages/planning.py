"""The stage on which nothing happens: changes are worked out and taken as done.

Reads are real, but seen through what the plan has changed so far. There is nothing on this stage
that could send or write anything: no connection that changes, no outbox, no journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from adloom.wire import Record
from modules.base import Action, Change, Done
from modules.calls import Call
from scenarios.model import StoreStep
from scheduler.operations import work_out
from scheduler.plan import Opened
from scheduler.rails.rails import Rails
from scheduler.records import Operation, RecordedCall
from scheduler.stages.base import Use
from scheduler.stages.foreseen import Foreseen
from scheduler.stages.kinds import (
    answer_to,
    kind_of_bundles,
    kind_of_change,
    unknown_in_result,
    what_it_makes,
)
from scheduler.stages.live import read_all
from scheduler.stages.overlaid_api import OverlaidApi, Reads, Spent
from scheduler.stages.overlay import Overlay
from scheduler.stages.planned_data import PlannedData
from scheduler.store_steps import WRITES, asked_of, read_store
from scheduler.walking import Scope, Walk

__all__ = ["PlannedOperation", "PlanningStage"]


@dataclass(frozen=True)
class PlannedOperation:
    """What one use of an action would send.

    Args:
        execution: The execution it would be part of.
        step: The id of the step.
        operation: Its calls, and what was read before.
    """

    execution: str
    step: str
    operation: Operation

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything it would change."""
        return tuple(one for recorded in self.operation.calls for one in recorded.call.changes)


@dataclass
class PlanningStage:
    """Works changes out, and sends none of them.

    Args:
        data: Data stores as the plan leaves them.
        rails: Limits, counted as if the plan were carried out; None holds nothing.
        overlay: What it has changed so far.
        spent: Counts requests.
        operations: What would be sent, in order.
    """

    is_live: ClassVar[bool] = False

    data: PlannedData
    rails: Rails | None = None
    overlay: Overlay = field(default_factory=Overlay)
    spent: Spent = field(default_factory=Spent)
    operations: list[PlannedOperation] = field(default_factory=list)

    def look_through(self, opened: Opened) -> Opened:
        """A connection as this stage may use it: it reads, and sees what is planned."""
        where = self.overlay.where(opened.facts)
        reading = OverlaidApi(Reads.of(opened.api), self.overlay, where, self.spent)
        return replace(opened, api=reading)

    async def use(self, walk: Walk, use: Use) -> list[Record]:
        """Read what a module finds, or work out what it would change.

        Raises:
            UnforeseenError: Nobody knows what would come of it.
            AdloomError: It would fail.
        """
        reader = walk.equipment.reader
        opened = await walk.open(use.connection, lambda: reader.open(use.module, use.connection))
        if use.module.action is None or not use.changes:
            found = await read_all(walk, use, opened)
            return self._with_blanks(use, opened, found)
        return await self._change(walk, use, use.module.action, opened)

    async def store(self, walk: Walk, step: StoreStep, scope: Scope, here: str) -> list[Record]:
        """Read a data store, or keep in mind what would be written."""
        key, value = asked_of(walk, step, scope, here)
        if step.operation in WRITES:
            return [await self.data.plan(walk.execution.id, here, step, key, value)]
        return await read_store(self.data, step, key)

    async def pause(self, walk: Walk, seconds: float) -> None:
        """Take the time as passed."""

    # --- inside ---------------------------------------------------------------------------------

    def _with_blanks(self, use: Use, opened: Opened, found: list[Record]) -> list[Record]:
        """What was read, with blanks where only the platform would know."""
        kind = kind_of_bundles(use.module)
        where = self.overlay.where(opened.facts)
        if kind is None or not self.overlay.touches(where, kind):
            return found
        return [self.overlay.foreseen(where, kind, bundle) for bundle in found]

    async def _change(
        self, walk: Walk, use: Use, action: Action[Any, Any], opened: Opened
    ) -> list[Record]:
        """Work out what would be sent, and take it as done."""
        operation = await work_out(walk, use, action, opened)
        calls = tuple(one.call for one in operation.calls)
        if self.rails is not None:
            await self.rails.ask(walk, use, operation, self._as_it_is(opened))
        if not calls:
            return action.result(use.params, operation.before, [])
        walk.spend_call()
        done = [self._done(use, call) for call in calls]
        following = self._following(use, action, operation, done)
        whole = replace(operation, calls=(*operation.calls, *following))
        self.operations.append(PlannedOperation(walk.execution.id, use.step.id, whole))
        self._take(opened, done)
        found = action.result(use.params, operation.before, done)
        return self._told(use, opened, done, found)

    def _as_it_is(self, opened: Opened) -> Opened:
        """The connection without what is planned: a share is of what there is at the start."""
        assert isinstance(opened.api, OverlaidApi)  # noqa: S101 - as `look_through` made it
        return replace(opened, api=replace(opened.api, overlay=Overlay()))

    def _done(self, use: Use, call: Call) -> Done:
        """A call taken as done; what it makes has a placeholder for an id."""
        made = what_it_makes(use.module, call)
        new = self.overlay.placeholders.new(made) if made else None
        return answer_to(use.module, call, new)

    @staticmethod
    def _following(
        use: Use, action: Action[Any, Any], operation: Operation, done: Sequence[Done]
    ) -> list[RecordedCall]:
        """What would be sent next, as far as that needs no real answer."""
        known = {one.call.key for one in operation.calls}
        more = [
            call
            for call in action.follow_up(use.params, operation.before, done)
            if call.key not in known
        ]
        return [RecordedCall(seq, call) for seq, call in enumerate(more, len(operation.calls))]

    def _take(self, opened: Opened, done: Sequence[Done]) -> None:
        where = self.overlay.where(opened.facts)
        for one in done:
            self.overlay.change(where, one.call.changes)

    def _told(
        self, use: Use, opened: Opened, done: Sequence[Done], found: list[Record]
    ) -> list[Record]:
        """The result, with blanks where only an answer would tell."""
        unknown = unknown_in_result(use.module, tuple(one.call for one in done))
        title = f"what “{use.step.id}” would do"
        if not found:
            return [Foreseen({}, title)]
        kind = kind_of_change(done[0].call.changes[0]) if done[0].call.changes else None
        if unknown is None and kind is not None:
            for row in found:
                self.overlay.create(self.overlay.where(opened.facts), kind, dict(row))
        if unknown == frozenset():
            return found
        return [Foreseen(bundle, title, unknown) for bundle in found]

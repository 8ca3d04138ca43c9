"""Carrying what a trigger handed on: one by one, a few at a time, or all together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scenarios.model import Step
from scheduler.history import StepRun, StepState
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.starts import begin
from scheduler.together import together
from scheduler.walker import Walker, aggregator_of
from scheduler.walking import HaltError, Scope, Walk

__all__ = ["Carrier"]


@dataclass
class Carrier:
    """Carries the bundles of one execution to their end.

    Args:
        inbox: Where they wait.
        walk: The execution.
        resumed: Whether another process had begun it.
    """

    inbox: Inbox
    walk: Walk
    resumed: bool

    @cached_property
    def _walker(self) -> Walker:
        return Walker(self.walk)

    @property
    def _trigger(self) -> Step:
        return self.walk.scenario.steps[0]

    @property
    def _rest(self) -> Sequence[Step]:
        return self.walk.scenario.steps[1:]

    async def carry(self, items: Sequence[Arrived] | None) -> None:
        """Carry bundles; None is a scenario that begins by itself.

        Raises:
            HaltError: Nothing more is carried on.
        """
        if items is None:
            await self._walker.flow(self.walk.scenario.steps, {}, "")
            return
        place = aggregator_of(self._trigger, self._rest)
        if place is not None:
            await self._gather(items, place)
            return
        settings = self.walk.scenario.settings
        if settings.parallel == 1 or settings.sequential:
            for item in items:
                await self._one(item)
            return
        room = asyncio.Semaphore(settings.parallel)
        locks: dict[str, asyncio.Lock] = {}

        async def carry(item: Arrived) -> None:
            # Versions of one object go one after the other, in their order.
            async with locks.setdefault(item.key.partition("@")[0], asyncio.Lock()), room:
                await self._one(item)

        await together([carry(item) for item in items])

    async def _one(self, item: Arrived) -> None:
        """Carry one bundle to its end; one that keeps killing its process is set aside."""
        if not await self._begin(item):
            return
        scope = {self._trigger.id: item.bundle}
        try:
            if await self._walker.passes(self._trigger, scope, item.id):
                await self._walker.flow(self._rest, scope, item.id)
        except HaltError as halt:
            if halt.is_wanted:
                self._end([item])
            raise
        self._end([item])
        if self.resumed:  # nobody shall begin it once more because of another
            self.walk.history.send()

    async def _gather(self, items: Sequence[Arrived], place: int) -> None:
        """Carry all bundles as far as their aggregator: they come to their end together."""
        begun = [item for item in items if await self._begin(item)]
        if not begun:
            return
        outputs: list[tuple[Scope, str]] = []
        try:
            for item in begun:
                scope = {self._trigger.id: item.bundle}
                if await self._walker.passes(self._trigger, scope, item.id):
                    outputs.append((scope, item.id))
            whole = not self.walk.troubles and await self._walker.gather(
                outputs, self._rest, place, ""
            )
        except HaltError as halt:
            if halt.is_wanted:
                self._end(begun)
            raise
        self._end(begun, stuck=not whole)

    async def _begin(self, item: Arrived) -> bool:
        """Begin a bundle; history keeps it as what its trigger handed on.

        Where the trigger has a condition, the note that it was fulfilled keeps it.
        """
        begun = await begin(self.inbox, self.walk, item, resumed=self.resumed)
        if begun and self._trigger.when is None:
            now = self.walk.equipment.clock.now()
            run = StepRun(item.id, self._trigger.id, StepState.DONE, now, output=[item.bundle])
            self.walk.history.add(run)
        return begun

    def _end(self, items: Sequence[Arrived], *, stuck: bool = False) -> None:
        """Note how bundles ended, together with the last of their steps."""
        for item in items:
            kept = stuck or any(one.is_within({item.id}) for one in self.walk.troubles)
            self.walk.over.add(item.id)
            state = ItemState.INCOMPLETE if kept else ItemState.DONE
            self.walk.history.add_work(self.inbox.ending(item, state))

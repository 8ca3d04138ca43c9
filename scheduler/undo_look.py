"""Looks which calls of an execution can be taken back, and what stands in the way of the others.

Everything is compared with how it is now: a value goes back only if it still is what the execution
made it. Values that an earlier step of the same undo will have put back count as they will be then.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adloom.errors import RejectedError
from modules.base import Change, Context
from scheduler.undo_items import Item, Outlook, Taking, Verdict, why_not
from scheduler.undo_parts import (
    Back,
    Happened,
    Key,
    alike,
    backs_of,
    folded,
    key_of,
    narrowed,
)

__all__ = ["Look", "ours_of"]

DELETION: Final = "it would have to be deleted, which nothing brings back: add --allow-delete"
BEFORE: Final = "an earlier undo took it back"


@dataclass
class Look:
    """One look at what an execution did.

    Args:
        context: Gives what a module reads with, by the call that happened.
        outlook: How things will be while the undo goes on.
        allow_delete: Whether what was made may be deleted.
    """

    context: Callable[[Happened], Awaitable[Context]]
    outlook: Outlook
    allow_delete: bool = False
    items: list[Item] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    _deleted: set[str] = field(default_factory=set)

    async def all(self, found: Sequence[Happened]) -> None:
        """Look at every call; what is told and sent is in the order of the undo, the last first."""
        backs = self._ways(found)
        for back in reversed([one for one in backs if one.deletes]):
            await self._deletion(back)
        for back in reversed([one for one in folded(backs) if not one.deletes]):
            await self._change(back)
        self.items.sort(key=lambda one: -one.call)
        self.takings.sort(key=lambda one: -one.back.of.number)

    def _ways(self, found: Sequence[Happened]) -> list[Back]:
        backs = []
        for one in found:
            try:
                backs += backs_of(one)
            except RejectedError as error:
                for change in one.recorded.call.changes or (_nameless(one),):
                    mirrored = replace(change, old=change.new, new=change.old)
                    self._tell(one, Verdict.NO_WAY, mirrored, str(error))
        return backs

    # --- what was made --------------------------------------------------------------------------

    async def _deletion(self, back: Back) -> None:
        """Delete what was made, if it is as the execution left it, with nothing of others in it."""
        [change] = back.call.changes
        if key_of(change) in self.outlook.over:
            self._tell(back.of, Verdict.ALREADY, change, BEFORE)
            return
        if not self.allow_delete:
            self._tell(back.of, Verdict.NOT_ALLOWED, change, DELETION)
            return
        accepted = []
        for found in await self._found(back):
            if key_of(found) == key_of(change) and found.new == change.new:
                self._tell(back.of, Verdict.ALREADY, change, None)
                self._deleted.add(change.id)
                return
            if found.id == change.id and self.outlook.is_ours(found):
                accepted.append(found)
            elif not alike(self.outlook.present(found), found.old):
                self._tell(back.of, Verdict.CONFLICT, change, why_not(found, change, self.outlook))
                return
        self._deleted.add(change.id)
        self._take(back, accepted)

    # --- what was changed -----------------------------------------------------------------------

    async def _change(self, back: Back) -> None:
        """Put values back that are as the execution left them; the others are told."""
        for change in back.dropped:
            self._tell(back.of, Verdict.ALREADY, change, "changed, and changed back")
        changes = [one for one in back.call.changes if one.id not in self._deleted]
        if not changes:
            return
        found = {key_of(one): one for one in await self._found(back)}
        verdicts = {key_of(one): self._judged(one, found.get(key_of(one))) for one in changes}
        mine = {key_of(one) for one in back.call.changes}
        besides = [one for key, one in found.items() if key not in mine and not self._expected(one)]
        if besides:
            reason = why_not(besides[0], changes[0], self.outlook)
            verdicts = {
                key: (Verdict.CONFLICT, reason) if verdict is Verdict.UNDO else (verdict, why)
                for key, (verdict, why) in verdicts.items()
            }
        self._settle(back, changes, verdicts)

    def _judged(self, change: Change, found: Change | None) -> tuple[Verdict, str | None]:
        """What becomes of one value."""
        key = key_of(change)
        if key in self.outlook.over:
            return Verdict.ALREADY, BEFORE
        seen = found or replace(change, new=change.old)
        present = self.outlook.present(seen)
        if alike(present, change.old):
            return Verdict.UNDO, None
        if alike(present, change.new):
            return Verdict.ALREADY, None
        return Verdict.CONFLICT, why_not(replace(seen, new=present), change, self.outlook)

    def _expected(self, found: Change) -> bool:
        return alike(self.outlook.present(found), found.old)

    def _settle(
        self,
        back: Back,
        changes: Sequence[Change],
        verdicts: Mapping[Key, tuple[Verdict, str | None]],
    ) -> None:
        """Take back what can be; where only all of a call can be, all of it or nothing."""
        going = [one for one in changes if verdicts[key_of(one)][0] is Verdict.UNDO]
        part = narrowed(back, going) if going else None
        blocked = any(verdict is Verdict.CONFLICT for verdict, _ in verdicts.values())
        if going and part is None and not blocked and len(changes) == len(back.call.changes):
            self._take(back, ())  # setting once more what is so already does no harm
            return
        for change in changes:
            verdict, reason = verdicts[key_of(change)]
            if verdict is Verdict.UNDO and part is None:
                verdict, reason = Verdict.CONFLICT, "it goes back only together with the others"
            if verdict is not Verdict.UNDO:
                self._tell(back.of, verdict, change, reason)
        if part is not None:
            self._take(part, ())

    # --- both -----------------------------------------------------------------------------------

    def _take(self, back: Back, accepted: Sequence[Change]) -> None:
        self.takings.append(Taking(back, tuple(accepted)))
        for change in back.call.changes:
            self.outlook.will[key_of(change)] = change.new
            self._tell(back.of, Verdict.UNDO, change, None)

    async def _found(self, back: Back) -> list[Change]:
        context = await self.context(back.of)
        return await back.of.action.changed_since(back.call, context)

    def _tell(self, of: Happened, verdict: Verdict, change: Change, reason: str | None) -> None:
        operation = of.operation
        item = Item(of.number, verdict, operation.module, operation.connection, change, reason)
        self.items.append(item)


def ours_of(found: Sequence[Happened]) -> dict[Key, Any]:
    """What an execution set last, by object and field; what it made counts as it was made."""
    ours: dict[Key, Any] = {}
    for one in found:
        made = one.action.made_by(one.done())
        for change in one.recorded.call.changes:
            if change.id:
                ours[key_of(change)] = change.new
            elif made and isinstance(change.new, dict):
                ours |= {(made, name): value for name, value in change.new.items()}
    return ours


def _nameless(one: Happened) -> Change:
    """What is told of a call that names no change."""
    request = one.recorded.call.request
    return Change("call", request.path, "", request.method, None, None)

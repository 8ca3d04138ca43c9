"""The rails of a workspace: asked before the calls of an operation are sent."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import AdloomError
from adloom.secret import redact
from adloom.wire import Record
from modules.base import Api
from scenarios.directions import Direction
from scheduler.plan import Opened
from scheduler.rails.active import ActiveAds, count_active
from scheduler.rails.asking import STATUS, Asked, asked_of
from scheduler.rails.ledger import Ledger
from scheduler.rails.tickets import Bound, Ticket
from scheduler.records import CallState, Execution, Operation, RecordedCall
from scheduler.stages.base import Use
from scheduler.walking import Walk

__all__ = ["Rails", "run_of"]

#: So many counts of active ads are kept at hand; the ledger has them all.
MOST_COUNTED: Final = 8
#: Calls that are still to be sent.
TO_BE_SENT: Final = frozenset({CallState.PLANNED, CallState.FAILED})


@dataclass(frozen=True)
class Rails:
    """Holds what a scenario is about to change against its limits.

    The limits are the present ones of the scenario, also where an execution goes on in an earlier
    version of it: who tightens them means everything that has not been sent yet.

    Args:
        ledger: Where changes are counted.
    """

    ledger: Ledger
    _counting: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict, compare=False)
    _counted: dict[tuple[str, str], ActiveAds] = field(default_factory=dict, compare=False)

    async def ask(self, walk: Walk, use: Use, operation: Operation, opened: Opened) -> None:
        """Reserve what an operation is going to change.

        Asking again, after a crash or before another attempt, counts nothing twice.

        Raises:
            LimitExceededError: A limit says no; nothing of the operation is sent.
            AdloomError: What a limit looks at cannot be read.
        """
        calls = _asked(operation, opened.facts.provider)
        if not any(calls.values()):
            return
        bounds, run = await _bounds(walk), run_of(walk.execution)
        asked = [one for several in calls.values() for one in several]
        ticket = Ticket(
            operation.id,
            walk.execution.id,
            use.here,
            use.step.id,
            run,
            bounds,
            calls,
            changes=_shown(operation.calls),
            active=await self._active(bounds, run, asked, opened.api),
            figures=use.scope,
        )
        await self.ledger.reserve(ticket)

    async def _active(
        self, bounds: Sequence[Bound], run: str, asked: Sequence[Asked], api: Api
    ) -> dict[str, ActiveAds]:
        """The ads being delivered of each account in which something is to be switched off."""
        if all(one.limits.share_of_active_ads is None for one in bounds):
            return {}
        accounts = {
            one.account
            for one in asked
            if one.account and one.field == STATUS and one.direction is Direction.LOWERS
        }
        return {account: await self._count(run, account, api) for account in sorted(accounts)}

    async def _count(self, run: str, account: str, api: Api) -> ActiveAds:
        """Count once for an account and a run; all bundles share it."""
        place = (run, account)
        if place in self._counted:
            return self._counted[place]
        async with self._counting.setdefault(place, asyncio.Lock()):
            found = await self.ledger.active(run, account)
            if found is None:
                found = await count_active(api, account)
                found = await self.ledger.keep_active(run, account, found)
        self._counting.pop(place, None)
        while len(self._counted) >= MOST_COUNTED:
            self._counted.pop(next(iter(self._counted)))
        self._counted[place] = found
        return found


def run_of(execution: Execution) -> str:
    """What a run is called: an occurrence may be several executions, one for each cycle."""
    return f"{execution.scenario} {execution.slot}" if execution.slot else execution.id


async def _bounds(walk: Walk) -> list[Bound]:
    """Whose limits hold: those of the scenario that was started, and of the one a step stands in.

    Where one of them is not kept any more, what is known of it holds.
    """
    here = Bound(walk.scenario.name, walk.scenario.limits)
    name = walk.execution.scenario
    if name is None:
        return [here]
    try:
        scenario = await walk.equipment.library(name)
    except (AdloomError, KeyError):
        return [here]
    started = Bound(name, scenario.limits)
    return [started] if name == here.scenario else [started, here]


def _asked(operation: Operation, provider: str) -> Mapping[str, Sequence[Asked]]:
    """What the calls change that are still to be sent."""
    return {
        one.call.key: asked_of(one.call, provider)
        for one in operation.calls
        if one.state in TO_BE_SENT
    }


def _shown(calls: Sequence[RecordedCall]) -> list[Record]:
    """What is going to be changed, without secrets, for people."""
    changes = [change for one in calls if one.state in TO_BE_SENT for change in one.call.changes]
    shown: Any = redact([vars(change) for change in changes])
    return list(shown)

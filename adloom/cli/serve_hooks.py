"""Webhooks of a runner: what comes in is kept, and carried on at once where that is wanted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session
from adloom.errors import AdloomError
from adloom.fields import validate
from adloom.intake import Hook, hook_for
from adloom.mapping import Moment
from adloom.services.serve_log import ServeLog
from adloom.wire import Record
from connections.hooks import hook_connection
from connections.signatures import proof_for
from modules import find_module
from scenarios.model import ModuleStep, Scenario, ScheduleKind
from scheduler.conducting import Conducting
from scheduler.scenario_rows import RunEnd, RunStatus
from scheduler.workshop import Workshop

__all__ = ["Hooks"]


@dataclass
class Hooks:
    """The addresses of enabled scenarios that begin with a webhook.

    Args:
        session: With the connections that hold their secrets.
        workshop: What scenarios are run with.
        lines: Told what happened.
        notices: Told what somebody has to know.
    """

    session: Session
    workshop: Workshop
    lines: ServeLog
    notices: Notices
    open: dict[str, Hook] = field(default_factory=dict)
    #: Set once there is one.
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _known: dict[str, str] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _at_once: set[str] = field(default_factory=set)
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Open the addresses of what was enabled, close those of what was disabled."""
        enabled = await self.workshop.enabled()
        wanted = {stored.name: one for stored, one in enabled if _step(one) is not None}
        for name in self.open.keys() - wanted.keys():
            del self.open[name], self._known[name]
            self._at_once.discard(name)
            self.lines.say("Its address takes nothing any more.", name)
        for name, scenario in wanted.items():
            if self._known.get(name) != scenario.hash:
                await self._try(name, scenario)
            self.carry(name)

    async def _try(self, name: str, scenario: Scenario) -> None:
        try:
            await self._open(name, scenario)
        except AdloomError as error:
            if self._refused.get(name) != str(error):
                self.lines.alert(f"Its address takes nothing: {error}", name)
            self._refused[name] = str(error)

    async def _open(self, name: str, scenario: Scenario) -> None:
        step = _step(scenario)
        module = find_module(step.module) if step else None
        if step is None or module is None or module.instant is None:
            return
        now = self.workshop.clock.now
        params = validate(module.params, step.params.evaluate({}, Moment(now())))
        connection = await hook_connection(self.session.wiring.store, name, step.connection)

        async def keep(bundles: Sequence[tuple[str, Record]]) -> None:
            for key, bundle in bundles:
                await self.workshop.inbox.put(name, step.id, key, bundle)
            self.carry(name)

        # TikTok wants to hear 200 and nothing else (business_api.md §6).
        status = 200 if str(connection.settings["signature"]).startswith("tiktok") else 202
        proves = proof_for(connection, now)
        self.open[name] = hook_for(module.instant, params, proves=proves, keep=keep, status=status)
        self._known[name] = scenario.hash
        self.wanted.set()
        kind = scenario.schedule.kind if scenario.schedule else ScheduleKind.IMMEDIATELY
        (self._at_once.add if kind is ScheduleKind.IMMEDIATELY else self._at_once.discard)(name)
        self.lines.say("Its address takes requests.", name)

    def carry(self, name: str) -> None:
        """Carry on what waits, unless that is being done or has a schedule of its own."""
        if name in self._at_once and name not in self._running:
            task = asyncio.create_task(self._carry(name))
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name, None))

    async def settle(self, patience: float) -> None:
        """Wait until what is carried on has ended; what takes longer is gone on with later."""
        if self._running:
            _, left = await asyncio.wait(self._running.values(), timeout=patience)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _carry(self, name: str) -> None:
        try:
            while not self.workshop.stopped() and await self.workshop.inbox.waiting(name):
                await self._run(name)
        except AdloomError as error:
            self.lines.alert(str(error), name)

    async def _run(self, name: str) -> None:
        dues = self.workshop.dues
        due = await dues.claim_now(name, self.workshop.node.id)
        end = RunEnd(RunStatus.STOPPED, "It was interrupted.")
        try:
            end = await Conducting(self.workshop).conduct(due)
        except AdloomError as error:
            end = RunEnd(RunStatus.FAILED, str(error))
        finally:
            reason = await dues.ended(due, end)
        self.lines.say(f"{end.status}{f': {end.error}' if end.error else ''}", name)
        if reason:
            self.notices.tell(name, f"{name} is disabled now. {reason}")


def _step(scenario: Scenario) -> ModuleStep | None:
    """The step that requests come in at, if there is one."""
    first = scenario.steps[0]
    if isinstance(first, ModuleStep) and find_module(first.module).instant is not None:
        return first
    return None

"""The walker: carries bundles through the steps of a scenario, depth first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adloom.errors import AdloomError, LimitExceededError, WorkspaceError
from adloom.wire import Record
from scenarios.model import (
    AggregatorStep,
    ModuleStep,
    ReturnStep,
    RouterStep,
    ScenarioStep,
    SleepStep,
    Step,
    StoreStep,
)
from scheduler.computed import computed, judged, remember
from scheduler.gathering import gathered
from scheduler.handling import handle, holds_all
from scheduler.history import StepRun, StepState
from scheduler.module_steps import run_module
from scheduler.walking import HaltError, Scope, Walk

__all__ = ["Walker", "aggregator_of"]

#: How deep scenarios may call each other.
DEEPEST: Final = 10

Sink = Callable[[Scope, str], Awaitable[None]]


@dataclass
class Walker:
    """Carries bundles through the steps of one execution.

    Every step is written down under its path with what came of it. A later process that walks the
    same way again finds it there and does not do it twice: that is all there is to resuming.

    Args:
        walk: The execution.
    """

    walk: Walk

    async def flow(
        self, steps: Sequence[Step], scope: Scope, path: str, sink: Sink | None = None
    ) -> None:
        """Carry one bundle through some steps, and everything that becomes of it.

        Args:
            steps: What lies before it.
            scope: What lies behind it.
            path: The way it came.
            sink: Takes what reaches the end.
        """
        if not steps:
            if sink is not None:
                await sink(scope, path)
            return
        step, rest = steps[0], steps[1:]
        if step.disabled:
            await self.flow(rest, scope, path, sink)
        elif isinstance(step, RouterStep):
            await self._route(step, scope, path)
        elif (place := aggregator_of(step, rest)) is not None:
            outputs = await self._outputs(step, scope, path)
            await self.gather(outputs, rest, place, path, sink, before=scope)
        else:
            for next_scope, next_path in await self._outputs(step, scope, path):
                await self.flow(rest, next_scope, next_path, sink)

    async def passes(self, step: Step, scope: Scope, here: str) -> bool:
        """Whether a bundle fulfils a step's condition; that it does not is written down."""
        if step.when is None:
            return True
        return bool(await self._done(step, here, scope, lambda: _now([scope.get(step.id, {})])))

    async def gather(
        self,
        outputs: Sequence[tuple[Scope, str]],
        rest: Sequence[Step],
        place: int,
        path: str,
        sink: Sink | None = None,
        before: Scope | None = None,
    ) -> bool:
        """Carry several bundles as far as their aggregator, and on from there as one.

        Returns:
            Whether all of them arrived; if one stopped on the way it waits for that one, since
            nobody could add it later.
        """
        between, aggregator, after = rest[:place], rest[place], rest[place + 1 :]
        assert isinstance(aggregator, AggregatorStep)  # noqa: S101 - as it was found
        arrived: list[tuple[Scope, str]] = []

        async def arrive(scope: Scope, way: str) -> None:
            arrived.append((scope, way))

        for scope, way in outputs:
            await self.flow(between, scope, way, arrive)
        ways = {way for _, way in outputs} | {_join(path, aggregator.source)}
        if not aggregator.disabled and any(one.is_within(ways) for one in self.walk.troubles):
            return False
        outer = outputs[0][0] if outputs else before or {}
        await self._aggregate(aggregator, arrived, outer, path, after, sink)
        return True

    async def _aggregate(
        self,
        step: AggregatorStep,
        arrived: Sequence[tuple[Scope, str]],
        outer: Scope,
        path: str,
        after: Sequence[Step],
        sink: Sink | None,
    ) -> None:
        """Make one bundle of many, or one of each group."""
        if step.disabled:
            for scope, way in arrived:
                await self.flow(after, scope, way, sink)
            return
        here = _join(path, step.id)
        bundles = await self._done(
            step,
            here,
            outer,
            lambda: _now(gathered(step, [one for one, _ in arrived], self.walk.moment(here))),
        )
        for number, bundle in enumerate(bundles):
            await self.flow(after, {**outer, step.id: bundle}, f"{here}:{number}", sink)

    # --- one step -------------------------------------------------------------------------------

    async def _outputs(self, step: Step, scope: Scope, path: str) -> list[tuple[Scope, str]]:
        """What a step makes of a bundle, each with its own scope and path."""
        here = _join(path, step.id)
        if isinstance(step, SleepStep | ReturnStep):
            passed = await self._done(step, here, scope, lambda: self._attempt(step, scope, here))
            return [(scope, here)] if passed else []
        bundles = await self._done(step, here, scope, lambda: self._attempt(step, scope, here))
        return [
            ({**scope, step.id: bundle}, f"{here}:{number}")
            for number, bundle in enumerate(bundles)
        ]

    async def _done(
        self, step: Step, here: str, scope: Scope, attempt: Callable[[], Awaitable[list[Record]]]
    ) -> Sequence[Record]:
        """Do a step once: what was done before is not done again."""
        walk = self.walk
        known = walk.lately.get(here) or walk.known.get(here)
        if known is not None and known.state is not StepState.INCOMPLETE:
            remember(walk, step, known.output)
            return known.output
        walk.spend()
        started = walk.equipment.clock.now()
        trace = None
        try:
            if step.when is not None:
                passed, trace = judged(step.when, scope, walk, here)
                if not passed:
                    self._note(step, here, StepState.DROPPED, started, trace=trace)
                    return []
            bundles = await attempt()
        except AdloomError as error:
            return await self._failed(step, here, scope, error, started, attempt)
        self._note(step, here, StepState.DONE, started, output=bundles, trace=trace)
        return bundles

    async def _failed(
        self,
        step: Step,
        here: str,
        scope: Scope,
        error: AdloomError,
        started: datetime,
        attempt: Callable[[], Awaitable[list[Record]]],
    ) -> Sequence[Record]:
        """Let the step's handler decide; without one the bundle is kept."""
        walk = self.walk
        verdict = await handle(walk, step, here, scope, error, attempt)
        if verdict.trouble is not None:
            self._note(step, here, StepState.INCOMPLETE, started, error=str(error))
            if isinstance(error, WorkspaceError):
                await walk.history.flush()  # without a journal nothing goes on
            if walk.is_called:
                raise error
            walk.troubles.append(verdict.trouble)
            if holds_all(error):
                raise HaltError(error)
            return []
        state = StepState.DONE if verdict.output else StepState.FAILED
        self._note(step, here, state, started, output=verdict.output, error=str(error))
        if verdict.halt:
            raise HaltError(error if verdict.undo else None, undo=verdict.undo)
        return verdict.output

    def _note(
        self,
        step: Step,
        here: str,
        state: StepState,
        started: datetime,
        *,
        output: Sequence[Record] = (),
        trace: str | None = None,
        error: str | None = None,
    ) -> None:
        now = self.walk.equipment.clock.now()
        milliseconds = (now - started).total_seconds() * 1000
        run = StepRun(
            here,
            step.id,
            state,
            started,
            milliseconds,
            given=self.walk.given.pop(here, None),
            output=output,
            trace=trace,
            error=error,
        )
        self.walk.history.add(run)
        lately = self.walk.lately
        if isinstance(step, ScenarioStep):
            for path in [one for one in lately if one.startswith(f"{here}/")]:
                del lately[path]
        if self.walk.is_called:
            lately[here] = run

    async def _attempt(self, step: Step, scope: Scope, here: str) -> list[Record]:
        """Do what a step does."""
        walk = self.walk
        match step:
            case ModuleStep():
                return await run_module(walk, step, scope, here)
            case StoreStep():
                return await walk.equipment.stage.store(walk, step, scope, here)
            case ScenarioStep():
                return await self._call(step, scope, here)
            case SleepStep():
                await walk.equipment.stage.pause(walk, step.seconds)
                return [{}]
            case _:
                return computed(walk, step, scope, here)

    async def _call(self, step: ScenarioStep, scope: Scope, here: str) -> list[Record]:
        """Walk through another scenario; its errors are this step's.

        What it had done when it failed is known if it is called again for the same bundle.
        """
        walk = self.walk
        if walk.depth >= DEEPEST:
            raise LimitExceededError(f"Scenarios call each other more than {DEEPEST} deep.")
        called = await walk.equipment.library(step.scenario)
        given = step.input.evaluate(scope, walk.moment(here))
        inner = replace(
            walk, scenario=called, variables={}, lasting={}, returned=[], is_called=True,
            depth=walk.depth + 1,
        )  # fmt: skip
        await Walker(inner).flow(called.steps, {"input": given}, f"{here}/")
        return list(inner.returned) or [{}]

    # --- routes ---------------------------------------------------------------------------------

    async def _route(self, step: RouterStep, scope: Scope, path: str) -> None:
        """Send a bundle down every route that takes it."""
        here = _join(path, step.id)
        if not await self._done(step, here, scope, lambda: _now([{}])):
            return
        taken = False
        for number, route in enumerate(step.routes):
            way = f"{here}:{number}"
            takes = replace(step, when=route.when, id=f"{step.id}:{number}")
            if await self._done(takes, way, scope, lambda: _now([{}])):
                taken = True
                await self.flow(route.steps, scope, way)
                if step.first_match:
                    return
        if not taken:
            await self.flow(step.fallback, scope, f"{here}:else")


def aggregator_of(step: Step, rest: Sequence[Step]) -> int | None:
    """Where the aggregator stands that gathers what a step hands on."""
    for place, one in enumerate(rest):
        if isinstance(one, AggregatorStep) and one.source == step.id:
            return place
    return None


async def _now(value: list[Record]) -> list[Record]:
    return value


def _join(path: str, step: str) -> str:
    return f"{path}{step}" if not path or path.endswith("/") else f"{path}>{step}"

"""The bundles that went into every step and came out of it, with the reason where one stayed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.database import Database, Transaction
from adloom.secret import redact, scrub
from adloom.services.editing import Chain, ChainStep
from adloom.services.executions_steps import Run, run_from
from scenarios.places import FieldPath
from scheduler.history import StepRun, StepState
from scheduler.stages.foreseen import show

__all__ = ["MOST_RUNS", "Passage", "StepBundles", "bundles_of", "runs_in", "told_run"]

#: So many runs of steps are looked at; an execution may have many more.
MOST_RUNS: Final = 20_000


@dataclass(frozen=True)
class Passage:
    """One bundle at one step.

    Args:
        run: What the step did with it.
        arrived: The bundle that came in; None if it began here, or is not kept.
        route: Which route of a router asked for it; empty at any other step.
    """

    run: Run
    arrived: Any = None
    route: str = ""


@dataclass
class StepBundles:
    """What went through a step.

    Args:
        step: The step as it is drawn.
        passages: Bundle by bundle, in the order of their ways.
        out: How many bundles it handed on; None where contents are not kept.
        states: How many ended how.
        gathered: How many bundles it made one of, if it is an aggregator that ran.
    """

    step: ChainStep
    passages: list[Passage] = field(default_factory=list)
    out: int | None = 0
    states: dict[StepState, int] = field(default_factory=dict)
    gathered: int | None = None

    @property
    def path(self) -> FieldPath:
        """Where the step stands."""
        return self.step.path

    @property
    def came(self) -> int:
        """How many bundles came to it."""
        if self.gathered is not None:
            return self.gathered
        return sum(1 for one in self.passages if not one.route)

    def count(self, *states: str) -> int:
        """How many ended in one of these states."""
        return sum(self.states.get(StepState(state), 0) for state in states)


async def runs_in(database: Database, executions: Sequence[str]) -> list[Run]:
    """What every step of some executions did, as anybody may read it.

    Args:
        database: The journal's.
        executions: Their ids.
    """

    def work(work: Transaction) -> list[Run]:
        found: list[Run] = []
        for execution in executions:
            rows = work.run(
                "SELECT path, step, state, given, output, trace, error, started_at, milliseconds,"
                " CASE WHEN output IS NULL THEN 1 ELSE 0 END AS is_sealed FROM step_run"
                " WHERE execution_id = ? ORDER BY started_at, path LIMIT ?",
                execution,
                MOST_RUNS - len(found),
            )
            found += [run_from(row) for row in rows]
        return found

    return await database.read(work)


def told_run(run: StepRun, names: Mapping[str, str]) -> Run:
    """A run that was only tried, as anybody may read it.

    Args:
        run: What the step did.
        names: What placeholders stand for.
    """
    given, output = redact(show(run.given, names)), redact(show(list(run.output), names))
    return Run(
        run.path,
        run.step,
        run.state,
        run.started_at,
        run.milliseconds,
        given,
        output if isinstance(output, list) else [],
        None if run.trace is None else scrub(show(run.trace, names)),
        None if run.error is None else scrub(show(run.error, names)),
    )


def bundles_of(
    chain: Chain, runs: Sequence[Run], items: Mapping[str, Any] | None = None
) -> list[StepBundles]:
    """What went through every step that has an id, in the order of the chain.

    Steps of scenarios that were called are theirs, and are left out.

    Args:
        chain: The draft as it is drawn.
        runs: What steps did.
        items: The bundles of its trigger, by the way they begin, where runs do not hold them.
    """
    own = [run for run in runs if "/" not in run.path]
    by_path = {run.path: run for run in own}
    by_step: dict[str, list[Run]] = {}
    for run in own:
        by_step.setdefault(run.step, []).append(run)
    found = [
        _of(step, by_step, by_path, items or {})
        for step in chain.all_steps()
        if step.id is not None
    ]
    _gather(found)
    return found


# --- inside ---------------------------------------------------------------------------------------


def _of(
    step: ChainStep,
    by_step: Mapping[str, Sequence[Run]],
    by_path: Mapping[str, Run],
    items: Mapping[str, Any],
) -> StepBundles:
    found = StepBundles(step)
    for run in by_step.get(step.id or "", ()):
        found.passages.append(Passage(run, _arrived(run.path, by_path, items)))
        found.states[run.state] = found.states.get(run.state, 0) + 1
        if run.output is None:
            found.out = None
        elif found.out is not None and not step.routes:
            found.out += len(run.output)
    for number, route in enumerate(step.routes):
        for run in by_step.get(f"{step.id}:{number}", ()):
            arrived = _arrived(run.path.rpartition(":")[0], by_path, items)
            found.passages.append(Passage(run, arrived, route.title))
            found.out = (found.out or 0) + (run.state is StepState.DONE)
    return found


def _gather(found: Sequence[StepBundles]) -> None:
    """An aggregator runs once for all that the step before it has handed on."""
    for place, one in enumerate(found):
        if one.step.kind != "aggregator" or not one.passages:
            continue
        before = (
            prior
            for prior in reversed(found[:place])
            if prior.path[:-1] == one.path[:-1] and not prior.step.disabled
        )
        if (last := next(before, None)) is not None:
            one.gathered = last.out


def _arrived(path: str, by_path: Mapping[str, Run], items: Mapping[str, Any]) -> Any:
    """The bundle that came to a step: what was handed on nearest above it."""
    if path in items:
        return items[path]
    return next((bundle for bundle in _above(path, by_path, items) if bundle), None)


def _above(path: str, by_path: Mapping[str, Run], items: Mapping[str, Any]) -> Iterator[Any]:
    while path := path[: max(path.rfind(">"), 0)]:
        if path in items:
            yield items[path]
        step, _, number = path.rpartition(":")
        whole = by_path.get(path)
        if whole is not None and whole.output:
            yield whole.output[0]  # a trigger hands on one bundle at a time
        run = by_path.get(step)
        if run is not None and run.output and number.isdigit() and int(number) < len(run.output):
            yield run.output[int(number)]

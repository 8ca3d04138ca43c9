"""Where something came from and what became of it: from the trigger's item to the change.

A path names a way: `17…>report:0>pause` is the step `pause`, for the first bundle of `report`, for
the trigger's item `17…`. So lineage is read off the paths; only what an aggregator gathered has to
be looked up in the scenario.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.database import Database, Transaction
from adloom.services.executions_calls import CallLine, calls_of
from adloom.services.executions_steps import RUNS, Run, run_from
from scenarios.model import AggregatorStep, Scenario

__all__ = ["Lineage", "Link", "label_of", "lineage_of", "prefixes"]

#: A bundle in a path, counted from 0.
BUNDLE: Final = re.compile(r":(\d+)")
#: Runs below a bundle that a page shows.
MOST: Final = 300
#: Bundles that an aggregator gathered, of which a page shows the way.
MOST_GATHERED: Final = 50


@dataclass(frozen=True)
class Link:
    """A bundle on the way.

    Args:
        path: The way to it.
        step: The step that handed it on.
        run: That step's run; None if it is not kept.
        number: Which of its bundles, counted from 1; None where it hands on one as it is.
        bundle: The bundle; None if it is not kept, or confidential.
        gathered: What it was made of: the ways of those bundles, where it was made of several.
    """

    path: str
    step: str
    run: Run | None = None
    number: int | None = None
    bundle: Any = None
    gathered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lineage:
    """A place in an execution, with what led there and what came of it.

    Args:
        path: The place.
        run: The step's run there, if it is one of a step.
        chain: What led there, the trigger's item first.
        below: What came of it, step by step.
        calls: What was sent because of it.
        is_cut: Whether more came of it than is told.
    """

    path: str
    run: Run | None
    chain: tuple[Link, ...]
    below: tuple[Run, ...] = ()
    calls: tuple[CallLine, ...] = ()
    is_cut: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything is kept of this place."""
        return self.run is not None or bool(self.below) or any(one.run for one in self.chain)


def prefixes(path: str) -> list[str]:
    """The ways to everything that lies before the last step of a path, and the whole path."""
    ends = [place for place, sign in enumerate(path) if sign in ">/"]
    return [*(path[:end] for end in ends), path]


def label_of(path: str, keys: dict[str, str]) -> str:
    """A path for people: what the trigger called its item, and bundles counted from 1."""
    end = min((place for place, sign in enumerate(path) if sign in ">/"), default=len(path))
    return f"{keys.get(path[:end]) or _counted(path[:end])}{_counted(path[end:])}"


def _counted(path: str) -> str:
    counted = BUNDLE.sub(lambda one: f" {int(one[1]) + 1}", path)
    return counted.replace(">", " → ").replace("/", " / ")


async def lineage_of(
    database: Database, execution_id: str, path: str, scenario: Scenario | None
) -> Lineage:
    """What led to a place in an execution, and what came of it.

    Args:
        database: The journal's.
        execution_id: Of the execution.
        path: The way to a bundle or to a step's run.
        scenario: The version that ran, if it is kept: it knows what aggregators gather.
    """
    ways, gathers = prefixes(path), _Gathers.of(scenario)
    if gathers.trigger:
        gathers.items = await _items(database, execution_id, gathers.trigger)
    wanted = {one: None for way in ways for one in (way, _step_path(way), *gathers.source(way))}
    trees = [path, *gathers.behind(path)]
    rows = await database.read(lambda work: _rows(work, execution_id, list(wanted), trees))
    runs = {row["path"]: run_from(row) for row in (*rows[0], *rows[1])}
    own = runs.get(path)
    # Without a run of its own the path names a bundle, which is the last on the way.
    links = [_link(way, runs, gathers) for way in (ways if own is None else ways[:-1])]
    below = [runs[row["path"]] for row in rows[1][:MOST] if row["path"] != path]
    lines = await calls_of(database, execution_id, limit=10_000)
    mine = [one for one in lines if one.way and any(_is_below(one.way, tree) for tree in trees)]
    return Lineage(path, own, tuple(links), tuple(below), tuple(mine), len(rows[1]) > MOST)


def _step_path(way: str) -> str:
    """The run that handed a bundle on: its way without the bundle's number."""
    head, mark, number = way.rpartition(":")
    return head if mark and ">" not in number and "/" not in number else way


def _rows(
    work: Transaction, execution_id: str, wanted: Sequence[str], trees: Sequence[str]
) -> tuple[list[Any], list[Any]]:
    above = work.run(
        f"{RUNS} WHERE execution_id = ? AND path IN ({', '.join('?' * len(wanted))})",
        execution_id,
        *wanted,
    )
    conditions, params = [], []
    for tree in trees:
        conditions.append("path = ? OR substr(path, 1, ?) IN (?, ?, ?)")
        params += [tree, len(tree) + 1, f"{tree}>", f"{tree}/", f"{tree}:"]
    below = work.run(
        f"{RUNS} WHERE execution_id = ? AND ({' OR '.join(conditions)})"
        " ORDER BY started_at, path LIMIT ?",
        execution_id,
        *params,
        MOST + 1,
    )
    return above, below


async def _items(database: Database, execution_id: str, trigger: str) -> list[str]:
    """The ways of everything a trigger handed on: those that an aggregator behind it gathers."""
    rows = await database.read(
        lambda work: work.run(
            "SELECT path FROM step_run WHERE execution_id = ? AND step = ? ORDER BY path LIMIT ?",
            execution_id,
            trigger,
            MOST_GATHERED,
        )
    )
    return [row["path"] for row in rows]


@dataclass
class _Gathers:
    """What aggregators gather.

    Args:
        sources: Aggregators, each with the step whose bundles it gathers.
        steps: Every step of the scenario.
        trigger: The first of them, if something gathers what it hands on.
        items: The ways of everything it handed on.
    """

    sources: dict[str, str]
    steps: frozenset[str] = frozenset()
    trigger: str | None = None
    items: Sequence[str] = ()

    @classmethod
    def of(cls, scenario: Scenario | None) -> "_Gathers":
        if scenario is None:
            return cls({})
        steps = list(scenario.all_steps())
        found = {one.id: one.source for one in steps if isinstance(one, AggregatorStep)}
        first = steps[0].id
        trigger = first if first in found.values() else None
        return cls(found, frozenset(one.id for one in steps), trigger)

    def source(self, way: str) -> list[str]:
        """The run whose bundles came together at a place."""
        path = _step_path(way)
        source = self.sources.get(_last(path))
        return [_beside(path, source)] if source else []

    def ways(self, way: str, runs: dict[str, Run]) -> tuple[str, ...]:
        """The bundles that came together at a place."""
        for path in self.source(way):
            run = runs.get(path)
            if run is None and path == self.trigger:
                return tuple(self.items)
            count = len(run.output) if run is not None and run.output is not None else 0
            return tuple(f"{path}:{number}" for number in range(min(count, MOST_GATHERED)))
        return ()

    def behind(self, path: str) -> list[str]:
        """The ways of aggregators that took in what a path belongs to."""
        found = []
        for way in prefixes(path):
            at = _step_path(way)
            last = _last(at)
            for aggregator, source in self.sources.items():
                is_item = at == last and last not in self.steps and source == self.trigger
                if last == source or is_item:
                    found.append(_beside(at, aggregator))
        return found


def _link(way: str, runs: dict[str, Run], gathers: _Gathers) -> Link:
    run = runs.get(way)
    if run is not None:
        bundle = run.output[0] if run.output and len(run.output) == 1 else None
        return Link(way, run.step, run, None, bundle)
    step_path = _step_path(way)
    run = runs.get(step_path)
    number = way[len(step_path) + 1 :]
    place = int(number) if number.isdigit() else None
    bundle = None
    if run is not None and run.output is not None and place is not None and place < len(run.output):
        bundle = run.output[place]
    step = run.step if run else _last(step_path)
    shown = None if place is None else place + 1
    return Link(way, step, run, shown, bundle, gathers.ways(way, runs))


def _last(path: str) -> str:
    return path.rpartition(">")[2].rpartition("/")[2]


def _beside(path: str, step: str) -> str:
    """The way of another step that begins where a path's last one does."""
    return path[: len(path) - len(_last(path))] + step


def _is_below(path: str, tree: str) -> bool:
    return path == tree or path.startswith((f"{tree}>", f"{tree}/", f"{tree}:"))

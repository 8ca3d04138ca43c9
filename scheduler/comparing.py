"""What differs between two walks of one execution; everything here is pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from scheduler.history import StepRun, StepState
from scheduler.likeness import agree, as_recorded

__all__ = ["Aspect", "Difference", "Obstacles", "Side", "aligned", "differences", "way"]

_BETWEEN: Final = re.compile("[>/]")


# --- ways -----------------------------------------------------------------------------------------


def way(path: str) -> list[str]:
    """The steps of a path, each with the number of its bundle."""
    return _BETWEEN.split(path)


def aligned(path: str, alone: AbstractSet[str]) -> str | None:
    """A path without the steps that only one version has; None for the path of such a step."""
    parts = way(path)
    if _id(parts[-1]) in alone:
        return None
    return ">".join(one for one in parts if _id(one) not in alone)


class Obstacles:
    """Paths of steps that decide whether others are reached at all.

    Args:
        paths: The paths, aligned.
        gathering: Ids of aggregators: they wait for everything that begins where they do.
    """

    def __init__(self, paths: Iterable[str], gathering: AbstractSet[str]) -> None:
        self._gathering = gathering
        self._ends = {tuple(way(path)) for path in paths}
        self._starts = {end[:length] for end in self._ends for length in range(len(end) + 1)}

    def bar(self, path: str) -> bool:
        """Whether one of them lies on the way to a path, or keeps an aggregator on it waiting."""
        parts = tuple(way(path))
        for place, part in enumerate(parts):
            before = parts[:place]
            if {(*before, part), (*before, _id(part))} & self._ends:
                return True
            if _id(part) in self._gathering and before in self._starts:
                return True
        return False


def _id(part: str) -> str:
    return part.partition(":")[0]


# --- two walks ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Aspect:
    """One thing in which a step differs.

    Args:
        name: `state`, `condition`, `given`, `bundles`, `changes` or `error`.
        old: As it was; None where it was not.
        new: As it would be.
    """

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Difference:
    """A step that would differ, for one bundle.

    Args:
        path: The way to it.
        step: Its id.
        aspects: In what.
    """

    path: str
    step: str
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True)
class Side:
    """One walk.

    Args:
        runs: Every step for every bundle, by aligned path.
        changes: What it changes, by aligned path; what is not known is not there.
    """

    runs: Mapping[str, StepRun]
    changes: Mapping[str, Sequence[Mapping[str, Any]]]


def differences(old: Side, new: Side, unknown: AbstractSet[str]) -> list[Difference]:
    """Every step in which two walks differ, in the order of the new one.

    Args:
        old: As it was.
        new: As it would be.
        unknown: Paths of steps of which nothing was recorded: what they hand on says nothing.
    """
    paths = [*new.runs, *(path for path in old.runs if path not in new.runs)]
    found = []
    for path in paths:
        before, after = old.runs.get(path), new.runs.get(path)
        run = after or before
        assert run is not None  # noqa: S101 - it is of one of the two
        aspects = tuple(_aspects(path, (old, before), (new, after), is_known=path not in unknown))
        if aspects:
            found.append(Difference(run.path, run.step, aspects))
    return found


def _aspects(
    path: str,
    old: tuple[Side, StepRun | None],
    new: tuple[Side, StepRun | None],
    *,
    is_known: bool,
) -> Iterable[Aspect]:
    before, after = old[1], new[1]
    was_dropped = before is None or before.state is StepState.DROPPED
    states = _state(before), _state(after) if is_known else "reached"
    if states[0] != states[1] and (is_known or was_dropped):
        yield Aspect("state", *states)
    runs = [run for run in (before, after) if run]
    is_filtered = any(run.state is StepState.DROPPED for run in runs)
    if before and after and is_filtered and before.state is not after.state:
        yield Aspect("condition", before.trace, after.trace)
    given = [run.given if run else None for run in (before, after)]
    if after is not None and given[1] is not None and _is_other(before, given[0], given[1]):
        yield Aspect("given", given[0], given[1])
    if before and after and is_known:
        outputs = [as_recorded(list(run.output)) for run in (before, after)]
        if not agree(*outputs):
            yield Aspect("bundles", *outputs)
        if before.state in (StepState.FAILED, StepState.INCOMPLETE) and before.error != after.error:
            yield Aspect("error", before.error, after.error)
    yield from _changes(path, old[0], new[0], is_known=is_known)


def _is_other(before: StepRun | None, old: Any, new: Any) -> bool:
    """Whether a step is given something else than it was, as far as that is recorded."""
    if before is None or before.state is StepState.DROPPED:
        return True  # it was given nothing then: what it would be given now is worth knowing
    return old is not None and not agree(old, new)


def _changes(path: str, old: Side, new: Side, *, is_known: bool) -> Iterable[Aspect]:
    before, after = old.changes.get(path), new.changes.get(path)
    if after is None and not is_known:
        return  # nobody can say what it would change
    before, after = list(before or ()), list(after or ())
    if not agree(before, after):
        yield Aspect("changes", before, after)


def _state(run: StepRun | None) -> str:
    return "not reached" if run is None else run.state.value

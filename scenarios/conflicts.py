"""Finds steps that may change the same value of the same objects (platforms.md §5B.16).

Only what stands in the files is looked at: where ids are mapped, nobody can say before the run
which objects it will be, so two steps *may* meet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from scenarios.directions import Direction
from scenarios.limits import Limits
from scenarios.model import Scenario
from scenarios.problems import Problem, Severity
from scenarios.touches import ANY, NEW, OTHER, Touch, touches_of

__all__ = ["Conflict", "conflict_problems", "conflicts_between"]


@dataclass(frozen=True)
class Conflict:
    """Two steps that may change the same value of the same objects.

    Args:
        one: A step.
        other: The other one, of the same scenario or another.
        is_sure: Whether both name the same object; otherwise they may meet.
        is_opposing: Whether one may undo what the other did.
        limits: Of the scenario of each.
    """

    one: Touch
    other: Touch
    is_sure: bool
    is_opposing: bool
    limits: tuple[Limits, Limits]

    @property
    def text(self) -> str:
        """What is the matter."""
        may = "change" if self.is_sure else "may change"
        where = "the same object" if self.is_sure else "the same objects"
        meets = f"{_said(self.one)} and {_said(self.other)} {may} {self._what} of {where}"
        return f"{meets}{self._account}: {self._ways}. {self._priorities}"

    @property
    def _what(self) -> str:
        what = self.one.what if self.one.field else self.other.what
        return what.partition(" of ")[0]

    @property
    def _account(self) -> str:
        shared = (self.one.advertisers or frozenset()) & (self.other.advertisers or frozenset())
        kind = self.one.level or self.other.level
        said = f" ({kind}s" if kind else " (any kind"
        return f"{said}, account {', '.join(sorted(shared))})" if shared else f"{said})"

    @property
    def _ways(self) -> str:
        one, other = self.one.directions, self.other.directions
        if not self.is_opposing:
            return "both pull the same way"
        if len(one) == len(other) == 1:
            return f"one {_way(one)} spending, the other {_way(other)} it"
        return "one may undo what the other did"

    @property
    def _priorities(self) -> str:
        mine, theirs = self.limits
        if self.one.scenario == self.other.scenario:
            return "They are steps of one scenario: the later one wins."
        if mine.priority != theirs.priority:
            first, second = (self.one, self.other) if mine.priority > theirs.priority else (
                self.other, self.one,
            )  # fmt: skip
            higher, lower = sorted((mine.priority, theirs.priority), reverse=True)
            text = f"{first.scenario} has the higher priority ({higher} over {lower})"
            waits = theirs if first is self.one else mine
            if waits.cooldown_seconds is None:
                return f"{text}, but without limits.cooldown {second.scenario} does not wait."
            return f"{text}: {second.scenario} waits out its cooldown after it."
        if mine.cooldown_seconds is None or theirs.cooldown_seconds is None:
            return "Nothing keeps them apart: give both a limits.cooldown, and one a priority."
        return f"Both have the priority {mine.priority}: whoever comes first wins its cooldown."


def conflicts_between(scenarios: Sequence[Scenario]) -> list[Conflict]:
    """Every pair of steps that may meet, the opposing and the sure ones first.

    Steps of one scenario are only told of where they pull in opposite directions.
    """
    limits = {one.name: one.limits for one in scenarios}
    touches = [touch for one in scenarios for touch in touches_of(one)]
    found = [
        conflict
        for one, other in combinations(touches, 2)
        if (conflict := _between(one, other, limits)) is not None
    ]
    return sorted(found, key=lambda one: (not one.is_opposing, not one.is_sure))


def conflict_problems(chosen: Sequence[Scenario], scenarios: Iterable[Scenario]) -> list[Problem]:
    """What some scenarios may meet among all, each pair told once, as a warning at a step."""
    mine = {one.name: one for one in chosen}
    rest = [one for one in scenarios if one.name not in mine]
    found = []
    for conflict in conflicts_between([*chosen, *rest]):
        touches = (conflict.one, conflict.other)
        touch = next((one for one in touches if one.scenario in mine), None)
        if touch is None:
            continue
        scenario, path = mine[touch.scenario], (*touch.step.path, "module")
        place = scenario.place_of(path)
        found.append(Problem(Severity.WARNING, place, path, conflict.text, None, scenario.path))
    return found


def _between(one: Touch, other: Touch, limits: Mapping[str, Limits]) -> Conflict | None:
    if not _may_meet(one, other):
        return None
    opposing = _oppose(one, other)
    if one.scenario == other.scenario and not (opposing and _is_plain(one) and _is_plain(other)):
        return None
    sure = bool(one.ids and other.ids) and bool(one.level and one.field)
    return Conflict(one, other, sure, opposing, (limits[one.scenario], limits[other.scenario]))


def _may_meet(one: Touch, other: Touch) -> bool:
    """Whether nothing in the files rules out that they change the same value."""
    if {NEW, OTHER} & {one.field, other.field}:
        return False
    same = all(
        ANY in (mine, theirs) or mine == theirs
        for mine, theirs in ((one.level, other.level), (one.field, other.field))
    )
    return same and _overlap(one.advertisers, other.advertisers) and _overlap(one.ids, other.ids)


def _overlap(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether two lists may name the same; one that is not known may name anything."""
    return one is None or other is None or bool(one & other)


def _oppose(one: Touch, other: Touch) -> bool:
    up, down = Direction.RAISES, Direction.LOWERS
    mine, theirs = one.directions, other.directions
    return (up in mine and down in theirs) or (down in mine and up in theirs)


def _is_plain(touch: Touch) -> bool:
    return len(touch.directions) == 1


def _way(directions: frozenset[Direction]) -> str:
    return next(iter(directions)).value


def _said(touch: Touch) -> str:
    return f"{touch.scenario} ({touch.step.id})"

"""What saving a draft would change: lines of its file, and how the scenario behaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adloom.errors import AdloomError, UnknownNameError
from adloom.services.drafting import Drafted
from adloom.services.editing import DraftProblem, Hunk, diff_lines
from adloom.services.editing_problems import tolerant_scenario
from adloom.services.scenario_list_files import lost_by_renaming
from adloom.services.scenario_list_overview import say_limits
from adloom.services.scenario_prospects import unasked_raises
from adloom.services.scenario_readiness import changing_steps
from adloom.services.scenario_words import say_schedule
from adloom.services.session import Session
from scenarios.model import Scenario
from scheduler.workshop import Workshop

__all__ = ["Reviewed", "review_of"]


@dataclass(frozen=True)
class Reviewed:
    """A draft before it is saved.

    Args:
        hunks: What would change in its file.
        problems: Everything that is wrong, warnings included.
        said: What would change in how it behaves, in sentences.
        is_new: Whether it has no file yet.
    """

    hunks: Sequence[Hunk]
    problems: Sequence[DraftProblem]
    said: Sequence[str]
    is_new: bool

    @property
    def errors(self) -> list[DraftProblem]:
        """What keeps it from being saved."""
        return [one for one in self.problems if one.is_error]

    @property
    def warnings(self) -> list[DraftProblem]:
        """What should be known and does not keep it from being saved."""
        return [one for one in self.problems if not one.is_error]


async def review_of(session: Session, workshop: Workshop, found: Drafted) -> Reviewed:
    """What saving a draft would change.

    Args:
        session: The open workspace.
        workshop: What knows the scenario as it runs now.
        found: The draft.
    """
    draft = found.draft
    before = draft.base_text or ""
    problems = found.chain.problems
    after = None if any(one.is_error for one in problems) else tolerant_scenario(draft.text)
    said: list[str] = []
    if after is not None and draft.is_changed:
        known = tolerant_scenario(before) if before else None
        said = await _sentences(session, workshop, known, after)
    return Reviewed(diff_lines(before, draft.text), problems, said, draft.base is None)


# --- inside ---------------------------------------------------------------------------------------


async def _sentences(
    session: Session, workshop: Workshop, before: Scenario | None, after: Scenario
) -> list[str]:
    """How the scenario would behave otherwise than it does now."""
    if before is None:
        return [*_limits(None, after), *_changing([], await _changes(workshop, after), after)]
    said: list[str] = []
    if before.name != after.name:
        said.append(f"It is called {after.name} instead of {before.name}.")
        said += await _left_behind(session, workshop, before.name)
    old, new = say_schedule(before.schedule), say_schedule(after.schedule)
    if old != new:
        said.append(f"It runs {new}; until now: {old}.")
    said += _limits(before, after)
    known = await _changes(workshop, before)
    return [*said, *_changing(known, await _changes(workshop, after), after)]


async def _left_behind(session: Session, workshop: Workshop, name: str) -> list[str]:
    """What a new name loses; nothing if it never was one that runs."""
    try:
        return await lost_by_renaming(session, workshop, name)
    except UnknownNameError:
        return []


async def _changes(workshop: Workshop, scenario: Scenario) -> list[str]:
    try:
        return await changing_steps(workshop, scenario)
    except AdloomError:  # it calls one that cannot be run; the list of problems tells that
        return []


def _limits(before: Scenario | None, after: Scenario) -> Iterator[str]:
    """Limits that are set otherwise; without the ones that stand where nobody set any."""
    old = dict(say_limits(before.limits)) if before else {}
    new = dict(say_limits(after.limits))
    for name in dict.fromkeys([*old, *new]) if before else ():
        if old.get(name) != new.get(name):
            was = old.get(name, "none")
            yield f"Its limit {name} is {new.get(name, 'gone')}; until now: {was}."


def _changing(before: Sequence[str], after: Sequence[str], scenario: Scenario) -> Iterator[str]:
    """Steps that change something outside and did not before, and those that do no longer."""
    for one in after:
        if one not in before:
            yield f"It changes something by itself: {one}."
    for one in before:
        if one not in after:
            yield f"It no longer changes anything with {one}."
    if raising := unasked_raises(scenario):
        yield f"It may raise spending without asking: {', '.join(raising)}."

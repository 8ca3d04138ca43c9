"""Sees to it that an imported file can be read: what the language refuses becomes a gap.

The scenario's own checks have the last word. Where one of them finds a fault, a person has to look,
so that the step becomes a placeholder with that fault for its reason.
"""

from typing import Final

from adloom.errors import UsageError
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.nodes import say_place
from scenarios.blueprint.report import Report, Verdict, What
from scenarios.blueprint.wording import line
from scenarios.blueprint.writing import Page
from scenarios.loader import problems_of
from scenarios.places import FieldPath, say_path
from scenarios.problems import Problem, Severity

__all__ = ["mended"]

#: Keys a step can do without: what they say becomes a gap, and the step stays.
_DISPENSABLE: Final = ("when", "on_error", "title", "disabled", "start")


def mended(page: Page, report: Report) -> str:
    """The text of a page, changed until it is a scenario.

    Every round takes at least one thing out, so that it ends.

    Raises:
        UsageError: It is too large for one scenario.
    """
    while True:
        text = page.text()
        problems = problems_of(text)
        errors = [one for one in problems if one.severity is Severity.ERROR]
        if not errors:
            _tell_warnings(problems, page)
            return text
        for draft, key, problem in [_place(one, page) for one in errors]:
            if draft is None:
                _take_out(problem, page, report)
            else:
                _give_up(draft, key, problem)


def _place(problem: Problem, page: Page) -> tuple[Draft | None, FieldPath, Problem]:
    """The step a fault is about, looked up before any is changed."""
    item, rest = page.find(problem.path)
    if item is not None and item.is_mark:
        raise _unwritable(problem)
    return (item.draft if item else None), rest, problem


def _take_out(problem: Problem, page: Page, report: Report) -> None:
    """Leave out a schedule or a setting that cannot be."""
    name = problem.path[0] if problem.path else ""
    said = f"{say_path(problem.path)}: {problem.text}"
    if name == "schedule":
        if page.top.pop("schedule", None) is not None:
            report.other(What.SCHEDULE, "scheduling", Verdict.LEFT_OUT, said, ("scheduling",))
        return
    settings = page.top.get("settings")
    if name != "settings" or not isinstance(settings, dict):
        raise _unwritable(problem)
    settings.pop(str(problem.path[1]) if len(problem.path) > 1 else "", None)
    report.other(What.SETTING, say_path(problem.path), Verdict.LEFT_OUT, said)
    if not settings:
        del page.top["settings"]


def _give_up(draft: Draft, rest: FieldPath, problem: Problem) -> None:
    """Make a gap of a fault."""
    key = str(rest[0]) if rest else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    where = f"{say_path(rest)}: " if rest else ""
    said = f"{where}{problem.text}{hint}"
    if draft.missing and key not in draft.data:
        raise _unwritable(problem, draft)
    if key in _DISPENSABLE and key in draft.data:
        del draft.data[key]
        draft.gaps.append(said)
    elif key == "title" and draft.title:
        draft.title = ""
    elif draft.routes is not None:
        _give_up_route(draft, rest, said, problem)
    else:
        draft.lose(said)


def _give_up_route(draft: Draft, rest: FieldPath, said: str, problem: Problem) -> None:
    """A router keeps its routes; only what is said of one can go."""
    match rest:
        case ("router", "routes", int(place), "when") if draft.routes:
            draft.routes[place].when = None
        case ("router", "routes", int(place), "title") if draft.routes:
            draft.routes[place].title = ""
        case _:
            raise _unwritable(problem, draft)
    draft.gaps.append(said)


def _unwritable(problem: Problem, draft: Draft | None = None) -> UsageError:
    where = f"{say_place(draft.node.path)}: " if draft else "flow: "
    said = line(f"{say_path(problem.path)} {problem.text}".strip())
    return UsageError(
        f"{where}This blueprint makes no scenario: {said}.",
        hint="Take it apart into several in Make, and import each.",
    )


def _tell_warnings(problems: list[Problem], page: Page) -> None:
    """Put what may be meant otherwise among what is to be told of a step."""
    for problem in problems:
        item, rest = page.find(problem.path)
        if item is not None:
            hint = f" ({problem.hint})" if problem.hint else ""
            item.draft.notes.append(f"{say_path(rest)}: {problem.text}{hint}")

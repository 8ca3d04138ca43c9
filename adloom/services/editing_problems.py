"""What is wrong with a draft, told in a way that leads to the step and the field it is about."""

from dataclasses import dataclass

from adloom.services.editing_nodes import child, step_nodes, step_of, text_at
from scenarios.check import check_into
from scenarios.environment import Environment
from scenarios.load_limits import read_limits
from scenarios.load_schedule import read_schedule
from scenarios.load_settings import read_settings
from scenarios.load_steps import read_steps
from scenarios.loader import MOST_STEPS, problems_of
from scenarios.mapped import Locator
from scenarios.mappings import Mappings
from scenarios.model import Scenario
from scenarios.places import FieldPath, say_path
from scenarios.problems import Problem, Problems, Severity
from scenarios.yaml_nodes import MapNode, Node, places_of
from scenarios.yaml_reading import compose

__all__ = ["DraftProblem", "problems_of_draft", "tolerant_scenario"]


@dataclass(frozen=True)
class DraftProblem:
    """One thing that is wrong with a draft.

    Args:
        severity: An error keeps the scenario from being saved, a warning does not.
        text: What is wrong, in words that follow the name of the value.
        hint: What to do about it.
        line: Where in the text, counted from 1.
        column: The character within the line, counted from 1.
        path: Which value of the document; empty for the whole.
        step: The path of the step it belongs to; empty if it belongs to none.
        step_id: What that step is called, if it is.
        field: The field within the step as a form names it, for example `params.limit` or `when`;
            of the scenario where there is no step; empty if it is about the whole of it.
    """

    severity: Severity
    text: str
    hint: str | None
    line: int
    column: int
    path: FieldPath
    step: FieldPath
    step_id: str | None
    field: str

    @property
    def is_error(self) -> bool:
        """Whether it keeps the scenario from being saved."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        where = f"{say_path(self.path)}: " if self.path else ""
        return f"{where}{self.text}" + (f" ({self.hint})" if self.hint else "")


def problems_of_draft(text: str, environment: Environment | None = None) -> list[DraftProblem]:
    """Everything that is wrong with a text, in its order.

    Args:
        text: The draft, however unfinished.
        environment: Where it is to run; without it nothing is said about connections, other
            scenarios and the past.
    """
    root = compose(text, Problems())
    found = Problems()
    found.found = problems_of(text)
    if environment is not None and (scenario := tolerant_scenario(text)) is not None:
        check_into(found, scenario, environment)
    return [_told(root, one) for one in found.in_order()]


def tolerant_scenario(text: str) -> Scenario | None:
    """As much of a draft as can be understood, whatever is wrong with the rest; None if nothing."""
    problems = Problems()
    node = compose(text, problems)
    if not isinstance(node, MapNode):
        return None
    places = dict(places_of(node))
    steps = read_steps(child(node, "steps"), ("steps",), Mappings(Locator(text, places), problems))
    schedule = child(node, "schedule")
    made = Scenario(
        name=text_at(node, "name") or "",
        description="",
        schedule=read_schedule(schedule, ("schedule",), problems) if schedule else None,
        settings=read_settings(child(node, "settings"), ("settings",), problems),
        limits=read_limits(child(node, "limits"), ("limits",), problems),
        steps=steps,
        text=text,
        hash="",
        places=places,
    )
    return made if sum(1 for _ in made.all_steps()) <= MOST_STEPS else None


def _told(root: Node | None, problem: Problem) -> DraftProblem:
    step = step_of(problem.path) if problem.path else _step_at(root, problem.place.line)
    tail = problem.path[len(step) :] if problem.path else ()
    return DraftProblem(
        severity=problem.severity,
        text=problem.text,
        hint=problem.hint,
        line=problem.place.line,
        column=problem.place.column,
        path=problem.path,
        step=step,
        step_id=text_at(root, *step, "id") if step else None,
        field=".".join(map(str, tail)),
    )


def _step_at(root: Node | None, line: int) -> FieldPath:
    """The step a line belongs to: the last one that begins at or before it."""
    found: FieldPath = ()
    for path, node in step_nodes(root):
        if node.place.line <= line:
            found = path
    return found

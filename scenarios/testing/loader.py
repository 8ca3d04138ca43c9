"""From the text of a file of tests to cases, or to everything that is wrong with it."""

from typing import Final

from scenarios.loader import read_scenario_text
from scenarios.places import FieldPath, Place
from scenarios.problems import Problems
from scenarios.section import Section
from scenarios.testing.model import Case, Expected, Given, Script
from scenarios.testing.read_expected import EXPECT, read_expected
from scenarios.testing.read_given import GIVEN, read_given
from scenarios.yaml_nodes import ListNode, MapNode, Node, places_of
from scenarios.yaml_reading import compose

__all__ = ["CASE", "SCRIPT", "read_script", "read_script_text"]

#: What a file of tests may have, and a case.
SCRIPT: Final = ("scenario", "cases")
CASE: Final = ("name", "given", "expect")
MOST_CASES: Final = 1_000
LONGEST_NAME: Final = 200

read_script_text = read_scenario_text


def read_script(text: str, problems: Problems) -> Script | None:
    """Understand as much of a file of tests as can be; None if there is nothing in it.

    What is wrong is noted; whether its steps exist, `scenarios.testing.check` tells.
    """
    node = compose(text, problems)
    if not isinstance(node, MapNode):
        if not problems.found:
            problems.error(Place(), (), "holds no tests", "it needs cases")
        return None
    section = Section(node, (), problems, SCRIPT)
    cases = section.need("cases", "a list of tests, each with a name, given and expect")
    return Script(
        scenario=section.text("scenario"),
        cases=_cases(cases, problems) if cases else (),
        text=text,
        path=problems.file,
        places=dict(places_of(node)),
    )


def _cases(node: Node, problems: Problems) -> tuple[Case, ...]:
    path: FieldPath = ("cases",)
    if not isinstance(node, ListNode) or not node.items:
        problems.error(node.place, path, "must be a list of tests, each after a dash")
        return ()
    if len(node.items) > MOST_CASES:
        problems.error(node.place, path, f"are more than {MOST_CASES:,}")
        return ()
    cases = tuple(_case(one, (*path, n), problems) for n, one in enumerate(node.items))
    _refuse_twins(cases, node, problems)
    return cases


def _case(node: Node, path: FieldPath, problems: Problems) -> Case:
    section = Section(node, path, problems, CASE)
    section.need("name")
    name = " ".join((section.text("name") or "").split())
    if "name" in section and not 0 < len(name) <= LONGEST_NAME:
        section.error("name", f"must be 1 to {LONGEST_NAME} characters")
    given = section.node_of("given")
    expected = section.need("expect", "what it is to come to; {} is: nothing happens")
    return Case(
        name=name,
        given=read_given(Section(given, (*path, "given"), problems, GIVEN)) if given else Given(),
        expected=read_expected(Section(expected, (*path, "expect"), problems, EXPECT))
        if expected
        else Expected(),
        path=path,
    )


def _refuse_twins(cases: tuple[Case, ...], node: ListNode, problems: Problems) -> None:
    """Two cases of one name could not be told apart."""
    seen: set[str] = set()
    for case, one in zip(cases, node.items, strict=True):
        if case.name and case.name in seen:
            problems.error(one.place, (*case.path, "name"), "is the name of another case")
        seen.add(case.name)

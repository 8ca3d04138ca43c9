"""Every item of the checklist has a test that is there, or a reason that somebody can read."""

import ast
import shlex
from functools import cache

import pytest

from tests.acceptance.items import ITEMS, PARTS, Item, part_of
from tests.acceptance.page import PAGE, page
from tests.cli.conftest import Cli, bare
from tests.seams.checkout import ROOT

#: A fixture that is at home elsewhere.
__all__ = ["bare"]

LAST = 136
NAMED = sorted({test for item in ITEMS for test in item.tests})
WITH_REASON = [item for item in ITEMS if item.reason]
NOT_RUN = {"skip", "skipif", "xfail"}


@cache
def parsed(path: str) -> ast.Module:
    """A file of the checkout; nothing is imported."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def marks_of(path: str, name: str) -> set[str] | None:
    """The names of what decorates a test; None if there is no such test."""
    for one in parsed(path).body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == name:
            nodes = [node for decorator in one.decorator_list for node in ast.walk(decorator)]
            return {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return None


@cache
def cases_in(path: str) -> set[str]:
    """The texts in a file and in the cases beside it: what tests there are tried with."""
    beside = (ROOT / path).parent.glob("*_cases.py")
    files = [path, *(str(one.relative_to(ROOT)) for one in beside)]
    nodes = [node for file in files for node in ast.walk(parsed(file))]
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


def test_every_item_is_there_once_and_in_order() -> None:
    assert [f"AC-{number:03}" for number in range(1, LAST + 1)] == [item.id for item in ITEMS]
    assert set(PARTS.values()) == {part_of(item) for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_says_what_it_asks_for_and_what_came_of_it(item: Item) -> None:
    assert item.asks.strip()
    assert item.tests or item.reason
    assert len(item.tests) == len(set(item.tests))
    assert item.reason is None or item.reason.strip().endswith(".")
    assert item.read is None or item.reason


@pytest.mark.parametrize("named", NAMED)
def test_every_test_that_is_named_is_there_and_runs(named: str) -> None:
    path, _, test = named.partition("::")
    name, _, cases = test.rstrip("]").partition("[")
    marks = marks_of(path, name)

    assert name.startswith("test_")
    assert marks is not None
    assert NOT_RUN.isdisjoint(marks)
    assert set(filter(None, cases.split("; "))) <= cases_in(path)


@pytest.mark.parametrize("item", WITH_REASON, ids=lambda item: item.id)
def test_every_reason_can_be_read_by_those_whom_it_concerns(item: Item, bare: Cli) -> None:
    place, _, words = (item.read or "").partition(": ")
    if place.startswith("adloom "):
        shown = bare(*shlex.split(place)[1:])
        assert 0 == shown.code, shown.err
        text = shown.out
    else:
        text = (ROOT / place).read_text(encoding="utf-8")

    assert words
    assert words in " ".join(text.split())


def test_the_page_shows_this_table() -> None:
    assert page() == PAGE.read_text(encoding="utf-8"), "run docs/make_acceptance.py"


def test_the_page_says_what_tiktok_does_with_events() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())

    for words in (
        "source id, event name and event id are the same",
        "within five minutes is merged",
        "up to 48 hours, is dropped",
        "Where pixel and server send different events, they need no common id",
        "**Optimising for value** learns from completed payments",
    ):
        assert words in text

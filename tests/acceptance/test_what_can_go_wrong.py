"""Every sentence of the page about what can go wrong names a test that is there and runs."""

import re
import shlex

import click
import pytest

from adloom.cli.main import adloom
from tests.acceptance.what_can_go_wrong import (
    PAGE,
    claims_of,
    faults,
    notes_of,
    rows_of,
    unproving,
)
from tests.seams.checkout import ROOT

TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`adloom ([^`]+)`", TEXT)))
FEWEST = 60
GOOD = "tests/acceptance/test_what_can_go_wrong.py::test_every_sentence_names_a_test_that_is_there"
SMALL = """\
| what happens | what adloom does | what you do |
| --- | --- | --- |
| It rains. | It stays dry.[^1] It says so.[^1] | |

[^1]: `{test}`
"""


def test_every_sentence_names_a_test_that_is_there() -> None:
    assert [] == faults(TEXT)


def test_there_are_as_many_claims_as_a_reader_may_expect() -> None:
    claims = [claim for row in rows_of(TEXT) for claim in claims_of(row)]

    assert len(claims) >= FEWEST
    assert len({claim.text for claim in claims}) >= FEWEST


def test_every_number_stands_once_and_in_order() -> None:
    marks = [one for row in rows_of(TEXT) for claim in claims_of(row) for one in claim.notes]

    assert [str(number) for number in range(1, len(marks) + 1)] == marks
    assert marks == list(notes_of(TEXT))


@pytest.mark.parametrize("typed", COMMANDS)
def test_every_command_of_the_page_exists(typed: str) -> None:
    words = shlex.split(typed)
    command: click.Command = adloom
    context = click.Context(adloom, info_name="adloom")
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        assert found is not None, typed
        command = found

    options = {name for param in command.params for name in param.opts}
    assert [] == [word for word in words if word.startswith("--") and word not in options]


def test_a_small_page_that_is_right_has_no_faults() -> None:
    assert [] == faults(SMALL.format(test=GOOD))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("It says so.[^1]", "It says so.", "names no test: It says so."),
        ("It says so.[^1]", "It says so", "names no test: It says so"),
        ("It says so.[^1]", "It says so.[^2]", "there is no test in note 2"),
        ("It stays dry.[^1] It says so.[^1]", "", "has not what happens"),
        (" | |", " |", "has not what happens"),
        ("| |", "| You: look.[^1] Then wait. |", "names no test: Then wait."),
        (GOOD, f"{GOOD}_or_not", "there is no such test"),
        (GOOD, GOOD.replace("wrong", "wrench"), "there is no such file"),
        (GOOD, "tests/acceptance", "is no place of a test"),
        (f"`{GOOD}`", GOOD, "there is no test in note 1"),
        ("[^1]: ", "[^2]: `x`\n[^1]: ", "note 2: no sentence names it"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(old: str, new: str, fault: str) -> None:
    page = SMALL.format(test=GOOD)
    assert old in page

    assert any(fault in one for one in faults(page.replace(old, new)))


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ("", None),
        ("@pytest.mark.slow\n", None),
        ("@pytest.mark.skipif(ODD, reason='x')\n", None),
        ("@pytest.mark.skip\n", "is not run: skip"),
        ("@pytest.mark.xfail(strict=True)\n", "is not run: xfail"),
        ("@pytest.mark.parametrize('a', [pytest.param(1, marks=pytest.mark.skip)])\n", "skip"),
    ],
)
def test_a_test_that_does_not_run_proves_nothing(mark: str, why: str | None) -> None:
    found = unproving(f"{mark}async def test_x() -> None: ...\n", "test_x")

    assert (why or "None") in str(found)


def test_the_page_names_no_path_of_a_machine_and_its_links_lead_somewhere() -> None:
    assert not re.search(r"/(home|root|work|Users)/", TEXT)
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists()

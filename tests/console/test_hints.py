"""Hints on pages: no command that nobody can type there, but a button that leads to the same."""

import pytest

from adloom.console.hints import for_page, ways_of
from adloom.console.jobs import GoneJobError
from adloom.console.problems import problem_of
from adloom.errors import (
    AuthorizationError,
    LimitExceededError,
    RetryableError,
    UnknownNameError,
    UsageError,
)
from tests.console.conftest import Console

UNDONE = "To have it back: adloom executions undo 20261122-000458-889274"


@pytest.mark.parametrize(
    ("hint", "said", "ways"),
    [
        (
            UNDONE,
            "To have it back: “Undo” on its page",
            [("Execution 20261122-000458-889274", "/executions/20261122-000458-889274")],
        ),
        (
            "Renew the consent: adloom connections reconnect shop-eu",
            "Renew the consent: “Reconnect” on its page",
            [("Reconnect shop-eu", "/connections/shop-eu/reconnect")],
        ),
        (
            "If not: adloom executions resume --again a-1. Else: adloom executions drop a-1.",
            "If not: “It did not happen” on its page. Else: “Give up” on its page.",
            [("Execution a-1", "/executions/a-1")],
        ),
        (
            "Make one: adloom connections add NAME --kind notify",
            "Make one: “Connect” among the connections",
            [("Connect", "/connections/new/notify")],
        ),
        (
            "Make a new plan: adloom scenarios plan “x”",
            "Make a new plan: “See what it would do” on its page",
            [("x", "/scenarios/x")],
        ),
        (
            "Remove the file STOP from the workspace to go on.",
            "Let everything go on again in the settings to go on.",
            [("Settings", "/settings#stop")],
        ),
        ("adloom looks before it repeats.", "adloom looks before it repeats.", []),
        ("Number them: adloom executions undo --dry-run X", None, []),
    ],
)
def test_a_command_becomes_words_and_a_button(
    hint: str, said: str | None, ways: list[tuple[str, str]]
) -> None:
    assert (said or hint) == for_page(hint)
    assert ways == ways_of(hint)


def test_the_button_that_leads_closest_stands_alone() -> None:
    hint = "Renew the consent: adloom connections reconnect acme"
    problem = problem_of(
        AuthorizationError("Not accepted.", hint=hint),
        buttons=[("Reconnect", "/connections/acme/reconnect")],
    )
    generic = problem_of(AuthorizationError("Not accepted."))

    assert (("Reconnect", "/connections/acme/reconnect"),) == problem.buttons
    assert (("Connections", "/connections"),) == generic.buttons


def test_commands_in_what_happened_become_words_too() -> None:
    problem = problem_of(UsageError("Execution a-1 waits. Give it up: adloom executions drop a-1"))

    assert "Execution a-1 waits. Give it up: “Give up” on its page" == problem.happened
    assert (("Execution a-1", "/executions/a-1"),) == problem.buttons


def test_what_a_limit_holds_is_where_the_button_leads() -> None:
    problem = problem_of(LimitExceededError("No."))

    assert [("What is held", "/executions?status=held")] == list(problem.buttons)


def test_of_work_that_is_gone_nothing_is_promised() -> None:
    problem = problem_of(GoneJobError("x"))

    told = f"{problem.happened} {problem.means} {problem.todo}"
    assert "othing was" not in told
    assert "before you do it again" in told
    assert [("Executions", "/executions")] == list(problem.buttons)


def test_what_may_be_waited_for_is_no_alarm() -> None:
    assert "warn" == problem_of(RetryableError("Busy.")).kind
    assert "bad" == problem_of(UnknownNameError("execution", "x", ())).kind


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/connections/nobody", 'href="/connections/new"'),
        ("/connections/new/nothing", 'href="/connections">Connections'),
        ("/executions/nothing", 'href="/executions">Executions'),
        ("/executions?status=lost", 'href="/executions">Executions'),
        ("/nowhere", 'href="/">Start'),
    ],
)
async def test_no_page_is_a_dead_end(console: Console, path: str, way: str) -> None:
    answer = await console.client.get(path, headers={"HX-Request": ""})
    main = answer.text.partition("<main")[2]

    assert answer.status_code >= 400
    assert way in main
    assert "adloom connections" not in main

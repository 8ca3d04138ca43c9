"""Why a connection was not made, as somebody in front of the form can use it."""

from dataclasses import replace
from typing import Final

from adloom.console.problems import Problem, problem_of
from adloom.errors import AdloomError

__all__ = ["failure"]

#: How hints begin to speak to people at a terminal.
FOR_TERMINALS: Final = ("adloom ", "--")
LOOK_AGAIN: Final = "Look at what you typed, and try again."


def failure(error: AdloomError, *, renews: bool) -> Problem:
    """What happened, that nothing was saved, and what to do.

    Args:
        error: What happened.
        renews: Whether the connection is there already.
    """
    problem = problem_of(error)
    hint = error.hint or ""
    for_page = hint and not any(word in hint for word in FOR_TERMINALS)
    means = "Nothing was changed; the connection is as it was." if renews else "Nothing was saved."
    return replace(
        problem,
        means=means,
        todo=problem.todo if for_page else LOOK_AGAIN,
        buttons=[button for button in problem.buttons if not button[1].startswith("/connections")],
        kind="bad",
    )

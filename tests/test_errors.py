"""Errors are named by what happens next, and all of them belong to one tree."""

import builtins
import inspect
import re

import pytest

from adloom import errors
from adloom.errors import (
    AdloomError,
    ApiError,
    Fault,
    InvalidParamsError,
    RateLimitedError,
    Reaction,
    UnknownNameError,
    UsageError,
)

CLASSES = [
    one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)
]


def drawn() -> list[tuple[str, str | None]]:
    """The tree at the top of the file: every name with the reaction beside it."""
    text = inspect.getdoc(errors) or ""
    found = re.findall(r"(\w+Error)\s+(?:([A-Z_]{3,})\s)?", text)
    return [(name, reaction or None) for name, reaction in found]


def test_the_tree_that_is_drawn_is_the_tree_there_is() -> None:
    assert {one.__name__ for one in CLASSES} == {name for name, _ in drawn()}


def test_the_reactions_that_are_drawn_are_those_the_engine_reads() -> None:
    told = {name: reaction for name, reaction in drawn() if reaction}

    assert told == {name: getattr(errors, name).reaction.name for name in told}
    assert {one.name for one in Reaction} == set(told.values())


@pytest.mark.parametrize("one", CLASSES)
def test_every_error_belongs_to_the_tree_ends_in_error_and_shadows_nothing(
    one: type[Exception],
) -> None:
    assert issubclass(one, AdloomError)
    assert one.__name__.endswith("Error")
    assert not hasattr(builtins, one.__name__)
    assert (inspect.getdoc(one) or "").partition("\n")[0].endswith((".", ":"))


@pytest.mark.parametrize("one", CLASSES)
def test_wrong_input_ends_with_2_and_everything_else_with_1(one: type[AdloomError]) -> None:
    assert (2 if issubclass(one, UsageError) else 1) == one.exit_code


def test_an_error_says_what_happened_what_to_do_and_more_for_the_log() -> None:
    error = AdloomError("It broke.", hint="Mend it.", details="at line 7")

    assert ("It broke.", "Mend it.", "at line 7", None) == (
        str(error),
        error.hint,
        error.details,
        error.answer,
    )


def test_an_api_error_keeps_what_the_platforms_support_asks_for() -> None:
    error = RateLimitedError("Slow down.", code=40100, request_id="r-1", retry_after=2.5)

    assert (40100, "r-1", 2.5, None) == (
        error.code,
        error.request_id,
        error.retry_after,
        error.hint,
    )
    assert ApiError("?").code is None


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("serch_ads", "Did you mean search_ads or search_adgroups?"),
        ("list_campaign", "Did you mean list_campaigns?"),
        ("zebra", "See adloom modules."),
    ],
)
def test_an_unknown_name_suggests_near_ones_or_what_else_to_do(name: str, hint: str) -> None:
    known = ["search_ads", "search_adgroups", "list_campaigns"]
    error = UnknownNameError("module", name, known, hint="See adloom modules.")

    assert f"There is no module named {name!r}." == str(error)
    assert hint == error.hint


def test_every_fault_is_told_at_once_with_its_place() -> None:
    error = InvalidParamsError([Fault("ad_id", "is required"), Fault("", "too much")], hint="h")

    assert "ad_id: is required\ntoo much" == str(error)
    assert ("ad_id", "") == tuple(fault.path for fault in error.faults)

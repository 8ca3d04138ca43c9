"""Schedule, settings, notes, secrets, and the page about it all."""

from typing import Any

import pytest

from scenarios.blueprint import Verdict, What, Wishes
from scenarios.blueprint.aliases import all_aliases, verb_words
from scenarios.blueprint.credentials import is_telling, looks_secret
from scenarios.blueprint.flow import RECIPES
from scenarios.blueprint.reference import BEGIN, END, alias_table
from scenarios.loader import load_scenario
from scenarios.model import ScheduleKind
from scenarios.yaml_nodes import MapNode
from scenarios.yaml_text import Opened
from tests.scenarios.blueprint.seams import (
    ACCOUNT,
    SEARCH,
    entries_of,
    entry,
    imported,
    node,
)
from tests.seams.checkout import ROOT

WATCH = node(1, "tiktok:watchAds", parameters={"advertiser_ids": [ACCOUNT]})
HOOK = node(1, "gateway:CustomWebHook", listener=True)


def top_of(text: str) -> dict[str, Any]:
    root = Opened(text).root
    assert isinstance(root, MapNode)
    plain: dict[str, Any] = root.plain()
    return plain


# --- schedule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "indefinitely", "interval": 900}, {"every": "15 minutes"}),
        ({"type": "indefinitely", "interval": "3600"}, {"every": "1 hour"}),
        ({"type": "indefinitely"}, {"every": "15 minutes"}),
        ({"type": "once", "date": "2026-11-20T09:00:00.00Z"}, {"once": "2026-11-20T09:00:00.00Z"}),
        ({"type": "daily", "time": "09:00"}, {"daily": {"at": "09:00"}}),
        ({"type": "weekly", "days": [0, 1, 6], "time": "09:00"},
         {"weekly": {"days": ["sunday", "monday", "saturday"], "at": "09:00"}}),
        ({"type": "monthly", "days": [1, 15], "time": "09:00"},
         {"monthly": {"days": [1, 15], "at": "09:00"}}),
        ({"type": "yearly", "months": [11, 12], "days": [24], "time": "00:30"},
         {"monthly": {"days": [24], "months": [11, 12], "at": "00:30"}}),
        ({"type": "indefinitely", "interval": 60, "between": ["2026-11-01T00:00:00Z", None],
          "restrict": [{"days": [1, 5], "months": [1], "time": ["09:00", "17:00"]}]},
         {"every": "1 minute", "between": {"from": "2026-11-01T00:00:00Z"},
          "only_during": [{"days": ["monday", "friday"], "months": [1],
                           "times": [{"from": "09:00", "to": "17:00"}]}]}),
    ],
)  # fmt: skip
def test_a_schedule_is_translated(given: dict[str, Any], expected: dict[str, Any]) -> None:
    made = imported(WATCH, scheduling=given, wishes=Wishes(timezone="Europe/Prague"))

    assert {**expected, "timezone": "Europe/Prague"} == top_of(made.text)["schedule"]
    assert "Europe/Prague" in entries_of(made, What.SCHEDULE)["scheduling"].reasons[0]


def test_words_of_make_are_words_here() -> None:
    hook, watch = ({"type": "immediately"}, {"type": "on-demand"})

    schedules = [load_scenario(imported(first, scheduling=given).text).schedule
                 for first, given in ((HOOK, hook), (WATCH, watch))]  # fmt: skip

    kinds = [one.kind for one in schedules if one is not None]
    assert [ScheduleKind.IMMEDIATELY, ScheduleKind.ON_DEMAND] == kinds


@pytest.mark.parametrize(
    "given",
    [
        {"type": "sometimes"},
        {"type": "immediately"},
        {"type": "indefinitely", "interval": 59},
        {"type": "indefinitely", "interval": "often"},
        {"type": "daily", "time": "25:00"},
        {"type": "daily"},
        {"type": "weekly", "days": [7], "time": "09:00"},
        {"type": "weekly", "days": [], "time": "09:00"},
        {"type": "monthly", "days": [-1], "time": "09:00"},
        {"type": "yearly", "months": [2], "days": [30], "time": "09:00"},
        {"type": "once", "date": "tomorrow"},
        {"type": "daily", "time": "09:00", "between": "2026"},
        {"type": "daily", "time": "09:00", "restrict": [{"weeks": [1]}]},
        {"type": "daily", "time": "09:00", "holidays": "off"},
    ],
)
def test_a_schedule_that_cannot_be_translated_is_left_out_with_the_reason(given: Any) -> None:
    made = imported(WATCH, scheduling=given)

    said = [one for one in made.entries if one.what is What.SCHEDULE][-1]
    assert Verdict.LEFT_OUT is said.verdict
    assert said.reasons
    assert load_scenario(made.text).schedule is None


def test_an_export_without_a_schedule_runs_by_hand_and_says_so() -> None:
    made = imported(WATCH)

    assert load_scenario(made.text).schedule is None
    assert Verdict.WARNED is entries_of(made, What.SCHEDULE)["scheduling"].verdict


# --- settings, notes ------------------------------------------------------------------------------


def test_every_setting_is_translated_or_told_of() -> None:
    given = {
        "roundtrips": "7",
        "maxErrors": 0,
        "sequential": True,
        "confidential": True,
        "autoCommit": True,
        "autoCommitTriggerLast": False,
        "dlq": False,
        "dataloss": True,
        "freshVariables": False,
        "slots": None,
        "brandNew": 5,
    }

    made = imported(WATCH, metadata={"scenario": given})

    told = {name: one.verdict for name, one in entries_of(made, What.SETTING).items()}
    ours = {"cycles": 7, "max_errors": 0, "sequential": True, "confidential": True}
    assert ours == top_of(made.text)["settings"]
    assert set(given) - {"slots"} == set(told)
    left_out = {name for name, verdict in told.items() if verdict is Verdict.LEFT_OUT}
    assert {"autoCommitTriggerLast", "dlq", "dataloss", "brandNew"} == left_out


@pytest.mark.parametrize("given", [{"roundtrips": 0}, {"maxErrors": "x"}, {"sequential": "maybe"}])
def test_a_setting_out_of_bounds_is_left_out(given: dict[str, Any]) -> None:
    made = imported(WATCH, metadata={"scenario": given})

    [said] = entries_of(made, What.SETTING).values()
    assert Verdict.LEFT_OUT is said.verdict
    assert "settings" not in top_of(made.text)


@pytest.mark.parametrize("first", [HOOK, SEARCH])
def test_cycles_are_for_triggers_that_ask(first: dict[str, Any]) -> None:
    made = imported(first, metadata={"scenario": {"roundtrips": 5}})

    assert Verdict.LEFT_OUT is entries_of(made, What.SETTING)["roundtrips"].verdict
    assert "settings" not in top_of(made.text)


def test_notes_become_comments_where_they_are_stuck() -> None:
    notes = [
        {"moduleIds": [2], "content": "<p>Ask <b>Mia</b>\nfirst</p>"},
        {"content": "All in all"},
    ]
    tell = node(2, "slack:CreateMessage", mapper={"text": "x"})

    made = imported(SEARCH, tell, metadata={"notes": notes})

    lines = made.text.split("\n")
    place = next(n for n, one in enumerate(lines) if "Note in Make: Ask Mia first" in one)
    assert "- id: notify" in "".join(lines[place : place + 6])
    assert "# Note in Make: All in all" in lines
    assert 2 == len(entries_of(made, What.NOTE))


def test_other_things_a_blueprint_says_are_told_of() -> None:
    made = imported(SEARCH, interface={"input": [{"name": "a"}], "output": []}, io={}, fresh="x")

    assert {"interface", "fresh"} == set(entries_of(made, What.OTHER))


# --- secrets --------------------------------------------------------------------------------------

SECRETS = {
    "Bearer 0123456789abcdef": "0123456789abcdef",
    "Basic dXNlcjpwYXNzd29yZA==": "dXNlcjpwYXNzd29yZA",
    "0123456789abcdef0123456789abcdef01234567": "0123456789abcdef",
    "sk-live-0123456789abcdefghij": "0123456789abcdefghij",
    "xoxb-0123456789-abcdef": "0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl": "eyJzdWIiOiIxMjM0In0",
    "https://user:hunter22@api.example.com/": "hunter22",
    "https://api.example.com/?access_token=hunter2hunter2": "hunter2hunter2",
    "https://hooks.slack.com/services/T0000/B0000/hunter2hunter2": "hunter2hunter2",
}
HARMLESS = [
    "basic information",
    "the token expires tomorrow",
    ACCOUNT,
    "{{1.token}}",
    "a@example.com",
]


@pytest.mark.parametrize(("secret", "hidden"), SECRETS.items())
def test_what_looks_like_a_credential_never_comes_into_the_file(secret: str, hidden: str) -> None:
    tell = node(2, "slack:CreateMessage", mapper={"text": f"say {secret}", "footer": secret})
    other = node(3, "strange:Thing", name=secret, mapper={"a": {"b": [secret]}})

    made = imported(SEARCH, tell, other, metadata={"notes": [{"content": f"use {secret}"}]})

    assert hidden not in made.text
    assert hidden not in repr(made.entries)
    assert {2, 3} == {one.id for one in made.gaps}


@pytest.mark.parametrize(
    "name", ["api_key", "apiKey", "Authorization", "clientSecret", "X-API-Key"]
)
def test_what_stands_under_a_telling_name_stays_out(name: str) -> None:
    made = imported(SEARCH, node(2, "strange:Thing", mapper={name: "hunter2"}))

    assert is_telling(name)
    assert "hunter2" not in made.text + repr(made.entries)


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_are_no_credentials(text: str) -> None:
    assert not looks_secret(text)


def test_a_secret_of_an_address_is_told_to_belong_into_the_connection() -> None:
    mapper = {
        "url": "https://api.example.com/x",
        "headers": [{"name": "X-Api-Key", "value": "hunter2"}],
    }

    made = imported(SEARCH, node(2, "http:MakeRequest", mapper=mapper))

    assert () == made.gaps
    assert "X-Api-Key belongs into the connection" in entry(made, 2).reasons[0]
    assert "hunter2" not in made.text


# --- the table and its page -----------------------------------------------------------------------


def test_no_function_stands_in_two_rows() -> None:
    found: dict[tuple[str, str], set[int]] = {}
    for place, alias in enumerate(all_aliases()):
        for app in alias.apps:
            for verb in alias.verbs:
                words = verb_words("".join(word.title() for word in verb.split()))
                found.setdefault((app, words), set()).add(place)

    assert {} == {name: rows for name, rows in found.items() if len(rows) > 1}


def test_every_row_has_a_recipe_and_says_where_it_is_from() -> None:
    steered = {"router", "if_else", "merge", "directive"}

    assert {one.recipe for one in all_aliases()} == {*RECIPES, *steered}
    assert {"sheet", "assumed"} == {one.source for one in all_aliases()}
    assert all(one.reason for one in all_aliases() if one.recipe == "refused")


def test_the_page_shows_the_table_as_it_is() -> None:
    page = (ROOT / "docs" / "import.md").read_text()

    shown = page.partition(BEGIN)[2].partition(END)[0]

    assert alias_table() == shown

"""`adloom scenarios`: written, checked, run by hand, switched on and off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.services.scenario_drafts import example_names
from scenarios.loader import load_scenario_file
from tests.cli.conftest import Cli
from tests.cli.shelf import Shelf
from tests.seams.practice import Practice

REFUSED = {"kind": "code", "path": "/ad/get/", "code": 40002}


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()


# --- writing --------------------------------------------------------------------------------------


def test_an_example_is_made_ones_own(shelf: Shelf, practice: Practice) -> None:
    made = shelf.call("new", "my-alert", "--from", "new-ad-alert", "--notify", "team",
                      "--advertiser-id", practice.advertiser_id)  # fmt: skip

    path = practice.folder / "scenarios" / "my-alert.yaml"
    shelf._put.append(path)
    scenario = load_scenario_file(path)
    text = path.read_text()
    assert made.code == 0, made.err
    assert "my-alert" == scenario.name
    assert "connection: practice" in text
    assert "connection: team" in text
    assert practice.advertiser_id in text
    assert "# How often to look." in text


def test_a_scenario_that_is_there_is_never_overwritten(shelf: Shelf) -> None:
    path = shelf.search("kept")
    before = path.read_text()

    made = shelf.call("new", "kept", "--from", "new-ad-alert", "--notify", "team",
                      "--advertiser-id", "7")  # fmt: skip

    assert 2 == made.code
    assert "nothing was overwritten" in made.err
    assert before == path.read_text()


def test_a_few_answers_make_a_scenario_that_loads(shelf: Shelf, practice: Practice) -> None:
    made = shelf.call("new", "Fresh ads", "--module", "watch-ads", "--notify", "team",
                      "--advertiser-id", practice.advertiser_id, "--every", "20 minutes",
                      "--timezone", "Europe/Berlin")  # fmt: skip

    path = practice.folder / "scenarios" / "fresh-ads.yaml"
    shelf._put.append(path)
    scenario = load_scenario_file(path)
    assert made.code == 0, made.err
    assert "Fresh ads" == scenario.name
    assert scenario.schedule is not None
    assert 1200 == scenario.schedule.every_seconds
    assert ["watch_ads", "notify"] == [getattr(step, "module", "") for step in scenario.steps]


def test_one_that_is_told_of_news_needs_no_account_and_runs_at_once(
    shelf: Shelf, practice: Practice
) -> None:
    made = shelf.call("new", "doorbell", "--module", "watch-webhook", "--notify", "team")

    path = practice.folder / "scenarios" / "doorbell.yaml"
    shelf._put.append(path)
    scenario = load_scenario_file(path)
    assert made.code == 0, made.err
    assert scenario.schedule is not None
    assert "immediately" == scenario.schedule.kind
    assert path.read_text().endswith("\n")


def test_without_answers_and_without_anybody_to_ask_it_says_which_there_are(shelf: Shelf) -> None:
    made = shelf.call("new", "nameless")

    assert 2 == made.code
    assert all(name in made.err for name in example_names())


# --- checking -------------------------------------------------------------------------------------


def test_every_fault_is_told_with_its_place(shelf: Shelf) -> None:
    path = shelf.search("faulty")
    path.write_text(path.read_text().replace("search_ads", "serch_ads").replace("1 hour", "1 our"))

    checked = shelf.call("check", "faulty")

    assert 2 == checked.code
    assert f"{path.name}:3:" in checked.out
    assert f"{path.name}:6:" in checked.out
    assert "search_ads" in checked.out


def test_a_connection_that_is_not_there_is_a_fault(shelf: Shelf) -> None:
    path = shelf.search("elsewhere")
    path.write_text(path.read_text().replace("connection: practice", "connection: practise"))

    checked = shelf.call("check", "elsewhere", "--json")

    [told] = checked.records
    assert 2 == checked.code
    assert ("error", 7) == (told["severity"], told["line"])
    assert "practice" in told["hint"]


def test_what_can_be_run_has_no_fault(shelf: Shelf) -> None:
    path = shelf.pause("sound")
    path.write_text(f"limits: {{changes_per_run: 5}}\n{path.read_text()}")

    checked = shelf.call("check", "sound")

    assert (0, "") == (checked.code, checked.out)
    assert "1 scenario: 0 faults" in checked.err


def test_an_unknown_name_suggests_a_known_one(shelf: Shelf) -> None:
    shelf.search("weekly-report")

    checked = shelf.call("check", "weekly-reprot")

    assert 2 == checked.code
    assert "weekly-report" in checked.err


# --- running --------------------------------------------------------------------------------------


def test_a_scenario_is_run_once_and_written_down(shelf: Shelf, cli: Cli) -> None:
    shelf.search("once")

    ran = shelf.call("run", "once")

    [told] = ran.records
    shown = cli("executions", "show", told["execution"]).records[0]
    assert (0, "done") == (ran.code, told["status"])
    assert "once" == shown["scenario"]
    assert ["ads"] == [step["step"] for step in shown["steps"]]
    assert 3 == len(shown["steps"][0]["output"])


def test_one_that_changes_something_asks_first(shelf: Shelf, practice: Practice) -> None:
    shelf.pause("careful")
    before = len(practice.simulator.effects.as_json()["objects"])

    ran = shelf.call("run", "careful")

    assert 2 == ran.code
    assert "pause: Update an ad's status with practice" in ran.err
    assert before == len(practice.simulator.effects.as_json()["objects"])


def test_its_changes_are_journalled_with_the_way_they_took(
    shelf: Shelf, cli: Cli, practice: Practice
) -> None:
    path = shelf.pause("really", limit=1)
    status = "primary_status: STATUS_DELIVERY_OK, limit: 1"
    path.write_text(path.read_text().replace("limit: 1", status))

    ran = shelf.call("run", "really", "--yes")

    shown = cli("executions", "show", ran.records[0]["execution"]).records[0]
    [operation] = shown["operations"]
    assert ran.code == 0, ran.err
    assert "ads:0>pause" == operation["path"]
    assert practice.simulator.effects.as_json()["objects"]


def test_a_watch_begins_now_and_then_finds_what_is_new(shelf: Shelf) -> None:
    shelf.watch("fromnow")

    first, second = shelf.call("run", "fromnow"), shelf.call("run", "fromnow")

    assert (0, 0) == (first.code, second.code)
    assert "watching from now on" in first.err
    assert "nothing new" in second.err


def test_a_watch_may_begin_with_everything_and_hands_on_a_few_at_a_time(shelf: Shelf) -> None:
    shelf.watch("fromthen", limit=2)

    first = shelf.call("run", "fromthen", "--everything")
    second = shelf.call("run", "fromthen")

    assert [2, 2] == [first.records[0]["bundles"], second.records[0]["bundles"]]


def test_a_watch_that_has_begun_cannot_be_told_where_to_begin(shelf: Shelf) -> None:
    shelf.watch("begun")
    shelf.call("run", "begun")

    again = shelf.call("run", "begun", "--since", "2026-01-01")

    assert 2 == again.code
    assert "has started already" in again.err


def test_a_failure_is_told_and_its_execution_can_be_resumed(
    shelf: Shelf, cli: Cli, practice: Practice
) -> None:
    shelf.search("troubled")
    practice.simulator.faults.add([REFUSED])

    failed = shelf.call("run", "troubled")
    practice.simulator.faults.clear()
    waiting = cli("executions", "list", "--scenario", "troubled", "--open").records
    resumed = cli("executions", "resume", waiting[0]["id"])

    assert 1 == failed.code
    assert ["incomplete"] == [one["status"] for one in waiting]
    assert resumed.code == 0, resumed.err
    assert [] == cli("executions", "list", "--scenario", "troubled", "--open").records


def test_what_stopped_can_be_dropped(shelf: Shelf, cli: Cli, practice: Practice) -> None:
    shelf.search("given-up")
    practice.simulator.faults.add([REFUSED])
    failed = shelf.call("run", "given-up")

    dropped = cli("executions", "drop", failed.records[0]["execution"], "--yes")

    [one] = cli("executions", "list", "--scenario", "given-up", "--status", "dropped").records
    assert 0 == dropped.code
    assert failed.records[0]["execution"] == one["id"]
    assert [] == shelf.call("show", "given-up").records[0]["incomplete"]


# --- on and off -----------------------------------------------------------------------------------


def test_enabling_what_changes_something_says_what_and_wants_a_yes(shelf: Shelf) -> None:
    shelf.pause("spender")

    refused = shelf.call("enable", "spender")
    enabled = shelf.call("enable", "spender", "--yes")

    assert (2, 0) == (refused.code, enabled.code)
    assert "pause: Update an ad's status with practice" in refused.err
    assert "every 1 hour (Europe/Berlin)" in enabled.out


def test_what_is_faulty_is_not_enabled(shelf: Shelf) -> None:
    path = shelf.search("broken")
    path.write_text(path.read_text().replace("connection: practice", "connection: nobody"))

    refused = shelf.call("enable", "broken")

    listed = {one["name"]: one["enabled"] for one in shelf.call("list").records}
    assert 2 == refused.code
    assert not listed["broken"]


def test_a_list_tells_when_a_scenario_runs_next_where_it_is_at_home(shelf: Shelf) -> None:
    shelf.search("hourly")
    shelf.call("enable", "hourly")

    listed = {one["name"]: one for one in shelf.call("list").records}
    shelf.call("disable", "hourly")
    after = {one["name"]: one for one in shelf.call("list").records}

    assert listed["hourly"]["enabled"]
    assert listed["hourly"]["next_at"].endswith(("+01:00", "+02:00"))
    assert (False, None) == (after["hourly"]["enabled"], after["hourly"]["next_at"])


def test_showing_one_tells_its_steps_next_times_and_watches(shelf: Shelf) -> None:
    shelf.watch("told")
    shelf.call("run", "told")

    told = shelf.call("show", "told").records[0]

    assert ["ads", "note"] == [step["id"] for step in told["steps"]]
    assert 5 == len(told["next"])
    assert [shelf.practice.advertiser_id] == [one["source"] for one in told["watches"]]
    assert ["done"] == [one["status"] for one in told["last"]]


# --- the rest -------------------------------------------------------------------------------------


def test_the_schema_is_written_for_editors(bare: Cli, tmp_path: Path) -> None:
    written = bare("scenarios", "schema", "--out", str(tmp_path / "scenario.json"))

    schema = json.loads((tmp_path / "scenario.json").read_text())
    assert 0 == written.code
    assert "steps" in schema["properties"]
    assert "yaml-language-server" in written.out


HOOK = """\
name: hooked
description: Takes what comes in.
schedule: immediately
steps:
  - id: request
    module: watch_webhook
"""


def test_a_webhook_tells_its_address_and_keeps_its_secret(shelf: Shelf) -> None:
    shelf.put("hooked", HOOK)

    first, again = shelf.call("webhook", "hooked"), shelf.call("webhook", "hooked")
    renewed = shelf.call("webhook", "hooked", "--renew", "--yes")

    assert "http://127.0.0.1:8918/hooks/hooked" in first.out
    assert first.out == again.out
    assert first.out != renewed.out


def test_what_begins_otherwise_has_no_address(shelf: Shelf) -> None:
    shelf.search("unhooked")

    refused = shelf.call("webhook", "unhooked")

    assert 2 == refused.code
    assert "does not begin with a webhook" in refused.err


def test_a_scenario_that_is_run_by_hand_lives_in_the_zone_of_its_account(
    shelf: Shelf, practice: Practice
) -> None:
    shelf.put(
        "at-home",
        f"""
name: at-home
description: Tells which zone it lives in.
schedule: {{at: "09:00", timezone: account}}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{practice.advertiser_id}", limit: 1}}
  - {{id: zone, set: {{variables: {{hour: "{{{{formatDate(now; 'Z')}}}}"}}}}}}
""",
    )
    ran = shelf.call("run", "at-home")
    shown = shelf.cli("executions", "show", ran.records[0]["execution"], "--json")

    assert 0 == ran.code, ran.err
    assert '"-08:00"' in shown.out

"""`adloom scenarios plan`, `plans` and `apply`, and what enabling asks for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.shelf import Shelf
from tests.seams.practice import Practice

PAUSE = """\
name: {name}
description: Switches an ad off.
schedule: {{every: 1 hour}}
limits: {{changes_per_run: 20}}
steps:
  - id: pause
    module: update_ad_status
    connection: practice
    params: {{advertiser_id: "{advertiser}", ad_id: "{ad}", status: DISABLE}}
  - id: note
    store: {{name: paused, operation: put, key: "{{{{pause.ad_id}}}}", value: 1}}
"""


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()


@pytest.fixture
async def running(practice: Practice) -> list[str]:
    return await practice.running_ads()


def pause(shelf: Shelf, name: str, ad: str) -> Path:
    advertiser = shelf.practice.advertiser_id
    return shelf.put(name, PAUSE.format(name=name, ad=ad, advertiser=advertiser))


def changes(practice: Practice) -> int:
    return sum(practice.simulator.effects.changes.values())


def switch(practice: Practice, cli: Cli, ad: str, status: str) -> None:
    done = cli("run", "update-ad-status", "--advertiser-id", practice.advertiser_id,
               "--ad-ids", ad, "--status", status, "--yes", "-c", "practice")  # fmt: skip
    assert 0 == done.code, done.err


def test_a_plan_shows_the_diff_and_changes_nothing(
    shelf: Shelf, practice: Practice, running: list[str]
) -> None:
    pause(shelf, "shown", running[0])
    before = changes(practice)

    planned = shelf.call("plan", "shown")

    [told] = planned.records
    [change] = told["changes"]
    assert 0 == planned.code, planned.err
    assert before == changes(practice)
    assert (running[0], "operation_status", "ENABLE", "DISABLE") == (
        change["id"],
        change["field"],
        change["old"],
        change["new"],
    )
    assert ["put"] == [one["operation"] for one in told["values"]]
    assert (1, 1) == (told["totals"]["changes"], told["totals"]["objects"])
    assert f"adloom scenarios apply {told['plan']}" in planned.err
    assert not shelf.cli("executions", "list", "--scenario", "shown").records


def test_it_is_kept_listed_and_shown_again(shelf: Shelf, running: list[str]) -> None:
    pause(shelf, "kept", running[0])
    [made] = shelf.call("plan", "kept").records
    shelf.call("plan", "kept", "--no-save")

    listed = shelf.call("plans", "kept").records
    again = shelf.call("plan", "--show", made["plan"])
    other = shelf.call("plan", "somethingelse", "--show", made["plan"])

    assert [made["plan"]] == [one["id"] for one in listed]
    assert [made] == again.records
    assert 2 == other.code
    assert "is of kept, not of somethingelse" in other.err


def test_a_dry_run_is_a_plan(shelf: Shelf, practice: Practice, running: list[str]) -> None:
    pause(shelf, "dry", running[0])
    before = changes(practice)

    ran = shelf.call("run", "dry", "--dry-run")

    assert 0 == ran.code, ran.err
    assert [running[0]] == [one["id"] for one in ran.records[0]["changes"]]
    assert before == changes(practice)


def test_a_file_that_lies_elsewhere_is_planned_and_not_kept(
    shelf: Shelf, tmp_path: Path, running: list[str]
) -> None:
    path = pause(shelf, "away", running[0])
    elsewhere = tmp_path / "away.yaml"
    elsewhere.write_text(path.read_text())
    path.unlink()

    planned = shelf.call("plan", str(elsewhere))

    assert 0 == planned.code, planned.err
    assert [running[0]] == [one["id"] for one in planned.records[0]["changes"]]
    assert "is none" in planned.err
    assert [] == shelf.call("plans", "away").records


def test_a_plan_is_applied_exactly_and_once(
    shelf: Shelf, cli: Cli, practice: Practice, running: list[str]
) -> None:
    pause(shelf, "apply", running[1])
    [made] = shelf.call("plan", "apply").records
    before = changes(practice)

    unasked = shelf.call("apply", made["plan"])
    applied = shelf.call("apply", made["plan"], "--yes")
    again = shelf.call("apply", made["plan"], "--yes")

    [told] = applied.records
    shown = cli("executions", "show", told["execution"]).records[0]
    assert (2, 0, 2) == (unasked.code, applied.code, again.code), applied.err
    assert "nobody is here to confirm" in unasked.err
    assert "a plan is applied once" in again.err
    assert before + 1 == changes(practice)
    assert ["pause", "note"] == [step["step"] for step in shown["steps"]]
    switch(practice, cli, running[1], "ENABLE")


def test_what_changed_since_is_held_and_told(
    shelf: Shelf, cli: Cli, practice: Practice, running: list[str]
) -> None:
    pause(shelf, "changed", running[2])
    [made] = shelf.call("plan", "changed").records
    switch(practice, cli, running[2], "DISABLE")
    before = changes(practice)

    refused = shelf.call("apply", made["plan"], "--only-if-unchanged", "--yes")
    held = shelf.call("apply", made["plan"], "--yes")

    assert (1, 1) == (refused.code, held.code)
    assert "Nothing was done" in refused.err
    assert "ENABLE → DISABLE, and now nothing" in refused.err
    assert "changed since it was planned" in held.err
    assert "planned and not done (pause)" in held.err
    assert before == changes(practice)
    cli("executions", "drop", held.records[0]["execution"], "--yes")
    switch(practice, cli, running[2], "ENABLE")


def test_a_plan_of_another_scenario_or_text_is_refused(shelf: Shelf, running: list[str]) -> None:
    path = pause(shelf, "edited", running[0])
    [made] = shelf.call("plan", "edited").records

    other = shelf.call("apply", made["plan"], "--scenario", "shown", "--yes")
    path.write_text(path.read_text().replace("DISABLE", "ENABLE"))
    edited = shelf.call("apply", made["plan"], "--yes")
    unknown = shelf.call("apply", "19990101", "--yes")

    assert (2, 2, 2) == (other.code, edited.code, unknown.code)
    assert "not of shown" in other.err
    assert "adloom scenarios plan edited" in edited.err
    assert "no plan named" in unknown.err


def test_a_watch_is_peeked_at_and_its_bundles_are_applied_once(shelf: Shelf) -> None:
    shelf.watch("peeked", limit=2)
    path = shelf.practice.folder / "scenarios" / "peeked.yaml"
    path.write_text(
        path.read_text().replace("    params: {adv", "    start: everything\n    params: {adv")
    )

    [first] = shelf.call("plan", "peeked").records
    [second] = shelf.call("plan", "peeked", "--limit", "1").records
    applied = shelf.call("apply", first["plan"], "--yes")
    stale = shelf.call("apply", second["plan"], "--yes")
    ran = shelf.call("run", "peeked")

    assert (2, 1) == (first["bundles"], second["bundles"])
    assert 0 == applied.code, applied.err
    assert 2 == stale.code
    assert "in the meantime" in stale.err
    keys = [one["key"] for one in first["values"]]
    steps = shelf.cli("executions", "show", ran.records[0]["execution"]).records[0]["steps"]
    told: list[Any] = [one["key"] for step in steps for one in step["output"] or [] if "key" in one]
    assert not set(keys) & set(told)


HOOK = """\
name: hooked
schedule: immediately
steps:
  - {id: request, module: watch_webhook}
  - id: note
    store: {name: seen, operation: put, key: "{{request.body.id}}", value: 1}
"""


def test_a_webhook_is_given_its_bundle(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("hooked", HOOK)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps([{"body": {"id": "b"}}, {"body": {"id": "c"}}]))

    nothing = shelf.call("plan", "hooked")
    typed = shelf.call("plan", "hooked", "--input", '{"body": {"id": "a"}}')
    filed = shelf.call("plan", "hooked", "--input", str(file))
    wrong = [shelf.call("plan", "hooked", "--input", one) for one in ("[1]", "{", "nowhere.json")]

    assert "would do nothing" in nothing.err
    assert ["a"] == [one["key"] for one in typed.records[0]["values"]]
    assert ["b", "c"] == [one["key"] for one in filed.records[0]["values"]]
    assert [2, 2, 2] == [one.code for one in wrong]


# --- enabling -------------------------------------------------------------------------------------


def test_enabling_what_nobody_has_planned_wants_a_yes(shelf: Shelf, running: list[str]) -> None:
    pause(shelf, "unseen", running[0])

    refused = shelf.call("enable", "unseen")
    enabled = shelf.call("enable", "unseen", "--yes")

    assert (2, 0) == (refused.code, enabled.code)
    assert "Nobody has seen what it would do" in refused.err
    shelf.call("disable", "unseen")


def test_enabling_what_was_planned_sums_the_plan_up(shelf: Shelf, running: list[str]) -> None:
    path = pause(shelf, "seen", running[0])
    [made] = shelf.call("plan", "seen").records

    enabled = shelf.call("enable", "seen")
    shelf.call("disable", "seen")
    path.write_text(path.read_text().replace("every: 1 hour", "every: 2 hours"))
    edited = shelf.call("enable", "seen")

    assert 0 == enabled.code, enabled.err
    assert f"Plan {made['plan']}" in enabled.err
    assert "1 change of 1 object" in enabled.err
    assert 2 == edited.code
    assert "Nobody has seen what it would do" in edited.err

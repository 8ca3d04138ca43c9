"""Limits on the command line: told before they bite, and what they parked decided upon."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli
from tests.cli.shelf import Shelf
from tests.seams.practice import Practice


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()


def limited(shelf: Shelf, name: str, limits: str, *, status: str = "DISABLE") -> None:
    path = shelf.pause(name, limit=3)
    text = path.read_text().replace("steps:\n", f"limits: {limits}\nsteps:\n", 1)
    path.write_text(text.replace("DISABLE", status))


def test_what_a_limit_parked_is_shown_let_through_and_dropped(shelf: Shelf) -> None:
    limited(shelf, "parking", "{changes_per_run: 1, on_limit: hold}")

    ran = shelf.call("run", "parking", "--yes")
    parked = shelf.cli("executions", "holds", "--json")
    first, second = parked.records
    refused = shelf.cli("executions", "release", first["operation_id"])
    released = shelf.cli("executions", "release", first["operation_id"], "--yes")
    dropped = shelf.cli("executions", "dismiss", second["operation_id"], "--yes")
    after = shelf.cli("executions", "holds", "--json")

    assert 1 == ran.code
    assert {"changes_per_run"} == {one["rail"] for one in parked.records}
    assert ("operation_status", "DISABLE") == (
        first["changes"][0]["field"],
        first["changes"][0]["new"],
    )
    assert (2, True) == (refused.code, "Add --yes" in refused.err)
    assert (0, 0) == (released.code, dropped.code)
    assert f"ad {first['changes'][0]['id']}: operation_status ENABLE → DISABLE" in released.err
    assert "is incomplete." in released.out
    assert "is done." in dropped.out
    assert [] == after.records


def test_a_name_nothing_is_parked_under_is_refused(shelf: Shelf) -> None:
    asked = shelf.cli("executions", "release", "20200101", "--yes")

    assert 2 == asked.code
    assert "adloom executions holds" in asked.err


def test_conflicts_are_shown_alone_and_where_scenarios_are_checked(shelf: Shelf) -> None:
    limited(shelf, "off-at-night", "{changes_per_run: 1}")
    limited(shelf, "on-in-the-morning", "{changes_per_run: 1, priority: 3}", status="ENABLE")

    alone = shelf.call("conflicts")
    data = shelf.call("conflicts", "off-at-night", "--json")
    checked = shelf.call("check")
    quiet = shelf.call("check", "off-at-night")

    assert "one lowers spending, the other raises it" in alone.out
    [one] = data.records
    assert (True, [0, 3]) == (one["opposing"], one["priorities"])
    assert [shelf.practice.advertiser_id] == one["steps"][0]["advertisers"]
    for told in (checked, quiet):
        assert 0 == told.code
        assert "may change the switch of the same objects" in told.out
        assert "off-at-night.yaml:" in told.out


def test_without_conflicts_that_is_said(shelf: Shelf) -> None:
    limited(shelf, "alone", "{changes_per_run: 1}")

    assert "No two steps can change" in shelf.call("conflicts").err


def test_the_requests_of_a_scenario_are_forecast_and_then_counted(shelf: Shelf) -> None:
    limited(shelf, "counted", "{changes_per_run: 3}")

    before = shelf.call("check", "counted")
    shelf.call("run", "counted", "--yes")
    after = shelf.call("check", "counted")

    assert "counted: about 13 requests a run, 24 runs a day: 312." in before.err
    assert "assuming 100 bundles of a listing without limit" in before.err
    assert "counted in 1 past run," in after.err


def test_enabling_says_what_raises_spending_what_it_meets_and_what_it_asks(shelf: Shelf) -> None:
    limited(shelf, "off", "{changes_per_run: 1}")
    limited(shelf, "on", "{changes_per_run: 1}", status="ENABLE")

    enabled = shelf.call("enable", "on", "--yes")

    assert 0 == enabled.code
    assert "May raise spending without asking (limits.spend_raising): pause" in enabled.err
    assert "may change the switch of the same objects" in enabled.err
    assert "on: about 13 requests a run" in enabled.err


def test_a_scenario_without_limits_is_warned_about(shelf: Shelf) -> None:
    shelf.pause("open-ended")

    checked = shelf.call("check", "open-ended")

    assert 0 == checked.code
    assert "no limit says how many at most" in checked.out
    assert "1 warning." in checked.err

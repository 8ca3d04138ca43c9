"""`adloom executions replay` and `record`, of scenarios that ran against the simulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.cli.executions_replay import _tell_one
from adloom.json_text import dump
from scheduler.comparing import Aspect, Difference
from tests.cli.conftest import Cli
from tests.cli.shelf import Shelf
from tests.seams.practice import Practice


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()


def ran(shelf: Shelf, name: str) -> str:
    """Run a scenario; the id of its execution."""
    done = shelf.call("run", name, "--yes", "--json")
    assert 0 == done.code, done.err
    [told] = done.records
    return str(told["execution"])


def effects(practice: Practice) -> bytes:
    return dump(practice.simulator.effects.as_json())


def test_an_execution_replayed_comes_to_the_same_and_asks_nothing(
    shelf: Shelf, cli: Cli, practice: Practice
) -> None:
    shelf.pause("again")
    execution = ran(shelf, "again")
    before = effects(practice)

    done = cli("executions", "replay", execution, "--json")

    [told] = done.records
    assert 0 == done.code, done.out
    assert (True, [], []) == (told["is_same"], told["differences"], told["no_record"])
    assert 3 == told["same"]
    assert before == effects(practice)


def test_todays_version_and_that_of_a_file_are_told_apart(
    shelf: Shelf, cli: Cli, tmp_path: Path
) -> None:
    path = shelf.pause("tomorrow")
    execution = ran(shelf, "tomorrow")
    path.write_text(
        path.read_text().replace("    module: update", "    disabled: true\n    module: update")
    )
    file = tmp_path / "other.yaml"
    file.write_text(path.read_text())

    then = cli("executions", "replay", execution)
    today = cli("executions", "replay", execution, "--today", "--json")
    other = cli("executions", "replay", execution, "--with", str(file), "--json")

    assert (0, 1, 1) == (then.code, today.code, other.code)
    assert today.out == other.out
    [told] = today.records
    assert not told["same_version"]
    assert [("done", "not reached")] * 2 == [
        (one["state"]["old"], one["state"]["new"]) for one in told["differences"]
    ]
    assert "2 would differ" in today.err


def test_wrong_input_is_refused(shelf: Shelf, cli: Cli, tmp_path: Path) -> None:
    shelf.search("plain")
    execution = ran(shelf, "plain")
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: broken\n")

    both = cli("executions", "replay", execution, "--today", "--with", str(broken))
    faulty = cli("executions", "replay", execution, "--with", str(broken))
    unknown = cli("executions", "replay", "nobody")

    assert [2, 2, 2] == [both.code, faulty.code, unknown.code]
    assert "broken.yaml" in faulty.err


def test_what_a_trigger_handed_on_is_walked_again(shelf: Shelf, cli: Cli) -> None:
    shelf.watch("watched")
    done = shelf.call("run", "watched", "--yes", "--json", "--everything")
    [told] = done.records

    replayed = cli("executions", "replay", told["execution"])

    assert 0 == replayed.code, replayed.err
    assert "2 steps the same" in replayed.err


def test_what_is_recorded_is_a_test_that_passes(shelf: Shelf, cli: Cli, tmp_path: Path) -> None:
    path = shelf.pause("taken-down")
    execution = ran(shelf, "taken-down")
    out = tmp_path / "taken-down.test.yaml"
    (tmp_path / path.name).write_text(path.read_text())

    made = cli("executions", "record", execution, "--out", str(out))
    tried = cli("scenarios", "test", str(out))
    again = cli("executions", "record", execution, "--out", str(out))
    odd = cli("executions", "record", execution, "--out", str(tmp_path / "odd.yaml"))

    assert (0, 0) == (made.code, tried.code), made.err + tried.out
    assert (2, 2) == (again.code, odd.code)
    assert "nothing was overwritten" in again.err


def test_what_a_watch_did_is_recorded_as_well(shelf: Shelf, cli: Cli, tmp_path: Path) -> None:
    path = shelf.watch("seen-once")
    (tmp_path / path.name).write_text(path.read_text())
    done = shelf.call("run", "seen-once", "--yes", "--json", "--everything")
    [told] = done.records

    out = tmp_path / "seen-once.test.yaml"
    made = cli("executions", "record", told["execution"], "--out", str(out))
    tried = cli("scenarios", "test", str(out))

    assert (0, 0) == (made.code, tried.code), made.err + tried.out + tried.err


def test_a_difference_reads_like_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    change = {"kind": "ad", "id": "17", "name": "Summer", "field": "budget", "old": 50, "unit": ""}
    aspects = (
        Aspect("state", "done", "dropped"),
        Aspect("changes", [{**change, "new": 60}], [{**change, "new": 65}]),
    )

    _tell_one(Difference("ads:0>pause", "pause", aspects))

    told = capsys.readouterr().out.splitlines()
    assert "  state: done → dropped" == told[0]
    assert ["  no longer:", "  ad 17 “Summer” budget: 50 → 60"] == told[1:3]
    assert ["  now:", "  ad 17 “Summer” budget: 50 → 65"] == told[3:]

"""`adloom stores`: what scenarios keep, seen and changed by hand."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli
from tests.seams.practice import Practice

SCENARIO = """\
name: counting
steps:
  - id: count
    store: {name: seen, operation: add, key: "{{now}}", value: 1}
"""


@pytest.fixture(autouse=True)
def empty(cli: Cli) -> Iterator[None]:
    yield
    for one in cli("stores", "list", "--json").records:
        cli("stores", "delete", one["store"], "--all")


def test_what_is_written_can_be_read_listed_and_deleted(cli: Cli) -> None:
    added = cli("stores", "set", "seen", "order 1", "twelve")
    changed = cli("stores", "set", "seen", "order 1", '{"n": 12}', "--json")
    value = cli("stores", "show", "seen", "order 1")
    listed = cli("stores", "show", "seen").records
    deleted = cli("stores", "delete", "seen", "order 1")

    assert ("Added.\n", "Changed.\n", "Deleted.\n") == (added.out, changed.out, deleted.out)
    assert '{"n":12}' == value.out.strip()
    assert [("order 1", {"n": 12})] == [(one["key"], one["value"]) for one in listed]
    assert "changed_at" in listed[0]
    assert 2 == cli("stores", "show", "seen", "order 1").code


def test_text_stays_text_unless_it_is_said_to_be_json(cli: Cli) -> None:
    cli("stores", "set", "seen", "a", "12")
    cli("stores", "set", "seen", "b", "12", "--json")

    assert '"12"' == cli("stores", "show", "seen", "a").out.strip()
    assert "12" == cli("stores", "show", "seen", "b").out.strip()
    refused = cli("stores", "set", "seen", "c", "{no", "--json")
    assert (2, True) == (refused.code, "JSON" in refused.err)


def test_keys_are_found_by_a_part_of_them_and_all_pages_are_shown(cli: Cli) -> None:
    for number in range(53):
        cli("stores", "set", "seen", f"Order {number:02}_{'%' if number == 7 else ''}", "x")

    assert 53 == len(cli("stores", "show", "seen").records)
    found = cli("stores", "show", "seen", "--contains", "order 1").records
    assert 10 == len(found)
    assert ["Order 07_%"] == [
        one["key"] for one in cli("stores", "show", "seen", "--contains", "_%").records
    ]


def test_stores_are_listed_with_the_scenarios_that_use_them(cli: Cli, practice: Practice) -> None:
    folder = practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "counting.yaml").write_text(SCENARIO)

    assert [{"store": "seen", "keys": 0, "scenarios": ["counting"]}] == cli(
        "stores", "list", "--json"
    ).records
    (folder / "counting.yaml").unlink()


def test_a_whole_store_is_deleted_only_when_that_is_said(cli: Cli) -> None:
    cli("stores", "set", "seen", "a", "1")
    refused = cli("stores", "delete", "seen")
    deleted = cli("stores", "delete", "seen", "--all")

    assert (2, 0) == (refused.code, deleted.code)
    assert "Deleted with 1 entry." in deleted.out
    assert [] == cli("stores", "list", "--json").records
    assert 2 == cli("stores", "delete", "seen", "--all").code


def test_what_cannot_be_a_key_is_refused(cli: Cli) -> None:
    assert 2 == cli("stores", "set", "seen", "", "x").code
    assert 2 == cli("stores", "set", "seen", "k" * 501, "x").code

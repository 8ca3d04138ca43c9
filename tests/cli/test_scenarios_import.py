"""`adloom scenarios import`: every module is told of; what is missing is never enabled."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from adloom.cli.main import adloom
from scenarios.loader import load_scenario_file
from tests.cli.conftest import Cli, Outcome
from tests.cli.shelf import Shelf
from tests.scenarios.blueprint.seams import blueprint, node
from tests.seams.checkout import ROOT
from tests.seams.practice import Practice


@pytest.fixture
def shelf(cli: Cli, practice: Practice) -> Iterator[Shelf]:
    made = Shelf(cli, practice)
    yield made
    made.clear()


class Import:
    """Imports blueprints, and takes away what was written."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf = shelf
        self.file = folder / "blueprint.json"

    def __call__(self, data: Any, *options: str) -> Outcome:
        self.file.write_text(data if isinstance(data, str) else json.dumps(data))
        made = self.shelf.call("import", str(self.file), *options)
        self.shelf._put += self.written()
        return made

    def written(self) -> list[Path]:
        return [*(self.shelf.practice.folder / "scenarios").glob("imported*.yaml")]


@pytest.fixture
def importing(shelf: Shelf, tmp_path: Path) -> Import:
    return Import(shelf, tmp_path)


def watching(practice: Practice) -> dict[str, Any]:
    """New ads that are written down: all of it can be translated."""
    account = {"__IMTCONN__": 12, "advertiser_ids": [practice.advertiser_id]}
    watch = node(1, "tiktok:watchAds", name="New ads", parameters=account)
    mapper = {"key": "{{1.ad_id}}", "data": {"name": "{{1.ad_name}}"}, "overwrite": True}
    keep = node(2, "datastore:AddRecord", mapper=mapper, parameters={"datastore": 5})
    schedule = {"type": "indefinitely", "interval": 900}
    return blueprint(watch, keep, name="Imported ads", scheduling=schedule)


def broken(practice: Practice) -> dict[str, Any]:
    """The same with a module nobody knows."""
    data = watching(practice)
    data["flow"].append(node(3, "airtable:ActionCreateRecord", name="Keep"))
    return data


def test_a_blueprint_becomes_a_scenario_that_can_be_checked_and_enabled(
    importing: Import, practice: Practice
) -> None:
    name = f"12={practice.connection.name}"
    made = importing(watching(practice), "--connection", name, "--timezone", "Europe/Berlin")

    [path] = importing.written()
    checked = importing.shelf.call("check", "Imported ads")
    enabled = importing.shelf.call("enable", "Imported ads", "--yes")
    disabled = importing.shelf.call("disable", "Imported ads")
    assert 0 == made.code, made.err
    assert "1 “New ads” (tiktok:watchAds): translated" in made.out
    assert "2 modules: " in made.out
    assert "imported-ads.yaml" == path.name
    assert 0o600 == path.stat().st_mode & 0o777
    assert "Imported ads" == load_scenario_file(path).name
    assert 0 == checked.code, checked.out
    assert 0 == enabled.code, enabled.err
    assert 0 == disabled.code


def test_it_is_disabled_until_somebody_enables_it(importing: Import, practice: Practice) -> None:
    importing(watching(practice))

    listed = importing.shelf.call("list", "--json")

    [told] = [one for one in listed.records if one["name"] == "Imported ads"]
    assert told["enabled"] is False


def test_nothing_is_written_where_something_essential_is_missing(
    importing: Import, practice: Practice
) -> None:
    made = importing(broken(practice))

    assert 2 == made.code
    assert "3 “Keep” (airtable:ActionCreateRecord): not translated, a gap to be filled" in made.out
    assert "adloom has no module for it" in made.out
    assert "nothing was written" in made.err
    assert "--force" in made.err
    assert [] == importing.written()


def test_by_force_it_is_written_and_cannot_be_enabled_before_its_gaps_are_filled(
    importing: Import, practice: Practice
) -> None:
    name = f"tiktok={practice.connection.name}"
    made = importing(broken(practice), "--force", "--connection", name)

    [path] = importing.written()
    refused = importing.shelf.call("enable", "Imported ads", "--yes")
    ran = importing.shelf.call("run", "Imported ads")
    text = path.read_text()
    path.write_text(text[: text.index("  # GAP: module 3")])
    filled = importing.shelf.call("enable", "Imported ads", "--yes")
    importing.shelf.call("disable", "Imported ads")
    assert 0 == made.code, made.err
    assert (2, 2) == (refused.code, ran.code)
    assert "there is no scenario 'gap at module 3 (airtable:ActionCreateRecord)'" in refused.err
    assert 0 == filled.code, filled.err


def test_an_imported_scenario_runs(importing: Import, practice: Practice) -> None:
    """Search, filter, route, list, aggregate, variable: the engine takes what was translated."""
    account = {"__IMTCONN__": 1, "advertiser_id": practice.advertiser_id, "limit": "3"}
    hot = {"name": "Named", "conditions": [[{"a": "{{1.ad_name}}", "o": "exist"}]]}
    counted = {"name": "signs", "value": "{{length(4.array)}}", "scope": "execution"}
    flow = [
        node(1, "tiktok:searchAds", parameters=account),
        node(2, "builtin:BasicRouter", mapper=None, routes=[
            {"flow": [
                node(3, "builtin:BasicFeeder", filter=hot,
                     mapper={"array": "{{split(1.ad_name; emptystring)}}"}),
                node(4, "builtin:BasicAggregator", parameters={"feeder": 3},
                     mapper={"sign": "{{3.value}}"}),
                node(5, "util:SetVariable2", mapper=counted),
            ]},
            {"flow": [node(6, "datastore:ExistRecord", mapper={"key": "{{1.ad_id}}"})]},
        ]),
    ]  # fmt: skip

    made = importing(blueprint(*flow, name="Imported run"),
                     "--connection", f"1={practice.connection.name}")  # fmt: skip
    ran = importing.shelf.call("run", "Imported run")

    assert 0 == made.code, made.err
    assert 0 == ran.code, ran.err


def test_connections_that_nobody_named_are_asked_for_by_the_check(
    importing: Import, practice: Practice
) -> None:
    importing(watching(practice))

    checked = importing.shelf.call("check", "Imported ads")

    assert 2 == checked.code
    assert "there is no connection 'choose-tiktok-business'" in checked.out


def test_programs_get_the_report_as_json_lines(importing: Import, practice: Practice) -> None:
    made = importing(broken(practice), "--json")

    modules = [one for one in made.records if one["what"] == "node"]
    assert [1, 2, 3] == [one["id"] for one in modules]
    assert ["flow[0]", "flow[1]", "flow[2]"] == [one["place"] for one in modules]
    assert [False, False, True] == [one["gap"] for one in modules]
    assert "not translated" == modules[2]["verdict"]


def test_a_name_that_is_taken_asks_for_another(importing: Import, practice: Practice) -> None:
    importing(watching(practice))
    [path] = importing.written()
    before = path.read_text()

    again = importing(watching(practice))
    elsewhere = importing(
        {**watching(practice), "name": "imported: ads"}, "--name", "Imported, ads"
    )
    path.rename(path.with_name("imported-other.yaml"))
    renamed = importing(watching(practice))
    other = importing(watching(practice), "--name", "Imported twice")

    assert (2, 2, 2, 0) == (again.code, elsewhere.code, renamed.code, other.code)
    assert "nothing was overwritten" in again.err
    assert "There is a scenario named 'Imported ads' already." in renamed.err
    assert all("--name" in one.err for one in (again, elsewhere, renamed))
    assert before == path.with_name("imported-other.yaml").read_text()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("not JSON", "not JSON"),
        ('{"name": "Imported x", "flow": []}', "flow: has no modules"),
        ('{"name": "Imported x", "flow": [{"id": 1, "module": "a:b", "mapper": {"x": "{{2.y}}"}}]}',
         "flow[0].mapper.x: {{2.…}}"),
        (" " * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)  # fmt: skip
def test_bad_input_is_told_with_its_place_and_nothing_is_written(
    importing: Import, data: str, said: str
) -> None:
    made = importing(data, "--force")

    assert 2 == made.code
    assert said in made.err
    assert "" == made.out
    assert [] == importing.written()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--connection", "acme"), "does not say which connection"),
        (("--connection", "=x"), "does not say which connection"),
        (("--connection", "12=a", "--connection", "12=b"), "twice"),
        (("--connection", "99=a"), "This blueprint has no connection '99'"),
        (("--timezone", "Mars"), "no time zone"),
        (("--name", "a/b"), "cannot be the name"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    importing: Import, practice: Practice, options: tuple[str, ...], said: str
) -> None:
    made = importing(watching(practice), *options)

    assert 2 == made.code
    assert said in made.err
    assert [] == importing.written()


@pytest.mark.parametrize("name", ["nowhere.json", "", "\0"])
def test_a_file_that_cannot_be_read_is_told(shelf: Shelf, tmp_path: Path, name: str) -> None:
    made = shelf.call("import", str(tmp_path / name) if name != "\0" else name)

    assert 2 == made.code


def test_names_of_strangers_play_no_tricks_on_a_terminal(
    importing: Import, practice: Practice
) -> None:
    data = watching(practice)
    data["flow"].append(
        node(3, "strange:Thing", name="\x1b[2J\u202egone\x07", mapper={"\x1b]0;x": "y"})
    )

    made = importing(data, "--force")

    [path] = importing.written()
    assert 0 == made.code, made.err
    assert not {"\x1b", "\u202e", "\x07"} & set(made.out + path.read_text())


def test_every_command_line_of_the_page_can_be_parsed() -> None:
    page = (ROOT / "docs" / "import.md").read_text()
    lines = [one for one in page.split("\n") if one.startswith("adloom scenarios import")]
    context = click.Context(adloom, info_name="adloom")
    group = adloom.get_command(context, "scenarios")
    assert isinstance(group, click.Group)
    command = group.get_command(context, "import")

    assert lines
    assert command is not None
    for one in lines:
        command.make_context("import", shlex.split(one)[3:])

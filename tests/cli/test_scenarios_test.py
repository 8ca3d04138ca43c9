"""`adloom scenarios test`: without an account, a network or a workspace."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.seams.checkout import ROOT

SCENARIO = """\
name: pause
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {advertiser_id: "7100000000000000001"}
  - id: tell
    module: notify
    connection: team
    params: {text: "{{ads.ad_name}}"}
"""
SOUND = """\
# Kept.
cases:
  - name: An ad is told
    given: {answers: {ads: [{ad_id: "17", ad_name: Summer}]}}
    expect: {notices: [{text: Summer}]}   # this too
  - name: Nothing is nothing
    given: {answers: {ads: []}}
    expect: {}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that was never opened: it has no databases and no key."""
    (tmp_path / "adloom.toml").write_text("")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "pause.yaml").write_text(SCENARIO)
    (tmp_path / "scenarios" / "pause.test.yaml").write_text(SOUND)
    return tmp_path


def test_tests_of_a_workspace_that_has_never_been_opened_are_run(bare: Cli, folder: Path) -> None:
    done = bare("--workspace", str(folder), "scenarios", "test")

    assert 0 == done.code, done.err
    assert ["ok     pause: An ad is told", "ok     pause: Nothing is nothing"] == (
        done.out.splitlines()
    )
    assert "2 tests: 2 ok." in done.err
    assert ["adloom.toml", "scenarios"] == sorted(one.name for one in folder.iterdir())


def test_a_file_may_be_named_by_its_path_where_there_is_no_workspace(
    bare: Cli, folder: Path
) -> None:
    (folder / "adloom.toml").unlink()

    found = bare("scenarios", "test", str(folder / "scenarios" / "pause.test.yaml"))
    lost = bare("--workspace", str(folder), "scenarios", "test")

    assert 0 == found.code
    assert (2, True) == (lost.code, "Name a file of tests" in lost.err)


def test_a_test_that_fails_is_told_with_its_place(bare: Cli, folder: Path) -> None:
    file = folder / "scenarios" / "pause.test.yaml"
    file.write_text(SOUND.replace("text: Summer", "text: Winter"))

    done = bare("--workspace", str(folder), "scenarios", "test", "pause")
    told = bare("--workspace", str(folder), "scenarios", "test", "pause", "--json")

    assert 1 == done.code
    assert f"{file}:5:24: notices[1]: " in done.out
    assert "1 failed" in done.err
    assert [False, True] == [one["ok"] for one in told.records]
    assert 5 == told.records[0]["mismatches"][0]["line"]


def test_a_file_with_faults_is_told_and_the_others_are_run(bare: Cli, folder: Path) -> None:
    (folder / "scenarios" / "other.test.yaml").write_text(
        SOUND.replace("cases:", "scenario: pause\ncases:").replace("ads:", "asd:")
    )

    done = bare("--workspace", str(folder), "scenarios", "test", "--json")

    faults = [one for one in done.records if "severity" in one]
    assert 2 == done.code
    assert {"did you mean ads?"} == {one["hint"] for one in faults}
    assert 2 == sum(one.get("ok", False) for one in done.records)


def test_update_writes_down_what_happened_and_keeps_the_rest(bare: Cli, folder: Path) -> None:
    file = folder / "scenarios" / "pause.test.yaml"
    file.write_text(SOUND.replace("text: Summer", "text: Winter"))

    done = bare("--workspace", str(folder), "scenarios", "test", "--update")
    again = bare("--workspace", str(folder), "scenarios", "test")

    text = file.read_text()
    assert (0, 0) == (done.code, again.code), again.out
    assert "Summer" in text
    assert text.startswith("# Kept.")
    assert text.endswith(SOUND[SOUND.index("  - name: Nothing") :])


def test_what_has_no_answer_cannot_be_updated(bare: Cli, folder: Path) -> None:
    file = folder / "scenarios" / "pause.test.yaml"
    text = SOUND.replace('ads: [{ad_id: "17", ad_name: Summer}]', "")
    file.write_text(text)

    done = bare("--workspace", str(folder), "scenarios", "test", "--update")

    assert 1 == done.code
    assert "ads has no answer" in done.out
    assert text == file.read_text()


def test_an_unknown_name_is_refused_with_a_suggestion(bare: Cli, folder: Path) -> None:
    done = bare("--workspace", str(folder), "scenarios", "test", "pasue")

    assert 2 == done.code
    assert "Did you mean pause?" in done.err


def test_a_file_of_tests_is_no_scenario(bare: Cli, folder: Path) -> None:
    checked = bare("--workspace", str(folder), "scenarios", "check", "--json")

    assert "pause.test.yaml" not in checked.out
    assert "1 scenario:" in checked.err


def test_the_ready_scenarios_pass_their_tests(bare: Cli) -> None:
    files = sorted((ROOT / "scenarios" / "examples").glob("*.test.yaml"))

    done = bare("scenarios", "test", *map(str, files), "--json")

    assert 0 == done.code, done.out
    assert len(files) >= 6
    assert {one.name for one in files} == {Path(one["file"]).name for one in done.records}


def test_each_expectation_of_the_ready_scenarios_matters(bare: Cli, tmp_path: Path) -> None:
    for scenario in (ROOT / "scenarios" / "examples").glob("*.yaml"):
        (tmp_path / scenario.name).write_text(scenario.read_text())
    file = tmp_path / "pause-expensive-ads.test.yaml"
    text = file.read_text()
    others = {
        "new: DISABLE": "new: ENABLE",
        "dropped: 2": "dropped: 1",
        "after 50.01": "after 50",
        "conversion: 3": "conversion: 0",
        "operation_status: ENABLE}\n    expect": "operation_status: DISABLE}\n    expect",
    }
    for old, new in others.items():
        assert old in text
        file.write_text(text.replace(old, new))

        done = bare("scenarios", "test", str(file), "--json")

        assert (1, False) == (done.code, all(one["ok"] for one in done.records)), old

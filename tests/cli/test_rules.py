"""Rules on the command line: made into scenarios, brought over from TikTok, and back there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.stage import Simulator
from adloom.services.templates import example_rules
from scenarios.loader import load_scenario, load_scenario_file
from tests.cli.conftest import Cli
from tests.seams.practice import Practice

ACCOUNT = "7100000000000000001"
RULE = """\
# My own words.
rule: tried on the account
account: "{account}"
connection: practice
apply_to: {{level: ad, which: all active}}
when:
  - {{metric: cost, is: "> {amount}", over: today}}
then: [turn off]
frequency: once in 24 hours
notify: never
limits: {{share_of_active_ads: 100 %}}
"""


@pytest.fixture
def places(practice: Practice) -> Iterator[tuple[Path, Path]]:
    """The folders of rules and scenarios; what was written there is taken away."""
    rules, scenarios = practice.folder / "rules", practice.folder / "scenarios"
    yield rules, scenarios
    for folder in (rules, scenarios):
        for path in folder.glob("*.yaml") if folder.is_dir() else ():
            path.unlink()


def put(folder: Path, text: str, name: str = "tried") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def rule(practice: Practice, amount: int = 50) -> str:
    return RULE.format(account=practice.advertiser_id, amount=amount)


@pytest.mark.parametrize("name", example_rules())
def test_a_ready_rule_is_shown_as_the_scenario_it_becomes(cli: Cli, name: str) -> None:
    shown = cli("scenarios", "from-rule", name, "--show")

    assert shown.code == 0
    assert load_scenario(shown.out).name == name


def test_a_ready_rule_becomes_a_rule_and_a_scenario_of_ones_own(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    own = ["--advertiser-id", practice.advertiser_id, "--connection", "practice", "--tell", "team"]
    made = cli("scenarios", "from-rule", "pause-costly-ads", *own)
    rules, scenarios = places

    assert made.code == 0, made.err
    kept = (rules / "pause-costly-ads.yaml").read_text()
    assert f'account: "{practice.advertiser_id}"' in kept
    assert "# all of it has to hold" in kept
    assert load_scenario_file(scenarios / "pause-costly-ads.yaml").name == "pause-costly-ads"
    checked = cli("scenarios", "check", "pause-costly-ads")
    assert "team" in checked.out


def test_a_rule_that_was_changed_is_made_anew_and_one_that_was_not_stays(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    rules, scenarios = places
    put(rules, rule(practice))
    outs = [cli("scenarios", "from-rule", "tried").out for _ in range(2)]
    put(rules, rule(practice, 70))
    outs.append(cli("scenarios", "from-rule", "tried").out)

    said = ["written, and disabled", "as it was", "made anew"]
    assert all(word in out for word, out in zip(said, outs, strict=True))
    assert "> 70" in (scenarios / "tried-on-the-account.yaml").read_text()


def test_a_scenario_that_was_changed_by_hand_is_not_overwritten_unless_asked(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    rules, scenarios = places
    put(rules, rule(practice))
    cli("scenarios", "from-rule", "tried")
    path = scenarios / "tried-on-the-account.yaml"
    path.write_text(path.read_text().replace("changes_per_run: 50", "changes_per_run: 5"))
    refused = cli("scenarios", "from-rule", "tried")

    assert refused.code == 2
    assert "changed by hand" in refused.err
    assert "changes_per_run: 5\n" in path.read_text()
    assert cli("scenarios", "from-rule", "tried", "--force").code == 0
    assert "changes_per_run: 50\n" in path.read_text()


def test_a_rule_switches_off_what_it_is_about_and_remembers(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    """On the simulator: against what its own reports say."""
    rules, _ = places
    platform = Simulator(practice.simulator.url)
    [costly] = platform.running_ads(practice.advertiser_id, 1)
    platform.spend(costly, 9000)
    put(rules, rule(practice, 8500))
    assert cli("scenarios", "from-rule", "tried").code == 0
    name = "tried on the account"
    planned = cli("scenarios", "plan", name)
    assert planned.code == 0, planned.err
    assert f"{costly}" in planned.out
    runs = [cli("scenarios", "run", name, "--yes") for _ in range(2)]

    assert [0, 0] == [one.code for one in runs], runs[0].out + runs[0].err
    ad = cli(
        "run", "get-ad", "--advertiser-id", practice.advertiser_id, "--ad-id", costly, "--json"
    ).records[0]
    assert ad["operation_status"] == "DISABLE"
    assert 1 == practice.simulator.effects.as_json()["objects"][costly]


def test_what_was_done_once_is_not_done_again_by_a_later_process(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    account = ["--advertiser-id", practice.advertiser_id]
    groups = cli("run", "list-ad-groups", *account, "--limit", "0", "--json").records
    group = next(one for one in groups if one["budget_mode"] == "BUDGET_MODE_DAY")
    text = rule(practice).replace(
        "level: ad, which: all active",
        f"""level: ad group,
  ids: ["{group["adgroup_id"]}"]""",
    )
    text = text.replace("then: [turn off]", "then: [{daily_budget: {decrease: 10 %}}]")
    text = text.replace("once in 24 hours", "once").replace('"> 50"', '">= 0"')
    put(places[0], text)
    assert cli("scenarios", "from-rule", "tried").code == 0
    for _ in range(2):
        done = cli("scenarios", "run", "tried on the account", "--yes")
        assert done.code == 0, done.out + done.err

    chosen = ["--adgroup-ids", group["adgroup_id"], "--json"]
    [now] = cli("run", "list-ad-groups", *account, *chosen).records
    assert round(float(group["budget"]) * 0.9, 2) == float(now["budget"])


def test_what_may_raise_spending_is_parked_once_and_not_at_every_check(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    account = ["--advertiser-id", practice.advertiser_id]
    groups = cli("run", "list-ad-groups", *account, "--limit", "0", "--json").records
    group = [one for one in groups if one["budget_mode"] == "BUDGET_MODE_DAY"][-1]
    chosen = f"""level: ad group, ids: ["{group["adgroup_id"]}"]"""
    text = rule(practice).replace("level: ad, which: all active", chosen)
    text = text.replace("then: [turn off]", "then: [{daily_budget: {increase: 10 %}}]")
    text = text.replace("frequency: once in 24 hours\n", "").replace('"> 50"', '">= 0"')
    put(places[0], text)
    assert cli("scenarios", "from-rule", "tried").code == 0
    parked = []
    for _ in range(2):
        cli("scenarios", "run", "tried on the account", "--yes")
        parked.append(len(cli("executions", "holds", "--json").records))

    assert [1, 1] == parked
    own = ["--adgroup-ids", group["adgroup_id"], "--json"]
    [now] = cli("run", "list-ad-groups", *account, *own).records
    assert group["budget"] == now["budget"]


def test_rules_go_to_tiktok_and_come_back(
    cli: Cli, practice: Practice, places: tuple[Path, Path], tmp_path: Path
) -> None:
    rules, _ = places
    text = rule(practice).replace("limits: {share_of_active_ads: 100 %}\n", "")
    put(rules, text)
    out = tmp_path / "body.json"
    assert cli("scenarios", "export-rule", "tried", "--out", str(out)).code == 0
    sent = cli("call", "POST", "/optimizer/rule/create/", "-d", f"@{out}", "--yes")
    assert sent.code == 0, sent.err
    own = ["--advertiser-id", practice.advertiser_id, "--connection", "practice"]
    brought = cli("scenarios", "import-rules", *own, "--json")

    assert brought.code == 0, brought.err
    [told] = [one for one in brought.records if one["name"] == "tried on the account"]
    assert told["lost"] == []
    again = cli("scenarios", "export-rule", told["file"])
    assert json.loads(out.read_text()) == json.loads(again.out)


GOOD: dict[str, Any] = {
    "rule_id": "7300000000000000009",
    "name": "Good",
    "apply_objects": [{"dimension": "AD", "pre_condition_type": "ALL_ACTIVE_AD"}],
    "conditions": [{"subject_type": "NO_CONDITION"}],
    "actions": [{"subject_type": "TURN_OFF"}],
    "rule_exec_info": {"exec_time_type": "PER_HALF_HOUR"},
    "notification": {"notification_type": "NOT_NOTIFICATION"},
}


def test_a_file_of_a_listing_is_brought_over_and_what_cannot_be_is_told(
    cli: Cli, places: tuple[Path, Path], tmp_path: Path
) -> None:
    bad = {**GOOD, "name": "Bad", "conditions": [{"subject_type": "MOON"}]}
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"data": {"list": [GOOD, bad]}}))
    told = cli("scenarios", "import-rules", "--file", str(file), "--json")

    assert told.code == 1
    assert [True, False] == [bool(one["file"]) for one in told.records]
    assert "MOON" in told.records[1]["lost"][0]
    assert "2 rules: 1 brought over, 1 not." in told.err
    assert ["good.yaml"] == [path.name for path in places[0].glob("*.yaml")]


def test_the_same_rule_is_not_written_twice_and_another_of_its_name_beside_it(
    cli: Cli, places: tuple[Path, Path], tmp_path: Path
) -> None:
    file = tmp_path / "rules.json"
    for rows in ([GOOD], [GOOD], [{**GOOD, "actions": [{"subject_type": "MESSAGE"}]}]):
        file.write_text(json.dumps(rows))
        assert cli("scenarios", "import-rules", "--file", str(file)).code == 0

    assert {"good.yaml", "good-2.yaml"} == {path.name for path in places[0].glob("*.yaml")}


BAD: list[tuple[list[str], str]] = [
    (["from-rule", "pause-costly-adds"], "pause-costly-ads"),
    (["export-rule", "nothing-of-the-kind"], "There are"),
    (["import-rules"], "--advertiser-id"),
    (["import-rules", "--file", "not-there.json"], "cannot be read"),
]


@pytest.mark.parametrize(("arguments", "hint"), BAD)
def test_wrong_input_is_told_with_a_way_out(cli: Cli, arguments: list[str], hint: str) -> None:
    refused = cli("scenarios", *arguments)

    assert refused.code == 2
    assert hint in refused.err


@pytest.mark.parametrize("text", ["{", "[1]", '{"list": 5}', '"rules"', '{"a": NaN}'])
def test_a_file_that_holds_no_rules_is_refused(cli: Cli, tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.json"
    file.write_text(text)
    refused: Any = cli("scenarios", "import-rules", "--file", str(file))

    assert refused.code == 2
    assert "rules.json" in refused.err


def test_a_rule_that_tiktok_cannot_do_is_not_exported(
    cli: Cli, practice: Practice, places: tuple[Path, Path]
) -> None:
    put(places[0], rule(practice))
    refused = cli("scenarios", "export-rule", "tried")

    assert refused.code == 2
    assert "limits: TikTok has none of them" in refused.err

"""Changing things from the command line: each family of actions once, against the simulator."""

import asyncio
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from adloom.simulator import Options, Running
from tests.cli.conftest import Cli, Outcome
from tests.seams.practice import Practice, practise

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000100000001000802000000") + b"x" * 900
CLIP = b"\x00\x00\x00\x18ftypmp42" + b"x" * 20_000


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """An account of its own: what is changed here is seen nowhere else."""
    folder = tmp_path_factory.mktemp("changes") / "workspace"
    with Running(Options(port=0, ads=240, seed=11, speed=0)) as simulator:
        yield asyncio.run(practise(simulator, folder, deadline=2, lag=0.2))


@pytest.fixture
def run(cli: Cli, practice: Practice) -> Cli:
    """`adloom run MODULE` in the large account."""

    def call(module: str, *arguments: str) -> Outcome:
        return cli("run", module, "--advertiser-id", practice.advertiser_id, *arguments)

    return call


def campaigns(run: Cli, **wanted: Any) -> list[dict[str, Any]]:
    """Campaigns that are switched on, with these values."""
    rows = run("list-campaigns", "--limit", "0").records
    wanted = {"operation_status": "ENABLE", "campaign_automation_type": "MANUAL", **wanted}
    return [row for row in rows if all(row.get(name) == wanted[name] for name in wanted)]


def groups_of(run: Cli, campaign: dict[str, Any]) -> list[dict[str, Any]]:
    return run("list-ad-groups", "--limit", "0", "--campaign-id", campaign["campaign_id"]).records


def effects(practice: Practice, identity: str) -> int:
    found: int = practice.simulator.effects.as_json()["objects"].get(identity, 0)
    return found


def test_campaigns_are_switched_with_smart_plus_ones_among_them(
    run: Cli, practice: Practice
) -> None:
    plain = campaigns(run)[0]["campaign_id"]
    smart = campaigns(run, campaign_automation_type="UPGRADED_SMART_PLUS")[0]["campaign_id"]
    command = ["--campaign-ids", f"{plain},{smart}", "--status", "DISABLE", "--yes"]

    first, again = (run("update-campaign-status", *command) for _ in range(2))

    assert (first.code, again.code) == (0, 0), first.err
    assert [row["changed"] for row in (*first.records, *again.records)] == [
        True,
        True,
        False,
        False,
    ]
    assert (effects(practice, plain), effects(practice, smart)) == (1, 1)


def test_ad_groups_of_reach_and_frequency_campaigns_stay_as_they_are(
    run: Cli, practice: Practice
) -> None:
    [booked, *_] = campaigns(run, rf_campaign_type="STANDARD")
    group = groups_of(run, booked)[0]["adgroup_id"]

    shown = run("update-ad-group-status", "--ad-group-id", group, "--status", "DISABLE", "--yes")

    assert shown.code == 1
    assert "Reach & Frequency" in shown.err
    assert effects(practice, group) == 0


def test_ad_groups_are_switched(run: Cli, practice: Practice) -> None:
    group = groups_of(run, campaigns(run)[1])[0]
    status = "DISABLE" if group["operation_status"] == "ENABLE" else "ENABLE"

    shown = run("update-ad-group-status", "--adgroup-id", group["adgroup_id"], "--status", status,
                "--yes")  # fmt: skip

    assert [row["after"] for row in shown.records] == [status], shown.err
    assert effects(practice, group["adgroup_id"]) == 1


def test_a_campaign_budget_is_raised_by_a_share_and_shown_in_its_currency(run: Cli) -> None:
    campaign = campaigns(run, budget_mode="BUDGET_MODE_DAY")[0]
    command = ["--campaign-id", campaign["campaign_id"], "--budget", "+20 %"]

    dry = run("update-campaign-budget", *command, "--dry-run")
    shown = run("update-campaign-budget", *command, "--yes")

    old, new = campaign["budget"], campaign["budget"] * 1.2
    assert f"budget: {old:.2f} → {new:.2f} " in dry.err
    assert dry.records[0]["unit"]
    assert [(row["before"], row["after"]) for row in shown.records] == [(old, new)], shown.err
    assert campaigns(run, campaign_id=campaign["campaign_id"])[0]["budget"] == new


def test_a_campaign_without_a_budget_is_told_so(run: Cli) -> None:
    endless = campaigns(run, budget_mode="BUDGET_MODE_INFINITE")[0]["campaign_id"]

    shown = run("update-campaign-budget", "--campaign-id", endless, "--budget", "50", "--yes")

    assert shown.code == 1
    assert "Without a budget of their own" in shown.err
    assert "update-ad-group-budget" in shown.err


def test_ad_group_budgets_are_lowered_but_not_below_a_bound(
    run: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the hour, it is not the last minutes of the account's day.
    monkeypatch.setattr("modules.records.accounts.LOCKED_FROM", timedelta(days=2))
    monkeypatch.setattr("adloom.simulator.making.budgets.LOCKED_FROM", time.max)
    groups = [group for campaign in campaigns(run)[:3] for group in groups_of(run, campaign)]
    ids = ",".join(group["adgroup_id"] for group in groups)

    shown = run("update-ad-group-budget", "--adgroup-ids", ids, "--budget", "-50 %",
                "--at-least", "60", "--yes")  # fmt: skip

    expected = [min(group["budget"], max(group["budget"] / 2, 60)) for group in groups]
    assert [row["after"] for row in shown.records] == expected, shown.err


# --- creations ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "summer.mp4"
    path.write_bytes(CLIP)
    return path


def upload(run: Cli, clip: Path) -> str:
    shown = run("upload-video", "--file", str(clip), "--yes")
    assert shown.code == 0, shown.err
    return str(shown.records[0]["video_id"])


def new_ad(run: Cli, clip: Path, name: str) -> list[str]:
    group = groups_of(run, campaigns(run)[2])[0]["adgroup_id"]
    return ["--adgroup-id", group, "--ad-name", name, "--identity-type", "TT_USER",
            "--identity-id", "7000000000000000001", "--video-id", upload(run, clip),
            "--ad-text", "Now with cheese", "--landing-page-url", "https://shop.example.com/",
            "--yes"]  # fmt: skip


def test_an_image_is_uploaded_once(run: Cli, tmp_path: Path, practice: Practice) -> None:
    (tmp_path / "summer.png").write_bytes(PNG)
    command = ["--file", str(tmp_path / "summer.png"), "--yes"]

    first, again = (run("upload-image", *command) for _ in range(2))

    assert (first.code, again.code) == (0, 0), first.err
    assert [first.records[0]["uploaded"], again.records[0]["uploaded"]] == [True, False]
    assert first.records[0]["image_id"] == again.records[0]["image_id"]
    assert effects(practice, first.records[0]["image_id"]) == 1


def test_an_ad_is_made_from_an_uploaded_video_and_then_changed(run: Cli, clip: Path) -> None:
    made = run("create-ad", *new_ad(run, clip, "Summer"))
    assert made.code == 0, made.err
    ad_id = made.records[0]["ad_id"]

    text = run("update-ad", "--ad-id", ad_id, "--ad-text", "Now with ham", "--yes")
    button = run("update-ad", "--ad-id", ad_id, "--call-to-action", "SHOP_NOW", "--yes")
    [ad] = run("get-ad", "--ad-id", ad_id).records

    assert (text.code, button.code) == (0, 0), button.err
    assert made.records[0]["operation_status"] == "DISABLE"
    assert (ad["ad_text"], ad["call_to_action"]) == ("Now with ham", "SHOP_NOW")
    assert ad["landing_page_url"] == "https://shop.example.com/"
    assert ad["video_id"] == made.records[0]["video_id"]


def test_a_campaign_and_an_ad_group_are_made_for_it(run: Cli, practice: Practice) -> None:
    campaign = run("create-campaign", "--campaign-name", "Summer", "--objective", "TRAFFIC",
                   "--yes")  # fmt: skip
    assert campaign.code == 0, campaign.err
    campaign_id = campaign.records[0]["campaign_id"]
    place = ["--campaign-id", campaign_id, "--adgroup-name", "Berlin", "--location-ids", "6547539"]

    group = run("create-ad-group", *place, "--optimization-goal", "CLICK", "--billing-event", "CPC",
                "--budget", "49.90", "--yes")  # fmt: skip
    without = run("create-ad-group", *place, "--optimization-goal", "CLICK", "--billing-event",
                  "CPC", "--yes")  # fmt: skip

    assert group.code == 0, group.err
    [row] = groups_of(run, campaign.records[0])
    assert (row["adgroup_name"], row["budget"]) == ("Berlin", 49.9)
    assert row["operation_status"] == campaign.records[0]["operation_status"] == "DISABLE"
    assert effects(practice, row["adgroup_id"]) == 1
    assert without.code == 2
    assert "budget: is required" in without.err


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_ad_is_made_once_although_its_answer_is_lost(
    when: str, run: Cli, clip: Path, practice: Practice
) -> None:
    command = new_ad(run, clip, f"Lost {when}")
    practice.simulator.faults.add(
        [{"kind": "reset", "path": "/ad/create/", "when": when, "times": 1}]
    )

    made = run("create-ad", *command)

    assert made.code == 0, made.err
    assert effects(practice, made.records[0]["ad_id"]) == 1
    named = run("search-ads", "--limit", "0", "--name-contains", f"Lost {when}").records
    assert [row["ad_id"] for row in named] == [made.records[0]["ad_id"]]

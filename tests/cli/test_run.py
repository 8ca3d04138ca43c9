"""`adloom run`: what a user sees of modules, and what faults look like from outside."""

import asyncio
import json
from pathlib import Path

import pytest

from adloom.cli.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from scheduler.records import Status
from tests.cli.conftest import Cli, Outcome
from tests.seams.practice import Practice, practise


def search(cli: Cli, practice: Practice, *more: str) -> list[str]:
    shown = cli("run", "search-ads", "--advertiser-id", practice.advertiser_id, *more)
    assert shown.code == 0, shown.err
    return [row["ad_id"] for row in shown.records]


async def ordinary_ad(practice: Practice) -> str:
    return (await practice.running_ads())[0]


def test_a_search_writes_json_lines_into_a_pipe(cli: Cli, practice: Practice) -> None:
    shown = cli("run", "search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "3")

    assert shown.code == 0
    assert len(shown.records) == 3
    assert all(isinstance(row["ad_id"], str) for row in shown.records)


def test_zero_means_all(cli: Cli, practice: Practice) -> None:
    found = search(cli, practice, "--limit", "0", "--status", "STATUS_ALL")

    assert len(found) == len(set(found)) == 240


def test_names_of_every_kind_come_through_whole(cli: Cli, practice: Practice) -> None:
    shown = cli("run", "search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "0")

    names = " ".join(row["ad_name"] for row in shown.records)
    assert "=HYPERLINK(" in names
    assert "<script>" in names
    assert any("\u0590" <= letter <= "\u06ff" for letter in names)
    assert any(letter > "\U0001f000" for letter in names)


async def test_a_dry_run_shows_the_change_and_makes_none(practice: Practice, cli: Cli) -> None:
    ad_id = await ordinary_ad(practice)
    arguments = ["--advertiser-id", practice.advertiser_id, "--ad-id", ad_id]

    shown = await in_thread(
        cli, "run", "update-ad-status", *arguments, "--status", "DISABLE", "--dry-run"
    )

    assert shown.code == 0
    assert shown.records[0] == {
        "kind": "ad",
        "id": ad_id,
        "name": shown.records[0]["name"],
        "field": "operation_status",
        "old": "ENABLE",
        "new": "DISABLE",
        "unit": "",
    }
    assert "ENABLE → DISABLE" in shown.err
    assert ad_id not in practice.simulator.effects.as_json()["objects"]


async def in_thread(cli: Cli, *arguments: str) -> Outcome:
    """Commands run event loops of their own, so not inside the test's."""
    return await asyncio.to_thread(cli, *arguments)


async def test_a_change_is_made_once_told_and_written_down(practice: Practice, cli: Cli) -> None:
    ad_id = await ordinary_ad(practice)
    command = ["run", "update-ad-status", "--advertiser-id", practice.advertiser_id,
               "--ad-id", ad_id, "--opt-status", "DISABLE", "--yes"]  # fmt: skip

    first = await in_thread(cli, *command)
    again = await in_thread(cli, *command)

    assert (first.code, again.code) == (0, 0)
    assert [row["changed"] for row in (*first.records, *again.records)] == [True, False]
    assert practice.simulator.effects.as_json()["objects"][ad_id] == 1
    listed = await in_thread(cli, "executions", "list", "--json")
    assert listed.records[0]["status"] == "done"
    shown = await in_thread(cli, "executions", "show", listed.records[0]["id"])
    assert shown.records[0]["operations"][0]["calls"][0]["changes"][0]["id"] == ad_id


async def test_without_a_person_a_change_needs_yes(practice: Practice, cli: Cli) -> None:
    ad_id = await ordinary_ad(practice)

    shown = await in_thread(
        cli, "run", "update-ad-status", "--advertiser-id", practice.advertiser_id,
        "--ad-id", ad_id, "--status", "DISABLE",
    )  # fmt: skip

    assert shown.code == 2
    assert "--yes" in shown.err
    assert ad_id not in practice.simulator.effects.as_json()["objects"]


def test_deleting_needs_to_be_allowed(cli: Cli, practice: Practice) -> None:
    shown = cli(
        "run", "update-ad-status", "--advertiser-id", practice.advertiser_id, "--ad-id", "1",
        "--status", "DELETE", "--yes",
    )  # fmt: skip

    assert shown.code == 2
    assert "--allow-delete" in shown.err


def test_an_ad_that_does_not_exist_is_a_clear_not_found(cli: Cli, practice: Practice) -> None:
    shown = cli("run", "get-ad", "--advertiser-id", practice.advertiser_id, "--ad-id", "17")

    assert shown.code == 1
    assert f"There is no ad 17 in account {practice.advertiser_id}" in shown.err


def test_somebody_elses_account_is_a_missing_permission(cli: Cli) -> None:
    shown = cli("run", "search-ads", "--advertiser-id", "7999999999999999999")

    assert shown.code == 1
    assert "40001" in shown.err
    assert "connections show" in shown.err


def test_a_connection_that_does_not_exist_is_named_with_its_neighbours(cli: Cli) -> None:
    shown = cli("run", "list-advertisers", "-c", "practise")

    assert shown.code == 2
    assert "Did you mean practice?" in shown.err


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ({"kind": "code", "code": 40002, "message": "page: Not a valid integer."}, 1, "page: Not"),
        ({"kind": "code", "code": 50002, "times": 2}, 0, "50002"),
        ({"kind": "code", "code": 40100, "times": 1}, 0, "40100"),
        ({"kind": "http", "status": 502, "times": 2}, 0, "HTTP 502"),
        ({"kind": "html", "times": 1}, 0, "no JSON"),
        ({"kind": "truncate", "times": 1}, 0, "closed the connection"),
        ({"kind": "truncated_gzip", "times": 1}, 0, "compressed"),
        ({"kind": "reset", "times": 1}, 0, "connection"),
        ({"kind": "oversize", "megabytes": 40}, 1, "sent more than"),
        ({"kind": "nested"}, 1, "nested too deeply"),
        ({"kind": "redirect", "status": 302, "location": "https://evil.test/x"}, 1, "evil.test"),
        ({"kind": "duplicate_keys"}, 0, ""),
        ({"kind": "huge_integer"}, 0, ""),
    ],
)
def test_faults_of_the_platform_are_told_and_survived_where_possible(
    fault: dict[str, object], code: int, words: str, practice: Practice, cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("connections.api.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("connections.providers.tiktok_codes.SHORTEST_PAUSE", 0.05)
    practice.simulator.faults.add([{**fault, "path": "/ad/get/"}])

    shown = cli("run", "search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "2")

    assert shown.code == code, shown.err
    assert words in shown.err
    assert len(shown.records) == (2 if code == 0 else 0)


async def test_a_revoked_token_asks_for_its_owner_and_nothing_else_is_tried(
    tmp_path: Path, bare: Cli
) -> None:
    with Running(Options(port=0, ads=20, speed=0)) as simulator:
        practice = await practise(simulator, tmp_path / "w")
        simulator.grants.revoke_all()
        before = sum(simulator.effects.as_json()["requests"].values())
        workspace = ["--workspace", str(practice.folder)]

        first = await in_thread(bare, *workspace, "run", "list-campaigns", "--advertiser-id",
                                practice.advertiser_id)  # fmt: skip
        again = await in_thread(bare, *workspace, "run", "list-campaigns", "--advertiser-id",
                                practice.advertiser_id)  # fmt: skip
        asked = sum(simulator.effects.as_json()["requests"].values()) - before
        listed = await in_thread(bare, *workspace, "connections", "list")

    assert (first.code, again.code) == (1, 1)
    assert "adloom connections reconnect practice" in first.err
    assert "adloom connections reconnect practice" in again.err
    assert asked == 1
    assert listed.records[0]["state"] == "reconnect"


async def test_the_file_stop_stops_every_change(tmp_path: Path, bare: Cli) -> None:
    with Running(Options(port=0, ads=60, speed=0)) as simulator:
        practice = await practise(simulator, tmp_path / "w")
        ad_id = await ordinary_ad(practice)
        (practice.folder / "STOP").touch()

        shown = await in_thread(
            bare, "--workspace", str(practice.folder), "run", "update-ad-status",
            "--advertiser-id", practice.advertiser_id, "--ad-id", ad_id, "--status", "DISABLE",
            "--yes",
        )  # fmt: skip
        effects = simulator.effects.as_json()["objects"]
        async with open_session(Workspace.open(practice.folder)) as session:
            [left] = await (await session.journal()).all()

    assert shown.code == 1
    assert "STOP" in shown.err
    assert effects == {}
    assert left.status is Status.INCOMPLETE


def test_modules_are_listed_and_described(bare: Cli) -> None:
    listed = bare("modules")
    one = bare("modules", "search-ads")
    schema = bare("modules", "search-ads", "--schema")

    assert "search_ads" in [row["name"] for row in listed.records]
    assert one.records[0]["params"]["required"] == ["advertiser_id"]
    assert json.loads(schema.out)["additionalProperties"] is False

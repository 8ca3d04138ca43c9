"""`adloom call`: raw calls, shown before they change anything, their answers whole."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.seams.practice import Practice


def test_a_listing_is_read_with_values_encoded_the_way_tiktok_wants(
    cli: Cli, practice: Practice
) -> None:
    shown = cli(
        "call", "GET", "/ad/get/", "-q", f"advertiser_id={practice.advertiser_id}",
        "-q", 'filtering={"primary_status":"STATUS_ALL"}', "-q", "page_size=3",
        "-q", 'fields=["ad_id"]',
    )  # fmt: skip

    [answer] = shown.records
    assert answer["status_code"] == 200
    assert len(answer["body"]["data"]["list"]) == 3
    assert list(answer["body"]["data"]["list"][0]) == ["ad_id"]
    assert answer["headers"]["content-type"].startswith("application/json")


def test_an_old_path_without_its_slash_is_put_right_aloud(cli: Cli, practice: Practice) -> None:
    shown = cli(
        "call", "get", "/v1.2/campaign/get", "-q", f"advertiser_id={practice.advertiser_id}"
    )

    assert shown.code == 0
    assert "/v1.3/campaign/get/" in shown.err


def test_all_pages_come_as_one_line_each(cli: Cli, practice: Practice) -> None:
    shown = cli("call", "GET", "/ad/get/", "--all", "-q", f"advertiser_id={practice.advertiser_id}",
                "-q", 'filtering={"primary_status":"STATUS_ALL"}')  # fmt: skip

    assert sum(len(one["body"]["list"]) for one in shown.records) == 240


def test_the_answer_of_a_refused_call_is_shown_before_the_error(
    cli: Cli, practice: Practice
) -> None:
    shown = cli("call", "GET", "/ad/get/", "-q", f"advertiser_id={practice.advertiser_id}",
                "-q", "page_size=5000")  # fmt: skip

    assert shown.code == 1
    assert shown.records[0]["body"]["code"] == 40002
    assert "40002" in shown.err


def test_a_change_without_a_person_is_refused(cli: Cli, practice: Practice) -> None:
    before = practice.simulator.effects.as_json()["changes"]

    shown = cli("call", "POST", "/campaign/create/", "-d", "{}")

    assert shown.code == 2
    assert "--yes" in shown.err
    assert practice.simulator.effects.as_json()["changes"] == before


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(cli: Cli, practice: Practice) -> None:
    requests = dict(practice.simulator.effects.as_json()["requests"])

    shown = cli("call", "POST", "/campaign/create/", "-d",
                '{"campaign_name":"x","secret":"do-not-show"}', "--dry-run")  # fmt: skip

    assert shown.code == 0
    assert shown.records[0]["new"] == {"campaign_name": "x", "secret": "•••"}
    assert "do-not-show" not in shown.out + shown.err
    assert practice.simulator.effects.as_json()["requests"] == requests


def test_a_change_is_made_and_its_answer_shown(cli: Cli, practice: Practice) -> None:
    body = {
        "advertiser_id": practice.advertiser_id,
        "campaign_name": "From a call",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_INFINITE",
    }
    before = practice.simulator.effects.as_json()["changes"].get("/campaign/create/", 0)

    shown = cli("call", "POST", "/campaign/create/", "-d", json.dumps(body), "--yes")

    assert shown.code == 0
    assert shown.records[0]["body"]["code"] == 0
    assert practice.simulator.effects.as_json()["changes"]["/campaign/create/"] == before + 1


def test_a_body_may_come_from_a_file(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text('{"campaign_name": "x"}')

    shown = cli("call", "POST", "/campaign/create/", "-d", f"@{file}", "--dry-run")

    assert shown.records[0]["new"] == {"campaign_name": "x"}


def test_a_file_is_uploaded_as_a_form(cli: Cli, practice: Practice, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"\x00\x01" * 5000)

    shown = cli(
        "call", "POST", "/file/video/ad/upload/", "--file", f"video_file={video}", "--yes", "-d",
        json.dumps({"advertiser_id": practice.advertiser_id, "upload_type": "UPLOAD_BY_FILE"}),
    )  # fmt: skip

    assert shown.code == 0, shown.err
    assert shown.records[0]["body"]["code"] == 0


def test_curl_shows_everything_but_the_token(cli: Cli, practice: Practice) -> None:
    shown = cli("call", "POST", "/ad/status/update/", "-d", '{"ad_ids":["1"]}', "--curl")

    token = practice.connection.secrets["access_token"].reveal()
    assert shown.code == 0
    assert shown.out.startswith("curl --request POST http://127.0.0.1:")
    assert '"access-token: $ACCESS_TOKEN"' in shown.out
    assert """--data-raw '{"ad_ids":["1"]}'""" in shown.out
    assert token not in shown.out + shown.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["BREW", "/ad/get/"], "method"),
        (["GET", "https://evil.test/"], "path"),
        (["GET", "/ad/get/", "-q", "advertiser_id"], "NAME=VALUE"),
        (["GET", "/ad/get/", "-q", "filtering={oops"], "-q: is not JSON"),
        (["GET", "/ad/get/", "-H", "Access-Token: x"], "may not be set"),
        (["POST", "/ad/get/", "-d", "{'single': 1}"], "-d: is not JSON"),
        (["POST", "/ad/get/", "-d", "@missing.json"], "missing.json cannot be read"),
        (["POST", "/file/video/ad/upload/", "--file", "video_file=missing.mp4", "--yes"],
         "missing.mp4 cannot be read"),
        (["GET", "/ad/get/", "-d", "{}"], "carries no body"),
    ],
)  # fmt: skip
def test_slips_are_told_by_name_and_nothing_is_sent(
    arguments: list[str], words: str, cli: Cli, practice: Practice
) -> None:
    requests = dict(practice.simulator.effects.as_json()["requests"])

    shown = cli("call", *arguments)

    assert shown.code == 2
    assert words in shown.err
    assert practice.simulator.effects.as_json()["requests"] == requests

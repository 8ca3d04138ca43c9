from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.open_platform.open_client import VIDEO, OpenClient, code, whole_file
from tests.simulator.steps import hurt

LIST = "/v2/video/list/"


def listed(creator: OpenClient) -> Any:
    return creator.call("POST", LIST, VIDEO)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("access_token_invalid", (401, "access_token_invalid")),
        ("scope_not_authorized", (401, "scope_not_authorized")),
        ("scope_permission_missed", (400, "scope_permission_missed")),
        ("rate_limit_exceeded", (429, "rate_limit_exceeded")),
        ("internal_error", (500, "internal_error")),
        ("never_heard_of", (400, "never_heard_of")),
        (40100, (429, "rate_limit_exceeded")),
        (40105, (401, "access_token_invalid")),
        (40001, (401, "scope_not_authorized")),
        (40002, (400, "invalid_params")),
        (50002, (500, "internal_error")),
    ],
)
def test_a_code_comes_in_the_envelope_of_the_path(
    creator: OpenClient, simulator: Running, given: int | str, expected: tuple[int, str]
) -> None:
    hurt(simulator, "code", code=given, path="/v2/*", times=1)
    answer = listed(creator)

    assert code(answer) == expected
    assert answer.json["error"]["message"]
    assert code(listed(creator)) == (200, "ok")


def test_a_rule_meets_the_path_that_it_names(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "code", code="internal_error", path=LIST)

    assert code(listed(creator)) == (500, "internal_error")
    assert creator.user("open_id").status == 200
    hurt(simulator, "http", status=503, path="/upload/")
    address = creator.begin(whole_file(10)).json["data"]["upload_url"]
    assert creator.put(address, b"0123456789", "0-9/10").status == 503
    assert simulator.effects.changes["/upload/"] == 0


def test_a_message_can_be_chosen(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "code", code="internal_error", message="Nap time.")

    assert listed(creator).json["error"]["message"] == "Nap time."


def test_the_token_endpoints_answer_as_oauth_does(creator: OpenClient, simulator: Running) -> None:
    for given, expected in (
        ("temporarily_unavailable", "temporarily_unavailable"),
        (40105, "invalid_grant"),
        (50002, "server_error"),
    ):
        hurt(simulator, "code", code=given, path="/v2/oauth/token/")
        answer = creator.send("POST", "/v2/oauth/token/")

        assert answer.status == 200
        assert answer.json["error"] == expected
        assert answer.json.keys() == {"error", "error_description", "log_id"}


def test_embedding_knows_one_error_only(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "code", code=50002)

    assert creator.embed(creator.post_video()["share_url"]).status == 400


def test_the_business_api_keeps_its_envelope(client: Client, simulator: Running) -> None:
    hurt(simulator, "code", code=40100, path="*")

    assert client.get("/user/info/")["code"] == 40100


def test_fields_can_be_missing_null_or_new(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "missing_field", field="share_url")
    assert not any("share_url" in video for video in creator.videos()["videos"])
    hurt(simulator, "null_field", field="create_time")
    assert {video["create_time"] for video in creator.videos()["videos"]} == {None}
    hurt(simulator, "ids_as_numbers")
    assert {type(video["id"]) for video in creator.videos()["videos"]} == {int}
    hurt(simulator, "missing_field", field="embed_product_id")
    told = creator.embed(creator.post_video()["share_url"])

    assert "embed_product_id" not in told.json
    assert told.headers["access-control-allow-origin"] == "*"


def test_the_last_page_can_be_empty(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "empty_last_page")
    page = creator.videos(max_count=20)
    assert page["has_more"]
    assert page["videos"]
    while page["has_more"]:
        page = creator.videos(max_count=20, cursor=page["cursor"])

    assert page["videos"] == []


def test_keys_can_come_twice(creator: OpenClient, simulator: Running) -> None:
    hurt(simulator, "duplicate_keys")

    assert listed(creator).body.count(b'"data":') == 2


def test_a_lost_answer_leaves_its_effect(creator: OpenClient, simulator: Running) -> None:
    address = creator.begin(whole_file(10)).json["data"]["upload_url"]
    hurt(simulator, "reset", when="after", path="/upload/", times=1)
    with pytest.raises(ConnectionError):
        creator.put(address, b"0123456789", "0-9/10")

    assert creator.put(address, b"0123456789", "0-9/10").status == 416
    assert simulator.effects.changes["/upload/"] == 1

import pytest

from adloom.simulator import Running
from tests.simulator.open_platform.open_client import VIDEO, OpenClient, code

LIST = "/v2/video/list/"
HOUR = 3600


def test_an_answer_holds_data_and_an_error_that_says_ok(creator: OpenClient) -> None:
    answer = creator.user("open_id,display_name")
    error = answer.json["error"]

    assert answer.status == 200
    assert answer.json["data"]["user"].keys() == {"open_id", "display_name"}
    assert answer.json["data"]["user"]["open_id"] == creator.granted["open_id"]
    assert (error["code"], error["message"]) == ("ok", "")
    assert error["log_id"] == answer.headers["x-tt-logid"]


def test_a_missing_wrong_or_expired_token_is_http_401(
    creator: OpenClient, simulator: Running
) -> None:
    refused = (401, "access_token_invalid")
    clt = "clt.0123456789"

    assert code(creator.call("GET", "/v2/user/info/", "fields=open_id", token="")) == refused
    assert code(creator.call("GET", "/v2/user/info/", "fields=open_id", token=clt)) == refused
    assert code(creator.send("GET", "/v2/user/info/", query="fields=open_id")) == refused
    assert creator.user("open_id").status == 200
    simulator.clock.move(2 * HOUR)
    assert code(creator.user("open_id")) == refused


def test_a_revoked_token_is_http_401(creator: OpenClient) -> None:
    creator.control("POST", "revoke", {"token": creator.granted["access_token"]})

    assert code(creator.user("open_id")) == (401, "access_token_invalid")


@pytest.mark.parametrize(
    ("scope", "right", "wrong"),
    [
        ("user.info.basic", "open_id,union_id,avatar_url,avatar_url_100,avatar_large_url", "bio"),
        ("user.info.profile", "bio_description,profile_deep_link,is_verified,username", "open_id"),
        ("user.info.stats", "follower_count,following_count,likes_count,video_count", "username"),
    ],
)
def test_each_group_of_fields_takes_its_scope(
    simulator: Running, scope: str, right: str, wrong: str
) -> None:
    creator = OpenClient(simulator.url, [scope])
    other = {"bio": "bio_description"}.get(wrong, wrong)

    assert creator.user(right).json["data"]["user"].keys() == set(right.split(","))
    assert code(creator.user(f"{right},{other}")) == (401, "scope_not_authorized")


def test_videos_take_the_scope_video_list(simulator: Running) -> None:
    creator = OpenClient(simulator.url, ["user.info.basic"])

    assert code(creator.call("POST", LIST, VIDEO)) == (401, "scope_not_authorized")
    assert code(creator.queried("1")) == (401, "scope_not_authorized")


@pytest.mark.parametrize("query", ["", "fields=", "fields=id,colour", "field=id"])
def test_fields_must_be_asked_for_and_known(creator: OpenClient, query: str) -> None:
    refused = (400, "invalid_params")

    assert code(creator.call("GET", "/v2/user/info/", query)) == refused
    assert code(creator.call("POST", LIST, query)) == refused
    assert code(creator.call("POST", "/v2/video/query/", query)) == refused


def test_the_user_tells_how_many_public_videos_there_are(creator: OpenClient) -> None:
    videos = creator.all_videos(max_count=20)
    user = creator.user("video_count,likes_count").json["data"]["user"]

    assert user["video_count"] == len(videos)
    assert user["likes_count"] > 0


def test_unknown_paths_and_wrong_methods_are_plain_http(creator: OpenClient) -> None:
    assert creator.call("POST", "/v2/video/list", VIDEO).status == 404
    assert creator.call("GET", "/v2/video/nothing/").status == 404
    assert creator.call("GET", LIST, VIDEO).status == 405
    assert creator.call("POST", "/oembed").status == 405


def test_effects_count_requests_by_path_and_answers_by_word(
    creator: OpenClient, simulator: Running
) -> None:
    creator.videos()
    creator.user("nothing")

    assert simulator.effects.requests["POST /v2/video/list/"] == 1
    assert simulator.effects.codes["ok"] == 1
    assert simulator.effects.codes["invalid_params"] == 1

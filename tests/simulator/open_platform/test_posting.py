import pytest

from adloom.simulator import Running
from tests.simulator.open_platform.open_client import (
    CONTENT,
    CREATOR_INFO,
    INBOX,
    INIT,
    PUBLIC,
    PULL,
    STATUS,
    OpenClient,
    begun,
    code,
    pass_minute,
    photos,
)

INVALID = (400, "invalid_param")
NO_SCOPE = (401, "scope_not_authorized")


# --- the creator --------------------------------------------------------------------------------


def test_creator_info_tells_what_may_be_posted(creator: OpenClient) -> None:
    data = creator.call("POST", CREATOR_INFO).json["data"]

    assert data["privacy_level_options"] == [PUBLIC, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
    assert data["max_video_post_duration_sec"] == 600
    assert {type(data[f"{name}_disabled"]) for name in ("comment", "duet", "stitch")} == {bool}


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (CREATOR_INFO, "video.upload"),
        (INIT, "video.upload"),
        (INBOX, "video.publish"),
        (STATUS, "video.list"),
    ],
)
def test_each_call_takes_its_scope(simulator: Running, path: str, scope: str) -> None:
    creator = OpenClient(simulator.url, [scope])

    assert code(creator.call("POST", path, body={})) == NO_SCOPE


def test_photos_take_the_scope_of_their_mode(simulator: Running) -> None:
    drafts = OpenClient(simulator.url, ["video.upload"])

    assert code(photos(drafts)) == NO_SCOPE
    assert code(photos(drafts, "MEDIA_UPLOAD")) == (200, "ok")


# --- from an address ----------------------------------------------------------------------------


def test_a_video_from_an_address_is_fetched_and_then_public(
    creator: OpenClient, simulator: Running
) -> None:
    answer = creator.begin(title="From afar")
    publish_id = begun(answer)
    assert "upload_url" not in answer.json["data"]
    assert creator.status(publish_id)["status"] == "PROCESSING_DOWNLOAD"
    simulator.clock.move(10)
    done = creator.status(publish_id)
    newest = creator.videos("fields=id,title", max_count=1)["videos"][0]

    assert done["status"] == "PUBLISH_COMPLETE"
    assert newest == {"id": str(done["publicaly_available_post_id"][0]), "title": "From afar"}


def test_beginnings_are_counted(creator: OpenClient, simulator: Running) -> None:
    ids = [begun(creator.begin()), begun(creator.begin_inbox()), begun(photos(creator))]

    assert [simulator.effects.effective(publish_id) for publish_id in ids] == [1, 1, 1]
    assert {path: simulator.effects.changes[path] for path in (INIT, INBOX, CONTENT)} == {
        INIT: 1,
        INBOX: 1,
        CONTENT: 1,
    }


@pytest.mark.parametrize("level", ["MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"])
def test_what_is_not_for_everybody_never_shows_up(
    creator: OpenClient, simulator: Running, level: str
) -> None:
    before = [video["id"] for video in creator.all_videos()]
    publish_id = begun(creator.begin(level=level))
    simulator.clock.move(10)
    done = creator.status(publish_id)

    assert done["status"] == "PUBLISH_COMPLETE"
    assert done["publicaly_available_post_id"] == []
    assert [video["id"] for video in creator.all_videos()] == before


@pytest.mark.parametrize(
    "address",
    [
        "http://media.example.com/clip.mp4",
        "https://unverified.example.com/clip.mp4",
        "https://localhost/clip.mp4",
        "https://192.0.2.7/clip.mp4",
        "https://me@media.example.com/clip.mp4",
        "https://[media.example.com/clip.mp4",
        "clip.mp4",
    ],
)
def test_an_address_that_looks_like_somebody_elses_fails(
    creator: OpenClient, simulator: Running, address: str
) -> None:
    publish_id = begun(creator.begin({**PULL, "video_url": address}))
    assert creator.status(publish_id)["status"] == "PROCESSING_DOWNLOAD"
    simulator.clock.move(10)

    assert creator.status(publish_id) == {
        "status": "FAILED",
        "fail_reason": "video_pull_failed",
        "publicaly_available_post_id": [],
    }


# --- caps ---------------------------------------------------------------------------------------


def test_a_creator_has_fifteen_direct_posts_a_day(creator: OpenClient, simulator: Running) -> None:
    for number in range(15):
        if number % 6 == 0:
            pass_minute(simulator)
        assert code(creator.begin()) == (200, "ok")
    pass_minute(simulator)

    assert code(creator.begin()) == (403, "spam_risk_too_many_posts")
    assert code(photos(creator)) == (403, "spam_risk_too_many_posts")
    assert code(creator.begin_inbox()) == (200, "ok")
    simulator.clock.move(86_400)
    creator = OpenClient(simulator.url)
    assert code(creator.begin()) == (200, "ok")


def test_five_shares_may_wait_in_the_inbox(creator: OpenClient, simulator: Running) -> None:
    ids = [begun(creator.begin_inbox()) for _ in range(4)]
    ids.append(begun(photos(creator, "MEDIA_UPLOAD")))
    assert code(creator.begin_inbox()) == (403, "spam_risk_too_many_pending_share")
    simulator.clock.move(60)
    assert creator.status(ids[0])["status"] == "SEND_TO_USER_INBOX"
    assert code(creator.begin_inbox()) == (403, "spam_risk_too_many_pending_share")
    creator.control("POST", "posts/finish", {"publish_id": ids[0]})

    assert creator.status(ids[0])["status"] == "PUBLISH_COMPLETE"
    assert code(creator.begin_inbox()) == (200, "ok")


def test_a_draft_that_its_creator_posts_is_a_public_video(
    creator: OpenClient, simulator: Running
) -> None:
    publish_id = begun(creator.begin_inbox())
    simulator.clock.move(10)
    done = creator.control("POST", "posts/finish", {"publish_id": publish_id})

    assert creator.videos(max_count=1)["videos"][0]["id"] == done["video_id"]
    assert creator.status(publish_id)["publicaly_available_post_id"] == [int(done["video_id"])]


# --- status -------------------------------------------------------------------------------------


def test_a_publish_id_is_its_creators_alone(creator: OpenClient, simulator: Running) -> None:
    publish_id = begun(creator.begin())
    other = OpenClient(simulator.url, open_id="-000other")

    assert code(other.call("POST", STATUS, body={"publish_id": publish_id})) == INVALID
    assert code(creator.call("POST", STATUS, body={"publish_id": "v_pub~17"})) == INVALID
    assert code(creator.call("POST", STATUS, body={})) == INVALID


def test_a_post_may_be_made_to_fail(creator: OpenClient) -> None:
    publish_id = begun(creator.begin())
    asked = {"publish_id": publish_id, "fail_reason": "spam_risk"}
    creator.control("POST", "posts/fail", asked)

    assert creator.status(publish_id)["fail_reason"] == "spam_risk"
    assert "error" in creator.control("POST", "posts/fail", asked)


def test_a_video_that_is_deleted_is_no_longer_available(
    creator: OpenClient, simulator: Running
) -> None:
    publish_id = begun(creator.begin())
    simulator.clock.move(10)
    video_id = creator.status(publish_id)["publicaly_available_post_id"][0]
    creator.control("POST", "videos/delete", {"id": video_id})

    assert creator.status(publish_id)["publicaly_available_post_id"] == []

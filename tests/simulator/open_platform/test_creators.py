from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.simulator import Running
from adloom.simulator.open_platform.creator import Creator
from adloom.simulator.open_platform.creators import Creators
from adloom.simulator.open_platform.videos import Video, counts_of, number_in, short_code
from tests.simulator.client import Client

START = 1_788_264_000
WEEK = 7 * 86_400


def made(count: int = 60, seed: int = 1, open_id: str = "-000a") -> Creator:
    creator = Creator(open_id, seed, START, count)
    creator.advance(START)
    return creator


@settings(deadline=None)
@given(count=st.integers(0, 200), seed=st.integers(0, 50), later=st.integers(0, WEEK))
def test_videos_stay_in_order_and_none_shares_a_millisecond(
    count: int, seed: int, later: int
) -> None:
    creator = made(count, seed)
    creator.advance(START + later)
    moments = [video.at_ms for video in creator.videos]

    assert moments == sorted(set(moments))
    assert sum(moment < START * 1000 for moment in moments) == count
    assert all(moment <= (START + later) * 1000 for moment in moments)


@settings(deadline=None)
@given(steps=st.lists(st.integers(0, 20 * 3600), max_size=12), posts=st.sets(st.integers(0, 11)))
def test_it_does_not_matter_how_often_somebody_looks(steps: list[int], posts: set[int]) -> None:
    often, now = made(), START
    for place, step in enumerate(steps):
        now += step
        often.advance(now)
        if place in posts:
            often.post(now, "now").deleted = True
    once = made()
    once.advance(now)

    assert [video.id for video in often.videos if video.caption is None] == [
        video.id for video in once.videos
    ]


@settings(deadline=None)
@given(size=st.integers(1, 20), seed=st.integers(0, 50), extra=st.integers(0, 5))
def test_pages_hold_every_video_once(size: int, seed: int, extra: int) -> None:
    creator = made(40, seed)
    for _ in range(extra):
        creator.post(START, "at the same moment")
    found: list[Video] = []
    cursor, more = None, True
    while more:
        page, more = creator.before(cursor, size)
        found += page
        cursor = page[-1].at_ms

    assert found == creator.videos[::-1]


@settings(deadline=None)
@given(seed=st.integers(0, 50))
def test_every_video_is_found_by_its_id(seed: int) -> None:
    creator = made(40, seed)

    assert [creator.find(video.id) for video in creator.videos] == creator.videos
    assert creator.find("17") is None
    assert creator.find("½") is None


@settings(deadline=None)
@given(now=st.integers(0, WEEK), step=st.integers(0, WEEK), place=st.integers(0, 59))
def test_counts_never_fall(now: int, step: int, place: int) -> None:
    video = made().videos[place]
    before, after = (counts_of(video, START + moment) for moment in (now, now + step))

    assert before.views <= after.views
    assert before.likes <= after.likes
    assert before.comments <= after.comments
    assert before.shares <= after.shares


@settings(deadline=None)
@given(number=st.integers(1, 2**64))
def test_short_links_can_be_read_back(number: int) -> None:
    assert number_in(short_code(number)) == number


def test_creators_are_found_by_name_and_by_their_videos() -> None:
    creators = Creators(seed=1, start=START, count=10, known=["-000a"])
    other = creators.of("-000b")
    video = other.videos[3]

    assert [one.open_id for one in creators.all()] == ["-000b", "-000a"]
    assert creators.by_name(other.username) is other
    assert creators.by_video(video.id) == (other, video)
    assert creators.by_name("nobody") is None


def test_a_video_can_be_posted_hidden_and_deleted_from_outside(
    client: Client, simulator: Running
) -> None:
    row = client.control("POST", "videos", {"caption": "Hello", "public": False})
    shown = client.control("POST", "videos/hide", {"id": row["id"], "public": True})
    gone = client.control("POST", "videos/delete", {"id": row["id"]})
    newest = client.control("GET", "videos")[0]

    assert (row["video_description"], row["public"], row["deleted"]) == ("Hello", False, False)
    assert row["create_time"] == int(simulator.clock.now())
    assert shown["public"]
    assert gone == newest
    assert newest["deleted"]


def test_what_cannot_be_done_is_told(client: Client) -> None:
    assert "error" in client.control("POST", "videos/delete", {"id": "17"})
    assert "error" in client.control("POST", "posts/finish", {"publish_id": "17"})
    assert "error" in client.control("POST", "posts/fail", {"publish_id": "17"})


def test_a_token_can_be_had_without_consent(client: Client, simulator: Running) -> None:
    granted = client.control("POST", "creator_token", {"client_key": "k", "scopes": ["video.list"]})

    assert granted["scope"] == "video.list"
    assert granted["access_token"].startswith("act.")
    assert simulator.effects.tokens == 1

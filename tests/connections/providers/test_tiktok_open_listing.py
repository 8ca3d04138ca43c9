"""Walking through a creator's videos: short pages, moving lists, circles (§I.3)."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UnusableAnswerError, UsageError
from adloom.wire import Answer, JsonBody, Page, Record, Request
from connections.providers.tiktok_open import TikTokAccount
from tests.connections.samples import NOW

LIST = Request("GET", "/v2/video/list/", {"fields": "id,create_time"})


@dataclass
class Videos:
    """Answers as TikTok does: a page is cut first, and what is private leaves it afterwards.

    Args:
        moments: When each video appeared, newest first.
        hidden: Which of them nobody sees.
        added: What appears before the second question.
    """

    moments: list[int]
    hidden: frozenset[int] = frozenset()
    added: tuple[int, ...] = ()
    asked: list[Request] = field(default_factory=list)

    async def send(self, request: Request) -> Answer:
        if len(self.asked) == 1:
            self.moments = [*self.added, *self.moments]
        self.asked.append(request)
        assert isinstance(request.body, JsonBody)
        cursor, count = request.body.value.get("cursor"), request.body.value["max_count"]
        left = [one for one in self.moments if cursor is None or one < cursor]
        cut = left[:count]
        shown = [{"id": str(one)} for one in cut if one not in self.hidden]
        more = len(left) > count
        data = {"videos": shown, "cursor": cut[-1] if cut else 0, "has_more": more}
        return Answer(200, {}, {}, data, NOW)


async def walked(send: Any, request: Request = LIST, size: int = 20) -> list[Page[Record]]:
    pages = TikTokAccount().pages(send, request, key="id", page_size=size)
    return [page async for page in pages]


def ids(pages: list[Page[Record]]) -> list[str]:
    return [row["id"] for page in pages for row in page.records]


async def test_a_listing_is_asked_for_with_a_body_of_twenty_at_most() -> None:
    videos = Videos(list(range(45, 0, -1)))
    pages = await walked(videos.send, size=1000)

    assert [20, 20, 5] == [len(page.records) for page in pages]
    assert [(None, True), (None, True), (None, False)] == [
        (page.total, page.has_more) for page in pages
    ]
    assert [{"max_count": 20}, {"max_count": 20, "cursor": 26}, {"max_count": 20, "cursor": 6}] == [
        asked.body.value for asked in videos.asked if isinstance(asked.body, JsonBody)
    ]
    assert {("POST", "id,create_time")} == {
        (asked.method, asked.query["fields"]) for asked in videos.asked
    }
    assert NOW == pages[0].served_at


async def test_a_walk_may_begin_at_a_moment() -> None:
    videos = Videos([30, 20, 10])
    request = Request("GET", LIST.path, {"fields": "id", "cursor": 30})

    assert ["20", "10"] == ids(await walked(videos.send, request))


async def test_a_short_page_is_not_the_end() -> None:
    videos = Videos(list(range(60, 0, -1)), hidden=frozenset(range(11, 61)))

    assert [str(one) for one in range(10, 0, -1)] == ids(await walked(videos.send))
    assert 3 == len(videos.asked)


@given(
    st.lists(st.integers(1, 10**6), unique=True, max_size=60),
    st.sets(st.integers(0, 59)),
    st.integers(1, 25),
    st.lists(st.integers(10**6 + 1, 10**7), unique=True, max_size=5),
)
async def test_no_video_is_missed_and_none_comes_twice(
    moments: list[int], hidden: set[int], size: int, added: list[int]
) -> None:
    newest_first = sorted(moments, reverse=True)
    out = frozenset(one for place, one in enumerate(newest_first) if place in hidden)
    new = tuple(sorted(added, reverse=True))
    videos = Videos(list(newest_first), out, new)
    found = ids(await walked(videos.send, size=size))

    assert [str(one) for one in newest_first if one not in out] == found


def saying(*answers: dict[str, Any]) -> Any:
    left = list(answers)

    async def send(_: Request) -> Answer:
        data = left.pop(0) if len(left) > 1 else left[0]
        return Answer(200, {}, {}, data, NOW, request_id="L-1")

    return send


CIRCLES: list[list[dict[str, Any]]] = [
    [{"videos": [{"id": "1"}], "cursor": 5, "has_more": True}],
    [{"videos": [{"id": "1"}], "has_more": True}],
    [{"videos": [{"id": "1"}], "cursor": "5", "has_more": True}],
    [
        {"videos": [{"id": "1"}], "cursor": 5, "has_more": True},
        {"videos": [{"id": "2"}], "cursor": 4, "has_more": True},
        {"videos": [{"id": "3"}], "cursor": 5, "has_more": True},
    ],
]


@pytest.mark.parametrize("answers", CIRCLES)
async def test_a_listing_that_goes_in_a_circle_is_not_taken_for_whole(
    answers: list[dict[str, Any]],
) -> None:
    pages = TikTokAccount().pages(saying(*answers), LIST, key="id", page_size=20)
    seen: list[str] = []

    async def look() -> None:
        async for page in pages:
            seen.extend(row["id"] for row in page.records)

    with pytest.raises(UnusableAnswerError, match="circle"):
        await look()

    assert len(set(seen)) == len(seen)
    assert "1" in seen


async def test_a_cursor_that_moves_without_showing_anything_new_ends_too() -> None:
    moves = [
        {"videos": [{"id": "1"}], "cursor": cursor, "has_more": True} for cursor in range(50, 0, -1)
    ]
    with pytest.raises(UnusableAnswerError, match="circle"):
        await walked(saying(*moves))


@pytest.mark.parametrize("data", [{"videos": "none"}, {"videos": ["1"]}, {"videos": {"id": "1"}}])
async def test_what_is_no_list_is_an_unusable_answer(data: dict[str, Any]) -> None:
    with pytest.raises(UnusableAnswerError, match="no list"):
        await walked(saying(data))


@pytest.mark.parametrize("data", [None, {}, {"videos": None}, {"videos": [], "has_more": False}])
async def test_no_videos_are_one_empty_page(data: Any) -> None:
    assert [[]] == [list(page.records) for page in await walked(saying(data))]


async def test_other_paths_are_no_listings() -> None:
    with pytest.raises(UsageError, match="no listing"):
        await walked(saying({}), Request("GET", "/v2/user/info/"))

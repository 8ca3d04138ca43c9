"""Walking through a listing that changes while one reads (business_api.md §1.3)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UnusableAnswerError
from adloom.wire import Answer, Page, Record, Request
from connections.providers.tiktok_listing import PASSES, rows_of, walk
from tests.seams.listing import Change, Listing, row

REQUEST = Request("GET", "/ad/get/", {"advertiser_id": "7100000000000000001"})


async def pages_of(send: Any, page_size: int = 2) -> list[Page[Record]]:
    """Every page of a walk, with a bound no honest walk can meet."""
    pages: list[Page[Record]] = []
    async for page in walk(send, REQUEST, list_key="list", key="ad_id", page_size=page_size):
        pages.append(page)
        assert len(pages) < 500
    return pages


def ids(pages: list[Page[Record]]) -> list[Any]:
    return [one["ad_id"] for page in pages for one in page.records]


def nothing(_: list[Record]) -> None:
    """Between two questions, nothing happens."""


def inserting(number: int, place: int) -> Change:
    return lambda rows: rows.insert(min(place, len(rows)), row(number))


def removing(place: int) -> Change:
    return lambda rows: rows.__delitem__(place % len(rows)) if rows else None


# --- a quiet platform -----------------------------------------------------------------------------


@given(st.integers(0, 30), st.integers(1, 7))
async def test_a_quiet_listing_is_read_once_and_whole(count: int, page_size: int) -> None:
    listing = Listing([row(number) for number in range(count)])
    pages = await pages_of(listing.send, page_size)

    assert [row(number)["ad_id"] for number in range(count)] == ids(pages)
    assert max(-(-count // page_size), 1) == len(listing.asked)
    assert [True] * (len(pages) - 1) + [False] == [page.has_more for page in pages]
    assert {count} == {page.total for page in pages}
    assert 0 == pages[-1].missing


async def test_each_question_repeats_the_callers_query() -> None:
    listing = Listing([row(number) for number in range(3)])
    await pages_of(listing.send)

    asked = {"advertiser_id": "7100000000000000001", "page_size": 2}
    assert [asked | {"page": page} for page in (1, 2)] == [one.query for one in listing.asked]


# --- rows that come and go ------------------------------------------------------------------------


def drift(numbers: list[int], places: list[int], *, insert: bool) -> Change:
    """Several rows appear, or several vanish; never both between the same two questions."""

    def change(rows: list[Record]) -> None:
        for number, place in zip(numbers, places, strict=False):
            (inserting(number, place) if insert else removing(place))(rows)

    return change


@st.composite
def drifts(draw: st.DrawFn) -> list[Change]:
    steps = draw(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 20), max_size=3))))
    return [
        drift([100 + 10 * step + n for n in range(len(places))], places, insert=insert)
        for step, (insert, places) in enumerate(steps)
    ]


@given(st.integers(0, 12), st.integers(1, 4), drifts())
async def test_no_row_comes_twice_and_none_that_stays_is_lost_in_silence(
    count: int, page_size: int, between: list[Change]
) -> None:
    listing = Listing([row(number) for number in range(count)], between)
    pages = await pages_of(listing.send, page_size)
    seen = ids(pages)

    assert len(set(seen)) == len(seen)
    assert listing.lasting <= set(seen) or pages[-1].missing > 0
    assert {0} >= {page.missing for page in pages[:-1]}
    assert [True] * (len(pages) - 1) + [False] == [page.has_more for page in pages]


@pytest.mark.parametrize(
    "change",
    [inserting(100, 0), inserting(100, 99), inserting(100, 2), removing(0), removing(4)],
    ids=["first", "last", "in the middle", "the first goes", "the last goes"],
)
async def test_a_listing_that_changes_once_is_whole_in_the_end(change: Change) -> None:
    listing = Listing([row(number) for number in range(5)], [change])
    pages = await pages_of(listing.send)

    assert {one["ad_id"] for one in listing.rows} <= set(ids(pages))
    assert 0 == pages[-1].missing


async def test_a_row_skipped_far_behind_is_found_by_reading_again() -> None:
    """Sixteen pages show nothing new on the second reading before the one that does."""
    listing = Listing([row(number) for number in range(40)], [*[nothing] * 15, removing(0)])
    pages = await pages_of(listing.send)

    assert {one["ad_id"] for one in listing.rows} <= set(ids(pages))
    assert 0 == pages[-1].missing


async def test_a_listing_that_never_rests_is_given_up_aloud() -> None:
    restless = [change for n in range(50) for change in (inserting(100 + n, 0), removing(3))]
    listing = Listing([row(number) for number in range(4)], restless)
    pages = await pages_of(listing.send)

    assert pages[-1].missing >= 1
    assert not pages[-1].has_more


async def test_as_many_rows_appearing_as_vanishing_at_once_cannot_be_noticed() -> None:
    """The limit of the promise: no total tells, and the row between the pages is lost."""

    def swap(rows: list[Record]) -> None:
        removing(0)(rows)
        inserting(100, 99)(rows)

    listing = Listing([row(number) for number in range(4)], [swap])
    pages = await pages_of(listing.send)

    assert row(2)["ad_id"] not in ids(pages)
    assert 0 == pages[-1].missing


# --- a platform that says odd things --------------------------------------------------------------


async def test_a_total_that_promises_too_much_is_told_after_the_last_reading() -> None:
    listing = Listing([row(1), row(2)], told=lambda info: info | {"total_number": 5})
    pages = await pages_of(listing.send)

    assert PASSES == len(listing.asked)
    assert [0] * (PASSES - 1) + [3] == [page.missing for page in pages]


async def test_a_total_that_promises_too_little_hides_nothing() -> None:
    listing = Listing([row(1), row(2), row(3)], told=lambda info: info | {"total_number": 1})
    pages = await pages_of(listing.send)

    assert [row(1)["ad_id"], row(2)["ad_id"], row(3)["ad_id"]] == ids(pages)


async def test_figures_written_as_text_are_understood() -> None:
    listing = Listing(
        [row(number) for number in range(5)],
        told=lambda info: {name: str(value) for name, value in info.items()},
    )

    assert 5 == len(ids(await pages_of(listing.send)))


@pytest.mark.parametrize("info", [None, [], {}, {"total_number": None, "total_page": True}])
async def test_without_figures_the_first_page_is_all(info: Any) -> None:
    listing = Listing([row(1), row(2), row(3)], told=lambda _: info)
    pages = await pages_of(listing.send)

    assert ([2], [None], [0]) == (
        [len(page.records) for page in pages],
        [page.total for page in pages],
        [page.missing for page in pages],
    )


async def test_a_platform_that_repeats_its_last_page_for_ever_is_left() -> None:
    async def repeats(request: Request) -> Answer:
        info = {"page": request.query["page"], "total_number": 2, "total_page": 10**9}
        data = {"list": [row(1), row(2)], "page_info": info}
        return Answer(200, {}, data, data)

    pages = await pages_of(repeats)

    assert [row(1)["ad_id"], row(2)["ad_id"]] == ids(pages)
    assert len(pages) < 10


async def test_an_empty_page_is_the_last() -> None:
    listing = Listing([row(1)], told=lambda info: info | {"total_page": 9})
    pages = await pages_of(listing.send, page_size=1)

    assert ([1, 0], [0, 0]) == (
        [len(page.records) for page in pages],
        [page.missing for page in pages],
    )


async def test_ids_are_the_same_as_numbers_and_as_text() -> None:
    async def mixed(request: Request) -> Answer:
        name: Any = 2**63 if request.query["page"] == 1 else str(2**63)
        data = {"list": [{"ad_id": name}], "page_info": {"total_number": 1, "total_page": 2}}
        return Answer(200, {}, data, data)

    assert [2**63] == ids(await pages_of(mixed, page_size=1))


async def test_rows_without_an_id_are_handed_on_once() -> None:
    listing = Listing([{"stat": 1}, {"stat": 2}, row(1)], told=lambda i: i | {"total_number": 4})
    pages = await pages_of(listing.send)

    assert [{"stat": 1}, {"stat": 2}, row(1)] == [one for page in pages for one in page.records]
    assert 1 == pages[-1].missing


# --- cursors --------------------------------------------------------------------------------------


def by_cursor(count: int, tell: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    async def send(request: Request) -> Answer:
        start, size = int(request.query.get("cursor", 0)), request.query["page_size"]
        shown = [row(number) for number in range(count)][start : start + size]
        data = tell({"cursor": start + size, "has_more": start + size < count})
        return Answer(200, {}, data | {"list": shown}, data | {"list": shown})

    return send


@pytest.mark.parametrize("tell", [lambda told: told, lambda told: {"page_info": told}])
async def test_a_listing_by_cursor_is_read_to_its_end(tell: Any) -> None:
    pages = await pages_of(by_cursor(5, tell))

    assert [row(number)["ad_id"] for number in range(5)] == ids(pages)
    assert [True, True, False] == [page.has_more for page in pages]


@pytest.mark.parametrize("cursor", [None, "", 0])
async def test_a_cursor_that_leads_nowhere_ends_the_walk(cursor: Any) -> None:
    pages = await pages_of(by_cursor(5, lambda told: told | {"cursor": cursor}))

    assert [row(0)["ad_id"], row(1)["ad_id"]] == ids(pages)


# --- rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [{"list": {"ad_id": "1"}}, {"list": ["1"]}, {"list": "1"}, {"list": 0}, "text", 7]
)
def test_something_else_in_place_of_rows_is_no_listing(data: Any) -> None:
    with pytest.raises(UnusableAnswerError, match="no list named 'list'") as caught:
        rows_of(Answer(200, {}, data, data, request_id="r-9"), "list")

    assert "r-9" == caught.value.request_id


@pytest.mark.parametrize("data", [{}, {"list": None}, None, {"list": []}, []])
def test_no_rows_are_an_empty_listing(data: Any) -> None:
    assert [] == rows_of(Answer(200, {}, data, data), "list")

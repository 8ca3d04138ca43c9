"""What is special about reports: rows without an id, and requests that are too much."""

import json
from typing import Any

import pytest

from adloom.errors import RejectedError, RetryableError
from adloom.rows import listing_decoder
from adloom.wire import Answer, Page, Record, Request
from connections.providers.tiktok_business import TikTokBusiness
from connections.providers.tiktok_listing import walk
from connections.transport import WireAnswer
from tests.connections.samples import NOW, business
from tests.seams.listing import Listing
from tests.seams.wire_server import envelope

PROVIDER = TikTokBusiness()
PATH = "/report/integrated/get/"


def row(ad_id: str, day: str) -> Record:
    return {"dimensions": {"ad_id": ad_id, "stat_time_day": day}, "metrics": {"spend": "1.00"}}


ROWS = [row(ad_id, day) for ad_id in ("1", "2") for day in ("2026-11-01", "2026-11-02")]


async def pages_of(send: Any) -> list[Page[Record]]:
    request = Request("GET", PATH, {})
    pages = walk(send, request, list_key="list", key="dimensions", page_size=3)
    return [page async for page in pages]


# --- rows told apart by all their dimensions ------------------------------------------------------


async def test_rows_are_told_apart_by_all_their_dimensions() -> None:
    pages = await pages_of(Listing(list(ROWS)).send)

    assert ROWS == [one for page in pages for one in page.records]
    assert 0 == pages[-1].missing


async def test_a_row_that_comes_twice_is_handed_on_once() -> None:
    """A row appears in front, so the last one of the first page comes again on the second."""
    listing = Listing(list(ROWS), between=[lambda rows: rows.insert(0, row("9", "2026-11-01"))])
    pages = await pages_of(listing.send)

    found = [json.dumps(one) for page in pages for one in page.records]
    assert len(found) == len(set(found)) == 5


async def test_the_order_of_dimensions_and_the_way_rows_are_read_make_no_difference() -> None:
    """A page with a lone surrogate is read another way than its neighbours."""
    turned = [{**one, "dimensions": dict(reversed(one["dimensions"].items()))} for one in ROWS]
    bodies = [
        json.dumps({"code": 0, "data": {"list": rows, "page_info": {"total_page": 2}}}).encode()
        for rows in (ROWS, turned)
    ]

    async def send(request: Request) -> Answer:
        page = request.query["page"]
        raw = listing_decoder("list")(bodies[page - 1])
        assert raw is not None
        data = raw["data"] if page == 1 else json.loads(bodies[1])["data"]
        return Answer(200, {}, None, data, code=0)

    pages = await pages_of(send)
    assert ROWS == [one for page in pages for one in page.records]


async def test_dimensions_may_hold_anything() -> None:
    odd: list[Record] = [{"dimensions": {"a": [one]}} for one in range(3)]
    nameless: list[Record] = [{"metrics": {}}]

    pages = await pages_of(Listing([*odd, *nameless]).send)
    assert [*odd, *nameless] == [one for page in pages for one in page.records]


# --- 50002 ----------------------------------------------------------------------------------------


def refused(request: Request, code: int) -> None:
    body = envelope(code=code, message="Timed out")
    answer = WireAnswer(200, {"content-type": "application/json"}, body, NOW)
    PROVIDER.read(business(), request, answer)


def test_a_report_that_is_too_much_is_not_asked_for_again_unchanged() -> None:
    for query in ({}, {"page": 1}):
        with pytest.raises(RejectedError) as caught:
            refused(Request("GET", PATH, query), 50002)
        assert 50002 == caught.value.code
        assert "fewer days" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("path", "page", "code"), [(PATH, 2, 50002), ("/ad/get/", 1, 50002), (PATH, 1, 50000)]
)
def test_other_troubles_of_the_service_are_worth_another_try(
    path: str, page: int, code: int
) -> None:
    with pytest.raises(RetryableError):
        refused(Request("GET", path, {"page": page}), code)

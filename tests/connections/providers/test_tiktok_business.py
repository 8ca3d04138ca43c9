"""TikTok's API for Business as a provider: addresses, envelopes, limits, consent."""

import re

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adloom.errors import (
    RateLimitedError,
    UsageError,
)
from adloom.paths import split_version
from adloom.secret import Secret
from adloom.wire import Answer, FileBody, JsonBody, Request
from connections.hosts import Origin
from connections.providers.tiktok_business import TikTokBusiness
from tests.connections.samples import business

PROVIDER = TikTokBusiness()
READ = Request("GET", "/ad/get/", {"advertiser_id": "71"})
CHANGE = Request("POST", "/ad/status/update/", body=JsonBody({"advertiser_id": "71"}))
STRAY = [
    "https://evil.test",
    "//evil.test",
    "@evil.test/",
    ".evil.test/",
    "..",
    "/",
    "//",
    "\\",
    "%2e",
]
SIGNS = [
    "ad",
    "/get/",
    "?",
    "#",
    ":",
    ";",
    "%2f",
    "\r\n",
    "\x00",
    " ",
    "\t",
    "\uff0e",  # looks like a dot
    "\u2170",  # looks like an i
    "é",
    "\ud800",
]
ODD = st.lists(st.sampled_from([*STRAY, *SIGNS]), max_size=9).map("".join)


# --- addresses ------------------------------------------------------------------------------------


@given(st.text() | ODD, st.dictionaries(st.text() | ODD, st.text() | ODD, max_size=2))
@example("/ad/get/\n", {})
@example("/ad/get/", {"a": "\ud800"})
@pytest.mark.parametrize("host", ["production", "http://127.0.0.1:8900"])
def test_no_path_and_no_query_leads_off_the_api(
    host: str, written: str, query: dict[str, str]
) -> None:
    _, path = split_version(written)
    connection = business(host=host)
    for one in (path, written):
        try:
            wire = PROVIDER.wire(connection, Request("GET", one, query), deadline=1)
        except UsageError:
            continue
        url = httpx.URL(wire.url)
        root, _, rest = url.raw_path.decode().partition("?")[0].partition("/open_api/v1.3/")
        assert wire.credential is not None

        assert (Origin.of(url),) == wire.credential.origins
        assert ("", b"", "") == (root, url.userinfo, url.fragment)
        assert re.fullmatch(r"(?:[a-z0-9_]+/)+", rest)


def test_a_request_gets_its_address_its_body_and_its_token() -> None:
    request = Request("POST", "/ad/get/", {"a": [1]}, JsonBody({"b": 2}), {"x-lead-region": "EU"})
    wire = PROVIDER.wire(business(), request, deadline=7)
    assert wire.credential is not None

    assert "https://business-api.tiktok.com/open_api/v1.3/ad/get/?a=%5B1%5D" == wire.url
    assert {"x-lead-region": "EU", "content-type": "application/json"} == wire.headers
    assert (b'{"b":2}', 7, "POST") == (wire.content, wire.deadline, wire.method)
    assert "access-token" == wire.credential.header
    assert (Origin("https", "business-api.tiktok.com", 443),) == wire.credential.origins


def test_without_a_token_there_is_no_credential() -> None:
    connection = business(secrets={"app_secret": Secret("s")})

    assert PROVIDER.wire(connection, READ, deadline=1).credential is None


def test_a_file_is_left_to_the_wire() -> None:
    file = FileBody("/a.mp4", "video_file", "a.mp4", "00")
    request = Request("POST", "/x/", body=file, headers={"content-type": "application/json"})
    wire = PROVIDER.wire(business(), request, deadline=1)

    assert (file, b"", {}) == (wire.file, wire.content, wire.headers)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (READ, False),
        (CHANGE, True),
        (Request("POST", "/nobody/knows/this/"), True),
        (Request("GET", "/nobody/knows/this/"), False),
        (Request("DELETE", "/ad/get/"), True),
        (Request("POST", "/tt_user/token_info/get/"), False),
    ],
)
def test_what_is_not_known_to_read_may_change_something(request_: Request, expected: bool) -> None:
    assert expected == PROVIDER.changes(request_)


# --- limits ---------------------------------------------------------------------------------------

APP = "business-api.tiktok.com/app/7200000000000000001"


def test_a_request_counts_against_its_apps_rate_and_its_endpoints_own() -> None:
    slow = Request("POST", "/report/task/create/", body=JsonBody({}))

    assert {APP: 1000.0, f"{APP}/ad/get/": None, f"{OWN}/ad/get/": None} == PROVIDER.rates(
        business(), READ
    )
    assert {APP: 1000.0, f"{APP}{slow.path}": 1.6} == PROVIDER.rates(business(), slow)


OWN = "business-api.tiktok.com/advertiser/71"


def test_the_sandbox_is_slow() -> None:
    rates = PROVIDER.rates(business(host="sandbox"), READ)

    assert 1.0 == rates["sandbox-ads.tiktok.com/app/7200000000000000001"]


@pytest.mark.parametrize(
    ("code", "key"),
    [(40100, f"{APP}/ad/get/"), (40133, f"{OWN}/ad/get/"), (None, f"{APP}/ad/get/")],
)
def test_a_throttling_answer_rests_whom_it_names(code: int | None, key: str) -> None:
    error = RateLimitedError("slow down", code=code, retry_after=2.0)

    assert {key: 2.0} == PROVIDER.pauses(business(), READ, error)


def test_an_advertisers_throttle_without_an_advertiser_rests_the_endpoint() -> None:
    error = RateLimitedError("slow down", code=40133)
    request = Request("GET", "/ad/get/")

    assert {f"{APP}/ad/get/": 1.0} == PROVIDER.pauses(business(), request, error)


# --- listings ------------------------------------------------------------------------------------


async def test_a_listing_is_walked_by_what_the_catalogue_knows() -> None:
    asked: list[Request] = []

    async def send(request: Request) -> Answer:
        asked.append(request)
        data = {"pixels": [{"pixel_id": "1"}], "page_info": {"total_number": 1, "total_page": 1}}
        return Answer(200, {}, data, data)

    request = Request("GET", "/pixel/list/")
    pages = [one async for one in PROVIDER.pages(send, request, key="pixel_id", page_size=1000)]

    assert [[{"pixel_id": "1"}]] == [page.records for page in pages]
    assert 20 == asked[0].query["page_size"]


async def test_a_listing_nobody_knows_is_walked_as_asked() -> None:
    async def send(request: Request) -> Answer:
        data = {"list": [{"id": request.query["page_size"]}]}
        return Answer(200, {}, data, data)

    request = Request("GET", "/nobody/knows/this/")

    assert [[{"id": 77}]] == [
        one.records async for one in PROVIDER.pages(send, request, key="id", page_size=77)
    ]

"""TikTok's envelope: its code decides; what cannot be read is not used (business_api.md §1.2)."""

from typing import Any

import pytest

from adloom.errors import (
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from adloom.wire import Answer, JsonBody, Request
from connections.providers.tiktok_business import TikTokBusiness
from connections.transport import WireAnswer
from tests.connections.samples import NOW, business
from tests.seams.wire_server import envelope

PROVIDER = TikTokBusiness()
READ = Request("GET", "/ad/get/", {"advertiser_id": "71"})
CHANGE = Request("POST", "/ad/status/update/", body=JsonBody({"advertiser_id": "71"}))


def told(body: bytes, status: int = 200, content_type: str = "application/json") -> WireAnswer:
    return WireAnswer(status, {"content-type": content_type}, body, NOW)


def read(body: bytes, request: Request = READ, **more: Any) -> Answer:
    return PROVIDER.read(business(), request, told(body, **more))


def test_the_part_that_counts_is_taken_out_of_its_envelope() -> None:
    found = read(envelope({"list": [{"ad_id": "17"}]}, request_id="r-7"))

    assert ({"list": [{"ad_id": "17"}]}, 0, "r-7") == (found.data, found.code, found.request_id)
    assert (200, NOW, False) == (found.status, found.served_at, found.partial)
    assert "OK" == found.body["message"]


def test_partly_done_is_done_and_says_so() -> None:
    assert read(envelope({}, code=20001)).partial


@pytest.mark.parametrize("status", [200, 400, 500])
def test_the_code_decides_whatever_the_status(status: int) -> None:
    assert 0 == read(envelope(), status=status).code
    with pytest.raises(RateLimitedError):
        read(envelope(code=40100), status=status)


def test_a_refusal_keeps_the_answer_for_who_wants_to_see_it() -> None:
    with pytest.raises(RejectedError, match=r"ad_ids\.0: Not a valid string \(40002") as caught:
        read(envelope(code=40002, message="ad_ids.0: Not a valid string"))
    answer = caught.value.answer
    assert isinstance(answer, Answer)

    assert 40002 == answer.code


def test_a_platform_that_repeats_a_secret_is_not_quoted() -> None:
    secret = business().secrets["app_secret"]
    with pytest.raises(RejectedError) as caught:
        read(envelope(code=40002, message=f"secret {secret.reveal()} is wrong"))

    assert secret.reveal() not in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "error"), [(READ, RetryableError), (CHANGE, UnknownOutcomeError)]
)
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"<html>maintenance</html>", "text/html", 200),
        (b"<html>bad gateway</html>", "text/html", 502),
        (b"", "application/json", 502),
        (b"[]", "application/json", 200),
        (b"{}", "application/json", 200),
        (b'{"code":"0"}', "application/json", 200),
        (b"null", "application/json", 200),
        (b'"text"', "application/json", 200),
    ],
)
def test_what_is_no_envelope_came_from_somewhere_on_the_way(
    request_: Request, error: type[Exception], body: bytes, content_type: str, status: int
) -> None:
    with pytest.raises(error, match=f"HTTP {status} and no JSON"):
        read(body, request_, content_type=content_type, status=status)


BROKEN = {
    "cut": b'{"code":0,"data":{"li',
    "NaN": b'{"code":0,"data":{"spend":NaN}}',
    "beyond all bounds": b'{"code":0,"data":{"spend":1e999}}',
    "invalid UTF-8": b'{"code":0,"message":"\xff"}',
    "nested": b'{"code":0,"data":' + b"[" * 100_000,
    "a number without end": b'{"code":0,"data":' + b"1" * 5_000 + b"}",
    "nothing": b"",
    "more behind it": b'{"code":0} {"code":0}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("rows", [None, "list"])
def test_json_that_cannot_be_trusted_is_not_used(body: bytes, rows: str | None) -> None:
    with pytest.raises(UnusableAnswerError, match="cannot be trusted"):
        read(body, Request("GET", "/ad/get/", rows=rows))


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_change_answered_by_broken_json_may_have_happened(body: bytes) -> None:
    with pytest.raises(UnknownOutcomeError):
        read(body, CHANGE)


DOUBLE = b'{"code":0,"code":0,"data":{"access_token":"x"}}'


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (CHANGE, UnknownOutcomeError),
        (Request("GET", "/oauth2/advertiser/get/"), UnusableAnswerError),
    ],
)
def test_a_key_that_stands_twice_is_refused_for_tokens_and_changes(
    request_: Request, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read(DOUBLE, request_)


@pytest.mark.parametrize("rows", [None, "list"])
def test_long_ids_odd_texts_and_a_byte_order_mark_survive(rows: str | None) -> None:
    body = b'\xef\xbb\xbf{"code":0,"data":{"list":[{"id":18446744073709551617,"name":"a\\ud83d"}]}}'
    found = read(body, Request("GET", "/ad/get/", rows=rows))

    assert [{"id": 2**64 + 1, "name": "a\ufffd"}] == list(found.data["list"])


def test_a_download_is_text() -> None:
    request = Request("GET", "/report/task/download/")
    found = read(b"ad_id,spend\n17,\xff", request, content_type="text/csv")

    assert ("ad_id,spend\n17,\ufffd", None) == (found.data, found.code)


def test_a_download_that_fails_is_an_error_all_the_same() -> None:
    request = Request("GET", "/report/task/download/")
    with pytest.raises(RetryableError):
        read(b"<html></html>", request, content_type="text/html")
    with pytest.raises(RejectedError):
        read(envelope(code=40007), request)


@pytest.mark.parametrize("body", [b"", b" \n", b'{"code":0,"data":{"li', b"[" * 100_000])
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_a_download_without_a_report_in_it_is_none(body: bytes, content_type: str) -> None:
    request = Request("GET", "/report/task/download/")
    with pytest.raises(UnusableAnswerError, match="cannot be trusted"):
        read(body, request, content_type=content_type)


def test_a_missing_permission_is_told_apart_from_a_dead_token() -> None:
    with pytest.raises(MissingPermissionError):
        read(envelope(code=40001))
    with pytest.raises(AuthorizationError) as caught:
        read(envelope(code=40105))

    assert AuthorizationError is type(caught.value)

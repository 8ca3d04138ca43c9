"""TikTok's public pages: one path, no token, one kind of refusal (§I.4)."""

from typing import Any

import pytest

from adloom.errors import (
    AdloomError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnusableAnswerError,
    UsageError,
)
from adloom.wire import Answer, JsonBody, Request
from connections.outgoing import Sent, written
from connections.providers.tiktok_public import TikTokPublic
from connections.transport import WireAnswer
from tests.connections.samples import NOW, of_kind

PROVIDER = TikTokPublic()
ANYBODY = of_kind("tiktok-public")
ASK = Request("GET", "/oembed", {"url": "https://www.tiktok.com/@someone/video/7?lang=en&x=1"})


def test_an_address_is_asked_for_without_any_token() -> None:
    wire = PROVIDER.wire(ANYBODY, ASK, deadline=1)
    headers = written(wire, {}, Sent()).headers

    assert (
        "https://www.tiktok.com/oembed?url="
        "https%3A%2F%2Fwww.tiktok.com%2F%40someone%2Fvideo%2F7%3Flang%3Den%26x%3D1"
    ) == wire.url
    assert wire.credential is None
    assert {"host", "accept", "accept-encoding", "user-agent"} == set(headers)


def test_a_simulator_can_stand_in() -> None:
    near = of_kind("tiktok-public", host="http://127.0.0.1:8900")

    assert PROVIDER.wire(near, ASK, deadline=1).url.startswith("http://127.0.0.1:8900/oembed?")


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/@someone"),
        Request("GET", "/oembed/"),
        Request("GET", "https://evil.example/oembed"),
        Request("POST", "/oembed", body=JsonBody({})),
    ],
)
def test_nothing_else_is_ever_asked(request_: Request) -> None:
    with pytest.raises(UsageError, match="only reads /oembed"):
        PROVIDER.wire(ANYBODY, request_, deadline=1)


def opened(body: bytes, status: int = 200, **headers: str) -> Answer:
    told = {"content-type": "application/json"} | headers
    return PROVIDER.read(ANYBODY, ASK, WireAnswer(status, told, body, NOW))


def test_an_answer_is_taken_as_it_is() -> None:
    assert {"version": "1.0", "embed_type": "video"} == opened(
        b'{"version":"1.0","embed_type":"video"}'
    ).data


def test_a_refusal_says_everything_it_may_mean() -> None:
    with pytest.raises(RejectedError) as caught:
        opened(b'{"message":"Something went wrong","code":400}', 400)

    assert 400 == caught.value.code
    for words in ("deleted", "private", "blocked in its region", "no address", "not say which"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 404, RejectedError),
        (b"slow down", 429, RateLimitedError),
        (b"<html>", 503, RetryableError),
        (b"[]", 200, UnusableAnswerError),
        (b'{"a":NaN}', 200, UnusableAnswerError),
    ],
)
def test_other_answers_are_judged_by_their_status(
    body: bytes, status: int, expected: type[AdloomError]
) -> None:
    with pytest.raises(expected) as caught:
        opened(body, status)

    assert expected is type(caught.value)


def test_a_page_instead_of_json_may_be_something_else_later() -> None:
    with pytest.raises(RetryableError):
        opened(b"<html>", 200, **{"content-type": "text/html"})


@pytest.mark.parametrize("error", [None, RejectedError("no", code=400)])
async def test_any_answer_shows_that_tiktok_can_be_reached(error: AdloomError | None) -> None:
    async def send(request: Request) -> Answer:
        assert ("GET", "/oembed") == (request.method, request.path)
        if error:
            raise error
        return Answer(200, {}, {}, {}, NOW)

    facts: Any = await PROVIDER.examine(send, ANYBODY)

    assert "the public pages of www.tiktok.com" == facts["display_name"]


async def test_a_place_without_such_pages_is_refused() -> None:
    async def send(_: Request) -> Answer:
        raise RejectedError("HTTP 404")

    with pytest.raises(RejectedError):
        await PROVIDER.examine(send, ANYBODY)

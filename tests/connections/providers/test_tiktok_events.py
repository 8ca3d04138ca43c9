"""A data source of Events Manager: its settings, its token, its trial (§II.1, §II.7, AC-001)."""

from typing import Any

import pytest

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    InvalidParamsError,
    MissingPermissionError,
    RateLimitedError,
    RetryableError,
    UsageError,
)
from adloom.fields import validate
from adloom.json_text import dump
from adloom.secret import Secret
from adloom.wire import Answer, JsonBody, Request
from connections.providers.tiktok_events import EventsSettings, TikTokEvents
from connections.transport import WireAnswer
from tests.connections.samples import NOW, of_kind

PROVIDER = TikTokEvents()
TRACK = Request("POST", "/event/track/", body=JsonBody({"event_source": "web"}))
WHO = Request("GET", "/user/info/")


def source(**settings: Any) -> Any:
    told = {"source_id": "CPIXEL0123", **settings}
    return of_kind("tiktok-events", {"access_token": "events-token-canary-01"}, **told)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "source_id: is required"),
        ({"source": "tv", "source_id": "1"}, "source: must be one of"),
        ({"source_id": "C 1"}, "source_id"),
        ({"source": "app", "source_id": "com.example.shop"}, "source_id"),
        ({"source": "app", "source_id": "A1B2C3"}, "not the app's id in a store"),
        ({"source_id": "C1", "test_event_code": "TEST 1"}, "test_event_code"),
        ({"source_id": "C1", "requests_per_second": 1001}, "requests_per_second"),
    ],
)
def test_settings_that_will_not_do_are_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidParamsError, match=words):
        validate(EventsSettings, values)


def test_an_event_goes_out_like_any_call_to_the_api_for_business() -> None:
    wire = PROVIDER.wire(source(), TRACK, deadline=1)

    assert "https://business-api.tiktok.com/open_api/v1.3/event/track/" == wire.url
    assert wire.credential
    assert "access-token" == wire.credential.header
    assert (True, False) == (PROVIDER.changes(TRACK), PROVIDER.changes(WHO))
    assert "canary" not in repr(wire)


def test_one_limit_counts_for_one_source() -> None:
    first, other = source(), source(source_id="CPIXEL9999")
    key = "business-api.tiktok.com/events/web/CPIXEL0123"

    assert {key: 800.0} == PROVIDER.rates(first, TRACK) == PROVIDER.rates(first, WHO)
    assert PROVIDER.rates(other, TRACK).keys() != PROVIDER.rates(first, TRACK).keys()
    assert {key: 300.0} == PROVIDER.pauses(first, TRACK, RateLimitedError("x", retry_after=300.0))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (40001, MissingPermissionError),
        (40101, AuthorizationError),
        (40105, AuthorizationError),
        (40132, RateLimitedError),
    ],
)
def test_codes_mean_what_they_mean_elsewhere(code: int, expected: type[AdloomError]) -> None:
    body = dump({"code": code, "message": "because", "request_id": "r-1"})
    answer = WireAnswer(200, {"content-type": "application/json"}, body, NOW)
    with pytest.raises(expected) as caught:
        PROVIDER.read(source(), TRACK, answer)

    if expected is MissingPermissionError:
        assert "Look whether CPIXEL0123 is the source" in str(caught.value.hint)
    elif issubclass(expected, AuthorizationError):
        assert "Generate a new token in Events Manager" in str(caught.value.hint)


# --- tried before it is saved ---------------------------------------------------------------------


def answering(error: AdloomError | None, code: int | None = None) -> Any:
    asked: list[Request] = []

    async def send(request: Request) -> Answer:
        asked.append(request)
        if error is None:
            return Answer(200, {}, {}, {"display_name": "Ada"}, NOW, code=0)
        error.answer = None if code is None else Answer(200, {}, {}, {}, NOW, code=code)
        raise error

    return send, asked


@pytest.mark.parametrize("code", [40102, 40104, 40105])
async def test_three_codes_prove_a_bad_token(code: int) -> None:
    send, _ = answering(AuthorizationError("bad"), code)
    with pytest.raises(AuthorizationError):
        await PROVIDER.examine(send, source())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MissingPermissionError("no scope"), 40001),
        (AuthorizationError("another user"), 40101),
        (MissingPermissionError("another account"), 40118),
        (None, None),
    ],
)
async def test_a_token_that_may_not_see_its_user_is_no_bad_token(
    error: AdloomError | None, code: int | None
) -> None:
    send, asked = answering(error, code)
    facts = await PROVIDER.examine(send, source())

    assert {"display_name": "Pixel CPIXEL0123"} == facts
    assert [WHO] == asked


@pytest.mark.parametrize("error", [RetryableError("later"), RateLimitedError("slower")])
async def test_a_platform_that_cannot_say_proves_nothing(error: AdloomError) -> None:
    send, _ = answering(error, 50000)
    with pytest.raises(RetryableError):
        await PROVIDER.examine(send, source())


async def test_a_wrong_host_is_no_good_token() -> None:
    send, _ = answering(AdloomError("404 page not found"))
    with pytest.raises(AdloomError, match="404"):
        await PROVIDER.examine(send, source())


# --- told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("web", "Pixel 12"), ("app", "TikTok app 12"), ("offline", "Offline event set 12"),
     ("crm", "CRM event set 12")],
)  # fmt: skip
async def test_a_source_is_called_by_its_kind(kind: str, shown: str) -> None:
    send, _ = answering(None)
    facts = await PROVIDER.examine(send, source(source=kind, source_id="12"))

    assert shown == facts["display_name"]


def test_a_test_code_is_pointed_out() -> None:
    assert ["No test event code is on: events are live."] == PROVIDER.notes(source())
    assert "TEST12345 is on" in PROVIDER.notes(source(test_event_code="TEST12345"))[0]


def test_five_steps_say_how_to_get_a_token() -> None:
    told = " ".join(PROVIDER.guide)

    assert 5 == len(PROVIDER.guide)
    for words in ("Events Manager", "Data Sources", "Settings", "Token Generation", "Test Events"):
        assert words in told


async def test_there_is_no_consent_to_give_or_to_take_back() -> None:
    send, asked = answering(None)
    for call in (
        lambda: PROVIDER.consent_address({}, "s", Secret("v")),
        lambda: PROVIDER.redirect_uri({}),
        lambda: PROVIDER.read_callback({}),
    ):
        with pytest.raises(UsageError, match="tiktok-events knows no consent"):
            call()
    for refused in (
        PROVIDER.exchange(send, source(), None),  # type: ignore[arg-type] # there is no code
        PROVIDER.refresh(send, source()),
        PROVIDER.revoke(send, source()),
    ):
        with pytest.raises(UsageError, match="knows no consent"):
            await refused
    with pytest.raises(UsageError, match="no accounts"):
        await PROVIDER.accounts(send, source())

    assert [] == asked

"""What TikTok's codes mean for what happens next (business_api.md §1.4)."""

from datetime import UTC, datetime

import pytest

from adloom.catalogue import load
from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from connections.providers.tiktok_codes import verdict, verdict_without_envelope
from connections.transport import WireAnswer


def judge(code: int, message: str = "because", *, changes: bool) -> AdloomError:
    return verdict(code, message, request_id="r-1", connection="acme", changes=changes)


@pytest.mark.parametrize(
    ("code", "read", "change"),
    [
        (40000, RejectedError, RejectedError),
        (40001, MissingPermissionError, MissingPermissionError),
        (40002, RejectedError, RejectedError),
        (40007, RejectedError, RejectedError),
        (40016, RateLimitedError, RateLimitedError),
        (40100, RateLimitedError, RateLimitedError),
        (40101, AuthorizationError, AuthorizationError),
        (40102, AuthorizationError, AuthorizationError),
        (40103, AuthorizationError, AuthorizationError),
        (40104, AuthorizationError, AuthorizationError),
        (40105, AuthorizationError, AuthorizationError),
        (40107, AuthorizationError, AuthorizationError),
        (40110, AuthorizationError, AuthorizationError),
        (40113, AuthorizationError, AuthorizationError),
        (40117, MissingPermissionError, MissingPermissionError),
        (40118, MissingPermissionError, MissingPermissionError),
        (40124, MissingPermissionError, MissingPermissionError),
        (40125, MissingPermissionError, MissingPermissionError),
        (40130, MissingPermissionError, MissingPermissionError),
        (40132, RateLimitedError, RateLimitedError),
        (40133, RateLimitedError, RateLimitedError),
        (40200, RetryableError, RejectedError),
        (40201, RetryableError, RejectedError),
        (40202, RetryableError, RetryableError),
        (40700, RetryableError, RejectedError),
        (40901, RetryableError, RejectedError),
        (50000, RetryableError, UnknownOutcomeError),
        (50002, RetryableError, UnknownOutcomeError),
        (51000, RetryableError, UnknownOutcomeError),
        (60001, RetryableError, UnknownOutcomeError),
        (61000, RateLimitedError, RateLimitedError),
        (49999, RejectedError, RejectedError),
        (59999, RetryableError, UnknownOutcomeError),
        (-1, RejectedError, RejectedError),
    ],
)
def test_a_code_decides_what_happens_next(
    code: int, read: type[AdloomError], change: type[AdloomError]
) -> None:
    assert read is type(judge(code, changes=False))
    assert change is type(judge(code, changes=True))


@pytest.mark.parametrize("changes", [False, True])
def test_no_known_code_is_taken_for_our_own_fault(changes: bool) -> None:
    unusual = {
        code.code: type(judge(code.code, changes=changes)).__name__
        for code in load().codes()
        if code.retry != "ok"
        and not isinstance(judge(code.code, changes=changes), AuthorizationError | ApiError)
    }

    assert {} == unusual


def test_the_person_reads_tiktoks_words_with_code_and_request() -> None:
    message = "ad_ids.0: Not a valid string"

    assert "TikTok refused: ad_ids.0: Not a valid string (40002, request r-1)" == str(
        judge(40002, message, changes=False)
    )


def test_a_request_without_a_name_is_told_without_one() -> None:
    error = verdict(40002, "No.", request_id=None, connection="acme", changes=False)

    assert "TikTok refused: No. (40002)" == str(error)


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("code", [40002, 50000])
def test_an_error_keeps_its_code_and_its_request(code: int, changes: bool) -> None:
    error = judge(code, changes=changes)
    assert isinstance(error, ApiError)

    assert (code, "r-1") == (error.code, error.request_id)


def test_a_read_is_never_in_doubt() -> None:
    assert RejectedError is type(judge(70000, changes=False))
    assert UnknownOutcomeError is type(judge(70000, changes=True))


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (40001, "See what it may do: adloom connections show acme"),
        (40105, "Renew the consent: adloom connections reconnect acme"),
        (50000, "adloom looks before it repeats."),
    ],
)
def test_an_error_says_what_to_do(code: int, hint: str) -> None:
    assert hint == judge(code, changes=True).hint


@pytest.mark.parametrize(
    ("status", "changes", "hint"),
    [
        (404, False, "Check the path and the host."),
        (502, False, "Try again in a few minutes."),
        (502, True, "adloom looks before it repeats."),
    ],
)
def test_a_gateways_answer_says_what_to_do(status: int, changes: bool, hint: str) -> None:
    assert hint == verdict_without_envelope(bare(status), "x", changes=changes).hint


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({"content_type": "text/html; charset=utf-8"}, "text/html"), ({}, "no type")],
)
def test_a_gateways_answer_is_told_with_its_type(headers: dict[str, str], kind: str) -> None:
    error = verdict_without_envelope(bare(502, **headers), "x", changes=False)

    assert f"x answered with HTTP 502 and no JSON ({kind})." == str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"), [({}, None), ({"retry_after": "7"}, 7.0), ({"retry_after": "x"}, 2.0)]
)
def test_a_failing_gateway_may_say_when_to_come_back(
    headers: dict[str, str], seconds: float | None
) -> None:
    error = verdict_without_envelope(bare(503, **headers), "x", changes=False)

    assert seconds == error.retry_after


def test_where_tiktok_says_nothing_the_catalogue_does() -> None:
    assert load().code(40105).meaning in str(judge(40105, "", changes=False))


def test_a_dead_grant_names_the_command_that_renews_it() -> None:
    assert "adloom connections reconnect acme" in str(judge(40105, changes=False).hint)


@pytest.mark.parametrize(
    ("code", "message", "seconds"),
    [
        (40100, "App reaches the QPS limit.", 2.0),
        (40100, "requests from App [7] are temporarily restricted.", 60.0),
        (40133, "Advertiser (7)'s QPS (9) reaches QPS limit 8 for current path", 2.0),
        (40100, "The QPS of App [7] is restricted.", 2.0),
        (40100, "Too many requests. Please retry in some time.", 2.0),
        (61000, "Too many requests", 300.0),
    ],
)
def test_a_throttled_app_rests_as_long_as_the_words_ask_for(
    code: int, message: str, seconds: float
) -> None:
    error = judge(code, message, changes=False)
    assert isinstance(error, RateLimitedError)

    assert (seconds, code, "r-1") == (error.retry_after, error.code, error.request_id)


# --- answers TikTok's application did not write ---------------------------------------------------


def bare(status: int, **headers: str) -> WireAnswer:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    served_at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return WireAnswer(status, told, b"<html>\xff sorry</html>", served_at)


@pytest.mark.parametrize(
    ("status", "read", "change"),
    [
        (200, RetryableError, UnknownOutcomeError),
        (302, RetryableError, UnknownOutcomeError),
        (399, RetryableError, UnknownOutcomeError),
        (400, RejectedError, RejectedError),
        (404, RejectedError, RejectedError),
        (429, RateLimitedError, RateLimitedError),
        (499, RejectedError, RejectedError),
        (500, RetryableError, UnknownOutcomeError),
        (502, RetryableError, UnknownOutcomeError),
        (599, RetryableError, UnknownOutcomeError),
    ],
)
def test_a_gateways_answer_is_judged_by_its_status(
    status: int, read: type[ApiError], change: type[ApiError]
) -> None:
    found = {
        changes: verdict_without_envelope(bare(status), "ads.example", changes=changes)
        for changes in (False, True)
    }

    assert {False: read, True: change} == {one: type(error) for one, error in found.items()}
    assert f"ads.example answered with HTTP {status} and no JSON" in str(found[True])
    assert "sorry" in str(found[True].details)


@pytest.mark.parametrize(
    "body",
    [
        b'{"x":NaN,"data":{"access_token":"canary-1","app_secret": "canary-2"}}',
        b'{"access_token":"canary-1","refresh_token" :\t"canary-2',
        b'{"token":"canary-1","auth_code":"canary-2","code":0}',
    ],
)
def test_a_token_that_nobody_knows_yet_is_not_put_down(body: bytes) -> None:
    error = verdict_without_envelope(WireAnswer(200, {}, body, None), "x", changes=True)

    assert "canary" not in str(error.details)
    assert "•••" in str(error.details)


def test_only_the_beginning_of_an_answer_is_put_down() -> None:
    body = b"x" * 1_999 + b"yz"
    error = verdict_without_envelope(WireAnswer(502, {}, body, None), "x", changes=False)

    assert "x" * 1_999 + "y" == error.details


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("2.5", 2.5),
        ("0", 2.0),
        ("-5", 2.0),
        ("nan", 2.0),
        ("inf", 300.0),
        ("86400", 300.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 2.0),
        ("Sat, 21 Nov 2026 12:00:30", 2.0),
        ("soon", 2.0),
        ("", 2.0),
    ],
)
def test_a_retry_after_is_a_number_a_date_or_nonsense(text: str, seconds: float) -> None:
    error = verdict_without_envelope(bare(429, retry_after=text), "x", changes=False)

    assert seconds == error.retry_after


def test_a_date_means_nothing_without_the_servers_clock() -> None:
    headers = {"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}
    error = verdict_without_envelope(WireAnswer(429, headers, b"", None), "x", changes=False)

    assert 2.0 == error.retry_after

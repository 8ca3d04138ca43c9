"""What the Open Platform's words mean for what happens next, envelope by envelope."""

from typing import Any

import pytest

from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from adloom.json_text import dump
from adloom.secret import Secret
from adloom.wire import Answer, Request
from connections.providers.tiktok_open import TikTokAccount
from connections.transport import WireAnswer
from tests.connections.samples import NOW, account

PROVIDER = TikTokAccount()
READ = Request("GET", "/v2/user/info/")
ASK = Request("POST", "/v2/video/list/")
CHANGE = Request("POST", "/v2/post/publish/video/init/")
TOKEN = Request("POST", "/v2/oauth/token/")
REVOKE = Request("POST", "/v2/oauth/revoke/")
SOUND = Request("POST", "/share/sound/upload/")
UPLOAD = Request("PUT", "https://open-upload.tiktokapis.com/video/")
RECONNECT = "adloom connections reconnect me"
JSON = {"content-type": "application/json; charset=utf-8"}


def opened(request: Request, body: Any, status: int = 200, **headers: str) -> Answer:
    text = body if isinstance(body, bytes) else dump(body)
    told = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    return PROVIDER.read(account(), request, WireAnswer(status, told, text, NOW))


def refused(request: Request, body: Any, status: int = 200, **headers: str) -> AdloomError:
    with pytest.raises(AdloomError) as caught:
        opened(request, body, status, **headers)
    return caught.value


def envelope(code: str, message: str = "because", data: Any = None) -> dict[str, Any]:
    return {"data": data or {}, "error": {"code": code, "message": message, "log_id": "L-1"}}


# --- API v2 (§I.2) --------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [READ, ASK, CHANGE])
def test_ok_means_what_it_says(request_: Request) -> None:
    found = opened(request_, envelope("ok", "", {"user": {"open_id": "o"}}))

    assert {"user": {"open_id": "o"}} == found.data
    assert ("L-1", NOW, 200) == (found.request_id, found.served_at, found.status)


@pytest.mark.parametrize(
    ("code", "status", "read", "change"),
    [
        ("access_token_invalid", 401, AuthorizationError, AuthorizationError),
        ("access_token_invalid", 200, AuthorizationError, AuthorizationError),
        ("scope_not_authorized", 401, MissingPermissionError, MissingPermissionError),
        ("scope_permission_missed", 400, MissingPermissionError, MissingPermissionError),
        ("invalid_params", 400, RejectedError, RejectedError),
        ("invalid_param", 400, RejectedError, RejectedError),
        ("invalid_file_upload", 400, RejectedError, RejectedError),
        ("rate_limit_exceeded", 429, RateLimitedError, RateLimitedError),
        ("rate_limit_exceeded", 200, RateLimitedError, RateLimitedError),
        ("internal_error", 500, RetryableError, UnknownOutcomeError),
        ("internal_error", 200, RetryableError, UnknownOutcomeError),
        ("spam_risk_too_many_posts", 403, RejectedError, RejectedError),
        ("unaudited_client_can_only_post_to_private_accounts", 403, RejectedError, RejectedError),
        ("something_new", 400, RejectedError, RejectedError),
        ("something_new", 401, AuthorizationError, AuthorizationError),
        ("something_new", 429, RateLimitedError, RateLimitedError),
        ("something_new", 499, RejectedError, RejectedError),
        ("something_new", 500, RetryableError, UnknownOutcomeError),
        ("something_new", 503, RetryableError, UnknownOutcomeError),
        ("", 200, RejectedError, RejectedError),
    ],
)
def test_a_word_decides_what_happens_next(
    code: str, status: int, read: type[AdloomError], change: type[AdloomError]
) -> None:
    assert read is type(refused(READ, envelope(code), status))
    assert read is type(refused(ASK, envelope(code), status))
    assert change is type(refused(CHANGE, envelope(code), status))


def test_the_person_reads_tiktoks_words_with_code_and_request() -> None:
    problem = refused(READ, envelope("invalid_params", "The fields are wrong."), 400)

    assert "TikTok refused: The fields are wrong (invalid_params, request L-1)" == str(problem)
    assert isinstance(problem.answer, Answer)


@pytest.mark.parametrize(
    ("code", "status", "hint"),
    [
        ("access_token_invalid", 401, "Renew the consent: adloom connections reconnect me"),
        (
            "scope_not_authorized",
            401,
            "Renew the consent and agree to all of it: adloom connections reconnect me",
        ),
        (
            "scope_permission_missed",
            400,
            f"Have TikTok approve your app for it, then renew the consent: {RECONNECT}",
        ),
        ("internal_error", 500, "adloom looks before it repeats."),
    ],
)
def test_an_error_says_what_to_do(code: str, status: int, hint: str) -> None:
    assert hint == refused(CHANGE, envelope(code), status).hint


@pytest.mark.parametrize("request_", [READ, CHANGE])
@pytest.mark.parametrize(
    ("code", "status"),
    [("rate_limit_exceeded", 429), ("invalid_params", 400), ("internal_error", 500)],
)
def test_an_error_keeps_what_tiktok_calls_the_request(
    request_: Request, code: str, status: int
) -> None:
    problem = refused(request_, envelope(code), status)
    assert isinstance(problem, ApiError)

    assert "L-1" == problem.request_id


def test_a_refusal_may_say_nothing_at_all() -> None:
    problem = refused(READ, {"data": {}, "error": {"code": ""}}, 400)

    assert "TikTok refused: no reason given (no code)" == str(problem)


def test_a_long_story_is_cut() -> None:
    problem = refused(READ, envelope("invalid_params", "x" * 501), 400)

    assert f"TikTok refused: {'x' * 500} (invalid_params, request L-1)" == str(problem)


def test_what_tiktok_repeats_of_a_secret_is_not_told() -> None:
    planted = Secret("act.canary-in-a-message")
    problem = refused(READ, envelope("invalid_params", f"bad token {planted.reveal()}"), 400)

    assert "canary" not in str(problem)


@pytest.mark.parametrize(("headers", "expected"), [({}, 20.0), ({"retry_after": "7"}, 7.0)])
def test_too_fast_rests_a_third_of_a_minute_or_as_told(
    headers: dict[str, str], expected: float
) -> None:
    problem = refused(READ, envelope("rate_limit_exceeded"), 429, **headers)

    assert isinstance(problem, RateLimitedError)
    assert expected == problem.retry_after


@pytest.mark.parametrize(
    ("body", "status", "read", "change"),
    [
        (b"<html>", 502, RetryableError, UnknownOutcomeError),
        (b"<html>", 404, RejectedError, RejectedError),
        (b"<html>", 429, RateLimitedError, RateLimitedError),
        (b'{"data":{"x":NaN}}', 200, UnusableAnswerError, UnknownOutcomeError),
        (b"[]", 200, RetryableError, UnknownOutcomeError),
        (b'{"data":{}}', 200, RetryableError, UnknownOutcomeError),
        (b'{"data":{},"error":"ok"}', 200, RetryableError, UnknownOutcomeError),
    ],
)
def test_what_is_no_envelope_is_judged_by_its_status(
    body: bytes, status: int, read: type[AdloomError], change: type[AdloomError]
) -> None:
    assert read is type(refused(READ, body, status))
    assert change is type(refused(CHANGE, body, status))


# --- tokens (§I.1) --------------------------------------------------------------------------------


def test_tokens_come_flat() -> None:
    assert {"access_token": "act.1"} == opened(TOKEN, {"access_token": "act.1"}).data


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("access_denied", AuthorizationError),
        ("invalid_client", AuthorizationError),
        ("invalid_grant", AuthorizationError),
        ("unauthorized_client", AuthorizationError),
        ("invalid_request", RejectedError),
        ("invalid_scope", RejectedError),
        ("unsupported_grant_type", RejectedError),
        ("unsupported_response_type", RejectedError),
        ("server_error", UnknownOutcomeError),
        ("temporarily_unavailable", RetryableError),
        ("something_new", RejectedError),
    ],
)
def test_a_refused_token_says_so_whatever_the_status(
    error: str, expected: type[AdloomError], status: int
) -> None:
    body = {"error": error, "error_description": "Because.", "log_id": "L-2"}
    problem = refused(TOKEN, body, status)

    assert expected is type(problem)
    assert f"TikTok refused: Because ({error}, request L-2)" == str(problem)
    assert getattr(problem, "request_id", "L-2") == "L-2"


def test_a_dead_grant_names_the_command_that_renews_it() -> None:
    problem = refused(TOKEN, {"error": "invalid_grant"})

    assert "Renew the consent: adloom connections reconnect me" == problem.hint


@pytest.mark.parametrize("body", [b"", b" \n", b"{}"])
def test_a_revocation_may_be_answered_with_nothing(body: bytes) -> None:
    assert {} == opened(REVOKE, body).data


@pytest.mark.parametrize("body", [b'{"access_token":"a","access_token":"b"}', b"<html>"])
def test_a_token_is_read_strictly(body: bytes) -> None:
    assert UnknownOutcomeError is type(refused(TOKEN, body))


# --- sounds (§I.5) --------------------------------------------------------------------------------


def sound(code: int, message: str = "") -> dict[str, Any]:
    data = {"share_id": "s-1", "error_code": code, "error_msg": message}
    return {"data": data, "extra": {"error_detail": message, "logid": "L-3"}}


def test_an_uploaded_sound_has_a_share_id() -> None:
    found = opened(SOUND, sound(0))

    assert ("s-1", "L-3") == (found.data["share_id"], found.request_id)


def test_a_refused_sound_says_why() -> None:
    problem = refused(SOUND, sound(10010, "the file is too long"))

    assert RejectedError is type(problem)
    assert "TikTok refused: the file is too long (10010, request L-3)" == str(problem)
    assert "L-3" == getattr(problem, "request_id", None)


def test_an_address_for_sounds_that_is_gone_is_a_refusal() -> None:
    assert RejectedError is type(refused(SOUND, b"404 page not found", 404))


# --- uploads (§I.6) -------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "body"), [(201, b""), (206, b""), (200, b'{"ok":1}')])
def test_an_upload_says_nothing_but_its_status(status: int, body: bytes) -> None:
    assert status == opened(UPLOAD, body, status).status


def test_a_web_page_does_not_come_from_where_files_are_taken() -> None:
    assert UnknownOutcomeError is type(refused(UPLOAD, b"<html>", content_type="text/html"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, RejectedError),
        (416, RejectedError),
        (429, RateLimitedError),
        (500, UnknownOutcomeError),
    ],
)
def test_a_refused_upload_is_no_refused_token(status: int, expected: type[AdloomError]) -> None:
    assert expected is type(refused(UPLOAD, b"<xml/>", status))

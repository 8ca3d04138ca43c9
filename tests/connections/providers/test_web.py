"""Any web API: addresses, logins, statuses, and what lies inside."""

import base64
from typing import Any
from urllib.parse import parse_qsl

import pytest

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    InvalidParamsError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
    UsageError,
)
from adloom.fields import validate
from adloom.wire import Answer, JsonBody, Request, TextBody
from connections.connection import Connection
from connections.curl import as_curl
from connections.outgoing import Sent, written
from connections.providers.web import Web
from connections.providers.web_settings import WebSettings
from connections.transport import WireAnswer
from tests.connections.samples import NOW, of_kind

PROVIDER = Web()
BASE = "https://api.example/v1"
READ = Request("GET", "/items/7", {"tags": ["a", "b"], "deep": {"x": 1}, "none": None})
CHANGE = Request("POST", "/items", body=JsonBody({"name": "x"}))
TOKEN_URL = "https://login.example/oauth/token"


def plain(**settings: Any) -> Connection:
    return of_kind("web", None, base_url=BASE, **settings)


def keyed() -> Connection:
    told = {"base_url": BASE, "login": "header", "header_name": "X-Api-Key"}
    return of_kind("web", {"header_value": "header-canary-0123456789"}, **told)


def oauth(**secrets: str) -> Connection:
    told = {"base_url": BASE, "login": "oauth", "token_url": TOKEN_URL, "client_id": "me&you"}
    sealed = {"client_secret": "client canary/0123", **secrets}
    return of_kind("web", sealed, scope="read write", **told)


# --- the wire -------------------------------------------------------------------------------------


def test_a_path_is_put_behind_the_base_address() -> None:
    wire = PROVIDER.wire(plain(), READ, deadline=1)

    assert f"{BASE}/items/7?tags=a%2Cb&deep=%7B%22x%22%3A1%7D" == wire.url
    assert (None, True, False) == (wire.credential, wire.outside_only, wire.changes)
    assert PROVIDER.wire(plain(), CHANGE, deadline=1).changes


def test_a_base_address_may_end_in_a_slash() -> None:
    wire = PROVIDER.wire(of_kind("web", None, base_url=f"{BASE}/"), READ, deadline=1)

    assert wire.url.startswith(f"{BASE}/items/7?")


@pytest.mark.parametrize(
    "path",
    ["", "items", "//evil.example/x", "https://evil.example/", "/../x", "/a/./b", "/%2e%2e/x",
     "/a%2fb", "/a\\b", "/a?b", "/a#b", "/a b", "/a\r\nx:y", "/é", "@evil.example",
     "/" + "x" * 2001],
)  # fmt: skip
def test_a_path_stays_below_the_base_address(path: str) -> None:
    with pytest.raises(InvalidParamsError):
        PROVIDER.wire(plain(), Request("GET", path), deadline=1)


def test_a_secret_header_goes_to_its_own_origin_only() -> None:
    wire = PROVIDER.wire(keyed(), READ, deadline=1)
    elsewhere = PROVIDER.wire(
        of_kind("web", None, base_url="https://other.example"), READ, deadline=1
    )
    assert wire.credential

    assert "header-canary-0123456789" == written(wire, {}, Sent()).headers["x-api-key"]
    assert elsewhere.credential is None
    assert "canary" not in repr(wire) + as_curl(wire)
    assert '"x-api-key: $ACCESS_TOKEN"' in as_curl(wire)


@pytest.mark.parametrize(
    ("login", "expected"),
    [("none", []), ("header", ["header_value"]), ("oauth", ["client_secret"])],
)
def test_a_login_takes_its_own_secret(login: str, expected: list[str]) -> None:
    assert expected == list(PROVIDER.secrets_for({"login": login}))


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "base_url: is required"),
        ({"base_url": "api.example"}, "base_url"),
        ({"base_url": "http://api.example"}, "without encryption"),
        ({"base_url": "https://api.example/?a=1"}, "nothing behind them"),
        ({"base_url": "https://api.example/#a"}, "nothing behind them"),
        ({"base_url": "https://me:secret@api.example"}, "base_url"),
        ({"base_url": "https://127.0.0.1"}, "private network"),
        ({"base_url": "http://localhost:8080"}, "private network"),
        ({"base_url": "https://10.1.2.3"}, "private network"),
        ({"base_url": "https://[::1]"}, "private network"),
        ({"base_url": BASE, "login": "oauth"}, "token_url"),
        ({"base_url": BASE, "token_url": "https://192.168.1.1/t"}, "private network"),
        ({"base_url": BASE, "header_name": "Host"}, "not for secrets"),
        ({"base_url": BASE, "header_name": "Transfer-Encoding"}, "not for secrets"),
        ({"base_url": BASE, "header_name": "X Key"}, "header_name"),
    ],
)
def test_settings_that_will_not_do_are_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidParamsError, match=words):
        validate(WebSettings, values)


def test_what_lies_inside_can_be_allowed() -> None:
    told = validate(WebSettings, {"base_url": "http://127.0.0.1:8080", "allow_private": True})
    inside = of_kind("web", None, **told.model_dump(mode="json"))

    assert not PROVIDER.wire(inside, READ, deadline=1).outside_only


# --- answers --------------------------------------------------------------------------------------


def opened(
    status: int,
    body: bytes = b"{}",
    request: Request = READ,
    connection: Connection | None = None,
    **headers: str,
) -> Answer:
    told = {"content-type": "application/json"} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    return PROVIDER.read(connection or keyed(), request, WireAnswer(status, told, body, NOW))


def test_json_is_read_and_anything_else_is_text() -> None:
    assert {"id": 2**70} == opened(200, b'{"id":1180591620717411303424}').data
    assert "a;b\n" == opened(200, b"a;b\n", content_type="text/csv").data
    assert "" == opened(204, b"").data


@pytest.mark.parametrize(
    ("status", "read", "change"),
    [
        (400, RejectedError, RejectedError),
        (401, AuthorizationError, AuthorizationError),
        (403, MissingPermissionError, MissingPermissionError),
        (404, RejectedError, RejectedError),
        (409, RejectedError, RejectedError),
        (429, RateLimitedError, RateLimitedError),
        (500, RetryableError, UnknownOutcomeError),
        (503, RetryableError, UnknownOutcomeError),
    ],
)
def test_the_status_decides(
    status: int, read: type[AdloomError], change: type[AdloomError]
) -> None:
    for request, expected in ((READ, read), (CHANGE, change)):
        with pytest.raises(expected) as caught:
            opened(status, b'{"why":"because"}', request)

        assert expected is type(caught.value)
        assert isinstance(caught.value.answer, Answer)
        assert {"why": "because"} == caught.value.answer.body


@pytest.mark.parametrize(("status", "expected"), [(429, 7.0), (503, 7.0)])
def test_a_pause_that_was_asked_for_is_kept(status: int, expected: float) -> None:
    with pytest.raises(RetryableError) as caught:
        opened(status, retry_after="7")

    assert expected == caught.value.retry_after


def test_without_a_login_there_is_nothing_to_renew() -> None:
    with pytest.raises(MissingPermissionError):
        opened(401, connection=plain())


def test_json_that_cannot_be_trusted_is_unusable() -> None:
    with pytest.raises(UnusableAnswerError):
        opened(200, b'{"a":1,"a":2}')


def test_a_change_that_was_made_is_not_undone_by_a_bad_body() -> None:
    assert '{"a":1,"a":2}' == opened(200, b'{"a":1,"a":2}', CHANGE).data


# --- OAuth's client credentials -------------------------------------------------------------------


async def test_the_client_asks_for_a_token_in_its_own_name() -> None:
    asked: list[Request] = []

    async def send(request: Request) -> Answer:
        asked.append(request)
        return Answer(200, {}, {}, {"access_token": "canary-token-1", "expires_in": 600}, NOW)

    grant = await PROVIDER.own_grant(send, oauth())
    assert grant
    wire = PROVIDER.wire(oauth(), asked[0], deadline=1)
    body = asked[0].body
    assert isinstance(body, TextBody)
    name, _, value = written(wire, {}, Sent()).headers["authorization"].partition(" ")

    assert {"grant_type": "client_credentials", "scope": "read write"} == dict(parse_qsl(body.text))
    assert ("Basic", b"me%26you:client+canary%2F0123") == (name, base64.b64decode(value))
    assert TOKEN_URL == wire.url
    assert "canary" not in repr(wire)
    assert ("canary-token-1", 600) == (
        grant.secrets["access_token"].reveal(),
        grant.life and grant.life.total_seconds(),
    )


def test_a_token_goes_to_the_api_and_the_secret_to_the_token_address() -> None:
    wire = PROVIDER.wire(oauth(access_token="canary-token-1"), READ, deadline=1)
    sent = written(wire, {}, Sent())

    assert "Bearer canary-token-1" == sent.headers["authorization"]
    with pytest.raises(InvalidParamsError):
        PROVIDER.wire(oauth(), Request("GET", TOKEN_URL), deadline=1)
    with pytest.raises(InvalidParamsError):
        PROVIDER.wire(oauth(), Request("POST", "https://evil.example/"), deadline=1)


@pytest.mark.parametrize("connection", [plain(), keyed()])
async def test_other_logins_are_granted_nothing(connection: Connection) -> None:
    async def send(_: Request) -> Answer:
        raise AssertionError("nobody has to be asked")

    assert await PROVIDER.own_grant(send, connection) is None


@pytest.mark.parametrize("data", [None, {}, {"access_token": 1}, "token"])
async def test_an_answer_without_a_token_is_none(data: Any) -> None:
    async def send(_: Request) -> Answer:
        return Answer(200, {}, {}, data, NOW)

    with pytest.raises(UnusableAnswerError, match="no access token"):
        await PROVIDER.refresh(send, oauth())


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_client_that_is_refused_needs_its_owner(status: int) -> None:
    token = Request("POST", TOKEN_URL)
    with pytest.raises(AuthorizationError, match="token address") as caught:
        opened(status, b'{"error":"invalid_client"}', token, oauth())

    assert AuthorizationError is type(caught.value)


# --- tried ----------------------------------------------------------------------------------------


async def test_any_answer_to_the_path_to_test_will_do() -> None:
    asked: list[str] = []

    async def send(request: Request) -> Answer:
        asked.append(request.path)
        return opened(404, request=request)

    facts = await PROVIDER.examine(send, plain(test_path="/health"))

    assert {"display_name": "api.example"} == facts
    assert ["/health"] == asked


@pytest.mark.parametrize("status", [401, 403, 500, 429])
async def test_a_refused_login_and_a_broken_service_will_not(status: int) -> None:
    async def send(request: Request) -> Answer:
        return opened(status, request=request)

    with pytest.raises(AdloomError, match=str(status)):
        await PROVIDER.examine(send, keyed())


def test_there_is_no_listing_whose_paging_is_known() -> None:
    with pytest.raises(UsageError, match="no listing"):
        PROVIDER.pages(None, READ, key="id", page_size=10)  # type: ignore[arg-type] # never sent

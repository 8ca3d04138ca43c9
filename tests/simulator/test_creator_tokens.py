import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from adloom.simulator import Running
from tests.simulator.client import Answer, Client

BACK = "http://127.0.0.1:9/callback"
VERIFIER = "abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFG"
CHALLENGE = hashlib.sha256(VERIFIER.encode()).hexdigest()


def ask(**more: str) -> str:
    return urlencode(
        {
            "client_key": "key",
            "response_type": "code",
            "scope": "user.info.basic,video.list",
            "redirect_uri": BACK,
            "state": "st",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
    )


def callback(
    client: Client, *, decision: str = "allow", scopes: tuple[str, ...] = ()
) -> dict[str, str]:
    given = scopes or ("user.info.basic", "video.list")
    form = urlencode([*(("scope", scope) for scope in given), ("decision", decision)]).encode()
    answer = client.send("POST", "/v2/auth/authorize/", query=ask(), body=form)
    assert answer.status == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def token(client: Client, **form: str) -> Any:
    given = {"client_key": "key", "client_secret": "secret", **form}
    return client.send("POST", "/v2/oauth/token/", body=urlencode(given).encode()).json


def exchange(client: Client, given_code: str, **more: str) -> Any:
    given = {
        "grant_type": "authorization_code",
        "code": given_code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **more,
    }
    return token(client, **given)


def renew(client: Client, refresh_token: str, **more: str) -> Any:
    return token(client, grant_type="refresh_token", refresh_token=refresh_token, **more)


def test_the_callback_holds_a_code_that_has_to_be_decoded(client: Client) -> None:
    found = callback(client)

    assert found["state"] == "st"
    assert found["scopes"] == "user.info.basic,video.list"
    assert {"*", "!"} <= set(found["code"])


def test_a_creator_may_grant_less_than_was_asked_for(client: Client) -> None:
    found = callback(client, scopes=("video.list",))

    assert found["scopes"] == "video.list"
    assert exchange(client, found["code"])["scope"] == "video.list"


def test_a_creator_may_refuse(client: Client) -> None:
    found = callback(client, decision="deny")

    assert found["error"] == "access_denied"
    assert found["state"] == "st"
    assert "code" not in found


def test_a_code_and_its_verifier_yield_two_tokens_with_lifetimes(client: Client) -> None:
    granted = exchange(client, callback(client)["code"])

    assert granted["access_token"].startswith("act.")
    assert granted["refresh_token"].startswith("rft.")
    assert granted["expires_in"] == 7200
    assert granted["refresh_expires_in"] == 180 * 86400
    assert granted["token_type"] == "Bearer"
    assert granted["open_id"]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"code_verifier": "x" * 43}, "invalid_request"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "invalid_request"),
        ({"client_key": "other"}, "invalid_grant"),
        ({"client_key": ""}, "invalid_request"),
        ({"client_secret": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "made up"}, "invalid_grant"),
    ],
)
def test_errors_are_flat_json_with_http_200(
    client: Client, more: dict[str, str], error: str
) -> None:
    answer = exchange(client, callback(client)["code"], **more)

    assert answer["error"] == error
    assert answer["error_description"]
    assert answer["log_id"]


def test_a_base64_challenge_is_refused_as_tiktok_does(client: Client) -> None:
    query = ask(code_challenge="iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ")
    page = client.send("GET", "/v2/auth/authorize/", query=query)

    assert page.status == 400
    assert b"Code verifier or code challenge is invalid" in page.body


@pytest.mark.parametrize(
    "more", [{"code_challenge_method": "plain"}, {"response_type": "token"}, {"client_key": ""}]
)
def test_a_wrong_request_for_consent_is_refused(client: Client, more: dict[str, str]) -> None:
    assert client.send("GET", "/v2/auth/authorize/", query=ask(**more)).status == 400


def test_the_page_shows_what_is_asked_for(client: Client) -> None:
    page = client.send("GET", "/v2/auth/authorize/", query=ask())

    assert page.status == 200
    assert page.body.count(b'type="checkbox" name="scope"') == 2


def test_a_web_app_needs_no_challenge(client: Client) -> None:
    query = "client_key=key&response_type=code&redirect_uri=http://127.0.0.1:9/callback"
    form = b"scope=user.info.basic&decision=allow"
    answer = client.send("POST", "/v2/auth/authorize/", query=query, body=form)
    found = dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    assert "state" not in found
    assert "error" not in exchange(client, found["code"], code_verifier="")


def test_a_body_that_is_no_form_is_refused(client: Client) -> None:
    for path in ("/v2/oauth/token/", "/v2/oauth/revoke/"):
        assert client.send("POST", path, body=b"\xff").json["error"] == "invalid_request"


def test_revoking_an_unknown_token_is_fine(client: Client) -> None:
    form = {"client_key": "key", "client_secret": "secret", "token": "act.unknown"}
    answer = client.send("POST", "/v2/oauth/revoke/", body=urlencode(form).encode())

    assert answer.json == {}


def test_a_code_works_once(client: Client) -> None:
    code = callback(client)["code"]

    assert "error" not in exchange(client, code)
    assert exchange(client, code)["error"] == "invalid_grant"


def test_a_refresh_token_works_once_and_brings_the_next_one(client: Client) -> None:
    first = exchange(client, callback(client)["code"])
    second = renew(client, first["refresh_token"])
    again = renew(client, first["refresh_token"])
    third = renew(client, second["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert second["open_id"] == first["open_id"]
    assert second["scope"] == first["scope"]
    assert again["error"] == "invalid_grant"
    assert "error" not in third


def test_a_refresh_token_expires_in_simulated_time(client: Client, simulator: Running) -> None:
    granted = exchange(client, callback(client)["code"])
    simulator.clock.move(granted["refresh_expires_in"])

    assert renew(client, granted["refresh_token"])["error"] == "invalid_grant"


def test_a_refresh_token_belongs_to_its_app(client: Client) -> None:
    granted = exchange(client, callback(client)["code"])

    assert renew(client, granted["refresh_token"], client_key="other")["error"] == "invalid_grant"
    assert "error" not in renew(client, granted["refresh_token"])


def test_revoking_ends_the_refresh_token_too(client: Client) -> None:
    granted = exchange(client, callback(client)["code"])
    form = {"client_key": "key", "client_secret": "secret", "token": granted["access_token"]}
    revoked: Answer = client.send("POST", "/v2/oauth/revoke/", body=urlencode(form).encode())

    assert revoked.json == {}
    assert renew(client, granted["refresh_token"])["error"] == "invalid_grant"


def test_an_app_gets_a_token_of_its_own(client: Client) -> None:
    granted = token(client, grant_type="client_credentials")

    assert granted["access_token"].startswith("clt.")
    assert "refresh_token" not in granted


def test_tokens_are_counted(client: Client, simulator: Running) -> None:
    renew(client, exchange(client, callback(client)["code"])["refresh_token"])

    assert simulator.effects.tokens == 2

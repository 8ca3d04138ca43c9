import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import Answer, Client, Row
from tests.simulator.conftest import START

BACK = "http://127.0.0.1:9/callback?kept=yes"


def portal(**more: str) -> str:
    return urlencode({"app_id": "77", "redirect_uri": BACK, "state": "a b&c=ü", **more})


def ticked(page: Answer) -> list[str]:
    return re.findall(
        r'type="checkbox" name="advertiser_id" value="(\d+)" checked', page.body.decode()
    )


def decide(client: Client, decision: str, ids: list[str], query: str = "") -> Answer:
    form = urlencode([*(("advertiser_id", known) for known in ids), ("decision", decision)])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.send(
        "POST", "/portal/auth", query=query or portal(), body=form.encode(), headers=headers
    )


def callback(answer: Answer) -> dict[str, str]:
    assert answer.status == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def code_for(client: Client, ids: list[str]) -> str:
    return callback(decide(client, "allow", ids))["auth_code"]


def exchange(client: Client, code: str, app_id: str = "77", secret: str = "s") -> Row:
    return client.post("/oauth2/access_token/", app_id=app_id, secret=secret, auth_code=code)


def test_the_page_is_a_plain_form_with_every_account_ticked(
    client: Client, simulator: Running
) -> None:
    page = client.send("GET", "/portal/auth", query=portal())
    text = page.body.decode()

    assert page.status == 200
    assert ticked(page) == list(simulator.world.accounts)
    assert "<script" not in text
    assert "http" not in text.replace(BACK, "")
    assert "set-cookie" not in page.headers
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert text.count("<form") == 1


def test_allowing_leads_back_with_a_code_and_the_state_as_it_was(client: Client) -> None:
    answer = decide(client, "allow", ticked(client.send("GET", "/portal/auth", query=portal())))
    found = callback(answer)

    assert answer.headers["location"].startswith("http://127.0.0.1:9/callback?kept=yes&")
    assert found["state"] == "a b&c=ü"
    assert found["auth_code"] == found["code"]


def test_denying_leads_back_without_a_code(client: Client, big: str) -> None:
    found = callback(decide(client, "deny", [big]))

    assert found["error"] == "access_denied"
    assert found["state"] == "a b&c=ü"
    assert "auth_code" not in found


def test_nothing_ticked_asks_again(client: Client) -> None:
    answer = decide(client, "allow", [])

    assert answer.status == 200
    assert b"Choose at least one account." in answer.body


def test_only_the_ticked_accounts_are_granted(client: Client, small: str, big: str) -> None:
    data = exchange(client, code_for(client, [small]))["data"]
    token = Client(client.url, data["access_token"])

    assert data["advertiser_ids"] == [small]
    assert token.get("/ad/get/", advertiser_id=small)["code"] == 0
    assert token.get("/ad/get/", advertiser_id=big)["code"] == 40001


def test_an_account_that_does_not_exist_cannot_be_ticked(client: Client, small: str) -> None:
    data = exchange(client, code_for(client, [small, "7999999999999999999"]))["data"]

    assert data["advertiser_ids"] == [small]


@pytest.mark.parametrize("field", ["app_id", "state", "redirect_uri"])
def test_nothing_of_the_address_gets_into_the_page_unescaped(client: Client, field: str) -> None:
    evil = "http://x.test/\"><script>alert(1)</script>'"
    page = client.send("GET", "/portal/auth", query=portal(**{field: evil}))

    assert b"<script>" not in page.body


def test_the_page_shows_who_asks(client: Client) -> None:
    page = client.send("GET", "/portal/auth", query=portal(app_id="A & B <b>"))

    assert "A & B <b>" in unescape(page.body.decode())


@pytest.mark.parametrize(
    "query",
    [
        "app_id=1",
        "redirect_uri=http://x.test/",
        "app_id=1&redirect_uri=javascript:alert(1)",
        "app_id=1&redirect_uri=/relative",
    ],
)
def test_an_incomplete_address_is_refused(client: Client, query: str) -> None:
    assert client.send("GET", "/portal/auth", query=query).status == 400


def test_a_redirect_cannot_smuggle_headers(client: Client, big: str) -> None:
    query = portal(redirect_uri="http://x.test/a\r\nSet-Cookie: b=c")
    answer = decide(client, "allow", [big], query)

    assert "set-cookie" not in answer.headers


# --- codes --------------------------------------------------------------------------------------


def test_a_code_yields_a_token_with_accounts_and_permissions(client: Client, big: str) -> None:
    envelope = exchange(client, code_for(client, [big]))
    data = envelope["data"]

    assert envelope["code"] == 0
    assert set(data) == {"access_token", "advertiser_ids", "scope"}
    assert all(isinstance(scope, int) for scope in data["scope"])


def test_the_accounts_are_left_out_on_request(client: Client, big: str) -> None:
    data = client.post(
        "/oauth2/access_token/",
        app_id="77",
        secret="s",
        auth_code=code_for(client, [big]),
        return_advertiser_ids=False,
    )["data"]

    assert "advertiser_ids" not in data
    assert data["access_token"]


def test_a_code_works_once(client: Client, big: str) -> None:
    code = code_for(client, [big])

    assert exchange(client, code)["code"] == 0
    assert exchange(client, code)["code"] == 40110


def test_a_code_dies_after_an_hour_of_simulated_time(
    client: Client, simulator: Running, big: str
) -> None:
    early, late = code_for(client, [big]), code_for(client, [big])
    simulator.clock.move(3599)
    in_time = exchange(client, early)
    simulator.clock.move(1)
    too_late = exchange(client, late)

    assert in_time["code"] == 0
    assert too_late["code"] == 40110
    assert "expired" in str(too_late["message"])


def test_a_made_up_code_is_40110(client: Client) -> None:
    assert exchange(client, "made up")["code"] == 40110


def test_a_code_belongs_to_its_app(client: Client, big: str) -> None:
    code = code_for(client, [big])

    assert exchange(client, code, app_id="78")["code"] == 40101
    assert exchange(client, code)["code"] == 0


def test_the_first_secret_of_an_app_is_its_secret(client: Client, big: str) -> None:
    first, second = code_for(client, [big]), code_for(client, [big])

    assert exchange(client, first, secret="right")["code"] == 0
    assert exchange(client, second, secret="wrong")["code"] == 40101
    assert exchange(client, second, secret="")["code"] == 40101
    assert exchange(client, second, secret="right")["code"] == 0


def test_the_twin_endpoint_puts_the_token_beside_the_data(client: Client, big: str) -> None:
    envelope = client.post(
        "/oauth2/token/",
        client_id="77",
        client_secret="s",
        code=code_for(client, [big]),
        grant_type="authorization_code",
    )

    assert envelope["code"] == 0
    assert envelope["advertiser_ids"] == [big]
    assert Client(client.url, envelope["access_token"]).get("/user/info/")["code"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"client_id": "77", "code": "x"}, "client_secret"),
        ({"client_id": "77", "client_secret": "s", "code": "x", "grant_type": "password"}, "grant"),
    ],
)
def test_the_twin_endpoint_checks_what_it_is_given(
    client: Client, body: dict[str, str], field: str
) -> None:
    envelope = client.post("/oauth2/token/", **body)

    assert envelope["code"] == 40002
    assert field in envelope["message"]


def test_the_granted_accounts_are_told_by_name(client: Client, small: str) -> None:
    data = exchange(client, code_for(client, [small]))["data"]
    token = Client(client.url, data["access_token"])

    assert token.get("/oauth2/advertiser/get/", app_id="77", secret="s")["data"] == {
        "list": [{"advertiser_id": small, "advertiser_name": "Kaffeerösterei Morgenrot"}]
    }
    assert token.get("/oauth2/advertiser/get/", app_id="77", secret="no")["code"] == 40101
    assert token.get("/oauth2/advertiser/get/", app_id="78", secret="s")["code"] == 40101


def test_a_revoked_token_is_worthless(client: Client, big: str) -> None:
    data = exchange(client, code_for(client, [big]))["data"]
    token = data["access_token"]
    body = {"app_id": "77", "secret": "s", "access_token": token}

    assert client.post("/oauth2/revoke_token/", **{**body, "secret": ""})["code"] == 40002
    assert client.post("/oauth2/revoke_token/", **{**body, "secret": "no"})["code"] == 40101
    assert client.post("/oauth2/revoke_token/", **{**body, "app_id": "78"})["code"] == 40101
    assert client.post("/oauth2/revoke_token/", **body)["data"] == {
        "app_id": "77",
        "advertiser_ids": [big],
    }
    assert Client(client.url, token).get("/user/info/")["code"] == 40105
    assert client.post("/oauth2/revoke_token/", **body)["code"] == 40105


# --- strict -------------------------------------------------------------------------------------


def test_a_strict_simulator_knows_its_apps_only() -> None:
    options = Options(
        port=0, speed=0, start=START, strict=True, apps={"77": "s"}, redirect_uris=[BACK]
    )
    with Running(options) as simulator:
        client = Client(simulator.url)
        ids = list(simulator.world.accounts)
        elsewhere = portal(redirect_uri="http://127.0.0.1:9/other")

        assert client.send("GET", "/portal/auth", query=portal(app_id="78")).status == 400
        assert client.send("GET", "/portal/auth", query=elsewhere).status == 400
        creator = "client_key=78&response_type=code&redirect_uri=http://127.0.0.1:9/"
        assert client.send("GET", "/v2/auth/authorize/", query=creator).status == 400
        code = code_for(client, ids)
        assert exchange(client, code, secret="wrong")["code"] == 40101
        assert exchange(client, code, app_id="78")["code"] == 40101
        assert exchange(client, code)["code"] == 0


def test_a_strict_simulator_has_an_app_to_practise_with() -> None:
    with Running(Options(port=0, speed=0, start=START, strict=True)) as simulator:
        client = Client(simulator.url)
        [(app_id, secret)] = Options().apps.items()
        query = portal(app_id=app_id)
        ids = ticked(client.send("GET", "/portal/auth", query=query))
        code = callback(decide(client, "allow", ids, query))["auth_code"]

        assert exchange(client, code, app_id=app_id, secret=secret)["code"] == 0

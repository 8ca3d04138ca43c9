"""Signing in and out, through the guard."""

import json
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.console.signing import safe_next
from tests.console.knocking import Answer, knock
from tests.console.test_guard import HOST, MARK, OWN, TYPED, House, house_with

JSON = ("content-type", "application/json")


@pytest.fixture
def house() -> House:
    return house_with()


async def sign_in(house: House, given: object, *headers: tuple[str, str]) -> Answer:
    body = json.dumps(given).encode()
    told = [TYPED, ("origin", OWN), MARK, JSON, *headers]
    return await knock(house.app, "POST", "/session", told, [body])


async def is_alive(house: House, code: str) -> bool:
    return (await sign_in(house, {"code": code})).status == 200


# --- by a code ------------------------------------------------------------------------------------


async def test_a_code_is_exchanged_for_a_cookie(house: House) -> None:
    answer = await sign_in(house, {"code": house.access.new_code(), "next": "/runs?state=failed"})
    (setting,) = answer.all("set-cookie")
    pair, *attributes = setting.split("; ")

    assert (200, {"next": "/runs?state=failed"}) == (answer.status, json.loads(answer.text))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} == set(attributes)
    assert 200 == (await knock(house.app, "GET", "/", [TYPED, ("cookie", pair)])).status


async def test_by_https_the_cookie_never_travels_without(house: House) -> None:
    house.access.secure = True
    answer = await sign_in(house, {"code": house.access.new_code()})

    assert "; Secure" in (answer.header("set-cookie") or "")


async def test_a_code_that_was_used_is_refused_and_says_how_to_get_another(house: House) -> None:
    code = house.access.new_code()
    await sign_in(house, {"code": code})
    answer = await sign_in(house, {"code": code})

    assert (401, []) == (answer.status, answer.all("set-cookie"))
    assert "adloom console" in json.loads(answer.text)["hint"]


async def test_a_code_that_is_too_old_is_refused(house: House) -> None:
    code = house.access.new_code()
    house.clock.move(600)

    assert 401 == (await sign_in(house, {"code": code})).status


@pytest.mark.parametrize("path", ["/signin?code={}", "/signin?{}", "/?token={}", "/?code={}"])
async def test_a_code_in_the_query_opens_nothing_and_stays_good(house: House, path: str) -> None:
    code = house.access.new_code()
    answer = await knock(house.app, "GET", path.format(code), [TYPED, ("accept", "text/html")])

    assert [] == answer.all("set-cookie")
    assert code not in answer.text
    assert await is_alive(house, code)


async def test_a_code_in_the_query_of_a_post_opens_nothing_either(house: House) -> None:
    code = house.access.new_code()
    path = f"/session?code={code}"
    answer = await knock(house.app, "POST", path, [TYPED, MARK, JSON], [b"{}"])

    assert (400, []) == (answer.status, answer.all("set-cookie"))
    assert await is_alive(house, code)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"code=%s"),
        ("application/json", b"code=%s"),
        ("application/json", b'{"code": ["%s"]}'),
        ("application/json", b'["%s"]'),
        ("application/json", b'{"code": "no", "code": "%s"}'),
        ("", b'{"code": "%s"}'),
    ],
)
async def test_a_code_is_taken_from_json_and_nothing_else(
    house: House, kind: str, body: bytes
) -> None:
    code = house.access.new_code()
    told = [TYPED, MARK, ("content-type", kind)]
    answer = await knock(house.app, "POST", "/session", told, [body % code.encode()])

    assert (400, []) == (answer.status, answer.all("set-cookie"))
    assert await is_alive(house, code)


async def test_no_other_site_can_sign_a_browser_in(house: House) -> None:
    code = house.access.new_code()
    unmarked = [TYPED, ("content-type", "text/plain"), ("origin", "https://evil.example")]
    body = json.dumps({"code": code}).encode()

    assert 403 == (await knock(house.app, "POST", "/session", unmarked, [body])).status
    assert await is_alive(house, code)


async def test_after_too_many_wrong_codes_it_says_how_long_to_wait(house: House) -> None:
    for _ in range(10):
        await sign_in(house, {"code": "wrong"})
    house.clock.move(17.5)
    answer = await sign_in(house, {"code": house.access.new_code()})

    assert (429, "43") == (answer.status, answer.header("retry-after"))
    assert "43 seconds" in answer.text
    assert 200 == (await house.get()).status


# --- by a password --------------------------------------------------------------------------------


async def test_the_password_opens_a_session_where_there_is_one() -> None:
    house = house_with("a long password")
    wrong = await sign_in(house, {"password": "a short password"})
    right = await sign_in(house, {"password": "a long password"})

    assert (401, []) == (wrong.status, wrong.all("set-cookie"))
    assert "not the password" in wrong.text
    assert (200, 1) == (right.status, len(right.all("set-cookie")))


async def test_a_password_where_there_is_none_is_not_understood(house: House) -> None:
    assert 400 == (await sign_in(house, {"password": ""})).status


# --- a browser that was signed in before, and signing out -----------------------------------------


async def test_signing_in_again_changes_the_cookie_and_keeps_what_was_remembered(
    house: House,
) -> None:
    before = house.access.session_of(house.cookie)
    assert before is not None
    before.data["state"] = "abc"
    answer = await sign_in(house, {"code": house.access.new_code()}, *house.signed_in)
    cookie = (answer.header("set-cookie") or "").partition(";")[0].partition("=")[2]
    now = house.access.session_of(cookie)
    assert now is not None

    assert {"state": "abc"} == now.data
    assert cookie != house.cookie
    assert house.access.session_of(house.cookie) is None


async def test_signing_out_ends_the_session_and_takes_the_cookie_away(house: House) -> None:
    told = [TYPED, *house.signed_in, ("hx-request", "true")]
    answer = await knock(house.app, "DELETE", "/session", told)

    assert (204, "/signin") == (answer.status, answer.header("hx-redirect"))
    assert "Max-Age=0" in (answer.header("set-cookie") or "")
    assert 401 == (await house.get()).status


async def test_nobody_is_signed_out_by_another_site(house: House) -> None:
    told = [TYPED, *house.signed_in, ("origin", "https://evil.example"), MARK]

    assert 403 == (await knock(house.app, "DELETE", "/session", told)).status
    assert 200 == (await house.get()).status


async def test_the_door_shows_the_way_on_to_those_who_are_in(house: House) -> None:
    page = await house.get("/signin?next=/runs%3Fa=1%26b=2")
    trap = await house.get("/signin?next=//evil.example/")

    assert '<a href="/runs?a=1&amp;b=2">' in page.text
    assert '<a href="/">' in trap.text


# --- codes for the command ------------------------------------------------------------------------


async def test_the_bearer_gets_codes_and_a_browser_does_not(house: House) -> None:
    bearer = ("authorization", f"Bearer {house.access.bearer.reveal()}")
    answer = await knock(house.app, "POST", "/session/code", [TYPED, bearer])
    refused = await knock(house.app, "POST", "/session/code", [TYPED, MARK, *house.signed_in])

    assert 201 == answer.status
    assert await is_alive(house, json.loads(answer.text)["code"])
    assert 403 == refused.status
    assert 401 == (await knock(house.app, "POST", "/session/code", [TYPED, MARK])).status


# --- where to go on -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/runs", "/runs/a b", "/runs?state=failed&page=2", "/scenarios/käse"]
)
def test_a_path_of_the_console_is_kept(path: str) -> None:
    assert path == safe_next(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "runs",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "/runs\r\nSet-Cookie: a=b",
        "http://evil.example/",
        "javascript:alert(1)",
        "/signin?next=/signin",
        "/session",
        "/" + "x" * 2_000,
    ],
)
def test_anything_else_leads_to_the_start(path: str) -> None:
    assert "/" == safe_next(path)


#: What matters in addresses, over and over.
ADDRESSES = st.text(st.sampled_from("/\\.:@?#%\t\n\r \0ab") | st.characters(), max_size=12)


@given(ADDRESSES, st.sampled_from(["", "/", "//", "/.", "http:", "\t"]))
def test_wherever_a_browser_is_sent_it_stays_here(rest: str, start: str) -> None:
    path = safe_next(start + rest)
    # What browsers make of an address before they read it (WHATWG URL).
    read = "".join(sign for sign in path.strip() if sign not in "\t\n\r").replace("\\", "/")

    assert HOST == urlsplit(urljoin(f"{OWN}/signin", read)).netloc
    assert path == safe_next(path)

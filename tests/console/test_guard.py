"""The guard: each attack on a server of one's own machine, and what is let in all the same."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adloom.clock import FrozenClock
from adloom.console.binding import allowed_hosts, allowed_origins
from adloom.console.bodies import LimitedBody
from adloom.console.guard import HEADERS, Guard
from adloom.console.sessions import Access
from adloom.console.signing import SIGN_ROUTES
from adloom.secret import Secret
from tests.console.knocking import Answer, knock, knock_by_socket

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PORT = 8920
HOST = f"127.0.0.1:{PORT}"
OWN = f"http://{HOST}"
LARGEST = 40_000

Pairs = list[tuple[str, str]]


async def start(request: Request) -> Response:
    return PlainTextResponse(f"script {request.state.session.is_script}")


async def size(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def generous(_: Request) -> Response:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Content-Security-Policy": "sandbox",
        "Referrer-Policy": "unsafe-url",
        "Cache-Control": "public, max-age=60",
    }
    return PlainTextResponse("", headers=headers)


async def fault(_: Request) -> Response:
    raise RuntimeError("a fault of ours")


@dataclass
class House:
    """A guarded application, and a browser that is signed in."""

    app: ASGIApp
    access: Access
    clock: FrozenClock
    cookie: str

    @property
    def signed_in(self) -> Pairs:
        return [("cookie", f"theme=dark; {self.access.cookie}={self.cookie}")]

    async def get(self, path: str = "/", *headers: tuple[str, str]) -> Answer:
        return await knock(self.app, "GET", path, [("host", HOST), *self.signed_in, *headers])

    async def post(self, *headers: tuple[str, str], body: tuple[bytes, ...] = ()) -> Answer:
        told = [("host", HOST), *self.signed_in, *headers]
        return await knock(self.app, "POST", "/size", told, body)


def house_with(password: str | None = None) -> House:
    clock = FrozenClock(NOW)
    access = Access(port=PORT, clock=clock, password=Secret(password) if password else None)
    app = Starlette(
        routes=[
            Route("/", start),
            Route("/size", size, methods=["POST", "PUT", "PATCH", "DELETE"]),
            Route("/generous", generous),
            Route("/static/generous", generous),
            Route("/fault", fault),
            Route("/health", generous),
            *SIGN_ROUTES,
        ]
    )
    app.state.access = access
    hosts, origins = allowed_hosts(PORT), allowed_origins(PORT)
    guarded = Guard(app, access=access, hosts=hosts, origins=origins, largest=LARGEST)
    return House(guarded, access, clock, access.sign_in(access.new_code()) or "")


@pytest.fixture
def house() -> House:
    return house_with()


# --- who is let in --------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
async def test_a_signed_in_browser_is_let_in_under_each_name_of_this_machine(
    house: House, host: str
) -> None:
    answer = await knock(house.app, "GET", "/", [("host", host), *house.signed_in])

    assert (200, "script False") == (answer.status, answer.text)


@pytest.mark.parametrize("site", ["none", "same-origin"])
@pytest.mark.parametrize("mark", [("hx-request", "true"), ("x-adloom", "1")])
async def test_the_consoles_own_scripts_may_change_things(
    house: House, site: str, mark: tuple[str, str]
) -> None:
    own = [("origin", OWN), ("sec-fetch-site", site), ("sec-fetch-mode", "same-origin")]
    kind = ("content-type", "application/x-www-form-urlencoded; charset=UTF-8")

    assert "3 bytes" == (await house.post(*own, mark, kind, body=(b"a=1",))).text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_link_from_elsewhere_may_lead_here(house: House, site: str) -> None:
    followed = [("sec-fetch-site", site), ("sec-fetch-mode", "navigate")]
    answer = await house.get("/", *followed, ("sec-fetch-dest", "document"))

    assert 200 == answer.status


async def test_a_script_with_the_bearer_needs_no_cookie_and_no_mark(house: House) -> None:
    told = [("host", HOST), ("authorization", f"bearer {house.access.bearer.reveal()}")]

    assert "script True" == (await knock(house.app, "GET", "/", told)).text
    assert "2 bytes" == (await knock(house.app, "POST", "/size", told, [b"{}"])).text


# --- attacks: each with the cookie of somebody who is signed in -----------------------------------

FORM = ("content-type", "application/x-www-form-urlencoded")
MARK = ("x-adloom", "1")
TYPED = ("host", HOST)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param([("host", f"evil.example:{PORT}")], 421, id="a rebound name"),
        pytest.param([("host", "127.0.0.1:8921")], 421, id="another port"),
        pytest.param([("host", "127.0.0.1")], 421, id="no port"),
        pytest.param([("host", f"localhost.:{PORT}")], 421, id="a dot too many"),
        pytest.param([("host", f"127.1:{PORT}")], 421, id="a short form of the address"),
        pytest.param([("host", f"{HOST}, evil.example")], 421, id="two names in one"),
        pytest.param([], 421, id="no host"),
        pytest.param([TYPED, TYPED], 400, id="two hosts, though they agree"),
        pytest.param([TYPED, ("host", "evil.example")], 400, id="two hosts"),
        pytest.param([TYPED, ("origin", "null")], 403, id="an origin that hides"),
        pytest.param([TYPED, ("origin", "https://evil.example")], 403, id="another origin"),
        pytest.param([TYPED, ("origin", "http://127.0.0.1:3000")], 403, id="another local port"),
        pytest.param([TYPED, ("origin", f"https://{HOST}")], 403, id="another scheme"),
        pytest.param([TYPED, ("origin", "")], 403, id="an empty origin"),
        pytest.param([TYPED, ("origin", OWN), ("origin", OWN)], 400, id="two origins"),
        pytest.param(
            [("host", f"evil.example:{PORT}"), ("origin", f"http://evil.example:{PORT}")],
            421,
            id="a rebound name with the origin that fits",
        ),
        pytest.param(
            [TYPED, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
            403,
            id="an image or script on another site",
        ),
        pytest.param(
            [TYPED, ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
            403,
            id="a fetch from another local port",
        ),
        pytest.param(
            [
                TYPED,
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
            ],
            403,
            id="a frame on another site",
        ),
        pytest.param(
            [TYPED, ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")],
            403,
            id="a page that is read, not opened",
        ),
        pytest.param([TYPED, ("sec-fetch-site", "elsewhere")], 403, id="a site nobody knows"),
        pytest.param([TYPED, ("content-length", "-1")], 400, id="a length below nothing"),
        pytest.param([TYPED, ("content-length", "1\xb2")], 400, id="a length in other digits"),
        pytest.param([TYPED, ("content-length", "1e3")], 400, id="a length that is none"),
    ],
)
async def test_a_page_elsewhere_reads_nothing(house: House, headers: Pairs, status: int) -> None:
    answer = await knock(house.app, "GET", "/", [*headers, *house.signed_in])

    assert status == answer.status
    assert "script" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param([FORM], 403, id="a form without any mark of its origin"),
        pytest.param(
            [FORM, ("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
            403,
            id="a form on another site",
        ),
        pytest.param(
            [FORM, MARK, ("sec-fetch-site", "cross-site")], 403, id="a marked one from a site"
        ),
        pytest.param(
            [
                FORM,
                MARK,
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
            403,
            id="a form that navigates",
        ),
        pytest.param(
            [FORM, MARK, ("sec-fetch-site", "same-site")], 403, id="another port of this machine"
        ),
        pytest.param([FORM, ("hx-request", "1")], 403, id="a mark nobody makes"),
        pytest.param([FORM, ("x-adloom", "")], 403, id="an empty mark"),
        pytest.param([FORM, ("authorization", "Basic YTpi")], 403, id="a password in the address"),
        pytest.param([("content-type", "text/plain")], 403, id="plain text without a mark"),
        pytest.param([("content-type", "text/plain"), MARK], 415, id="plain text"),
        pytest.param([FORM, ("content-type", "application/json"), MARK], 400, id="two kinds"),
    ],
)
async def test_a_page_elsewhere_changes_nothing(house: House, headers: Pairs, status: int) -> None:
    answer = await house.post(*headers, body=(b"{}",))

    assert status == answer.status
    assert "bytes" not in answer.text


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", ""])
async def test_other_methods_are_not_known(house: House, method: str) -> None:
    answer = await knock(house.app, method, "/", [TYPED, *house.signed_in, MARK])

    assert (405, "GET, HEAD, POST, PUT, PATCH, DELETE") == (answer.status, answer.header("allow"))


async def test_a_preflight_is_refused_and_allows_nothing(house: House) -> None:
    asked = [
        TYPED,
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-adloom"),
    ]
    answer = await knock(house.app, "OPTIONS", "/size", asked)

    assert 403 == answer.status
    assert [] == [name for name, _ in answer.headers if name.startswith("access-control")]


async def test_a_web_socket_is_refused_even_to_those_who_are_signed_in(house: House) -> None:
    said = await knock_by_socket(house.app, [TYPED, ("origin", OWN), *house.signed_in])

    assert [{"type": "websocket.close", "code": 1008}] == said


async def test_what_the_server_says_to_the_application_passes() -> None:
    passed: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        passed.append(scope["type"])

    access = Access(port=PORT, clock=FrozenClock(NOW))
    guard = Guard(app, access=access, hosts=[HOST], origins=[OWN])

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(_: Message) -> None:
        raise AssertionError("nothing is said")

    await guard({"type": "lifespan"}, receive, send)

    assert ["lifespan"] == passed


# --- who is not signed in -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        [],
        [("authorization", "Bearer wrong")],
        [("authorization", "Bearer ")],
        [("authorization", "Basic YTpi")],
        [("cookie", "adloom_8920=wrong")],
    ],
)
async def test_a_stranger_gets_nothing(house: House, shown: Pairs) -> None:
    answer = await knock(house.app, "GET", "/", [TYPED, *shown])

    assert (401, "Bearer") == (answer.status, answer.header("www-authenticate"))
    assert answer.text.startswith("You are not signed in.")


@pytest.mark.parametrize("shown", ["Bearer wrong", "Bearer", ""])
async def test_a_wrong_bearer_is_not_helped_by_a_cookie(house: House, shown: str) -> None:
    assert 401 == (await house.get("/", ("authorization", shown))).status


async def test_the_bearer_is_shown_as_one(house: House) -> None:
    shown = f"Basic {house.access.bearer.reveal()}"

    assert 401 == (await knock(house.app, "GET", "/", [TYPED, ("authorization", shown)])).status


async def test_the_right_cookie_under_another_name_opens_nothing(house: House) -> None:
    told = [TYPED, ("cookie", f"adloom_{PORT}={house.cookie}")]

    assert 401 == (await knock(house.app, "GET", "/", told)).status


async def test_a_browser_that_is_not_signed_in_sees_how_to(house: House) -> None:
    answer = await knock(house.app, "GET", "/runs", [TYPED, ("accept", "text/html,*/*")])

    assert 401 == answer.status
    assert "adloom console" in answer.text
    assert "JavaScript" in answer.text
    assert "Link or code" in answer.text


async def test_a_browser_is_asked_for_the_password_where_there_is_one() -> None:
    house = house_with("a long password")
    answer = await knock(house.app, "GET", "/", [TYPED, ("accept", "text/html")])

    assert 401 == answer.status
    assert 'type="password"' in answer.text


async def test_a_session_that_ends_replaces_nothing_on_the_page(house: House) -> None:
    answer = await knock(
        house.app, "GET", "/", [TYPED, ("hx-request", "true"), ("accept", "text/html")]
    )

    assert (401, "none") == (answer.status, answer.header("hx-reswap"))
    assert "1" == answer.header("x-adloom-signed-out")
    assert "<" not in answer.text


async def test_another_refusal_is_told_beside_the_page(house: House) -> None:
    answer = await house.post(("hx-request", "true"), ("content-type", "text/plain"))

    assert (415, "none") == (answer.status, answer.header("hx-reswap"))
    assert answer.text.strip() == unquote(answer.header("x-adloom-say") or "")


@pytest.mark.parametrize("path", ["/signin", "/static/generous", "/health"])
async def test_open_paths_need_no_session_but_the_right_name(house: House, path: str) -> None:
    assert 200 == (await knock(house.app, "GET", path, [TYPED])).status
    assert 421 == (await knock(house.app, "GET", path, [("host", "evil.example")])).status


@pytest.mark.parametrize("path", ["/signin/", "/signinx", "/session/code", "/static", "/healthx"])
async def test_paths_that_only_resemble_open_ones_are_closed(house: House, path: str) -> None:
    assert 401 == (await knock(house.app, "GET", path, [TYPED])).status


# --- bodies ---------------------------------------------------------------------------------------


async def test_a_body_may_be_as_large_as_allowed(house: House) -> None:
    pieces = (b"x" * 10_000,) * 4

    assert "40000 bytes" == (await house.post(MARK, body=pieces)).text


async def test_a_body_that_says_it_is_too_large_is_not_looked_at(house: House) -> None:
    answer = await house.post(MARK, ("content-length", "40001"), ("accept", "text/html"))

    assert 413 == answer.status
    assert "up to 40 kB" in answer.text


@pytest.mark.parametrize("length", [[], [("content-length", "5")]])
@pytest.mark.parametrize("body", [(b"x" * 40_001,), (b"x" * 40_000, b"x"), (b"x" * 30_000,) * 40])
async def test_a_body_that_turns_out_too_large_is_cut_off(
    house: House, length: Pairs, body: tuple[bytes, ...]
) -> None:
    assert 413 == (await house.post(MARK, *length, body=body)).status


async def test_of_a_body_without_an_end_only_so_much_is_read() -> None:
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    body = LimitedBody(endless, 1_000)
    parts = [await body() for _ in range(12)]

    assert ["http.request"] * 10 + ["http.disconnect"] * 2 == [part["type"] for part in parts]
    assert body.is_too_large
    assert 10 + 1 + 80 == read


async def test_after_the_end_of_a_body_nothing_more_is_waited_for() -> None:
    coming = iter([{"type": "http.request", "body": b"xx", "more_body": False}])

    async def receive() -> Message:
        return next(coming)

    body = LimitedBody(receive, 1)

    assert {"type": "http.disconnect"} == await body()
    assert body.is_too_large


async def test_a_stranger_may_send_little(house: House) -> None:
    told = [TYPED, MARK, ("content-type", "application/json")]
    answer = await knock(house.app, "POST", "/session", told, [b" " * 17_000])

    assert 413 == answer.status


async def test_a_browser_that_leaves_is_no_fault(house: House) -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def reads(scope: Scope, receive: Receive, _: Send) -> None:
        await Request(scope, receive).body()

    guard = Guard(reads, access=house.access, hosts=[HOST], origins=[OWN])
    headers = [(b"host", HOST.encode()), (b"cookie", house.signed_in[0][1].encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    await guard(scope, gone, send)

    assert [] == sent


# --- what every answer carries --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", [], 200),
        ("/generous", [], 200),
        ("/nowhere", [], 404),
        ("/size", [], 405),
        ("/signin", [], 200),
        ("/", [("authorization", "Bearer wrong")], 401),
        ("/", [("origin", "null")], 403),
        ("/", [("host", "evil.example")], 400),
        ("/", [("content-length", "40001")], 413),
        ("/static/generous", [("origin", "null")], 403),
        ("/static/nowhere", [], 404),
    ],
)
async def test_every_answer_carries_the_same_headers(
    house: House, path: str, headers: Pairs, status: int
) -> None:
    answer = await house.get(path, *headers)

    assert status == answer.status
    assert "no-store" == answer.header("cache-control")
    assert_guarded(answer)


async def test_a_fault_carries_them_too(house: House) -> None:
    told = [TYPED, *house.signed_in]
    answers = []

    async def catching(scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await house.app(scope, receive, send)

    answers.append(await knock(catching, "GET", "/fault", told))
    house.app = Guard(fails, access=house.access, hosts=[HOST], origins=[OWN])
    answers.append(await knock(catching, "GET", "/fault", told))

    assert [500, 500] == [answer.status for answer in answers]
    assert "a fault of ours" not in answers[0].text + answers[1].text
    for answer in answers:
        assert_guarded(answer)


async def fails(_: Scope, __: Receive, ___: Send) -> None:
    raise RuntimeError("a fault of ours")


async def test_an_answer_may_be_stricter_than_the_rest(house: House) -> None:
    answer = await house.get("/generous")

    assert ["sandbox", HEADERS["Content-Security-Policy"]] == answer.all("content-security-policy")


async def test_static_files_say_themselves_how_long_they_may_be_kept(house: House) -> None:
    answer = await house.get("/static/generous")

    assert "public, max-age=60" == answer.header("cache-control")
    assert_guarded(answer)


def assert_guarded(answer: Answer) -> None:
    for name, value in HEADERS.items():
        assert value == answer.all(name.lower())[-1], name
    for name in HEADERS.keys() - {"Content-Security-Policy"}:
        assert 1 == len(answer.all(name.lower())), name
    assert [] == [name for name, _ in answer.headers if name.startswith("access-control")]


async def test_what_somebody_asked_for_is_shown_as_text(house: House) -> None:
    told = [("host", "<img src=x onerror=alert(1)>{{7*7}}"), ("accept", "text/html")]
    answer = await knock(house.app, "GET", "/", told)

    assert 421 == answer.status
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in answer.text
    assert f"http://{HOST}/" in answer.text


@given(st.text(st.characters(max_codepoint=255)))
async def test_no_other_host_and_no_other_origin_is_let_in(text: str) -> None:
    house = house_with()
    as_host = await knock(house.app, "GET", "/", [("host", text), *house.signed_in])
    as_origin = await house.get("/", ("origin", text))

    assert (421, 403) == (as_host.status, as_origin.status)

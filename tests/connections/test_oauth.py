"""Consent: a page is opened, and only its own answer counts (reliability.md §4.1)."""

import asyncio
import contextlib
import hmac
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from adloom.errors import AuthorizationError, UsageError
from connections import oauth
from connections.oauth import Consent, Listener, begin, landing_of
from connections.providers.tiktok_business import TikTokBusiness
from tests.connections.samples import business
from tests.seams.wire_server import free_port

PROVIDER = TikTokBusiness()


def consent(redirect_uri: str = "http://127.0.0.1:8917/callback") -> Consent:
    return begin(PROVIDER, business(settings={"redirect_uri": redirect_uri}).settings)


def answer_to(asked: Consent, **query: str) -> str:
    given = {"state": asked.state.reveal(), **query}
    text = "&".join(f"{name}={quote(value)}" for name, value in given.items())
    return f"{asked.settings['redirect_uri']}?{text}"


# --- a pasted address -----------------------------------------------------------------------------


def test_a_consent_page_carries_a_state_of_its_own() -> None:
    first, second = consent(), consent()
    query = parse_qs(urlsplit(first.address).query)

    assert [first.state.reveal()] == query["state"]
    assert first.state != second.state
    assert 43 == len(first.state.reveal())


@pytest.mark.parametrize("around", ["{}", "  {}\n", "{}#fragment", "{}&more=1"])
def test_the_code_is_read_from_a_pasted_address(around: str) -> None:
    asked = consent()
    pasted = around.format(answer_to(asked, auth_code="code-1"))

    assert "code-1" == asked.read(pasted).text.reveal()


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "code-1",
        "http://127.0.0.1:8917/callback?auth_code=code-1",
        "http://127.0.0.1:8917/callback?auth_code=code-1&state=",
        "http://127.0.0.1:8917/callback?auth_code=code-1&state=guess",
        "http://127.0.0.1:8917/callback?auth_code=code-1&state=%C3%A9",
        "http://127.0.0.1:8917/callback?auth_code=code-1&state=\udcff",
        "http://[127.0.0.1/callback?auth_code=code-1&state=guess",
    ],
)
def test_an_address_without_the_right_state_is_not_believed(pasted: str) -> None:
    with pytest.raises(UsageError, match="does not belong"):
        consent().read(pasted)


def test_the_answer_to_another_consent_is_not_believed() -> None:
    mine, other = consent(), consent()
    with pytest.raises(UsageError, match="does not belong"):
        mine.read(answer_to(other, auth_code="code-1"))


def test_a_denied_consent_says_so() -> None:
    asked = consent()
    with pytest.raises(AuthorizationError, match="not given: access_denied"):
        asked.read(answer_to(asked, error="access_denied"))


def test_the_state_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Any] = []

    def compare(first: bytes, second: bytes) -> bool:
        compared.extend([first, second])
        return True

    monkeypatch.setattr(hmac, "compare_digest", compare)
    asked = consent()
    asked.read("http://127.0.0.1:8917/callback?auth_code=c&state=guess")

    assert [b"guess", asked.state.reveal().encode()] == compared


# --- the listener ---------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def listening(**more: Any) -> AsyncIterator[tuple[Consent, Listener]]:
    asked = consent(f"http://127.0.0.1:{free_port()}/callback")
    async with Listener(asked, **more) as listener:
        yield asked, listener


async def browse(address: str, request: str | None = None) -> tuple[str, dict[str, str], str]:
    """What a browser gets to see: status, headers, body."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    line = request or f"GET {parts.path}?{parts.query} HTTP/1.1"
    writer.write(f"{line}\r\nHost: {parts.netloc}\r\n\r\n".encode())
    text = (await reader.read()).decode()
    writer.close()
    head, _, body = text.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = dict(one.lower().split(": ", 1) for one in lines)
    return status.removeprefix("HTTP/1.1 "), headers, body


async def test_the_browsers_answer_brings_the_code() -> None:
    async with listening() as (asked, listener):
        status, headers, body = await browse(answer_to(asked, auth_code="code-1"))
        code = await listener.code()

    assert ("code-1", "200 OK") == (code.text.reveal(), status)
    assert "<h1>Connected</h1>" in body
    assert len(body.encode()) == int(headers["content-length"])
    assert {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "content-type": "text/html; charset=utf-8",
        "connection": "close",
    }.items() <= headers.items()


async def test_no_page_repeats_what_it_was_asked() -> None:
    async with listening() as (asked, _):
        denied = answer_to(asked, error="<script>alert(1)</script>", error_description="canary")
        for address in (denied.replace("state=", "state=x"), denied):
            _, _, body = await browse(address)

            assert "script" not in body
            assert "canary" not in body


@pytest.mark.parametrize("state", ["guess", "", "%C3%A9", None])
async def test_a_wrong_state_is_refused_and_the_waiting_goes_on(state: str | None) -> None:
    async with listening() as (asked, listener):
        query = "auth_code=evil" if state is None else f"auth_code=evil&state={state}"
        status, _, body = await browse(f"{asked.settings['redirect_uri']}?{query}")
        await browse(answer_to(asked, auth_code="code-1"))

        assert "400 Bad Request" == status
        assert "another consent" in body
        assert "code-1" == (await listener.code()).text.reveal()


async def test_a_denied_consent_ends_the_waiting() -> None:
    async with listening() as (asked, listener):
        status, _, body = await browse(answer_to(asked, error="access_denied"))

        assert "200 OK" == status
        assert "Nothing was connected" in body
        with pytest.raises(AuthorizationError, match="access_denied"):
            await listener.code()


async def test_a_consent_takes_one_answer_only() -> None:
    async with listening() as (asked, listener):
        await browse(answer_to(asked, auth_code="code-1"))
        status, _, _ = await browse(answer_to(asked, auth_code="code-2"))

        assert "400 Bad Request" == status
        assert "code-1" == (await listener.code()).text.reveal()


@pytest.mark.parametrize(
    "line",
    [
        "POST /callback?{query} HTTP/1.1",
        "HEAD /callback?{query} HTTP/1.1",
        "get /callback?{query} HTTP/1.1",
        "GET /?{query} HTTP/1.1",
        "GET /callback/?{query} HTTP/1.1",
        "GET //callback?{query} HTTP/1.1",
        "GET /favicon.ico HTTP/1.1",
        "GET http://[bad?{query} HTTP/1.1",
        "nonsense",
        "",
    ],
)
async def test_only_a_get_of_the_right_path_is_an_answer(line: str) -> None:
    async with listening(life=timedelta(seconds=0.05)) as (asked, listener):
        answer = answer_to(asked, auth_code="code-1")
        request = line.format(query=urlsplit(answer).query) or " "
        status, _, _ = await browse(answer, request)

        assert "404 Not Found" == status
        with pytest.raises(AuthorizationError, match="No answer came"):
            await listener.code()


@pytest.mark.parametrize("noise", [b"", b"GET /callback", b"x" * 20_000, b"\xff\x00\r\n\r\n"])
async def test_noise_does_not_end_the_waiting(noise: bytes) -> None:
    async with listening() as (asked, listener):
        parts = urlsplit(asked.settings["redirect_uri"])
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(noise)
        writer.close()
        await browse(answer_to(asked, auth_code="code-1"))

        assert "code-1" == (await listener.code()).text.reveal()


async def test_a_browser_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(oauth, "SECONDS_PER_REQUEST", 0.02)
    async with listening() as (asked, _):
        parts = urlsplit(asked.settings["redirect_uri"])
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)

        assert b"" == await reader.read()
        writer.close()


async def test_a_silent_connection_does_not_hold_up_the_end() -> None:
    async with asyncio.timeout(2), listening() as (asked, _):
        parts = urlsplit(asked.settings["redirect_uri"])
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()


async def test_nobody_waits_for_ever() -> None:
    async with listening(life=timedelta(seconds=0.01)) as (_, listener):
        with pytest.raises(AuthorizationError, match="No answer came within"):
            await listener.code()


def test_the_usual_life_of_a_consent_is_five_minutes() -> None:
    assert timedelta(minutes=5) == oauth.LIFE


async def test_a_port_in_use_is_told_before_a_page_is_opened() -> None:
    async with listening() as (asked, _):
        with pytest.raises(UsageError, match=r"Port \d+ of 127\.0\.0\.1 is in use") as caught:
            await Listener(asked).__aenter__()

    assert "--paste" in str(caught.value.hint)


async def test_the_port_is_free_again_afterwards() -> None:
    async with listening() as (asked, _):
        pass
    async with Listener(asked) as listener:
        await browse(answer_to(asked, auth_code="code-1"))

        assert "code-1" == (await listener.code()).text.reveal()


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://127.0.0.1:8917/callback", "http://acme.example/callback", "https://acme.example/cb"],
)
async def test_only_this_machine_can_be_listened_on(redirect_uri: str) -> None:
    with pytest.raises(UsageError, match="not on this machine") as caught:
        Listener(consent(redirect_uri))

    assert "--paste" in str(caught.value.hint)


def speaks_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        pytest.param("[::1]", marks=pytest.mark.skipif(not speaks_ipv6(), reason="no IPv6 here")),
    ],
)
async def test_the_listener_is_where_the_browser_is_sent(host: str) -> None:
    asked = consent(f"http://{host}:{free_port()}/callback")
    async with Listener(asked) as listener:
        await browse(answer_to(asked, auth_code="code-1"))

        assert "code-1" == (await listener.code()).text.reveal()


# --- several at once, and a way on ----------------------------------------------------------------


async def test_a_browser_is_sent_on_where_there_is_a_page_for_it() -> None:
    then = "http://127.0.0.1:8920/connections/consent/one"
    async with listening(then=then) as (asked, listener):
        refused, _, _ = await browse(f"{asked.settings['redirect_uri']}?auth_code=evil&state=x")
        status, headers, _ = await browse(answer_to(asked, auth_code="code-1"))

        assert "400 Bad Request" == refused
        assert ("303 See Other", then) == (status, headers["location"])
        assert "code-1" == (await listener.code()).text.reveal()


async def test_also_whoever_said_no_is_sent_on() -> None:
    async with listening(then="http://127.0.0.1:8920/") as (asked, listener):
        status, _, _ = await browse(answer_to(asked, error="access_denied"))

        assert "303 See Other" == status
        with pytest.raises(AuthorizationError, match="access_denied"):
            await listener.code()


async def test_two_consents_share_a_port_and_do_not_meet() -> None:
    first = consent(f"http://127.0.0.1:{free_port()}/callback")
    second = begin(PROVIDER, first.settings)
    landing = landing_of(first)
    await landing.open()
    one, two = landing.expect(first), landing.expect(second)
    await browse(answer_to(second, auth_code="code-2"))
    before = one.done()
    await browse(answer_to(first, auth_code="code-1"))
    landing.forget(first)
    gone, _, _ = await browse(answer_to(first, auth_code="code-3"))
    landing.forget(second)
    landing.close()

    assert not before
    assert ("code-1", "code-2") == (one.result().text.reveal(), two.result().text.reveal())
    assert "400 Bad Request" == gone
    assert landing.is_idle

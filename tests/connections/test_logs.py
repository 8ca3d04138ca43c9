"""No secret in any log line, with everything at its most talkative (reliability.md §4.5)."""

import io
import logging
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.secret import RedactingFilter, Secret, scrub, silence_wire_logs
from adloom.settings import HttpSettings
from adloom.wire import Request
from connections.api import ConnectionApi, Wiring
from connections.authorise import connect, remove
from connections.limits import Limiter
from connections.oauth import begin
from connections.providers.base import Code
from connections.providers.tiktok_business import TikTokBusiness
from connections.providers.tiktok_open import TikTokAccount
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import account, business
from tests.connections.wires import reading
from tests.seams.open_server import open_server
from tests.seams.wire_server import answer, by_path, envelope, says, wire_server

NAMES = ("httpx", "httpcore", "oauthlib", "requests_oauthlib", "urllib3", "asyncio")
CANARIES = {
    "app secret": "app-secret-canary/1f2e+3d4c=",
    "code": "auth-code-canary/9a8b+7c6d=",
    "token": "access-token-canary/5b6a+7988=",
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything anybody says, as a handler with the filter would write it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setLevel(logging.DEBUG)
    handler.addFilter(RedactingFilter())
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, NAMES)]
    before = [one.level for one in loggers]
    root.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    for one, level in zip(loggers, before, strict=True):
        one.setLevel(level)


def echo(said: str) -> bytes:
    """An answer whose headers repeat what it should keep to itself."""
    headers = {"Set-Cookie": f"sid={said}", "X-Debug": said}
    return answer(envelope({"access_token": said, "scope": []}), headers=headers)


async def test_a_whole_life_of_a_connection_leaves_no_secret_in_the_log(
    log: io.StringIO, store: ConnectionStore, transport: Transport, clock: FrozenClock
) -> None:
    planted = {name: Secret(text) for name, text in CANARIES.items()}
    platform = by_path(
        access_token=says(echo(CANARIES["token"])),
        user_info=says(answer(envelope({"core_user_id": "1", "display_name": "Ada"}))),
        advertiser_get=says(echo(CANARIES["app secret"])),
        revoke_token=says(answer(envelope(code=40002, message=CANARIES["token"]))),
    )
    async with wire_server(platform) as server:
        limiter = Limiter(store.database, clock)
        wiring = Wiring(transport, limiter, store, clock, HttpSettings(deadline=2))
        secrets = {"app_secret": planted["app secret"]}
        connection = business(host=server.address, secrets=secrets, account={})
        consent = begin(TikTokBusiness(), connection.settings)
        made = await connect(connection, Code(planted["code"]), wiring)
        removal = await remove(made, wiring, revoke=True)
        logging.getLogger("adloom").warning("Made %s with %s", made, [CANARIES["code"]])
    said = log.getvalue()

    assert "send_request_headers.started" in said
    assert "/oauth2/" in said or "request=<Request [b'POST']>" in said
    assert not removal.revoked
    for name, text in {**CANARIES, "state": consent.state.reveal()}.items():
        assert text not in said, name
        assert text not in str(removal), name


async def test_a_whole_life_of_an_account_leaves_no_secret_in_the_log(
    log: io.StringIO, store: ConnectionStore, transport: Transport, clock: FrozenClock
) -> None:
    """With the token in the header, in the address, in forms, and refused on the way."""
    refused = says(
        answer(dump({"error": "invalid_request", "error_description": CANARIES["code"]}))
    )
    async with open_server(trouble=[]) as server, wire_server(refused) as other:
        limiter = Limiter(store.database, clock)
        wiring = Wiring(transport, limiter, store, clock, HttpSettings(deadline=2))
        planted = account(host=server.address)
        consent = begin(TikTokAccount(), planted.settings)
        saved = await store.save(planted)
        api = ConnectionApi(saved, wiring)
        clock.move(7000)
        await api.get("/v2/user/info/", {"fields": ["open_id"]})
        sound = Request("POST", "/share/sound/upload/")
        told = [str(await failing(api.change(sound))), repr(api.connection), repr(sound)]
        elsewhere = ConnectionApi(
            replace(planted, settings={**planted.settings, "host": other.address}), wiring
        )
        told.append(str(await failing(elsewhere.change(Request("POST", "/v2/oauth/token/")))))
        removal = await remove(api.connection, wiring, revoke=True)
    told += [log.getvalue(), str(removal)]
    secrets = [
        one.reveal() for one in (*planted.secrets.values(), *api.connection.secrets.values())
    ]

    assert "/share/sound/upload/" in server.paths()
    for secret in (*secrets, consent.state.reveal(), consent.verifier.reveal(), CANARIES["code"]):
        assert secret not in "".join(told), secret[:8]


async def failing(work: Awaitable[Any]) -> AdloomError:
    """The error of some work that goes wrong."""
    with pytest.raises(AdloomError) as caught:
        await work
    return caught.value


def test_a_traceback_leaves_no_secret_in_the_log(log: io.StringIO) -> None:
    planted = Secret(CANARIES["token"])

    def fails() -> None:
        raise AdloomError(f"the platform said {planted.reveal()}")

    try:
        fails()
    except AdloomError:
        logging.getLogger("adloom").exception("It went wrong with %r", planted.reveal())

    assert CANARIES["token"] not in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert "•••988=" in log.getvalue()


def test_the_canaries_would_be_seen_without_the_filter(log: io.StringIO) -> None:
    """Nothing is planted here, so nothing is hidden: the tests above can fail."""
    logging.getLogger("httpx").debug("token=%s", "never-planted-canary")

    assert "never-planted-canary" in log.getvalue()
    assert "never-planted-canary" == scrub("never-planted-canary")


async def test_silenced_libraries_say_nothing_below_a_warning(
    log: io.StringIO, transport: Transport
) -> None:
    silence_wire_logs()
    async with wire_server(says(answer())) as server:
        await transport.exchange(reading(server.address))

    assert "send_request" not in log.getvalue()

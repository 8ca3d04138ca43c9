"""A connection in use: limits, wire, envelope and retries together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import (
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
    UsageError,
)
from adloom.secret import Secret
from adloom.settings import HttpSettings
from adloom.wire import FileBody, JsonBody, Request
from connections.api import ATTEMPTS, ConnectionApi, Wiring
from connections.connection import State
from connections.limits import Limiter
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import business
from tests.seams.wire_server import (
    Asked,
    Reply,
    WireServer,
    answer,
    breaks_off,
    envelope,
    in_turn,
    says,
    wire_server,
)

READ = Request("GET", "/ad/get/", {"advertiser_id": "71"})
CHANGE = Request("POST", "/ad/status/update/", body=JsonBody({"advertiser_id": "71"}))
FINE = says(answer(envelope({"list": []})))


def refuses(code: int, message: str = "because") -> Reply:
    return says(answer(envelope(code=code, message=message)))


@dataclass
class Line:
    """A connection whose platform is a raw server."""

    api: ConnectionApi
    server: WireServer
    said: list[str]


Open = Callable[..., Any]


@pytest.fixture
async def open_line(store: ConnectionStore, transport: Transport, clock: FrozenClock) -> Open:
    @asynccontextmanager
    async def opened(*replies: Reply, **more: Any) -> AsyncIterator[Line]:
        async with wire_server(in_turn(*replies)) as server:
            connection = await store.save(business(host=server.address, **more))
            said: list[str] = []
            limiter = Limiter(store.database, clock)
            http = HttpSettings(deadline=2.0, visibility_lag=3.0)
            wiring = Wiring(transport, limiter, store, clock, http, said.append)
            yield Line(ConnectionApi(connection, wiring), server, said)

    return opened


async def test_a_read_returns_what_counts(open_line: Open) -> None:
    async with open_line(FINE) as line:
        found = await line.api.get("/ad/get/", {"advertiser_id": "71", "page": 1})

    assert {"list": []} == found.data
    assert ["/open_api/v1.3/ad/get/?advertiser_id=71&page=1"] == [
        asked.target for asked in line.server.asked
    ]
    assert "access-token-canary-5b6a7988" == line.server.asked[0].headers["access-token"]


# --- reads are repeated ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        refuses(50002),
        refuses(40100, "App reaches the QPS limit."),
        says(answer(b"<html></html>", status="502 Bad Gateway", content_type="text/html")),
        says(answer(b"<html></html>", content_type="text/html")),
        breaks_off,
    ],
    ids=["50002", "40100", "502", "HTML", "reset"],
)
async def test_a_read_is_repeated_until_it_succeeds(open_line: Open, trouble: Reply) -> None:
    async with open_line(trouble, trouble, FINE) as line:
        await line.api.read(READ)

    assert 3 == len(line.server.asked)
    assert ["(2 of 4)", "(3 of 4)"] == [text[-9:-1] for text in line.said]


async def test_a_read_is_given_up_after_a_few_attempts(open_line: Open, clock: FrozenClock) -> None:
    async with open_line(refuses(50000, "System error.")) as line:
        with pytest.raises(RetryableError, match=r"System error\. \(50000"):
            await line.api.read(READ)

    assert ATTEMPTS == len(line.server.asked)
    assert all(
        pause <= slept <= 1.3 * pause for pause, slept in zip([1, 2, 4], clock.slept, strict=True)
    )


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refuses(40002, "ad_ids.0: Not a valid string"), RejectedError),
        (refuses(40001), MissingPermissionError),
        (refuses(40105), AuthorizationError),
        (says(answer(b'{"code":0,"data":{"x":NaN}}')), UnusableAnswerError),
        (says(answer(b"404 page not found", status="404 Not Found")), RejectedError),
    ],
)
async def test_a_read_refused_for_good_is_not_repeated(
    open_line: Open, reply: Reply, error: type[Exception]
) -> None:
    async with open_line(reply) as line:
        with pytest.raises(error):
            await line.api.read(READ)

    assert 1 == len(line.server.asked)


async def test_a_throttled_read_rests_its_endpoint_for_everybody(
    open_line: Open, clock: FrozenClock, store: ConnectionStore
) -> None:
    restricted = refuses(40100, "requests from App [7] are temporarily restricted.")
    async with open_line(restricted, FINE) as line:
        await line.api.read(READ)
        rows = await store.database.read(lambda work: work.run("SELECT * FROM rate_limit"))

    host = "127.0.0.1/app/7200000000000000001"
    assert {host, f"{host}/ad/get/"} == {row["key"] for row in rows}
    assert 60 <= clock.monotonic() <= 80


async def test_reads_keep_to_the_rate_of_their_app(open_line: Open, clock: FrozenClock) -> None:
    async with open_line(FINE, settings={"requests_per_second": 4.0}) as line:
        for _ in range(9):
            await line.api.read(READ)

    assert pytest.approx(2.0, abs=0.01) == clock.monotonic()


# --- changes are not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refuses(40002), RejectedError),
        (refuses(40105), AuthorizationError),
        (refuses(40100), RateLimitedError),
        (refuses(40202), RetryableError),
        (refuses(50002), UnknownOutcomeError),
        (says(answer(b"", status="502 Bad Gateway")), UnknownOutcomeError),
        (says(answer(b"<html></html>", content_type="text/html")), UnknownOutcomeError),
        (breaks_off, UnknownOutcomeError),
    ],
)
async def test_a_change_is_sent_once_whatever_comes_of_it(
    open_line: Open, reply: Reply, error: type[Exception]
) -> None:
    async with open_line(reply) as line:
        with pytest.raises(error) as caught:
            await line.api.change(CHANGE)

    assert error is caught.type
    assert 1 == len(line.server.asked)


async def test_a_read_must_not_change_anything(open_line: Open) -> None:
    async with open_line(FINE) as line:
        with pytest.raises(UsageError, match="may change something"):
            await line.api.read(CHANGE)

        assert [] == line.server.asked
        assert (True, False) == (line.api.changes(CHANGE), line.api.changes(READ))


async def test_the_times_a_change_needs_to_be_seen_come_from_the_settings(
    open_line: Open,
) -> None:
    async with open_line(FINE) as line:
        assert (5.0, 3.0) == (line.api.settle_seconds, line.api.visibility_lag)


async def test_a_file_that_changed_since_it_was_planned_is_not_sent(
    open_line: Open, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"as planned")
    body = FileBody(str(path), "video_file", "a.mp4", sha256(b"as planned").hexdigest())
    request = Request("POST", "/file/video/ad/upload/", body=body)
    async with open_line(FINE) as line:
        await line.api.change(request)
        path.write_bytes(b"changed")
        with pytest.raises(UsageError, match="has changed since"):
            await line.api.change(request)

    assert 1 == len(line.server.asked)


# --- grants ---------------------------------------------------------------------------------------


async def test_a_dead_grant_is_marked_and_not_used_again(
    open_line: Open, store: ConnectionStore
) -> None:
    async with open_line(refuses(40105, "Access token is incorrect or has been revoked.")) as line:
        with pytest.raises(AuthorizationError):
            await line.api.read(READ)
        loaded = await store.load("acme")
        for again in (line.api, ConnectionApi(loaded, line.api._wiring)):
            with pytest.raises(AuthorizationError, match=r"needs its owner: .*revoked") as caught:
                await again.read(READ)

            assert "adloom connections reconnect acme" == caught.value.hint
    assert State.RECONNECT == loaded.state
    assert 1 == len(line.server.asked)


async def test_a_refused_token_that_was_replaced_meanwhile_is_no_dead_grant(
    open_line: Open, store: ConnectionStore
) -> None:
    async def replaced_first(asked: Asked, writer: asyncio.StreamWriter) -> None:
        old = await store.load("acme")
        await store.replace(replace(old, secrets={**old.secrets, "access_token": Secret("new")}))
        await refuses(40105)(asked, writer)

    async with open_line(replaced_first, FINE) as line:
        await line.api.read(READ)

    assert "new" == line.server.asked[1].headers["access-token"]
    assert State.READY == (await store.load("acme")).state


async def test_a_missing_permission_leaves_the_grant_alone(
    open_line: Open, store: ConnectionStore
) -> None:
    async with open_line(refuses(40001)) as line:
        with pytest.raises(MissingPermissionError):
            await line.api.read(READ)

    assert State.READY == (await store.load("acme")).state


async def test_a_grant_on_trial_is_not_marked(open_line: Open, store: ConnectionStore) -> None:
    async with open_line(refuses(40105)) as line:
        trial = ConnectionApi(line.api.connection, line.api._wiring, trial=True)
        with pytest.raises(AuthorizationError):
            await trial.read(READ)

    assert State.READY == (await store.load("acme")).state


# --- listings and accounts ------------------------------------------------------------------------


async def test_a_listing_is_walked_through_the_same_door(open_line: Open) -> None:
    def page(number: int) -> Reply:
        info = {"page": number, "page_size": 1, "total_number": 2, "total_page": 2}
        return says(answer(envelope({"list": [{"ad_id": str(number)}], "page_info": info})))

    async with open_line(page(1), refuses(50000), page(2)) as line:
        pages = [
            one
            async for one in line.api.pages(
                "/ad/get/", {"advertiser_id": "71"}, key="ad_id", page_size=1
            )
        ]

    assert [[{"ad_id": "1"}], [{"ad_id": "2"}]] == [list(page.records) for page in pages]
    assert [True, False] == [page.has_more for page in pages]
    assert pages[0].served_at is not None


async def test_the_accounts_of_a_grant_are_asked_for(open_line: Open) -> None:
    rows = {"list": [{"advertiser_id": "71", "advertiser_name": "Acme"}]}
    async with open_line(says(answer(envelope(rows)))) as line:
        assert [{"advertiser_id": "71", "name": "Acme"}] == await line.api.accounts()


async def test_a_connection_without_a_known_provider_is_refused(
    open_line: Open,
) -> None:
    async with open_line(FINE) as line:
        stranger = replace(line.api.connection, provider="abacus")
        with pytest.raises(UsageError, match="no kind of connection named 'abacus'"):
            ConnectionApi(stranger, line.api._wiring)

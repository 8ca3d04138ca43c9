"""Tokens that end, renewed while a connection is in use (reliability.md §2.4, DESIGN §5)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import AuthorizationError, RetryableError, UsageError
from adloom.settings import HttpSettings
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi, Wiring
from connections.authorise import Removal, examine, remove
from connections.connection import State
from connections.limits import Limiter
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import NOW, account
from tests.seams.open_server import OpenServer, open_server

READ = Request("GET", "/v2/user/info/", {"fields": ["open_id"]})
CHANGE = Request("POST", "/v2/post/publish/video/init/", body=JsonBody({}))
TOKEN, INFO = "/v2/oauth/token/", "/v2/user/info/"


@dataclass
class Line:
    """A connection to a platform whose tokens rotate."""

    api: ConnectionApi
    server: OpenServer
    wiring: Wiring

    def another(self) -> ConnectionApi:
        """The same connection in other hands, as it was when they opened it."""
        return ConnectionApi(self.api.connection, self.wiring)


Open = Callable[..., Any]


@pytest.fixture
def open_line(store: ConnectionStore, transport: Transport, clock: FrozenClock) -> Open:
    @asynccontextmanager
    async def opened(**options: Any) -> AsyncIterator[Line]:
        async with open_server(**options) as server:
            connection = await store.save(account(host=server.address))
            http = HttpSettings(deadline=2.0)
            wiring = Wiring(transport, Limiter(store.database, clock), store, clock, http)
            yield Line(ConnectionApi(connection, wiring), server, wiring)

    return opened


async def test_a_token_that_is_good_is_used_as_it_is(open_line: Open) -> None:
    async with open_line() as line:
        await line.api.read(READ)

    assert [INFO] == line.server.paths()


async def test_a_token_that_ends_soon_is_renewed_before_the_call(
    open_line: Open, clock: FrozenClock, store: ConnectionStore
) -> None:
    async with open_line() as line:
        clock.move(7000)
        await line.api.read(READ)
        stored = await store.load("me")

    assert [TOKEN, INFO] == line.server.paths()
    assert line.api.connection == stored
    assert ["act.canary-0001", "rft.canary-0001"] == [
        stored.secrets[name].reveal() for name in ("access_token", "refresh_token")
    ]
    assert NOW + timedelta(seconds=7000, hours=2) == stored.expires_at
    ends = NOW + timedelta(seconds=7000, days=180)
    assert ends.isoformat() == stored.account["consent_ends_at"]


async def test_a_refused_token_is_renewed_once_and_the_read_repeated_once(open_line: Open) -> None:
    async with open_line(uses=1) as line:
        for _ in range(3):
            await line.api.read(READ)

    assert [INFO, INFO, TOKEN, INFO, INFO, TOKEN, INFO] == line.server.paths()


async def test_a_change_is_repeated_too_since_a_refused_token_changes_nothing(
    open_line: Open,
) -> None:
    async with open_line(uses=1) as line:
        line.server.used = 1
        done = await line.api.change(CHANGE)

    assert [CHANGE.path, TOKEN, CHANGE.path] == line.server.paths()
    assert 1 == done.data["number"]


async def test_a_token_refused_twice_needs_its_owner(
    open_line: Open, store: ConnectionStore
) -> None:
    async with open_line(uses=0) as line:
        for _ in range(2):
            with pytest.raises(AuthorizationError):
                await line.api.read(READ)

    assert [INFO, TOKEN, INFO] == line.server.paths()
    assert State.RECONNECT == (await store.load("me")).state


async def test_a_dead_refresh_token_needs_its_owner_and_loses_nothing_else(
    open_line: Open, store: ConnectionStore
) -> None:
    async with open_line(uses=0, revoked=True) as line:
        for _ in range(2):
            with pytest.raises(AuthorizationError, match="Used already"):
                await line.api.read(READ)
        stored = await store.load("me")

    assert [INFO, TOKEN] == line.server.paths()
    assert (State.RECONNECT, line.api.connection.account) == (stored.state, stored.account)
    assert line.api.connection.secrets.keys() == stored.secrets.keys()


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
async def test_a_platform_that_cannot_renew_now_drops_no_grant(
    open_line: Open, store: ConnectionStore, error: str
) -> None:
    async with open_line(uses=0) as line:
        line.server.trouble = [{"error": error, "error_description": "Later."}]
        with pytest.raises(RetryableError):
            await line.api.change(CHANGE)
        line.server.uses = None
        await line.api.read(READ)

    assert State.READY == (await store.load("me")).state


async def test_what_another_renewed_is_used_and_not_renewed_again(open_line: Open) -> None:
    async with open_line(uses=1) as line:
        slow = line.another()
        for _ in range(2):
            await line.api.read(READ)
        line.server.uses = None
        await slow.read(READ)

    assert 1 == line.server.number
    assert line.api.connection == slow.connection


async def test_a_name_that_means_another_connection_now_is_not_used(
    open_line: Open, clock: FrozenClock, store: ConnectionStore
) -> None:
    async with open_line() as line:
        await store.remove("me")
        await store.save(account(host=line.server.address))
        clock.move(7000)
        with pytest.raises(UsageError, match="another connection now"):
            await line.api.read(READ)

    assert INFO not in line.server.paths()


async def test_a_connection_without_lifetimes_is_never_renewed(
    open_line: Open, store: ConnectionStore
) -> None:
    async with open_line(uses=0) as line:
        given = replace(line.api.connection, issued_at=None, expires_at=None)
        api = ConnectionApi(given, line.wiring)
        with pytest.raises(AuthorizationError):
            await api.read(READ)

    assert [INFO] == line.server.paths()
    assert State.RECONNECT == (await store.load("me")).state


async def test_an_examination_keeps_a_token_that_was_renewed_on_the_way(
    open_line: Open, clock: FrozenClock, store: ConnectionStore
) -> None:
    async with open_line() as line:
        clock.move(7000)
        found = await examine(line.api.connection, line.wiring)
        stored = await store.load("me")

    assert found == stored
    assert "act.canary-0001" == stored.secrets["access_token"].reveal()
    assert "Ada" == stored.account["display_name"]


async def test_a_grant_is_given_back_with_a_token_that_still_lives(
    open_line: Open, clock: FrozenClock
) -> None:
    async with open_line() as line:
        clock.move(7000)
        removal = await remove(line.api.connection, line.wiring, revoke=True)

    assert [TOKEN, "/v2/oauth/revoke/"] == line.server.paths()
    assert ["act.canary-0001"] == line.server.given_back
    assert Removal(revoked=True) == removal

"""Connections made, renewed and given back: tried before they are saved."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import (
    AuthorizationError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.json_text import parse_strict
from adloom.secret import Secret
from adloom.settings import HttpSettings
from connections.api import Wiring
from connections.authorise import Removal, connect, examine, reconnect, remove
from connections.connection import Connection, State
from connections.limits import Limiter
from connections.providers.base import Code
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import business
from tests.seams.wire_server import (
    Reply,
    WireServer,
    answer,
    breaks_off,
    by_path,
    envelope,
    says,
    wire_server,
)

CODE = Code(Secret("auth-code-canary-1"))
ACCOUNTS = {"list": [{"advertiser_id": "71", "advertiser_name": "Acme"}]}
TOKEN = {"access_token": "new-token-canary-1", "scope": [2, 4], "advertiser_ids": ["71"]}


def data(value: Any) -> Reply:
    return says(answer(envelope(value)))


def refuses(code: int) -> Reply:
    return says(answer(envelope(code=code, message="because")))


def user(number: int) -> Reply:
    return data({"core_user_id": str(number), "display_name": f"User {number}"})


PLATFORM: dict[str, Reply] = {
    "access_token": data(TOKEN),
    "user_info": user(1),
    "advertiser_get": data(ACCOUNTS),
    "revoke_token": data({}),
}


@dataclass
class Desk:
    """A platform to connect to, and what a process needs to do so."""

    wiring: Wiring
    server: WireServer

    def new(self, **more: Any) -> Connection:
        """A connection nobody has consented to yet."""
        secrets = {"app_secret": Secret("app-secret-canary-1f2e3d4c")}
        return business(host=self.server.address, account={}, secrets=secrets, **more)

    @property
    def asked(self) -> list[str]:
        """The ends of the paths that were called."""
        return [one.target.partition("?")[0].split("/")[-2] for one in self.server.asked]


Open = Callable[..., Any]


@pytest.fixture
def open_desk(store: ConnectionStore, transport: Transport, clock: FrozenClock) -> Open:
    @asynccontextmanager
    async def opened(**replies: Reply) -> AsyncIterator[Desk]:
        async with wire_server(by_path(**(PLATFORM | replies))) as server:
            limiter = Limiter(store.database, clock)
            yield Desk(Wiring(transport, limiter, store, clock, HttpSettings()), server)

    return opened


# --- made -----------------------------------------------------------------------------------------


async def test_a_code_becomes_a_connection_that_was_tried(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        made = await connect(desk.new(), CODE, desk.wiring)
        loaded = await store.load("acme")

    assert made == loaded
    assert ["access_token", "info", "get"] == desk.asked
    assert "new-token-canary-1" == loaded.secrets["access_token"].reveal()
    assert [{"advertiser_id": "71", "name": "Acme"}] == loaded.account["advertisers"]
    assert ([2, 4], "User 1") == (loaded.account["permissions"], loaded.account["display_name"])
    assert "auth-code-canary-1" == parse_strict(desk.server.asked[0].body)["auth_code"]
    assert ["new-token-canary-1"] * 2 == [
        asked.headers["access-token"] for asked in desk.server.asked[1:]
    ]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"access_token": refuses(40110)}, AuthorizationError),
        ({"access_token": refuses(40002)}, RejectedError),
        ({"access_token": data({})}, RejectedError),
        ({"access_token": breaks_off}, UnknownOutcomeError),
        ({"user_info": refuses(40105)}, AuthorizationError),
        ({"advertiser_get": refuses(50000)}, RetryableError),
        ({"advertiser_get": data({"list": "none"})}, RejectedError),
    ],
)
async def test_what_does_not_work_is_not_saved(
    open_desk: Open, store: ConnectionStore, trouble: dict[str, Reply], error: type[Exception]
) -> None:
    async with open_desk(**trouble) as desk:
        with pytest.raises(error):
            await connect(desk.new(), CODE, desk.wiring)

    assert [] == await store.names()


async def test_a_taken_name_keeps_its_first_owner(open_desk: Open, store: ConnectionStore) -> None:
    async with open_desk() as desk:
        first = await connect(desk.new(), CODE, desk.wiring)
        with pytest.raises(UsageError, match="already"):
            await connect(desk.new(), CODE, desk.wiring)

    assert first == await store.load("acme")


# --- renewed --------------------------------------------------------------------------------------


async def test_a_reconnection_renews_the_grant_in_place(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        made = await connect(desk.new(), CODE, desk.wiring)
        await store.mark(made, State.RECONNECT, "revoked")
        desk.server.asked.clear()
        again = await reconnect(await store.load("acme"), CODE, desk.wiring)

    assert again == await store.load("acme")
    assert (made.id, State.READY, None, 2) == (
        again.id,
        again.state,
        again.reason,
        again.generation,
    )


async def test_another_account_is_refused_and_nothing_changes(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        made = await connect(desk.new(), CODE, desk.wiring)
    async with open_desk(user_info=user(2)) as desk:
        moved = replace(made, settings={**made.settings, "host": desk.server.address})
        with pytest.raises(UsageError, match=r"another account \(User 2\).*\(User 1\)"):
            await reconnect(moved, CODE, desk.wiring)

    assert made == await store.load("acme")


@pytest.mark.parametrize(
    "trouble", [{"access_token": refuses(40110)}, {"user_info": refuses(40105)}]
)
async def test_a_reconnection_that_fails_leaves_the_old_grant_as_it_was(
    open_desk: Open, store: ConnectionStore, trouble: dict[str, Reply]
) -> None:
    async with open_desk() as desk:
        made = await connect(desk.new(), CODE, desk.wiring)
    async with open_desk(**trouble) as desk:
        moved = replace(made, settings={**made.settings, "host": desk.server.address})
        with pytest.raises(AuthorizationError):
            await reconnect(moved, CODE, desk.wiring)

    assert made == await store.load("acme")


async def test_a_connection_changed_meanwhile_is_not_overwritten(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        made = await connect(desk.new(), CODE, desk.wiring)
        newer = await store.replace(made)
        with pytest.raises(UsageError, match="changed by somebody else"):
            await reconnect(made, CODE, desk.wiring)

    assert newer == await store.load("acme")


# --- examined -------------------------------------------------------------------------------------


async def test_an_examination_notes_what_the_platform_says_now(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk(advertiser_get=data({"list": []})) as desk:
        saved = await store.save(business(host=desk.server.address))
        await store.mark(saved, State.RECONNECT, "revoked")
        found = await examine(await store.load("acme"), desk.wiring)

    assert found == await store.load("acme")
    assert (State.READY, []) == (found.state, found.account["advertisers"])
    assert [2] == found.account["permissions"]


async def test_an_examination_that_fails_marks_a_dead_grant(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk(user_info=refuses(40105)) as desk:
        saved = await store.save(business(host=desk.server.address))
        with pytest.raises(AuthorizationError):
            await examine(saved, desk.wiring)

    assert State.RECONNECT == (await store.load("acme")).state


# --- given back -----------------------------------------------------------------------------------


async def test_a_grant_is_revoked_before_it_is_forgotten(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        saved = await store.save(business(host=desk.server.address))
        removal = await remove(saved, desk.wiring, revoke=True)

    assert (Removal(revoked=True), ["revoke_token"]) == (removal, desk.asked)
    assert [] == await store.names()


async def test_a_grant_that_cannot_be_revoked_is_forgotten_and_said_so(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk(revoke_token=refuses(40105)) as desk:
        saved = await store.save(business(host=desk.server.address))
        removal = await remove(saved, desk.wiring, revoke=True)

    assert not removal.revoked
    assert "because (40105" in str(removal.reason)
    assert [] == await store.names()


async def test_a_grant_may_be_forgotten_without_being_revoked(
    open_desk: Open, store: ConnectionStore
) -> None:
    async with open_desk() as desk:
        saved = await store.save(business(host=desk.server.address, state=State.RECONNECT))
        removal = await remove(saved, desk.wiring, revoke=False)

    assert (Removal(revoked=False, reason="not asked for"), []) == (removal, desk.asked)
    assert [] == await store.names()

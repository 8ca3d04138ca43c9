"""Eight processes, one workspace: limits and tokens shared, nobody refused (reliability.md §2)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from adloom.errors import AuthorizationError
from adloom.secret import Secret
from connections.connection import Connection, State
from connections.refresh import Refresher
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import account, business
from tests.seams.crowd import crowd, loner
from tests.seams.open_server import open_server
from tests.seams.postgres import Place
from tests.seams.stores import open_store
from tests.seams.token_server import TokenServer, renew_at, token_server

pytestmark = pytest.mark.slow

SIZE = 8


async def save_due(store: ConnectionStore) -> Connection:
    """A connection whose token should have been renewed a moment ago."""
    now = datetime.now(UTC)
    tokens = {"access_token": Secret("access-0"), "refresh_token": Secret("refresh-0")}
    return await store.save(
        business(secrets=tokens, issued_at=now - timedelta(hours=2), expires_at=now)
    )


async def test_eight_processes_together_never_exceed_a_rate(place: Place) -> None:
    rate = 50.0
    granted = await crowd("keep_to_the_rate", SIZE, place=str(place), rate=rate, times=6)
    moments = sorted(moment for one in granted for moment in one)

    assert SIZE * 6 == len(moments)
    # Leave is never given early; the first may have been used a little late.
    early = [n for n, moment in enumerate(moments) if moment < moments[0] + n / rate - 0.1]
    assert [] == early


async def test_eight_processes_refresh_once_per_expiry_and_nobody_is_refused(
    place: Place,
) -> None:
    async with token_server(life=0.6) as server:
        async with open_store(place) as store:
            await save_due(store)
        tokens = await crowd(
            "stay_fresh", SIZE, place=str(place), address=server.address, generations=5
        )

    assert (0, False) == (server.refused, server.revoked)
    assert set(tokens) <= {f"access-{number}" for number in range(4, len(server.granted) + 1)}
    # Half of its life has to pass before a token is renewed again.
    gaps = [
        later - earlier for earlier, later in zip(server.granted, server.granted[1:], strict=False)
    ]
    assert min(gaps) >= 0.29


async def test_eight_processes_use_one_account_whose_tokens_rotate_and_stay_alive(
    tmp_path: Path,
) -> None:
    async with open_server(life=0.6) as server:
        async with open_store(tmp_path) as store:
            now = datetime.now(UTC)
            ends = now + timedelta(seconds=0.6)
            await store.save(account(host=server.address, issued_at=now, expires_at=ends))
        answered = await crowd("stay_in_touch", SIZE, place=str(tmp_path), generations=4)
        async with open_store(tmp_path) as store:
            found = await store.load("me")

    assert not server.revoked
    assert State.READY == found.state
    assert server.access == found.secrets["access_token"].reveal()
    assert all(sorted(numbers) == numbers and numbers[-1] >= 4 for numbers in answered)
    # Nobody renewed for itself alone: half of a token's life passed before there was another.
    gaps = [late - early for early, late in zip(server.granted, server.granted[1:], strict=False)]
    assert min(gaps) >= 0.29


async def after_a_crash(folder: Path, server: TokenServer) -> tuple[State, str, int]:
    """What the next process makes of a refresh that was killed, once its lease is over."""
    clock = FrozenClock(datetime.now(UTC) + timedelta(seconds=61))
    async with open_store(folder, clock=clock) as store, Transport() as transport:
        refresher = Refresher(store, clock, renew_at(server.address, transport))
        try:
            await refresher.fresh("acme")
        except AuthorizationError:
            assert server.revoked
        found = await store.load("acme")
        again = await refresher.fresh("acme")
    assert found == again
    return found.state, found.secrets["refresh_token"].reveal(), server.refused


@pytest.mark.parametrize(
    ("grace", "expected"),
    [(True, (State.READY, "refresh-1", 0)), (False, (State.RECONNECT, "refresh-0", 1))],
    ids=["the platform forgives", "the platform does not"],
)
async def test_a_process_killed_inside_a_refresh_leaves_a_true_state(
    tmp_path: Path, grace: bool, expected: tuple[State, str, int]
) -> None:
    async with token_server(grace=grace, slow=30) as server:
        async with open_store(tmp_path) as store:
            await save_due(store)
        facts = {"place": str(tmp_path), "address": server.address, "generations": 2}
        async with loner("stay_fresh", **facts) as process:
            await server.taken.wait()
            process.kill()
        server.slow = 0

        assert expected == await after_a_crash(tmp_path, server)


async def test_a_process_killed_before_the_platform_heard_of_it_costs_nothing(
    tmp_path: Path,
) -> None:
    async with token_server() as server, Transport() as transport:
        async with open_store(tmp_path) as store:
            connection = await save_due(store)
            now = FrozenClock(datetime.now(UTC))
            # What a process leaves that took the lease and died at once.
            assert await Refresher(store, now, renew_at("", transport))._claim(connection)

        assert (State.READY, "refresh-1", 0) == await after_a_crash(tmp_path, server)

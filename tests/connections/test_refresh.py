"""Tokens renewed in time, by one at a time (reliability.md §0.8, §2.4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import (
    RetryableError,
)
from adloom.secret import Secret
from connections.connection import Connection, State
from connections.providers.base import Grant
from connections.refresh import LEASE, Refresher, is_due
from connections.store import ConnectionStore
from tests.connections.renewals import HOUR, Platform, hold_lease, lease_of, rotating
from tests.seams.postgres import Place
from tests.seams.stores import NOON, open_store


@pytest.fixture
async def store(place: Place, clock: FrozenClock) -> AsyncIterator[ConnectionStore]:
    async with open_store(place, clock=clock) as opened:
        await opened.save(rotating())
        yield opened


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "elapsed", "expected"),
    [
        (2 * HOUR, timedelta(minutes=104), False),
        (2 * HOUR, timedelta(minutes=105), True),
        (2 * HOUR, 3 * HOUR, True),
        (timedelta(minutes=10), timedelta(minutes=4), False),
        (timedelta(minutes=10), timedelta(minutes=5), True),
    ],
)
def test_a_token_is_due_a_quarter_of_an_hour_or_half_its_life_early(
    life: timedelta, elapsed: timedelta, expected: bool
) -> None:
    assert expected == is_due(rotating(expires_at=NOON + life), NOON + elapsed)


@pytest.mark.parametrize(
    ("expires_at", "expected"), [(None, False), (NOON + HOUR, False), (NOON, True)]
)
def test_without_a_date_of_issue_only_the_end_counts(
    expires_at: datetime | None, expected: bool
) -> None:
    assert expected == is_due(rotating(issued_at=None, expires_at=expires_at), NOON)


async def test_a_token_that_is_good_for_a_while_is_left_alone(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    platform = Platform()
    found = await Refresher(store, clock, platform.renew).fresh("acme")

    assert ([], 1) == (platform.asked, found.generation)


async def test_a_connection_that_needs_its_owner_is_not_refreshed(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    await store.mark(await store.load("acme"), State.RECONNECT, "revoked")
    clock.move(7200)
    platform = Platform()
    found = await Refresher(store, clock, platform.renew).fresh("acme")

    assert ([], State.RECONNECT) == (platform.asked, found.state)


# --- a renewal ------------------------------------------------------------------------------------


async def test_a_renewed_token_is_stored_and_the_lease_given_back(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    clock.move(7000)
    platform = Platform()
    found = await Refresher(store, clock, platform.renew).fresh("acme")
    stored = await store.load("acme")

    assert found == stored
    assert ["access-1", "refresh-1"] == [one.reveal() for one in stored.secrets.values()]
    assert ("0011223344556677", 1, 2) == (
        stored.account["identity"],
        stored.account["refreshed"],
        stored.generation,
    )
    assert clock.now() + 2 * HOUR == stored.expires_at
    assert [None, None, None] == await lease_of(store)


async def test_a_rejected_token_is_renewed_whatever_its_date(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    platform = Platform()
    refresher = Refresher(store, clock, platform.renew)
    found = await refresher.fresh("acme", rejected=1)
    again = await refresher.fresh("acme", rejected=1)

    assert (["refresh-0"], 2) == (platform.asked, found.generation)
    assert found == again


async def test_many_tasks_share_one_renewal(store: ConnectionStore, clock: FrozenClock) -> None:
    clock.move(7000)
    platform = Platform()
    refreshers = [Refresher(store, clock, platform.renew) for _ in range(3)]
    found = await asyncio.gather(*(one.fresh("acme") for one in refreshers * 3))

    assert ["refresh-0"] == platform.asked
    assert {2} == {one.generation for one in found}


async def test_a_renamed_connection_keeps_its_new_token(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    platform = Platform()

    async def renew(connection: Connection) -> Grant:
        await store.rename("acme", "beta")
        return await platform.renew(connection)

    clock.move(7000)
    await Refresher(store, clock, renew).fresh("acme")

    assert "access-1" == (await store.load("beta")).secrets["access_token"].reveal()


async def test_a_reconnection_during_a_renewal_wins(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    async def renew(connection: Connection) -> Grant:
        chosen = {"access_token": Secret("access-by-hand")}
        await store.replace(replace(connection, secrets={**connection.secrets, **chosen}))
        return await Platform().renew(connection)

    clock.move(7000)
    found = await Refresher(store, clock, renew).fresh("acme")

    assert "access-by-hand" == found.secrets["access_token"].reveal()
    assert [None, None, None] == await lease_of(store)


# --- leases of others -----------------------------------------------------------------------------


async def test_while_another_renews_one_waits(store: ConnectionStore, clock: FrozenClock) -> None:
    clock.move(7000)
    await hold_lease(store, clock.now() + LEASE)
    platform = Platform()
    await Refresher(store, clock, platform.renew).fresh("acme")

    assert ["refresh-0"] == platform.asked
    assert pytest.approx(LEASE.total_seconds(), abs=0.5) == sum(clock.slept)


async def test_a_lease_from_before_the_clock_was_set_back_counts_for_nothing(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    clock.move(7000)
    await hold_lease(store, clock.now() + timedelta(days=1))
    platform = Platform()
    await Refresher(store, clock, platform.renew).fresh("acme")

    assert ([], ["refresh-0"]) == (clock.slept, platform.asked)


async def test_a_lease_that_never_ends_is_given_up(store: ConnectionStore) -> None:
    class Stubborn(FrozenClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            await hold_lease(store, self.now() + LEASE)

    stubborn = Stubborn(NOON + 2 * HOUR)
    await hold_lease(store, stubborn.now() + LEASE)
    with pytest.raises(RetryableError, match="for too long"):
        await Refresher(store, stubborn, Platform().renew).fresh("acme")


async def test_while_a_renewal_runs_its_lease_and_a_note_are_stored(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    seen: list[Any] = []

    async def looks(connection: Connection) -> Grant:
        seen.extend(await lease_of(store))
        return await Platform().renew(connection)

    clock.move(7000)
    await Refresher(store, clock, looks).fresh("acme")
    owner, until, note = seen

    assert 16 == len(owner)
    assert (clock.now() + LEASE).isoformat() == until
    assert note.endswith(clock.now().isoformat())
    assert "refresh-0" not in note

"""Renewals that fail (reliability.md §0.8, §2.4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adloom.clock import FrozenClock
from adloom.errors import (
    AuthorizationError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from adloom.secret import Secret
from connections import refresh
from connections.connection import Connection, State
from connections.providers.base import Grant
from connections.refresh import LEASE, Refresher
from connections.store import ConnectionStore
from tests.connections.renewals import HOUR, Platform, lease_of, rotating
from tests.seams.postgres import Place
from tests.seams.stores import open_store


@pytest.fixture
async def store(place: Place, clock: FrozenClock) -> AsyncIterator[ConnectionStore]:
    async with open_store(place, clock=clock) as opened:
        await opened.save(rotating())
        yield opened


@pytest.mark.parametrize(
    "error",
    [
        RetryableError("later"),
        UnknownOutcomeError("lost"),
        RateLimitedError("slow down"),
        UnusableAnswerError("no token in it"),
    ],
)
async def test_a_passing_failure_keeps_a_token_that_is_still_good(
    store: ConnectionStore, clock: FrozenClock, error: Exception
) -> None:
    clock.move(7000)
    found = await Refresher(store, clock, Platform(error).renew).fresh("acme")

    assert "access-0" == found.secrets["access_token"].reveal()
    assert State.READY == (await store.load("acme")).state
    assert [None, None, None] == await lease_of(store)


@pytest.mark.parametrize(
    "error",
    [RetryableError("later"), UnknownOutcomeError("lost"), UnusableAnswerError("no token: lost")],
)
@pytest.mark.parametrize(("moved", "rejected"), [(7200, None), (0, 1)])
async def test_a_passing_failure_may_be_repeated_where_the_token_has_ended(
    store: ConnectionStore,
    clock: FrozenClock,
    error: Exception,
    moved: float,
    rejected: int | None,
) -> None:
    clock.move(moved)
    platform = Platform(error)
    refresher = Refresher(store, clock, platform.renew)
    with pytest.raises(RetryableError, match=r"later|lost"):
        await refresher.fresh("acme", rejected=rejected)
    platform.error = None

    assert (
        "access-2"
        == (await refresher.fresh("acme", rejected=rejected)).secrets["access_token"].reveal()
    )


async def test_a_renewal_ends_while_its_lease_still_holds(
    store: ConnectionStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Connection) -> Grant:
        await asyncio.Event().wait()
        raise AssertionError("nobody woke this up")

    assert refresh.LONGEST_RENEWAL < LEASE
    monkeypatch.setattr(refresh, "LONGEST_RENEWAL", timedelta(milliseconds=20))
    clock.move(7200)
    with pytest.raises(RetryableError, match="too long"):
        await Refresher(store, clock, never).fresh("acme")
    assert [None, None, None] == await lease_of(store)


async def test_any_other_failure_gives_the_lease_back(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    clock.move(7000)
    platform = Platform(RejectedError("no such client"))
    with pytest.raises(RejectedError):
        await Refresher(store, clock, platform.renew).fresh("acme")

    assert [None, None, None] == await lease_of(store)


async def test_a_renewal_that_is_cancelled_gives_the_lease_back(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    begun = asyncio.Event()

    async def hangs(_: Connection) -> Grant:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody woke this up")

    clock.move(7000)
    task = asyncio.ensure_future(Refresher(store, clock, hangs).fresh("acme"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert [None, None, None] == await lease_of(store)


async def test_a_refused_refresh_asks_for_the_owner(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    clock.move(7000)
    platform = Platform(AuthorizationError("the grant is gone"))
    refresher = Refresher(store, clock, platform.renew)
    with pytest.raises(AuthorizationError, match="the grant is gone"):
        await refresher.fresh("acme")
    await refresher.fresh("acme")
    stored = await store.load("acme")

    assert ["refresh-0"] == platform.asked
    assert (State.RECONNECT, "the grant is gone") == (stored.state, stored.reason)
    assert [None, None, None] == await lease_of(store)


async def test_a_refusal_is_not_believed_where_somebody_else_renewed_meanwhile(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    async def refused_after_another(connection: Connection) -> Grant:
        await store.replace(
            replace(
                connection,
                secrets={**connection.secrets, "access_token": Secret("access-of-another")},
                expires_at=clock.now() + 2 * HOUR,
            )
        )
        raise AuthorizationError("used already")

    clock.move(7000)
    found = await Refresher(store, clock, refused_after_another).fresh("acme")

    assert ("access-of-another", State.READY) == (
        found.secrets["access_token"].reveal(),
        found.state,
    )
    assert [None, None, None] == await lease_of(store)

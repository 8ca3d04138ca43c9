"""Listings are shared between scenarios, but none is shown to the same watch twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from adloom.clock import FrozenClock
from adloom.fields import validate
from adloom.wire import Page, Record
from modules import find_module
from modules.base import Context
from modules.watch_ads import WatchAds
from scheduler.polling import Watched
from scheduler.scans import FRESH, Scans
from tests.modules.fake_api import FakeApi, ad_row, context_for
from tests.scheduler.world import ADVERTISER, NOW

CONTEXT = context_for(FakeApi())
EARLIER = NOW - timedelta(hours=1)


class Listings:
    """Counts how often the platform was asked."""

    def __init__(self) -> None:
        self.times = 0
        self.clock = FrozenClock(NOW)
        self.scans = Scans(self.clock.monotonic)

    async def fetch(
        self, params: Any, context: Context, source: str, since: datetime | None
    ) -> AsyncIterator[Page[Record]]:
        del params, context, source, since
        self.times += 1
        await asyncio.sleep(0)
        yield Page([ad_row(1)], 1, has_more=False)

    async def read(self, scenario: str, since: datetime | None = NOW) -> int:
        """How many rows a scenario gets."""
        module = find_module("watch_ads")
        params = validate(module.params, {"advertiser_ids": [ADVERTISER]})
        watched = Watched(scenario, "new", module, params, "acme")
        pages = self.scans.pages(watched, CONTEXT, ADVERTISER, since)
        return sum([len(page.records) async for page in pages])


@pytest.fixture
def listings() -> Iterator[Listings]:
    made = Listings()
    with patch.object(WatchAds, "fetch", staticmethod(made.fetch)):
        yield made


async def test_several_scenarios_that_watch_the_same_cause_one_listing(listings: Listings) -> None:
    read = await asyncio.gather(*(listings.read(name) for name in "abcd"))

    assert [1, 1, 1, 1] == read
    assert 1 == listings.times


async def test_a_listing_is_never_shown_to_the_same_watch_twice(listings: Listings) -> None:
    """A second listing confirms the first; the same one again would confirm nothing."""
    for _ in range(2):
        await listings.read("a")
        await listings.read("b")

    assert 2 == listings.times


async def test_a_listing_that_is_old_or_too_short_is_read_anew(listings: Listings) -> None:
    await listings.read("a")
    await listings.read("b", EARLIER)
    listings.clock.move(FRESH + 1)
    await listings.read("c", EARLIER)

    assert 3 == listings.times

"""Bad events are found with few requests, whatever TikTok says, and never a good one given up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.outbox.isolating import (
    MOST_REQUESTS,
    Fate,
    Refused,
    Reply,
    Reported,
    Taken,
    Verdict,
    isolate,
)

NOTHING, PLACE, REPORT = "nothing", "place", "report"
ALL = (NOTHING, PLACE, REPORT)
#: More requests than any search takes.
ANY = 10**9


@dataclass
class Platform:
    """Refuses what holds a bad event.

    Args:
        bad: The bad events.
        naming: What it says about them.
        first: What it calls the first event of a request.
    """

    bad: frozenset[int]
    naming: str = NOTHING
    first: int = 0
    requests: list[Sequence[int]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def reply(self, wanted: Sequence[int]) -> Reply:
        self.requests.append(list(wanted))
        wrong = [place for place, one in enumerate(wanted) if one in self.bad]
        if self.naming == REPORT or not wrong:
            self.taken += [one for one in wanted if one not in self.bad]
        if not wrong:
            return Taken()
        if self.naming == REPORT:
            return Reported("partly", {place + self.first: "bad" for place in wrong})
        return Refused("bad", wrong[0] + self.first if self.naming == PLACE else None)


def searched(platform: Platform, count: int, most: int = ANY) -> dict[int, Fate]:
    fates: dict[int, Fate] = {}
    going = isolate(count, fates, most=most)
    reply: Reply | None = None
    while True:
        try:
            wanted = going.send(reply) if reply else next(going)
        except StopIteration:
            return fates
        reply = platform.reply(wanted)


@st.composite
def platforms(draw: st.DrawFn) -> tuple[Platform, int]:
    count = draw(st.integers(1, 60))
    bad = draw(st.frozensets(st.integers(0, count - 1), max_size=count))
    return Platform(bad, draw(st.sampled_from(ALL)), draw(st.integers(0, 2))), count


@given(platforms())
def test_every_event_finds_its_fate_and_no_good_one_is_given_up(
    given: tuple[Platform, int],
) -> None:
    """Also where TikTok counts from 1, or from where nobody would think of."""
    platform, count = given

    fates = searched(platform, count)

    assert set(range(count)) == set(fates)
    given_up = {one for one, fate in fates.items() if fate.verdict is not Verdict.SENT}
    assert platform.bad == given_up
    assert set(range(count)) - platform.bad == set(platform.taken)


@given(platforms())
def test_without_bad_events_it_is_one_request_and_with_any_it_has_a_bound(
    given: tuple[Platform, int],
) -> None:
    platform, count = given

    searched(platform, count)

    assert len(platform.requests) <= 2 * count + 3 * len(platform.bad) + 3
    if not platform.bad:
        assert [list(range(count))] == platform.requests


@given(platforms())
def test_a_request_keeps_the_order_and_what_was_taken_was_taken_in_it(
    given: tuple[Platform, int],
) -> None:
    platform, count = given

    searched(platform, count)

    assert all(list(one) == sorted(one) for one in platform.requests)
    if platform.naming == NOTHING or (platform.naming == PLACE and not platform.first):
        assert platform.taken == sorted(platform.taken)


@pytest.mark.parametrize(
    ("naming", "first", "most"),
    [(NOTHING, 0, 21), (PLACE, 0, 2), (PLACE, 1, 3), (REPORT, 0, 2), (REPORT, 1, 3)],
)
def test_one_bad_event_among_a_thousand_costs_few_requests(
    naming: str, first: int, most: int
) -> None:
    costs = []
    for bad in range(0, 1000, 1 if naming == NOTHING else 37):
        platform = Platform(frozenset([bad]), naming, first)
        fates = searched(platform, 1000)
        costs.append(len(platform.requests))
        assert 999 == sum(fate.verdict is Verdict.SENT for fate in fates.values())

    assert max(costs) <= most


@pytest.mark.parametrize("naming", ALL)
def test_a_batch_full_of_bad_events_stops_at_its_allowance(naming: str) -> None:
    platform = Platform(frozenset(range(1000)), naming)

    fates = searched(platform, 1000, MOST_REQUESTS)

    assert len(platform.requests) <= MOST_REQUESTS
    assert all(fate.verdict is not Verdict.SENT for fate in fates.values())
    assert len(fates) == 1000 if naming == REPORT else 15 < len(fates) < 64


def test_a_search_that_is_left_says_nothing_of_the_rest() -> None:
    fates: dict[int, Fate] = {}
    going = isolate(4, fates)

    assert [0, 1, 2, 3] == list(next(going))
    assert [0, 1] == list(going.send(Refused("bad")))
    assert [2] == list(going.send(Taken()))
    going.close()
    assert {0: Fate(Verdict.SENT), 1: Fate(Verdict.SENT)} == fates


def test_a_report_that_names_nothing_is_halved_and_a_lone_event_is_reported() -> None:
    fates: dict[int, Fate] = {}
    going = isolate(2, fates)
    next(going)

    assert [0] == list(going.send(Reported("partly", {})))
    assert [1] == list(going.send(Taken()))
    with pytest.raises(StopIteration):
        going.send(Reported("partly", {}))
    assert {0: Fate(Verdict.SENT), 1: Fate(Verdict.REPORTED, "partly")} == fates


def test_a_report_that_was_only_a_passing_trouble_gives_nothing_up() -> None:
    fates: dict[int, Fate] = {}
    going = isolate(3, fates)
    next(going)
    wanted = going.send(Reported("partly", {1: "internal error"}))
    while True:
        assert wanted
        try:
            wanted = going.send(Taken())
        except StopIteration:
            break

    assert {Fate(Verdict.SENT)} == set(fates.values())

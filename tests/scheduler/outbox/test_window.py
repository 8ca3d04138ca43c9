"""Batches keep the order of every person, their bounds, and nobody waits for anybody else."""

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scheduler.outbox.entries import EventState
from scheduler.outbox.parcels import Item, Parcel
from scheduler.outbox.window import Batch, Load, Window


@dataclass(frozen=True)
class Limits:
    batch_size: int = 1000
    batch_bytes: int = 1_000_000
    batch_seconds: float = 1.0


FACTS = Parcel(
    id=1, lane=1, origin=1, state=EventState.WAITING, first_id=1, last_id=1, events=1, weight=0,
    gone=None, accepted_at=0, attempts=0, due_at=0, first_unknown_at=None, reason=None,
)  # fmt: skip


def item(person: int, weight: int = 10) -> Item:
    return Item(b"k" * 16, person, "Purchase", "1", 0, "", b"x" * weight)


def load(first: int, persons: list[int], *, weight: int = 10, at: int = 0, due: int = 0) -> Load:
    """A parcel whose first event has this number."""
    last = first + len(persons) - 1
    parcel = replace(FACTS, id=first, first_id=first, last_id=last, accepted_at=at, due_at=due)
    found = [(place, first + place, item(one, weight)) for place, one in enumerate(persons)]
    return Load.of(parcel, found)


def numbers(batch: Batch | None) -> list[int]:
    """The numbers of a batch's events, in the order they go out."""
    return [piece.number for _, pieces in batch.parts for piece in pieces] if batch else []


def test_a_batch_goes_out_once_it_is_full() -> None:
    window = Window(Limits(batch_size=3))
    window.add(load(1, [1, 2]))
    assert window.take(0) is None
    window.add(load(3, [3, 4]))

    assert [1, 2, 3] == numbers(window.take(0))
    assert window.take(0) is None


def test_a_batch_goes_out_once_it_has_enough_bytes() -> None:
    window = Window(Limits(batch_bytes=100))
    window.add(load(1, [1, 2, 3], weight=40))

    assert [1, 2] == numbers(window.take(0))
    assert window.take(0) is None


def test_an_event_larger_than_a_batch_goes_out_alone() -> None:
    window = Window(Limits(batch_bytes=100))
    window.add(load(1, [1, 2, 3], weight=400))

    assert [[1], [2], [3]] == [numbers(window.take(0)) for _ in range(3)]


def test_a_batch_goes_out_once_its_first_event_has_waited_long_enough() -> None:
    window = Window(Limits(batch_seconds=1.0))
    window.add(load(1, [1], at=500))
    window.add(load(2, [2], at=1_400))

    assert window.take(1_499) is None
    assert 1_500 == window.next_at
    assert [1, 2] == numbers(window.take(1_500))


def test_a_batch_that_waits_for_company_goes_out_on_wish() -> None:
    window = Window(Limits())
    window.add(load(1, [1]))

    assert [1] == numbers(window.take(0, flush=True))


def test_while_there_is_more_to_read_a_batch_is_completed_first() -> None:
    window = Window(Limits(batch_size=2))
    window.add(load(1, [1]))

    assert window.take(9_000, flush=True, more=True) is None
    window.add(load(2, [2]))
    assert [1, 2] == numbers(window.take(9_000, more=True))


def test_events_of_a_person_under_way_wait_and_others_go_on() -> None:
    window = Window(Limits(batch_size=2))
    window.add(load(1, [7, 8, 7, 9, 8, 5]))
    first = window.take(0)
    assert first is not None

    assert ([1, 2], [4, 6]) == (numbers(first), numbers(window.take(0)))
    assert window.take(0, flush=True) is None
    window.landed(first)
    assert [3, 5] == numbers(window.take(0))


def test_what_rests_holds_back_its_own_persons_only() -> None:
    window = Window(Limits(batch_size=2))
    window.add(load(1, [7, 8], due=5_000))
    window.add(load(3, [8, 9, 7, 4]))

    assert [4, 6] == numbers(window.take(4_999))
    assert window.take(4_999) is None
    assert 5_000 == window.next_at
    assert [1, 2] == numbers(window.take(5_000))


def test_what_comes_back_into_the_middle_of_others_goes_in_its_turn() -> None:
    window = Window(Limits(batch_size=9))
    window.add(load(1, [1, 2, 3, 4, 5]))
    window.add(load(3, [6, 7]))

    assert [1, 2, 3, 3, 4, 4, 5] == numbers(window.take(0, flush=True))


class Lane(RuleBasedStateMachine):
    """A lane in which batches are sent, fail, rest, and come back in parts."""

    @initialize(
        size=st.integers(1, 7),
        weight=st.integers(30, 200),
        persons=st.lists(st.integers(1, 5), min_size=1, max_size=60),
        cuts=st.lists(st.integers(1, 9), min_size=1, max_size=20),
    )
    def fill(self, size: int, weight: int, persons: list[int], cuts: list[int]) -> None:
        self.limits = Limits(size, weight, 0.0)
        self.window = Window(self.limits)
        self.now, self.parcels = 0, 1_000
        self.owner = dict(enumerate(persons, 1))
        self.settled: list[int] = []
        self.flying: list[Batch] = []
        first, turn = 1, 0
        while first <= len(persons):
            cut = cuts[turn % len(cuts)]
            self.window.add(load(first, persons[first - 1 : first - 1 + cut]))
            first, turn = first + cut, turn + 1

    @rule()
    def take(self) -> None:
        batch = self.window.take(self.now, flush=True)
        if batch is None:
            return
        under_way = {self.owner[one] for other in self.flying for one in numbers(other)}
        assert under_way.isdisjoint(self.owner[one] for one in numbers(batch))
        assert batch.events <= self.limits.batch_size
        assert batch.events == 1 or batch.weight <= self.limits.batch_bytes
        self.flying.append(batch)

    @rule(data=st.data())
    def land(self, data: st.DataObject) -> None:
        """A batch lands; some of its events may come back, to rest for a while."""
        if not self.flying:
            return
        batch = self.flying.pop(data.draw(st.integers(0, len(self.flying) - 1)))
        sent = numbers(batch)
        cut = data.draw(st.integers(0, len(sent)))
        self.settled += sent[:cut]
        self.window.landed(batch)
        back = sent[cut:]
        if back:
            self.parcels += 1
            due = self.now + data.draw(st.integers(0, 3))
            parcel = replace(
                FACTS, id=self.parcels, first_id=min(back), last_id=max(back), due_at=due
            )
            found = [(place, one, item(self.owner[one])) for place, one in enumerate(back)]
            self.window.add(Load.of(parcel, found))

    @rule(moments=st.integers(1, 3))
    def wait(self, moments: int) -> None:
        self.now += moments

    @invariant()
    def everybody_is_sent_in_order(self) -> None:
        if not hasattr(self, "settled"):
            return
        for person in set(self.owner.values()):
            mine = [one for one in self.settled if self.owner[one] == person]
            assert mine == sorted(mine)
        assert len(self.settled) == len(set(self.settled))

    def teardown(self) -> None:
        """In the end everything goes out."""
        if not hasattr(self, "settled"):
            return
        self.now += 10
        while self.flying or (batch := self.window.take(self.now, flush=True)):
            self.flying = self.flying or [batch]  # type: ignore[list-item] # the loop's condition
            for landed in self.flying:
                self.settled += numbers(landed)
                self.window.landed(landed)
            self.flying = []
            self.everybody_is_sent_in_order()
        assert sorted(self.owner) == sorted(self.settled)


Lane.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestLane = Lane.TestCase


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30), st.integers(1, 500))
def test_batches_are_nearly_full_however_parcels_are_cut(cuts: list[int], size: int) -> None:
    window = Window(Limits(batch_size=size))
    first = 1
    for cut in cuts:
        window.add(load(first, list(range(first, first + cut)), weight=1))
        first += cut
    found = []
    while batch := window.take(0):
        found.append(batch.events)

    assert all(0.75 * size <= events <= size for events in found)
    assert sum(found) + len(numbers(window.take(0, flush=True))) == first - 1

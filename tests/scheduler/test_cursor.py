"""A watch never misses and never repeats (reliability.md §3); each protection is needed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import pytest

from adloom.wire import Page, Record
from modules.base import Context, Params, Sight, Trigger, Watching
from modules.bundles import Bundle
from scheduler.cursor import begin, poll
from scheduler.watches import GLANCE, Batch, Position, Scan, View
from tests.scheduler.ablations import ABLATIONS, without
from tests.scheduler.histories import Settings, run_history

#: Histories of each kind in the normal run; `benchmarks/histories.py` runs as many as wanted.
HISTORIES: Final = 80
ABLATED_HISTORIES: Final = 400
KINDS: Final = [
    Settings(by, stale=stale, ahead=ahead)
    for by in ("created", "updated")
    for stale, ahead in ((0, 0), (6, 0), (0, 500))
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nothing_is_missed_and_nothing_told_twice(kind: Settings) -> None:
    handed_on = _run(HISTORIES, kind)

    assert handed_on > HISTORIES


@pytest.mark.parametrize("name", ABLATIONS)
def test_without_a_protection_something_is_missed_or_repeated(name: str) -> None:
    ablations, kind = ABLATIONS[name]

    with without(*ablations), pytest.raises(AssertionError, match=r"missed|handed on twice"):
        _run(ABLATED_HISTORIES, kind)


def _run(count: int, kind: Settings) -> int:
    """Run histories, and say how much was handed on."""
    chances = (Random(seed) for seed in range(count))  # noqa: S311 - the same ones each time
    return sum(len(run_history(chance, kind).inbox) for chance in chances)


# --- by hand ---

NOON: Final = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
OVERLAP: Final = timedelta(minutes=15)


class AsGiven(Params):
    """How rows that a test wrote down are watched."""

    watching: Watching = Watching.CREATED


class Given(Trigger[AsGiven, Bundle]):
    """Watches rows that a test wrote down."""

    def watching(self, params: AsGiven) -> Watching:
        return params.watching

    def sources(self, params: AsGiven) -> list[str]:  # noqa: ARG002 - Trigger's signature
        return ["here"]

    def fetch(
        self,
        params: AsGiven,
        context: Context,
        source: str,
        since: datetime | None,
        until: datetime | None = None,
    ) -> AsyncIterator[Page[Bundle]]:
        raise NotImplementedError

    def key(self, bundle: Record) -> str:
        return str(bundle["id"])

    def at(self, params: AsGiven, bundle: Record) -> datetime | None:  # noqa: ARG002 - as above
        minutes = bundle.get("minute")
        return None if minutes is None else NOON + timedelta(minutes=minutes)

    def compare(self, params: AsGiven, memory: Record | None, bundle: Record) -> Sight:  # noqa: ARG002 - as above
        present = {"high": bundle["value"] > 10}
        crossed = present["high"] and not (memory and memory["high"])
        return Sight(present, bundle if crossed else None)


@dataclass
class Watch:
    """A watch on rows that change from poll to poll."""

    watching: Watching
    limit: int = 0
    position: Position = field(default_factory=Position)

    @property
    def view(self) -> View:
        return View(Given(), AsGiven(watching=self.watching))

    def begin(self, *pages: Page[Any], minute: int) -> None:
        steps = begin(self.view, overlap=OVERLAP, now=NOON)
        found = _driven(steps, _dated(pages, minute))
        assert isinstance(found, Position)
        self.position = found

    def poll(self, *pages: Page[Any], minute: int, ours: str | None = None) -> Batch:
        view = self.view
        if ours is not None:
            view = replace(view, ours=lambda row: row["id"] == ours)
        steps = poll(self.position, view, limit=self.limit, overlap=OVERLAP, now=NOON)
        batch: Batch = _driven(steps, _dated(pages, minute))
        self.position = batch.position
        return batch


def _dated(pages: Sequence[Page[Any]], minute: int) -> list[Page[Any]]:
    return [replace(page, served_at=NOON + timedelta(minutes=minute)) for page in pages]


def _driven(steps: Any, pages: list[Page[Any]]) -> Any:
    coming = iter(pages)
    ask = next(steps)
    try:
        while True:
            if ask is GLANCE:
                ask = steps.send(pages[0] if pages else None)
                continue
            if isinstance(ask, Scan):
                coming = iter(pages)
            ask = steps.send(next(coming, None))
    except StopIteration as end:
        return end.value


def page(*rows: Record, missing: int = 0) -> Page[Any]:
    return Page(list(rows), len(rows), missing=missing)


def item(name: str, minute: int | None, **more: Any) -> Record:
    return {"id": name, "minute": minute, **more}


def names(batch: Batch) -> list[str]:
    return [one.bundle["id"] for one in batch.items]


def test_what_was_there_at_the_start_is_not_told() -> None:
    watch = Watch(Watching.CREATED)
    watch.begin(page(item("a", -5), item("b", -60)), minute=0)

    batch = watch.poll(page(item("a", -5), item("c", 1)), minute=2)

    assert ["c"] == names(batch)


def test_five_new_ads_at_a_limit_of_two_come_once_each_in_three_polls() -> None:
    watch = Watch(Watching.CREATED, limit=2)
    watch.begin(page(), minute=0)
    rows = page(*(item(name, minute) for minute, name in enumerate("edcba")))

    found = [names(watch.poll(rows, minute=10 + place)) for place in range(4)]

    assert [["e", "d"], ["c", "b"], ["a"], []] == found


def test_of_two_items_of_one_second_the_one_that_appears_later_is_told_too() -> None:
    watch = Watch(Watching.CREATED)
    watch.begin(page(), minute=0)

    first = watch.poll(page(item("a", 5)), minute=6)
    second = watch.poll(page(item("a", 5), item("b", 5)), minute=7)

    assert [["a"], ["b"]] == [names(first), names(second)]


def test_nothing_is_told_again_when_the_last_item_was_deleted() -> None:
    watch = Watch(Watching.CREATED)
    watch.begin(page(), minute=0)
    watch.poll(page(item("a", 1), item("b", 2)), minute=3)

    batch = watch.poll(page(item("a", 1)), minute=4)

    assert [] == names(batch)


def test_an_item_that_two_replicas_hid_is_found_by_the_scan_that_confirms() -> None:
    """Each page came from another replica; the totals agree, and one item is on neither."""
    watch = Watch(Watching.CREATED)
    watch.begin(page(), minute=0)
    late = 600
    watch.poll(page(item("a", late - 40), item("c", late)), minute=late)

    batch = watch.poll(page(item("a", late - 40), item("b", late - 30)), minute=late + 1)

    assert ["b"] == names(batch)


def test_a_scan_that_does_not_add_up_tells_but_does_not_move() -> None:
    watch = Watch(Watching.CREATED)
    watch.begin(page(), minute=0)
    before = watch.position.settled

    found = [watch.poll(page(item("a", 100), missing=1), minute=100 + place) for place in range(3)]

    assert [["a"], [], []] == [names(batch) for batch in found]
    assert before == watch.position.settled
    assert [False, False, False] == [batch.whole for batch in found]


def test_a_listing_that_never_holds_still_has_no_baseline() -> None:
    steps = begin(Watch(Watching.CREATED).view, overlap=OVERLAP, now=NOON)

    assert _driven(steps, _dated([page(item("a", 0), missing=1)], 0)) is None


def test_everything_from_the_beginning_is_told_once() -> None:
    watch = Watch(Watching.CREATED)

    found = [names(watch.poll(page(item("a", -9_000), item("b", 0)), minute=1)) for _ in range(4)]

    assert [["a", "b"], [], [], []] == found
    assert watch.position.settled is not None


def test_an_old_item_does_not_come_back_after_it_was_forgotten() -> None:
    watch = Watch(Watching.CREATED)
    watch.begin(page(), minute=0)
    watch.poll(page(item("a", 1)), minute=2)
    for minute in (100, 101, 102):
        watch.poll(page(item("b", 100)), minute=minute)

    batch = watch.poll(page(item("a", 1), item("b", 100)), minute=103)

    assert "a" not in watch.position.seen
    assert [] == names(batch)


def test_a_change_of_our_own_is_remembered_and_not_told() -> None:
    watch = Watch(Watching.UPDATED)
    watch.begin(page(), minute=0)

    ours = watch.poll(page(item("a", 1), item("b", 1)), minute=2, ours="a")
    again = watch.poll(page(item("a", 1), item("b", 1)), minute=3)

    assert [["b"], []] == [names(ours), names(again)]


def test_what_has_no_moment_is_told_by_its_content() -> None:
    watch = Watch(Watching.UPDATED)
    watch.begin(page(item("a", None, text="old")), minute=0)

    same = watch.poll(page(item("a", None, text="old")), minute=1)
    changed = watch.poll(page(item("a", None, text="new")), minute=2)
    still = watch.poll(page(item("a", None, text="new")), minute=3)

    assert [[], ["a"], []] == [names(one) for one in (same, changed, still)]


def test_an_edge_is_told_each_time_it_is_crossed() -> None:
    watch = Watch(Watching.COMPARED)
    values = [5, 20, 21, 5, 30]

    found = [watch.poll(page({"id": "a", "value": one}), minute=0) for one in values]

    assert [[], ["a"], [], [], ["a"]] == [names(batch) for batch in found]
    keys = [one.key for batch in found for one in batch.items]
    assert len(keys) == len(set(keys))


def test_what_waits_beyond_the_limit_of_a_comparison_comes_next_time() -> None:
    watch = Watch(Watching.COMPARED, limit=1)
    rows = page({"id": "a", "value": 20}, {"id": "b", "value": 20})

    found = [watch.poll(rows, minute=0) for _ in range(3)]

    assert [["a"], ["b"], []] == [names(batch) for batch in found]
    assert [1, 0, 0] == [batch.waiting for batch in found]


def test_what_is_gone_is_forgotten_unless_the_scan_did_not_add_up() -> None:
    watch = Watch(Watching.COMPARED)
    watch.poll(page({"id": "a", "value": 20}), minute=0)

    unsure = watch.poll(page(missing=1), minute=1)
    gone = watch.poll(page(), minute=2)
    back = watch.poll(page({"id": "a", "value": 20}), minute=3)

    assert [set(), {"a"}] == [set(unsure.forgotten), set(gone.forgotten)]
    assert ["a"] == names(back)


def test_thousands_of_candidates_beyond_the_limit_take_little_memory_and_lose_nothing() -> None:
    watch = Watch(Watching.CREATED, limit=2)
    pages = [page(*(item(f"{place:05}", place) for place in range(start, start + 500)))
             for start in range(4_500, -1, -500)]  # fmt: skip

    first = watch.poll(*pages, minute=6_000)
    second = watch.poll(*pages, minute=6_001)

    assert [["00000", "00001"], ["00002", "00003"]] == [names(first), names(second)]
    assert 4_998 == first.waiting


def test_a_platform_without_a_clock_is_watched_by_ours() -> None:
    steps = begin(Watch(Watching.CREATED).view, overlap=OVERLAP, now=NOON)

    position = _driven(steps, [])

    assert NOON - OVERLAP == position.settled

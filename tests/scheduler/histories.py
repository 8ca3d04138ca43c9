"""Random histories of a watched platform, and what must hold after each of them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adloom.errors import RetryableError
from adloom.wire import Record
from tests.scheduler.watch_model import Bench, Mode, Model

__all__ = ["Settings", "run_history"]

LONGEST = 60
MOST_ITEMS = 24


@dataclass(frozen=True)
class Settings:
    """What kind of histories.

    Args:
        by: New items, or every change.
        stale: How many seconds a replica may be behind.
        ahead: How many seconds stamps lie in the future.
        overlap: Seconds, more than everything that can be late adds up to.
        steps: How many things happen at most.
    """

    by: Mode
    stale: int = 0
    ahead: int = 0
    overlap: int = 75
    steps: int = LONGEST


def run_history(chance: Random, settings: Settings) -> Bench:
    """Let things happen and poll in between; then let it rest, and check that nothing is missing.

    Raises:
        AssertionError: Something was missed, or handed on twice.
    """
    model = Model(
        chance,
        stale=settings.stale,
        ahead=settings.ahead,
        inclusive=chance.random() < 0.5,
        page_size=chance.randint(1, 4),
    )
    bench = Bench(model, settings.by, chance.randint(1, 4), timedelta(seconds=settings.overlap))
    model.now = 1_000
    for _ in range(chance.randint(0, 4)):
        model.create()
    while not _began(bench):
        model.now += 1
    first = bench.position.settled
    bench.between = lambda: _happen(model, chance) if chance.random() < 0.15 else None
    for _ in range(chance.randint(1, settings.steps)):
        _step(bench, chance)
    _rest(bench)
    _check(bench, first)
    return bench


def _began(bench: Bench) -> bool:
    with suppress(RetryableError):
        return bench.begin()
    return False


def _happen(model: Model, chance: Random) -> None:
    """One thing somebody does on the platform."""
    names = list(model.items)
    match chance.randint(0 if len(names) < MOST_ITEMS else 3, 5):
        case 0 | 1:
            model.create()
        case 2:
            stamp = model.stamp()  # many in the same second
            for _ in range(chance.randint(2, 5)):
                model.create(stamp)
        case 3 | 4 if names:
            model.update(chance.choice(names), content=chance.random() < 0.8)
        case 5 if names:
            model.delete(chance.choice(names))
        case _:
            pass  # there is nothing yet that could be changed


def _step(bench: Bench, chance: Random) -> None:
    model = bench.model
    match chance.randint(0, 9):
        case 0 | 1 | 2 | 3:
            _happen(model, chance)
        case 4 | 5 | 6 | 7:
            model.faults = 0.05 if chance.random() < 0.3 else 0.0
            with suppress(RetryableError):  # nothing was committed: as if the process had died
                bench.poll()
            model.faults = 0.0
        case 8:
            model.now += chance.randint(0, 20)
        case _:
            model.now += chance.randint(0, 1_000)


def _rest(bench: Bench) -> None:
    """Nothing happens any more; everything comes into view and is handed on."""
    bench.between = lambda: None
    bench.model.now += 1_000
    bench.deadline = 10_000
    stale, bench.model.stale = bench.model.stale, 0
    quiet = 0
    while quiet < 3:
        quiet = 0 if bench.poll().items else quiet + 1
        bench.model.now += 60
    bench.model.stale = stale


def _check(bench: Bench, first: datetime | None) -> None:
    """Everything from the start on that still exists was handed on, in its last version."""
    had = [_version(bench, row) for row in bench.inbox.values()]
    for row in bench.model.visible(bench.model.now):
        if first is None or row[bench.column] < first or bench.was_there(row):
            continue
        assert _version(bench, row) in had, f"{row} was missed"
    for batch in bench.order:
        assert batch == sorted(batch)


def _version(bench: Bench, row: Record) -> tuple[object, ...]:
    """What counts as the same: the item, or this version of it."""
    if bench.by == "created":
        return (row["id"],)
    return (row["id"], row["modify_time"], row["content"])

"""The rails against a model that keeps everything and recounts it each time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.errors import LimitExceededError
from adloom.wire import Request
from modules.base import Call
from scenarios.directions import Direction
from scenarios.limits import BudgetLimits, Limits, OnLimit
from scheduler.journal import Journal
from scheduler.rails.active import ActiveAds
from scheduler.rails.asking import Asked
from scheduler.rails.judging import Facts, judge
from scheduler.rails.ledger import Ledger
from scheduler.rails.money import Moves
from scheduler.rails.tickets import Bound, Ticket
from scheduler.records import CallState, Operation, RecordedCall, Status
from tests.scheduler.drawer import Drawer, drawer, execution
from tests.scheduler.world import NOW, PlainSealer
from tests.seams.postgres import Place

DAY = timedelta(days=1)
OBJECTS = ("11", "12", "21", "22", "23")
#: Ads by their groups: 11 and 12 are below 1, the others below 2.
ACTIVE = ActiveAds(tuple((one, "", one[0], "9") for one in OBJECTS))


def switch(identity: str) -> Asked:
    return Asked("7", "ad", identity, "operation_status", Direction.LOWERS, new="DISABLE")


def budget(identity: str, old: Decimal, new: Decimal) -> Asked:
    way = Direction.RAISES if new > old else Direction.LOWERS
    return Asked("7", "ad group", identity, "budget", way, old, new, "EUR")


@dataclass
class Model:
    """Everything that was let through, with its run and its moment."""

    limits: Limits
    done: list[tuple[str, datetime, Asked]] = field(default_factory=list)

    def facts(self, run: str, now: datetime) -> Facts:
        day = [one for _, at, one in self.done if at > now - DAY]
        mine = [one for name, _, one in self.done if name == run]
        last = {(one.id, one.field): at for _, at, one in self.done}
        moved = {
            identity: sum((_move(one) for one in day if one.id == identity), Decimal(0))
            for identity in OBJECTS
        }
        return Facts(
            now,
            len(mine),
            len(day),
            {identity: sum(one.id == identity for one in day) for identity in OBJECTS},
            last,
            {},
            Moves(moved, {"EUR": _raised(mine)}, {"EUR": _raised(day)}),
            {"7": {one.id for one in mine if one.field == "operation_status"}},
            {"7": ACTIVE},
        )

    def broken(self) -> list[str]:
        """Limits that what was let through does not keep, counted all over."""
        found = [name for name, holds in self._kept() if not holds]
        return sorted(set(found))

    def _kept(self) -> list[tuple[str, bool]]:
        limits, kept = self.limits, []
        for run in {name for name, _, _ in self.done}:
            mine = [one for name, _, one in self.done if name == run]
            off = ACTIVE.among({one.id for one in mine if one.field == "operation_status"})
            most = limits.share_of_active_ads
            kept += [
                ("run", _within(len(mine), limits.changes_per_run)),
                ("share", most is None or len(off) * 100 <= most * len(ACTIVE)),
                ("raise_per_run", _within(_raised(mine), limits.budget.raise_per_run)),
            ]
        for _, end, _ in self.done:
            window = [(at, one) for _, at, one in self.done if end - DAY < at <= end]
            day = [one for _, one in window]
            kept.append(("day", _within(len(day), limits.changes_per_day)))
            kept.append(("raise_per_day", _within(_raised(day), limits.budget.raise_per_day)))
            for identity in OBJECTS:
                own = [one for one in day if one.id == identity]
                moved = abs(sum((_move(one) for one in own), Decimal(0)))
                kept.append(("object", _within(len(own), limits.changes_per_object_per_day)))
                kept.append(("per_day_amount", _within(moved, limits.budget.per_day_amount)))
        places = [((one.id, one.field), at) for _, at, one in self.done]
        for number, (place, at) in enumerate(places):
            later = next((t for other, t in places[number + 1 :] if other == place), None)
            cold = limits.cooldown_seconds
            early = cold is not None and later is not None
            kept.append(("cooldown", not early or (later - at).total_seconds() >= (cold or 0)))  # type: ignore[operator] # it is there if early
        kept += [
            ("ceiling", _within(one.new, limits.budget.ceiling))
            for _, _, one in self.done
            if isinstance(one.new, Decimal) and _move(one) > 0
        ]
        return kept


def _move(one: Asked) -> Decimal:
    if one.old is None or not isinstance(one.new, Decimal):
        return Decimal(0)
    return one.new - one.old


def _raised(several: Sequence[Asked]) -> Decimal:
    return sum((max(_move(one), Decimal(0)) for one in several), Decimal(0))


def _within(value: Decimal | int, most: Decimal | int | None) -> bool:
    return most is None or value <= most


AMOUNTS = st.integers(10, 200).map(Decimal)
MOST = st.none() | st.integers(1, 6)
LIMITS = st.builds(
    Limits,
    changes_per_run=MOST,
    changes_per_day=MOST,
    changes_per_object_per_day=st.none() | st.integers(1, 3),
    share_of_active_ads=st.none() | st.sampled_from([Decimal(20), Decimal(50), Decimal(100)]),
    cooldown_seconds=st.none() | st.integers(1, 48).map(lambda hours: hours * 3600),
    budget=st.builds(
        BudgetLimits,
        per_day_amount=st.none() | AMOUNTS,
        ceiling=st.none() | AMOUNTS,
        raise_per_run=st.none() | AMOUNTS,
        raise_per_day=st.none() | AMOUNTS,
    ),
)
ASKED = st.sampled_from(OBJECTS).map(switch) | st.builds(
    budget, st.sampled_from(OBJECTS), AMOUNTS, AMOUNTS
)
TURNS = st.lists(st.tuples(st.integers(0, 20), st.booleans(), ASKED), max_size=25)


@settings(max_examples=300, deadline=None)
@given(limits=LIMITS, turns=TURNS)
def test_what_is_let_through_keeps_every_limit_and_nothing_else_is_refused(
    limits: Limits, turns: list[tuple[int, bool, Asked]]
) -> None:
    model, now, run = Model(limits), NOW, 0
    for hours, is_new, asked in turns:
        now, run = now + timedelta(hours=hours), run + is_new
        verdict = judge(limits, [asked], model.facts(str(run), now))
        with_it = replace(model, done=[*model.done, (str(run), now, asked)])

        assert bool(with_it.broken()) == (verdict is not None), (verdict, with_it.broken())
        if verdict is None:
            model = with_it


@settings(max_examples=100, deadline=None)
@given(limits=LIMITS, several=st.lists(ASKED, min_size=2, max_size=4))
def test_several_at_once_pass_only_if_each_of_them_does(
    limits: Limits, several: list[Asked]
) -> None:
    facts = Model(limits).facts("1", NOW)

    together = judge(limits, several, facts)
    alone = [judge(limits, [one], facts) for one in several]

    assert together is not None or not any(alone)


# --- the ledger, with a journal that tells what became of calls ----------------------------------


@dataclass
class Counted:
    """What should count: calls that happened, or may have, or may still."""

    counts: dict[str, tuple[str, datetime, str]] = field(default_factory=dict)

    def allows(self, limits: Limits, run: str, now: datetime, identity: str) -> bool:
        day = [one for one in self.counts.values() if one[1] > now - DAY]
        mine = [one for one in self.counts.values() if one[0] == run]
        own = [one for one in day if one[2] == identity]
        return (
            _within(len(mine) + 1, limits.changes_per_run)
            and _within(len(day) + 1, limits.changes_per_day)
            and _within(len(own) + 1, limits.changes_per_object_per_day)
        )


@pytest.mark.parametrize("seed", range(4))
async def test_the_ledger_counts_what_happened_or_may_have(place: Place, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same turns in every run
    limits = Limits(changes_per_run=6, changes_per_day=10, changes_per_object_per_day=3)
    async with drawer(place) as here:
        world = Played(here, Journal(here.database, PlainSealer(), here.clock))
        model = Counted()
        for turn in range(70):
            run, identity = str(turn // 12), chance.choice(OBJECTS)
            allowed = model.allows(limits, run, here.clock.now(), identity)
            passed = await world.ask(f"{seed}-{turn}", run, identity, limits)
            assert allowed == passed, turn
            if passed and await world.play(chance, f"{seed}-{turn}"):
                model.counts[f"{seed}-{turn}"] = (run, here.clock.now(), identity)
            await here.clock.sleep(chance.choice([0, 0, 600, 7200]))

    assert len(model.counts) > 10


@dataclass
class Played:
    """Operations whose calls come to different ends."""

    here: Drawer
    journal: Journal

    async def ask(self, name: str, run: str, identity: str, limits: Limits) -> bool:
        bound = Bound("pause", limits)
        calls = {"one": (switch(identity),)}
        ticket = Ticket(f"{name}-op", name, "change", "change", run, [bound], calls)
        await self.here.begin(replace(execution(), id=name))
        try:
            await Ledger(self.here.database, self.here.clock).reserve(ticket)
        except LimitExceededError:
            return False
        return True

    async def play(self, chance: random.Random, name: str) -> bool:
        """Let the call of an operation come to some end; whether it counts from then on."""
        own = replace(execution(), id=name)
        planned = RecordedCall(0, Call("one", Request("POST", "/x/")))
        operation = Operation(f"{name}-op", "update_ad_status", "acme", {}, calls=(planned,))
        end = chance.choice(["died", "stopped", "done", "failed", "doubt", "running", "dropped"])
        if end == "died":  # between reservation and plan; somebody gave the execution up
            await self.journal.finish(own, Status.FAILED)
            return False
        await self.journal.add(own, operation)
        if end == "stopped":
            await self.journal.finish(own, Status.INCOMPLETE)
            return False
        if end == "running":
            return True
        await self.journal.intent(own, operation, 0)
        states = {
            "done": CallState.DONE, "failed": CallState.FAILED, "doubt": CallState.IN_DOUBT,
        }  # fmt: skip
        if end in states:
            await self.journal.outcome(own, operation, planned, states[end])
            return end != "failed"
        await self.journal.drop(own)
        return True


@pytest.mark.parametrize("again", [1, 3])
async def test_asking_again_counts_once(place: Place, again: int) -> None:
    limits = Limits(changes_per_run=1)
    async with drawer(place) as here:
        world = Played(here, Journal(here.database, PlainSealer(), here.clock))
        ticket = Ticket(
            "op", "e1", "change", "change", "r", [Bound("pause", limits)], {"one": (switch("11"),)}
        )
        await here.begin(replace(execution(), id="e1"))
        for _ in range(again):
            await Ledger(here.database, here.clock).reserve(ticket)

        assert 1 == len(await here.rows("rail_change"))
        assert not await world.ask("other", "r", "12", limits)


def test_what_a_person_let_through_stops_only_at_what_nobody_can_let_through() -> None:
    full = Limits(changes_per_run=1, on_limit=OnLimit.HOLD)
    facts = Facts(NOW, run=1)
    gone = replace(switch("11"), deletes=True)

    assert judge(full, [switch("11")], facts) is not None
    assert judge(full, [switch("11")], facts, released=True) is None
    assert judge(full, [gone], facts, released=True) is not None


async def test_every_limit_counts_and_parks_on_either_database(place: Place) -> None:
    some = Decimal(20)
    limits = Limits(
        changes_per_run=9,
        changes_per_day=9,
        changes_per_object_per_day=9,
        share_of_active_ads=Decimal(40),
        cooldown_seconds=60,
        own_cooldown_seconds=3600,
        budget=BudgetLimits(some, some, some, some, Decimal(1), Decimal(999), some, some),
        on_limit=OnLimit.HOLD,
    )
    async with drawer(place) as here:
        ledger = Ledger(here.database, here.clock)
        await ledger.keep_active("r", "7", ACTIVE)
        active = {"7": await ledger.keep_active("r", "7", ActiveAds())}

        async def ask(number: int, asked: Asked) -> str:
            ticket = Ticket(
                f"e{number}-op", f"e{number}", "p", "s", "r", [Bound("pause", limits)],
                {"one": (asked,)}, [{"kind": asked.kind, "id": asked.id, "new": number}], active,
            )  # fmt: skip
            try:
                await ledger.reserve(ticket)
            except LimitExceededError as error:
                return str(error).split(" ")[0].removeprefix("limits.")
            return ""

        turns = [
            switch("11"), switch("12"), switch("21"), switch("11"),
            budget("11", Decimal(100), Decimal(110)), budget("12", Decimal(100), Decimal(111)),
            budget("12", Decimal(100), Decimal(130)), budget("12", Decimal(500), Decimal(530)),
        ]  # fmt: skip
        found = []
        for number, one in enumerate(turns):
            await here.begin(replace(execution(), id=f"e{number}"))
            found.append(await ask(number, one))
        rails = sorted(one.rail for one in await ledger.holds.open())
        await ledger.holds.release("e2")
        again = await ask(2, turns[2])
        await ledger.holds.dismiss("e3-op")

        left = sorted(one.operation_id for one in await ledger.holds.open())

    share, cold = "share_of_active_ads", "cooldown"
    raised, amount = "budget.raise_per_run", "budget.step_amount"
    assert ["", "", share, cold, "", raised, amount, amount] == found
    assert rails == sorted([share, cold, raised, amount, amount])
    assert not again
    assert ["e5-op", "e6-op", "e7-op"] == left

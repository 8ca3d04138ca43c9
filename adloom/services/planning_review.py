"""A plan as somebody reviews it: change by change, by step, with accounts and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from adloom.errors import UnknownNameError
from adloom.services.planning_words import Line, changes_of, totals_of
from adloom.services.session import Session
from adloom.wire import Record
from modules import MODULES, find_module
from scenarios.model import Scenario
from scheduler.applying import FRESH
from scheduler.plan_records import PlannedUse, ScenarioPlan, Stop
from scheduler.plan_store import StoredPlan
from scheduler.stages.foreseen import show
from scheduler.stages.kinds import OBJECTS
from scheduler.workshop import Workshop

__all__ = ["Account", "Group", "PlanState", "Review", "Row", "StopRow", "review_of"]

BUDGET: Final = "budget"


class PlanState(StrEnum):
    """Whether a plan can still be applied, and why not.

    Args:
        READY: It can.
        APPLIED: It was; a plan is applied once.
        CHANGED: Its scenario says something else by now.
        GONE: Its scenario is not there any more, or cannot be used.
        EXPIRED: It is too old.
        EMPTY: It does nothing.
        STOPPED: The kill switch is pulled.
    """

    READY = "ready"
    APPLIED = "applied"
    CHANGED = "changed"
    GONE = "gone"
    EXPIRED = "expired"
    EMPTY = "empty"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Account:
    """An advertiser account.

    Args:
        id: Its id; empty where the change does not say.
        name: What it is called, if a connection tells.
    """

    id: str
    name: str = ""


@dataclass(frozen=True)
class Row:
    """A change of a plan.

    Args:
        use: The use of a step that makes it.
        change: Kind, id, name, field, old, new and unit.
        account: Whose object it is.
    """

    use: PlannedUse
    change: Record
    account: Account

    @property
    def place(self) -> tuple[str, str]:
        """What finds the use again: its execution and its path."""
        return self.use.execution, self.use.path


@dataclass(frozen=True)
class Group:
    """The changes of one step.

    Args:
        step: Its id.
        title: What its module does.
        connection: With whom.
        rows: Changes of objects.
        effects: What it would tell, send or upload besides.
    """

    step: str
    title: str
    connection: str
    rows: Sequence[Row] = ()
    effects: Sequence[Row] = ()


@dataclass(frozen=True)
class StopRow:
    """Something that stops, however often.

    Args:
        step: The step; empty for the whole.
        reason: Why.
        hint: What to do about it.
        count: How often.
    """

    step: str
    reason: str
    hint: str | None = None
    count: int = 1


@dataclass(frozen=True)
class Review:
    """A plan, ready to be looked at.

    Args:
        plan: The plan.
        stored: Where it stands.
        state: Whether it can be applied.
        scenario: Its scenario as it was planned; None if that version is not kept.
        groups: Its changes, by step.
        troubles: What would stop part-way.
        unforeseen: What nobody can know before.
        values: What it would write to data stores, placeholders as people read them.
        totals: How much of everything.
        budgets: By how much budgets are moved, by account and currency.
    """

    plan: ScenarioPlan
    stored: StoredPlan
    state: PlanState
    scenario: Scenario | None = None
    groups: Sequence[Group] = ()
    troubles: Sequence[StopRow] = ()
    unforeseen: Sequence[StopRow] = ()
    values: Sequence[Record] = ()
    totals: Mapping[str, Any] = field(default_factory=dict)
    budgets: Sequence[tuple[Account, str, Decimal]] = ()

    @property
    def count(self) -> int:
        """How many things it would do: changes, effects and values."""
        return self.stored.changes

    @property
    def accounts(self) -> list[Account]:
        """The accounts it is about."""
        rows = [row for group in self.groups for row in group.rows]
        return list(dict.fromkeys(row.account for row in rows if row.account.id))

    def only(self, text: str) -> "Review":
        """The same with those changes only that hold a text."""
        words = text.lower().split()
        if not words:
            return self
        groups = [
            replace(
                one,
                rows=[row for row in one.rows if _holds(row, one, words)],
                effects=[row for row in one.effects if _holds(row, one, words)],
            )
            for one in self.groups
        ]
        return replace(self, groups=[one for one in groups if one.rows or one.effects])


async def review_of(session: Session, workshop: Workshop, plan_id: str) -> Review:
    """A plan, by its id or the beginning of it.

    Raises:
        UnknownNameError: There is no such plan.
    """
    stored = await workshop.plans.find(plan_id)
    plan = await workshop.plans.load(stored.id)
    names = await _accounts(session)
    rows = [Row(*line, _account(line, names)) for line in changes_of(plan)]
    return Review(
        plan,
        stored,
        await _state(workshop, stored, plan),
        await _version(workshop, plan.hash),
        _groups(rows),
        _stops(plan.troubles, plan.names),
        _stops(plan.unforeseen, plan.names),
        [show(vars(one), plan.names) for one in plan.values],
        totals_of(plan),
        _budgets(rows),
    )


# --- inside ---------------------------------------------------------------------------------------


async def _state(workshop: Workshop, stored: StoredPlan, plan: ScenarioPlan) -> PlanState:
    if stored.applied_at is not None:
        return PlanState.APPLIED
    try:
        scenario = await workshop.scenarios.load(plan.scenario)
    except UnknownNameError:
        return PlanState.GONE
    reasons = (
        (scenario.fault is not None, PlanState.GONE),
        (scenario.hash != plan.hash, PlanState.CHANGED),
        (workshop.clock.now() - plan.made_at > FRESH, PlanState.EXPIRED),
        (plan.is_empty, PlanState.EMPTY),
        (workshop.stopped(), PlanState.STOPPED),
    )
    return next((state for holds, state in reasons if holds), PlanState.READY)


async def _version(workshop: Workshop, version: str) -> Scenario | None:
    try:
        return await workshop.version(version)
    except UnknownNameError:
        return None


async def _accounts(session: Session) -> dict[str, str]:
    """The names of advertiser accounts, as connections know them."""
    found: dict[str, str] = {}
    for one in await session.wiring.store.all():
        for account in one.account.get("advertisers", []):
            found[str(account["advertiser_id"])] = str(account.get("name") or "")
    return found


def _account(line: Line, names: Mapping[str, str]) -> Account:
    """Whose object a change is about: the call that makes it says so."""
    use, change = line
    for call in use.calls:
        if any(_is_same(one, change) for one in call["changes"]):
            body = (call.get("body") or {}).get("json")
            fields = body if isinstance(body, Mapping) else {}
            told = fields.get("advertiser_id") or call["query"].get("advertiser_id") or ""
            return Account(str(told), names.get(str(told), ""))
    return Account("")


def _is_same(one: Record, change: Record) -> bool:
    return bool(one["kind"] == change["kind"] and one["field"] == change["field"])


def _groups(rows: Sequence[Row]) -> list[Group]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.use.step, row.use.module, row.use.connection), []).append(row)
    return [
        Group(
            step,
            find_module(module).title if module in MODULES else module,
            connection,
            [row for row in mine if row.change["kind"] in OBJECTS],
            [row for row in mine if row.change["kind"] not in OBJECTS],
        )
        for (step, module, connection), mine in found.items()
    ]


def _stops(stops: Sequence[Stop], names: Mapping[str, str]) -> list[StopRow]:
    found: dict[tuple[str, str], StopRow] = {}
    for one in stops:
        place = (one.step, show(one.reason, names))
        known = found.get(place, StopRow(*place, one.hint, 0))
        found[place] = replace(known, count=known.count + 1)
    return list(found.values())


def _budgets(rows: Sequence[Row]) -> list[tuple[Account, str, Decimal]]:
    total: dict[tuple[Account, str], Decimal] = {}
    for row in rows:
        if row.change["field"] == BUDGET:
            more = _amount(row.change["new"]) - _amount(row.change["old"])
            place = (row.account, str(row.change["unit"] or ""))
            total[place] = total.get(place, Decimal(0)) + more
    return [(account, unit, more) for (account, unit), more in total.items() if more]


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _holds(row: Row, group: Group, words: Sequence[str]) -> bool:
    change = row.change
    parts = (group.step, group.title, row.account.id, row.account.name, row.use.led_by)
    said = " ".join(map(str, (*parts, *change.values()))).lower()
    return all(word in said for word in words)

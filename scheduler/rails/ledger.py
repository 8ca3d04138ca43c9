"""The ledger: every change counts from before its intent until it certainly did not happen.

A reservation is one write transaction that finds out what became of earlier ones, counts, judges
and writes down. Two processes never pass one limit together, since one database writes at a time.
A process that dies leaves its reservation behind: the journal tells what became of its calls.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import LimitExceededError
from adloom.json_text import dump, parse_strict
from scenarios.limits import OnLimit
from scheduler.claims import Claims
from scheduler.rails.active import ActiveAds
from scheduler.rails.counting import Counting
from scheduler.rails.holds import Holds
from scheduler.rails.judging import judge
from scheduler.rails.refusals import Refusal, refused
from scheduler.rails.tables import HoldState, Reserved, settled
from scheduler.rails.tickets import Bound, Ticket

__all__ = ["Ledger", "forget_in"]

#: Rows are kept as long as the longest cooldown, and a day.
KEPT: Final = timedelta(days=91)
#: A run's count of active ads is of no use after it.
KEPT_COUNTS: Final = timedelta(days=2)
UNSETTLED: Final = (
    "SELECT DISTINCT r.operation_id, r.call_key, c.state AS call_state, c.attempted_at,"
    " c.answer_status, e.status AS execution_status FROM rail_change r"
    " LEFT JOIN call c ON c.operation_id = r.operation_id AND c.key = r.call_key"
    " LEFT JOIN execution e ON e.id = r.execution_id"
    " WHERE r.workspace = ? AND r.state = 'reserved'"
)
COLUMNS: Final = (
    "workspace", "operation_id", "call_key", "number", "scenario", "execution_id", "run", "account",
    "kind", "object_id", "field", "direction", "old", "new", "unit", "counts", "priority", "at",
    "state",
)  # fmt: skip
INSERT: Final = (
    f"INSERT INTO rail_change ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
)
#: Calls of an operation that happened, or may have.
SENT: Final = (
    "SELECT key FROM call WHERE operation_id = ? AND state IN ('done', 'intent', 'in doubt')"
)


@dataclass(frozen=True)
class Ledger:
    """Reserves changes.

    Args:
        database: The journal's, with `RAIL_MIGRATIONS`.
        clock: The time.
        workspace: Which workspace's rows these are.
    """

    database: Database
    clock: Clock
    workspace: str = "local"

    @property
    def holds(self) -> Holds:
        """What is parked."""
        return Holds(self.database, self.clock, self.workspace)

    async def reserve(self, ticket: Ticket) -> None:
        """Reserve what an operation asks for, all of it or nothing.

        Raises:
            LimitExceededError: A limit says no.
        """
        now = self.clock.now()
        refusal = await self.database.write(lambda work: self._reserve(work, ticket, now))
        if refusal is not None:
            raise refusal

    async def active(self, run: str, account: str) -> ActiveAds | None:
        """The ads that were being delivered when a run began to change things, if counted."""
        row = await self.database.read(
            lambda work: work.one(
                "SELECT ads FROM rail_active WHERE workspace = ? AND run = ? AND account = ?",
                self.workspace,
                run,
                account,
            )
        )
        return None if row is None else _active(row["ads"])

    async def keep_active(self, run: str, account: str, found: ActiveAds) -> ActiveAds:
        """Keep what was counted, for all bundles of a run; the first count holds."""
        text = dump([list(row) for row in found.rows]).decode()
        at = self.clock.now().isoformat()

        def work(work: Transaction) -> str:
            work.run(
                "INSERT INTO rail_active (workspace, run, account, ads, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (workspace, run, account) DO NOTHING",
                self.workspace,
                run,
                account,
                text,
                at,
            )
            row = work.one(
                "SELECT ads FROM rail_active WHERE workspace = ? AND run = ? AND account = ?",
                self.workspace,
                run,
                account,
            )
            assert row is not None  # noqa: S101 - just written
            return str(row["ads"])

        return _active(await self.database.write(work))

    # --- inside ---------------------------------------------------------------------------------

    def _reserve(
        self, work: Transaction, ticket: Ticket, now: datetime
    ) -> LimitExceededError | None:
        self._settle(work)
        sent = {row["key"] for row in work.run(SENT, ticket.operation_id)}
        calls = {key: asked for key, asked in ticket.calls.items() if key not in sent}
        mine = self._take_back(work, ticket.operation_id, sent)
        refusal = self._judge(work, replace(ticket, calls=calls), now)
        if refusal is None:
            self._insert(work, replace(ticket, calls=calls), now)
        else:  # what is known to have happened in part still counts
            work.many(INSERT, [row for row in mine if row[-1] == Reserved.DONE])
        return refusal

    def _judge(self, work: Transaction, ticket: Ticket, now: datetime) -> LimitExceededError | None:
        held = self.holds.find_in(work, ticket.operation_id)
        if held is not None and (over := self.holds.over_in(work, held, now)) is not None:
            return over
        released = held is not None and self.holds.lets_through(held, ticket.parked)
        for bound in ticket.bounds:
            facts = Counting(work, self.workspace, now).facts(
                bound.scenario, bound.limits, ticket.run, ticket.asked, ticket.active
            )
            if (require := bound.limits.require) is not None:
                facts = facts.with_figures(ticket.figures.get(require.step))
            refusal = judge(bound.limits, ticket.asked, facts, released=released)
            if refusal is not None:
                return self._refuse(work, ticket, bound, refusal, now)
        if held is not None and held.state is HoldState.HELD:
            self.holds.decide_in(work, held.operation_id, HoldState.PASSED, now)
        return None

    def _settle(self, work: Transaction) -> None:
        """Find out what became of everything that is reserved."""
        for row in work.run(UNSETTLED, self.workspace):
            state = settled(
                row["call_state"],
                row["execution_status"],
                attempted=row["attempted_at"] is not None,
                answered=row["answer_status"] is not None,
            )
            if state is not Reserved.RESERVED:
                work.run(
                    "UPDATE rail_change SET state = ? WHERE workspace = ? AND operation_id = ?"
                    " AND call_key = ?",
                    state.value,
                    self.workspace,
                    row["operation_id"],
                    row["call_key"],
                )

    def _take_back(
        self, work: Transaction, operation_id: str, sent: AbstractSet[str]
    ) -> list[tuple[Any, ...]]:
        """An operation that asks again does not stand in its own way; its rows as they were."""
        rows = work.run(
            "SELECT * FROM rail_change WHERE workspace = ? AND operation_id = ?",
            self.workspace,
            operation_id,
        )
        mine = [row for row in rows if row["call_key"] not in sent]
        for key in {row["call_key"] for row in mine}:
            work.run(
                "DELETE FROM rail_change WHERE workspace = ? AND operation_id = ? AND call_key = ?",
                self.workspace,
                operation_id,
                key,
            )
        return [tuple(row[name] for name in COLUMNS) for row in mine]

    def _refuse(
        self, work: Transaction, ticket: Ticket, bound: Bound, refusal: Refusal, now: datetime
    ) -> LimitExceededError:
        seconds = float(bound.limits.hold_seconds)
        if refusal.fate is OnLimit.HOLD:
            until = self.holds.park_in(work, ticket.parked, bound.scenario, refusal, now, seconds)
            seconds = (until - now).total_seconds()
        if refusal.disables:
            reason = f"limits.{refusal.rail}: {refusal.text}."
            Claims(self.workspace, now).disable(work, ticket.bounds[0].scenario, reason)
        return refused(bound.scenario, refusal, seconds)

    def _insert(self, work: Transaction, ticket: Ticket, now: datetime) -> None:
        rows: list[tuple[Any, ...]] = [
            (
                self.workspace,
                ticket.operation_id,
                key,
                number,
                bound.scenario,
                ticket.execution_id,
                ticket.run,
                one.account,
                one.kind,
                one.id,
                one.field,
                one.direction.value,
                None if one.old is None else str(one.old),
                None if one.new is None else str(one.new),
                one.unit,
                int(one.counts),
                bound.limits.priority,
                now.isoformat(),
                Reserved.RESERVED.value,
            )
            for bound in ticket.bounds
            for key, asked in ticket.calls.items()
            for number, one in enumerate(asked)
        ]
        work.many(INSERT, rows)


def forget_in(work: Transaction, workspace: str, now: datetime) -> None:
    """Forget what no limit looks at any more."""
    work.run(
        "DELETE FROM rail_change WHERE workspace = ? AND at < ? AND state <> 'reserved'",
        workspace,
        (now - KEPT).isoformat(),
    )
    work.run(
        "DELETE FROM rail_active WHERE workspace = ? AND at < ?",
        workspace,
        (now - KEPT_COUNTS).isoformat(),
    )
    work.run(
        "DELETE FROM hold WHERE workspace = ? AND held_at < ? AND state <> 'held'",
        workspace,
        (now - KEPT).isoformat(),
    )


def _active(text: str) -> ActiveAds:
    return ActiveAds(tuple(tuple(row) for row in parse_strict(text.encode())))

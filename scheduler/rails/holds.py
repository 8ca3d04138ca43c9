"""Holds: changes that are parked until a person lets them through, drops them, or they expire.

A hold lets through what was parked and nothing else: where the operation comes to other values in
the meantime, it is judged, and perhaps parked, anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adloom.clock import Clock
from adloom.database import Database, Transaction
from adloom.errors import LimitExceededError, UnknownNameError, UsageError
from adloom.json_text import dump, parse_strict
from adloom.wire import Record
from scheduler.rails.refusals import Refusal
from scheduler.rails.tables import HOLDS, Hold, HoldState, hold_from

__all__ = ["Holds", "Parked"]

GIVEN_UP: Final = {
    HoldState.DISMISSED: "was dropped by a person",
    HoldState.EXPIRED: "waited too long for a person and has expired",
}


@dataclass(frozen=True)
class Parked:
    """What is parked.

    Args:
        operation_id: The operation.
        execution_id: What it is part of.
        path: The step, for this bundle.
        step: The step's id.
        changes: What it would change, as data of `Change`.
    """

    operation_id: str
    execution_id: str
    path: str
    step: str
    changes: Sequence[Record]

    @property
    def text(self) -> str:
        """Its changes as they are kept."""
        return dump(list(self.changes)).decode()


@dataclass(frozen=True)
class Holds:
    """Keeps what is parked.

    Args:
        database: The journal's.
        clock: The time.
        workspace: Which workspace's rows these are.
    """

    database: Database
    clock: Clock
    workspace: str = "local"

    async def open(self) -> list[Hold]:
        """What waits for a person, the oldest first."""
        now = self.clock.now().isoformat()
        rows = await self.database.read(
            lambda work: work.run(
                f"{HOLDS} AND state = 'held' AND expires_at > ? ORDER BY held_at, operation_id",
                self.workspace,
                now,
            )
        )
        return [hold_from(row) for row in rows]

    async def release(self, name: str) -> list[Hold]:
        """Let what is parked through, exactly as it is parked, once its execution is resumed.

        Args:
            name: An operation, or an execution, which is everything parked in it; or the
                beginning of either.

        Raises:
            UnknownNameError: Nothing parked is called so, or several executions begin so.
            UsageError: It has expired.
        """
        return await self._decide(name, HoldState.RELEASED)

    async def dismiss(self, name: str) -> list[Hold]:
        """Drop what is parked: its bundle goes no further once its execution is resumed.

        Raises:
            UnknownNameError: Nothing parked is called so, or several executions begin so.
        """
        return await self._decide(name, HoldState.DISMISSED)

    # --- inside another transaction -------------------------------------------------------------

    def find_in(self, work: Transaction, operation_id: str) -> Hold | None:
        """What is parked of an operation, or was."""
        row = work.one(f"{HOLDS} AND operation_id = ?", self.workspace, operation_id)
        return None if row is None else hold_from(row)

    def over_in(self, work: Transaction, hold: Hold, now: datetime) -> LimitExceededError | None:
        """Why a change goes no further that was parked: dropped, or expired by now."""
        state = hold.state
        if state is HoldState.HELD and now >= hold.expires_at:
            state = HoldState.EXPIRED
            self.decide_in(work, hold.operation_id, state, now)
        if state not in GIVEN_UP:
            return None
        text = f"It was parked by limits.{hold.rail} of {hold.scenario} and {GIVEN_UP[state]}."
        return LimitExceededError(f"{text} It was not changed.", alone=True, is_dropped=True)

    def lets_through(self, hold: Hold, parked: Parked) -> bool:
        """Whether a person has let exactly this through."""
        same = _wanted(parse_strict(parked.text.encode())) == _wanted(hold.changes)
        return hold.state is HoldState.RELEASED and same

    def park_in(
        self,
        work: Transaction,
        parked: Parked,
        scenario: str,
        refusal: Refusal,
        now: datetime,
        seconds: float,
    ) -> datetime:
        """Park a change; one that is parked already keeps its time. When it expires."""
        known = self.find_in(work, parked.operation_id)
        again = known is not None and known.state is HoldState.HELD
        since = known.held_at if known and again else now
        until = known.expires_at if known and again else now + timedelta(seconds=seconds)
        work.run(
            "INSERT INTO hold (workspace, operation_id, execution_id, path, scenario, step, rail,"
            " reason, changes, state, held_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " 'held', ?, ?) ON CONFLICT (workspace, operation_id) DO UPDATE SET"
            " scenario = excluded.scenario, rail = excluded.rail, reason = excluded.reason,"
            " changes = excluded.changes, state = excluded.state, held_at = excluded.held_at,"
            " expires_at = excluded.expires_at, decided_at = NULL",
            self.workspace,
            parked.operation_id,
            parked.execution_id,
            parked.path,
            scenario,
            parked.step,
            refusal.rail,
            refusal.text,
            parked.text,
            since.isoformat(),
            until.isoformat(),
        )
        return until

    def decide_in(
        self, work: Transaction, operation_id: str, state: HoldState, now: datetime
    ) -> None:
        """Write down how it ended."""
        work.run(
            "UPDATE hold SET state = ?, decided_at = ? WHERE workspace = ? AND operation_id = ?",
            state.value,
            now.isoformat(),
            self.workspace,
            operation_id,
        )

    # --- inside ---------------------------------------------------------------------------------

    async def _decide(self, name: str, state: HoldState) -> list[Hold]:
        now = self.clock.now()

        def work(work: Transaction) -> list[Hold] | UsageError:
            rows = work.run(
                f"{HOLDS} AND state = 'held' AND substr(operation_id, 1, ?) = ?"
                " ORDER BY operation_id",
                self.workspace,
                len(name),
                name,
            )
            found = [hold_from(row) for row in rows]
            if not found or len({one.execution_id for one in found}) > 1:
                known = [one.execution_id for one in found]
                hint = "See what is parked: adloom executions holds"
                return UnknownNameError("parked change", name, known, hint=hint)
            late = [one for one in found if now >= one.expires_at]
            if state is HoldState.RELEASED and late:
                return UsageError(f"It has expired at {late[0].expires_at:%Y-%m-%d %H:%M:%S} UTC.")
            for one in found:
                self.decide_in(work, one.operation_id, state, now)
            return found

        found = await self.database.write(work)
        if isinstance(found, UsageError):
            raise found
        return found


def _wanted(changes: Sequence[Record]) -> list[tuple[str, ...]]:
    """What becomes of which values, whatever they are now."""
    return sorted(
        tuple(str(one.get(name)) for name in ("kind", "id", "field", "new")) for one in changes
    )

"""Who sends a lane: one process at a time; what an earlier one still writes is void."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adloom.database import Row, Transaction
from scheduler.nodes import Node
from scheduler.outbox.entries import Lane
from scheduler.outbox.places import lane_of
from scheduler.outbox.store import Outbox

__all__ = ["LaneState", "Lease", "LeaseLostError", "Leases"]

LANES: Final = "SELECT * FROM event_lane WHERE workspace = ? AND waiting > 0 ORDER BY id"


class LeaseLostError(Exception):
    """Somebody else sends this lane now, or has changed what waits in it; nothing was written."""


@dataclass(frozen=True, slots=True)
class LaneState:
    """How a lane is to be sent.

    Args:
        number: Its number.
        lane: The lane.
        waiting: How many events wait.
        paused: Why nothing goes out.
        paused_with: The state of the connection that was paused with.
        holder: The node that sends it.
        generation: How often it was taken over.
        revision: How often dead events were let wait again.
    """

    number: int
    lane: Lane
    waiting: int
    paused: str | None
    paused_with: str | None
    holder: str | None
    generation: int
    revision: int

    @classmethod
    def of(cls, row: Row) -> "LaneState":
        """Read its row."""
        return cls(
            row["id"],
            lane_of(row),
            row["waiting"],
            row["paused"],
            row["paused_with"],
            row["holder"],
            row["generation"],
            row["revision"],
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send a lane.

    Args:
        number: The lane's number.
        lane: The lane.
        generation: What tells this right from those of others, before and after.
    """

    number: int
    lane: Lane
    generation: int

    def check(self, work: Transaction) -> None:
        """Make sure that it still holds, inside the transaction that relies on it.

        Raises:
            LeaseLostError: It does not.
        """
        asking = "SELECT 1 FROM event_lane WHERE id = ? AND generation = ?"
        if work.one(asking, self.number, self.generation) is None:
            raise LeaseLostError


class Leases:
    """Takes lanes and gives them back.

    Args:
        outbox: Whose lanes.
        node: This process.
    """

    def __init__(self, outbox: Outbox, node: Node) -> None:
        self._outbox = outbox
        self._node = node

    async def lanes(self) -> list[LaneState]:
        """The lanes in which something waits."""
        rows = await self._outbox.database.read(
            lambda work: work.run(LANES, self._outbox.workspace)
        )
        return [LaneState.of(row) for row in rows]

    async def take(self, state: LaneState) -> Lease | None:
        """Take a lane over, unless somebody who is alive sends it.

        What a process had under way when it died may have arrived: nobody has learnt of it. That
        is no failure of TikTok's, so that it is not what pauses between attempts go by.
        """
        held_by_other = state.holder not in (None, self._node.id)
        if held_by_other and self._node.is_alive(str(state.holder)):
            return None

        def work(work: Transaction) -> Lease | None:
            taken = work.run(
                "UPDATE event_lane SET holder = ?, generation = generation + 1"
                " WHERE id = ? AND generation = ? RETURNING generation",
                self._node.id,
                state.number,
                state.generation,
            )
            if not taken:
                return None
            work.run(
                "UPDATE event_parcel SET sending_at = NULL,"
                " first_unknown_at = COALESCE(first_unknown_at, sending_at)"
                " WHERE lane = ? AND state = 'waiting' AND sending_at IS NOT NULL",
                state.number,
            )
            return Lease(state.number, state.lane, taken[0]["generation"])

        return await self._outbox.database.write(work)

    async def release(self, lease: Lease) -> None:
        """Give a lane back."""
        await self._change(lease, "holder = NULL")

    async def pause(self, lease: Lease, reason: str, connection: str) -> None:
        """Let nothing go out until somebody has helped.

        Args:
            lease: The lane.
            reason: Why, for that person.
            connection: The state of the connection; once it has another, the lane goes on.
        """
        await self._change(lease, "paused = ?, paused_with = ?", reason, connection)

    async def resume(self, state: LaneState) -> None:
        """Let a lane go on."""
        await self._outbox.database.write(
            lambda work: work.run(
                "UPDATE event_lane SET paused = NULL, paused_with = NULL WHERE id = ?",
                state.number,
            )
        )

    async def _change(self, lease: Lease, setting: str, *values: object) -> None:
        change: Callable[[Transaction], object] = lambda work: work.run(  # noqa: E731 - typed
            f"UPDATE event_lane SET {setting} WHERE id = ? AND generation = ?",
            *values,
            lease.number,
            lease.generation,
        )
        await self._outbox.database.write(change)

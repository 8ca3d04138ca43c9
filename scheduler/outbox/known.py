"""Which events were accepted before: their keys, kept against doubles.

Keys come in no order, and to put each where it belongs in a large index at once would write a page
of the database for nearly every event. So the keys of what was accepted lately lie in runs, one
after the other as they came, and in memory; every so often they are put into the index together.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from struct import iter_unpack
from typing import Final

from adloom.database import Database, Row, Transaction
from adloom.errors import WorkspaceError
from scheduler.outbox.statements import insert, matching, next_number

__all__ = ["Known"]

KEY_BYTES: Final = 16
#: So many keys lie in runs, and in so many runs, before they are put into the index.
MOST_IN_RUNS: Final = 100_000
MOST_RUNS: Final = 2_000
#: So many runs, and bytes of them, are read each time, at most, before they are remembered.
RUNS_BEHIND: Final = 50
BYTES_BEHIND: Final = 16_000
INDEX: Final = "event_known (lane, key, accepted_at)"
#: Two who prune and accept at once may both have written a key.
AGAIN: Final = "ON CONFLICT (lane, key) DO NOTHING"


class Known:
    """The keys of a database's events, by lane.

    Args:
        database: The outbox's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        #: What runs up to this one hold. Only what is committed is remembered.
        self._upto = 0
        self._recent: defaultdict[int, set[bytes]] = defaultdict(set)
        self._runs = 0
        #: Whether there is much that is not remembered, so that it is worth a look of its own.
        self._behind = True
        self._tidies = False

    async def follow(self) -> None:
        """Remember what was accepted since the last time, here or in another process.

        A little of it need not be: it is found with every question.
        """
        if not self._behind:
            return
        self._behind = False
        upto = self._upto

        def work(work: Transaction) -> tuple[int, list[Row]]:
            first = work.run("SELECT COALESCE(MIN(id), 0) FROM event_run")[0][0]
            return first, _runs_after(work, upto)

        first, rows = await self._database.read(work)
        if first == 0 or first > self._upto:
            # What is remembered has been put into the index.
            self._recent.clear()
            self._runs = 0
        for row in rows:
            if row["id"] > self._upto:
                self._recent[row["lane"]].update(_keys_in(row["keys"]))
                self._upto = row["id"]
                self._runs += 1

    def among(self, work: Transaction, lane: int, keys: Sequence[bytes]) -> set[bytes]:
        """Those of some keys that were accepted before."""
        # Somebody may follow at the same time: what is not looked at here has to be there.
        upto = self._upto
        found = self._recent.get(lane, set()).intersection(keys)
        rows = _runs_after(work, upto)
        for row in rows:
            if row["lane"] == lane:
                found.update(set(_keys_in(row["keys"])).intersection(keys))
        if len(rows) > RUNS_BEHIND or sum(len(row["keys"]) for row in rows) > BYTES_BEHIND:
            self._behind = True
        rest = list(set(keys) - found) if found else keys
        asking = "SELECT key FROM event_known WHERE lane = ? AND key IN"
        found.update(bytes(row["key"]) for row in matching(work, asking, [lane], rest))
        return found

    def note(self, work: Transaction, lane: int, keys: Sequence[bytes], at: int) -> None:
        """Write down that events were accepted.

        Args:
            work: The transaction.
            lane: The lane's number.
            keys: The events' keys.
            at: When, in milliseconds.
        """
        run = next_number(work, "run")
        assert all(len(key) == KEY_BYTES for key in keys)  # noqa: S101 - they lie side by side
        rows = [(run, lane, at, b"".join(keys))]
        insert(work, "event_run (id, lane, accepted_at, keys)", rows)

    async def tidy(self) -> None:
        """Put what lies in runs into the index, if there is much of it; not while somebody does.

        If there is no room for it, it is done another time: what was accepted is safe.
        """
        keys = sum(len(one) for one in self._recent.values())
        if self._tidies or (keys < MOST_IN_RUNS and self._runs < MOST_RUNS):
            return
        self._tidies = True
        try:
            with suppress(WorkspaceError):
                await self._database.write(self.settle)
        finally:
            self._tidies, self._behind = False, True

    def settle(self, work: Transaction) -> None:
        """Put what lies in runs into the index."""
        runs = _runs_after(work, 0)
        rows = [(run["lane"], key, run["accepted_at"])
                for run in runs for key in _keys_in(run["keys"])]  # fmt: skip
        insert(work, INDEX, sorted(rows), otherwise=AGAIN)
        if runs:
            work.run("DELETE FROM event_run WHERE id <= ?", runs[-1]["id"])

    def forget(
        self, work: Transaction, workspace: str, before: int, kept: Sequence[tuple[int, bytes]]
    ) -> int:
        """Forget what was accepted before a moment; how much that was.

        Args:
            work: The transaction; nothing lies in runs.
            workspace: Whose.
            before: The moment, in milliseconds.
            kept: What is not forgotten, by lane and key.
        """
        old = (
            "FROM event_known WHERE accepted_at < ?"
            " AND lane IN (SELECT id FROM event_lane WHERE workspace = ?)"
        )
        row = work.one(f"SELECT COUNT(*) AS keys {old}", before, workspace)
        work.run(f"DELETE {old}", before, workspace)
        insert(work, INDEX, [(*one, before) for one in sorted(set(kept))], otherwise=AGAIN)
        return max(int(row["keys"]) - len(set(kept)), 0) if row else 0


def _runs_after(work: Transaction, run: int) -> list[Row]:
    return work.run("SELECT * FROM event_run WHERE id > ? ORDER BY id", run)


def _keys_in(run: bytes) -> list[bytes]:
    return [key for (key,) in iter_unpack(f"{KEY_BYTES}s", run)]

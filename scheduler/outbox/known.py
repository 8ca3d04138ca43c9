"""Which events were accepted before: their keys, kept against doubles.

Keys come in no order, and to put each where it belongs in a large index at once would write a page
of the database for nearly every event. So the keys of what was accepted lately lie in runs, one
after the other as they came, and in memory; every so often they are put into the index together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from adloom.database import Database, Row, Transaction
from scheduler.outbox.statements import insert, matching, next_number

__all__ = ["Known"]

KEY_BYTES: Final = 16
#: So many keys lie in runs, at most, before they are put into the index.
MOST_IN_RUNS: Final = 100_000
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

    async def follow(self) -> None:
        """Remember what was accepted since the last time, here or in another process."""
        upto = self._upto

        def work(work: Transaction) -> tuple[int, list[Row]]:
            first = work.run("SELECT COALESCE(MIN(id), 0) FROM event_run")[0][0]
            return first, _runs_after(work, upto)

        first, rows = await self._database.read(work)
        if first == 0 or first > self._upto:
            # What is remembered has been put into the index.
            self._recent.clear()
        for row in rows:
            if row["id"] > self._upto:
                self._recent[row["lane"]].update(_keys_in(row["keys"]))
                self._upto = row["id"]

    def among(self, work: Transaction, lane: int, keys: Sequence[bytes]) -> set[bytes]:
        """Those of some keys that were accepted before."""
        recent = self._recent.get(lane, set())
        found = {key for key in keys if key in recent}
        for row in _runs_after(work, self._upto):
            if row["lane"] == lane:
                found.update(set(_keys_in(row["keys"])).intersection(keys))
        rest = sorted(set(keys) - found)
        asking = "SELECT key FROM event_known WHERE lane = ? AND key IN"
        return found | {bytes(row["key"]) for row in matching(work, asking, [lane], rest)}

    def note(self, work: Transaction, lane: int, keys: Sequence[bytes], at: int) -> None:
        """Write down that events were accepted.

        Args:
            work: The transaction.
            lane: The lane's number.
            keys: The events' keys.
            at: When, in milliseconds.
        """
        run = next_number(work, "run")
        rows = [(run, lane, at, b"".join(keys))]
        insert(work, "event_run (id, lane, accepted_at, keys)", rows)

    @property
    def has_many(self) -> bool:
        """Whether it is time to put what lies in runs into the index."""
        return sum(len(one) for one in self._recent.values()) >= MOST_IN_RUNS

    def settle(self, work: Transaction) -> None:
        """Put what lies in runs into the index."""
        rows = _runs_after(work, 0)
        keys = {(row["lane"], key): row["accepted_at"]
                for row in rows for key in _keys_in(row["keys"])}  # fmt: skip
        insert(work, INDEX, [(*key, keys[key]) for key in sorted(keys)], otherwise=AGAIN)
        if rows:
            work.run("DELETE FROM event_run WHERE id <= ?", rows[-1]["id"])

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


def _keys_in(run: bytes) -> Iterator[bytes]:
    run = bytes(run)
    return (run[start : start + KEY_BYTES] for start in range(0, len(run), KEY_BYTES))

"""Whether the audit is as it was written; if not, where not.

What is found: rows that were changed, removed, inserted or moved, rows missing at the end as far as
the note of the head tells, and calls of the journal that the audit does not know. Whoever may write
to the whole database can also work out every hash anew; that only a head noted somewhere else tells
(`adloom executions audit --head`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from adloom.database import Database, Row, Transaction
from adloom.json_text import JsonError
from scheduler.audit import GENESIS, Head, hash_of, head_in, through_of, told
from scheduler.audit_rows import CHECKPOINT, COLUMNS

__all__ = ["Flaw", "Verdict", "verify", "verify_in"]

#: Rows read at a time.
PORTION: Final = 10_000
#: A row as it is read: its number, what it says, the hash before, its own.
NAMES: Final = ", ".join(("number", *COLUMNS, "previous", "hash"))
FIRST, LAST = 1, 1 + len(COLUMNS)
#: Flaws that are told one by one; what is behind so many is broken anyhow.
MOST: Final = 50
UNKNOWN_CALLS: Final = (
    "SELECT c.operation_id AS operation_id, c.seq AS seq FROM call c"
    " JOIN operation o ON o.id = c.operation_id JOIN execution e ON e.id = o.execution_id"
    " WHERE e.workspace = ? AND c.state = 'done' AND c.finished_at > ? AND NOT EXISTS"
    " (SELECT 1 FROM audit a WHERE a.workspace = e.workspace AND a.execution_id = e.id"
    " AND a.operation_id = c.operation_id AND a.seq = c.seq)"
    " ORDER BY c.finished_at LIMIT ?"
)


@dataclass(frozen=True)
class Flaw:
    """Something that is not as it was written.

    Args:
        number: The row it was noticed at.
        text: What it is.
    """

    number: int
    text: str


@dataclass
class Verdict:
    """What a look at the whole chain found.

    Args:
        head: As it is noted.
        rows: How many rows there are.
        first: The number of the first of them.
        flaws: What is not as it was written, in order.
        noted: Whether a head that was noted elsewhere is part of it; None if none was asked for.
    """

    head: Head
    rows: int = 0
    first: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    noted: bool | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is as it was written."""
        return not self.flaws and self.noted is not False


async def verify(
    database: Database, *, workspace: str = "local", noted: str | None = None
) -> Verdict:
    """Look at the whole chain.

    Args:
        database: The journal's.
        workspace: Which workspace's rows.
        noted: The head as it was noted elsewhere: `NUMBER:HASH`, or the hash.
    """
    return await database.read(lambda work: verify_in(work, workspace, noted))


def verify_in(work: Transaction, workspace: str, noted: str | None = None) -> Verdict:
    """Look at the whole chain, inside a transaction."""
    chain = _Chain(workspace, Verdict(head_in(work, workspace)))
    verdict, first_at = chain.verdict, ""
    for row in _rows(work, workspace):
        if not isinstance(row["number"], int):
            verdict.flaws.append(Flaw(chain.number, f"a row is numbered {row['number']!r}"))
            continue
        if not verdict.rows:
            first_at = row["at"]
            chain.begin(row, _checkpoint(work, workspace, row["number"] - 1))
        chain.take(row)
    chain.end()
    for row in work.run(UNKNOWN_CALLS, workspace, first_at, MOST) if first_at else []:
        text = (
            f"call {row['seq']} of {row['operation_id']} happened and stands nowhere in the audit"
        )
        verdict.flaws.append(Flaw(verdict.head.number, text))
    if noted is not None:
        chain.compare(noted)
    return verdict


@dataclass
class _Chain:
    """Follows the chain from row to row."""

    workspace: str
    verdict: Verdict
    #: Hashes by number, to tell where a row that was moved has been; and what was looked for.
    places: dict[str, int] = field(default_factory=dict)
    odd: list[Row] = field(default_factory=list)
    number: int = 0
    #: None where it is not to be trusted.
    hash: str | None = GENESIS
    pruned: Head = field(default_factory=Head)

    def begin(self, row: Row, checkpoint: Head | None) -> None:
        """The first row is the first that was ever written, or the first behind a checkpoint."""
        self.verdict.first = row["number"]
        if row["number"] == 1:
            return
        if checkpoint is None:
            text = f"{_span(1, row['number'] - 1)} missing, and no checkpoint tells of them"
            self._tell(row["number"], text)
        else:
            self.pruned = checkpoint
        self.number = row["number"] - 1
        self.hash = checkpoint.hash if checkpoint else None

    def take(self, row: Row) -> None:
        """Compare a row with its hash, and with what stands before it."""
        number = row["number"]
        self.verdict.rows += 1
        if number != self.number + 1:
            self._tell(number, f"{_span(self.number + 1, number - 1)} missing")
            self.hash = None
        if hash_of(self.workspace, number, tuple(row)[FIRST:LAST], row["previous"]) != row["hash"]:
            self.odd.append(row)
            self.hash = None
        else:
            if self.hash is not None and row["previous"] != self.hash:
                text = f"between row {number - 1} and row {number} something was put in, taken out"
                self._tell(number, f"{text} or written anew")
            self.hash = row["hash"]
        self.places[row["hash"]] = number
        self.number = number

    def end(self) -> None:
        """Compare the last row with the note of the head; say what the odd rows are."""
        head = self.verdict.head
        for row in self.odd[:MOST]:
            self._tell(row["number"], self._odd(row))
        self.verdict.flaws.sort(key=lambda one: one.number)
        if head.number > self.number:
            self._tell(head.number, f"{_span(self.number + 1, head.number)} missing at the end")
        elif head.number < self.number:
            which = _span(head.number + 1, self.number, "stands", "stand")
            self._tell(self.number, f"{which} behind the head that is noted")
        elif self.hash is not None and self.hash != head.hash:
            self._tell(head.number, f"row {head.number} is another one than the head that is noted")

    def compare(self, noted: str) -> None:
        """Look for a head that was noted elsewhere."""
        number, _, digest = noted.strip().rpartition(":")
        found = self.places.get(digest)
        known = {self.pruned.hash: self.pruned.number} if self.pruned.number else {}
        place = found or known.get(digest)
        self.verdict.noted = place is not None and number in ("", str(place))

    def _odd(self, row: Row) -> str:
        """A row whose hash is not its own: moved as it was, or changed."""
        number, values = row["number"], [row[name] for name in COLUMNS]
        near = (number - 1, number + 1, self.places.get(row["previous"], 0) + 1)
        for was in dict.fromkeys((*near, *(one["number"] for one in self.odd[:MOST]))):
            if hash_of(self.workspace, was, values, row["previous"]) == row["hash"]:
                return f"row {number} was row {was} and has been moved"
        return f"row {number} is not as it was written"

    def _tell(self, number: int, text: str) -> None:
        if len(self.verdict.flaws) < MOST:
            self.verdict.flaws.append(Flaw(number, text))


def _rows(work: Transaction, workspace: str) -> Iterator[Row]:
    after, values = "", [workspace]
    while True:
        rows = work.run(
            f"SELECT {NAMES} FROM audit WHERE workspace = ?{after} ORDER BY number LIMIT {PORTION}",
            *values,
        )
        yield from rows
        if len(rows) < PORTION:
            return
        after, values = " AND number > ?", [workspace, rows[-1]["number"]]


def _checkpoint(work: Transaction, workspace: str, through: int) -> Head | None:
    """What a checkpoint says of the rows up to one that is not there any more."""
    select = "SELECT * FROM audit WHERE workspace = ? AND what = ? ORDER BY number DESC"
    for row in work.run(select, workspace, CHECKPOINT):
        try:
            head = through_of(told(row).entry)
        except (JsonError, KeyError, TypeError):
            continue  # a row that was tampered with is told as such
        if head.number == through:
            return head
    return None


def _span(first: int, last: int, one: str = "is", several: str = "are") -> str:
    return f"row {first} {one}" if first == last else f"rows {first} to {last} {several}"

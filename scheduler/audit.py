"""The audit: every change that happened, as a chain of rows in which none can be touched unseen.

A row's hash covers the row and the hash before it; the last number and hash are noted apart from
the rows. A row is written in the transaction that writes its call's outcome, so none is missing and
none is there twice. Pruning history leaves it alone.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Final

from adloom.database import Database, Migration, Row, Transaction
from adloom.errors import UsageError
from adloom.json_text import parse_strict
from scheduler.audit_rows import CHECKPOINT, COLUMNS, Entry

__all__ = [
    "AUDIT_MIGRATION",
    "GENESIS",
    "Audit",
    "Head",
    "Told",
    "append",
    "hash_of",
    "head_in",
    "through_of",
    "told",
]

AUDIT_MIGRATION: Final = Migration(
    "0011 audit",
    (
        """CREATE TABLE audit (
             workspace TEXT NOT NULL, number INTEGER NOT NULL, what TEXT NOT NULL,
             at TEXT NOT NULL, actor TEXT NOT NULL, execution_id TEXT NOT NULL,
             operation_id TEXT NOT NULL, seq INTEGER NOT NULL, module TEXT NOT NULL,
             connection TEXT NOT NULL, account TEXT NOT NULL, path TEXT NOT NULL,
             kind TEXT NOT NULL, object_id TEXT NOT NULL, name TEXT NOT NULL,
             field TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL, unit TEXT NOT NULL,
             part INTEGER NOT NULL, digest TEXT NOT NULL, salt TEXT NOT NULL,
             previous TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (workspace, number))""",
        "CREATE INDEX audit_object ON audit (workspace, object_id, kind)",
        "CREATE INDEX audit_execution ON audit (execution_id)",
        """CREATE TABLE audit_head (
             workspace TEXT PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL)""",
    ),
)
#: What stands in the first row in place of a hash before it.
GENESIS: Final = "0" * 64
#: ASCII without spaces, so that the same row is the same text for ever.
ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=repr)
INSERT: Final = (
    f"INSERT INTO audit (workspace, number, {', '.join(COLUMNS)}, previous, hash)"
    f" VALUES ({', '.join('?' * (len(COLUMNS) + 4))})"
)


@dataclass(frozen=True)
class Head:
    """The last row of the chain, as it is noted apart from the rows."""

    number: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Told:
    """A row as it is told.

    Args:
        number: Its place in the chain.
        entry: What it says.
        hash: Its own.
    """

    number: int
    entry: Entry
    hash: str


def append(work: Transaction, workspace: str, entries: Sequence[Entry]) -> None:
    """Put rows behind the last one, inside the transaction of what they tell of.

    Who writes is alone until it is committed, so the head that is read here is the last there is.
    """
    if not entries:
        return
    head = head_in(work, workspace)
    number, last, rows = head.number, head.hash, []
    for entry in entries:
        number, values = number + 1, astuple(entry)
        previous, last = last, hash_of(workspace, number, values, last)
        rows.append((workspace, number, *values, previous, last))
    work.many(INSERT, rows)
    work.run(
        "INSERT INTO audit_head (workspace, number, hash) VALUES (?, ?, ?)"
        " ON CONFLICT (workspace) DO UPDATE SET number = excluded.number, hash = excluded.hash",
        workspace,
        number,
        last,
    )


def head_in(work: Transaction, workspace: str) -> Head:
    """The head of the chain as it is noted."""
    row = work.one("SELECT number, hash FROM audit_head WHERE workspace = ?", workspace)
    return Head(row["number"], row["hash"]) if row else Head()


def hash_of(workspace: str, number: int, values: Sequence[Any], previous: str) -> str:
    """SHA-256 over a JSON array: the workspace, the number, the columns, the hash before."""
    text = ENCODER.encode([workspace, number, *values, previous])
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Audit:
    """Reads the audit, and prunes it where somebody asks for that.

    Args:
        database: The journal's.
        workspace: Which workspace's rows.
    """

    database: Database
    workspace: str = "local"

    async def head(self) -> Head:
        """The head of the chain, to be noted somewhere else."""
        return await self.database.read(lambda work: head_in(work, self.workspace))

    async def changes(
        self,
        *,
        kind: str | None = None,
        object_id: str | None = None,
        execution_id: str | None = None,
        since: datetime | None = None,
        limit: int = 0,
    ) -> list[Told]:
        """List what was changed, the oldest first; of more than `limit` the newest.

        Args:
            kind: Only objects of this kind, such as `ad group`.
            object_id: Only this object.
            execution_id: Only what this execution did.
            since: Only since then.
            limit: At most so many; 0 means all.
        """
        conditions, params = ["workspace = ?"], [self.workspace]
        for column, value in (
            ("kind", kind),
            ("object_id", object_id),
            ("execution_id", execution_id),
        ):
            if value is not None:
                conditions.append(f"{column} = ?")
                params.append(value)
        if since is not None:
            conditions.append("at >= ?")
            params.append(since.isoformat())
        select = f"SELECT * FROM audit WHERE {' AND '.join(conditions)} ORDER BY number DESC"
        limited = f"{select} LIMIT {limit:d}" if limit else select
        rows = await self.database.read(lambda work: work.run(limited, *params))
        return [told(row) for row in reversed(rows)]

    async def order(self, execution_id: str) -> dict[tuple[str, int], int]:
        """The last row of each call of an execution, by operation and the call's place in it."""
        rows = await self.database.read(
            lambda work: work.run(
                "SELECT operation_id, seq, MAX(number) AS last FROM audit"
                " WHERE workspace = ? AND execution_id = ? GROUP BY operation_id, seq",
                self.workspace,
                execution_id,
            )
        )
        return {(row["operation_id"], row["seq"]): row["last"] for row in rows}

    async def prune(
        self, before: datetime, now: datetime, whole: Callable[[Transaction], bool]
    ) -> int:
        """Forget rows older than a moment; a checkpoint tells how many, and how the chain goes on.

        Args:
            before: What is older is forgotten, up to the first row that is not.
            now: The present.
            whole: Looks whether the chain is whole; a broken one is evidence and stays.

        Returns:
            How many rows were forgotten.

        Raises:
            UsageError: The chain is not whole.
        """

        def work(work: Transaction) -> int:
            if not whole(work):
                raise UsageError(
                    "The audit is not whole, so nothing of it is forgotten.",
                    hint="See where: adloom doctor",
                )
            rows = self._older(work, before)
            if rows:
                entry = _checkpoint(rows, now)
                append(work, self.workspace, [entry])
                last = "DELETE FROM audit WHERE workspace = ? AND number <= ?"
                work.run(last, self.workspace, rows[-1]["number"])
            return len(rows)

        return await self.database.write(work)

    def _older(self, work: Transaction, before: datetime) -> list[Row]:
        young = "SELECT MIN(number) AS first FROM audit WHERE workspace = ? AND at >= ?"
        row = work.one(young, self.workspace, before.isoformat())
        first = row["first"] if row else None
        select = "SELECT number, at, hash FROM audit WHERE workspace = ?"
        if first is None:
            return work.run(f"{select} ORDER BY number", self.workspace)
        return work.run(f"{select} AND number < ? ORDER BY number", self.workspace, first)


def told(row: Row) -> Told:
    """A row of the table."""
    return Told(row["number"], Entry(*(row[name] for name in COLUMNS)), row["hash"])


def _checkpoint(rows: Sequence[Row], now: datetime) -> Entry:
    """What is kept of rows that are forgotten."""
    gone = {"rows": len(rows), "since": rows[0]["at"], "until": rows[-1]["at"]}
    end = {"through": rows[-1]["number"], "hash": rows[-1]["hash"]}
    return Entry(
        CHECKPOINT,
        now.isoformat(),
        "command",
        kind="audit",
        field="pruned",
        old=json.dumps(gone),
        new=json.dumps(end),
    )


def through_of(entry: Entry) -> Head:
    """Up to which row a checkpoint says that all were forgotten."""
    end = parse_strict(entry.new.encode())
    return Head(end["through"], end["hash"])

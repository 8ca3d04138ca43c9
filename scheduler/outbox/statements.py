"""Statements with as many values as there are rows: one step of the database instead of many.

Between two steps a thread of ours waits for its turn again, so that a thousand steps beside a busy
thread take a thousand turns.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal

from adloom.database import Row, Transaction

__all__ = ["insert", "matching", "moment_of", "next_number", "time_of"]

#: Values in one statement; SQLite takes 32,766, PostgreSQL 65,535.
MOST: Final = 6_000
#: How many values a list in a statement has: few sizes, so that the prepared ones are used again.
SIZES: Final = (1, 16, 256, 4_096)
SECOND: Final = 1_000


def moment_of(time: datetime) -> int:
    """A moment as the tables hold it: milliseconds since 1970 (UTC)."""
    return int(time.timestamp() * SECOND)


def time_of(moment: int) -> datetime:
    """A moment of the tables."""
    return datetime.fromtimestamp(moment / SECOND, UTC)


def next_number(work: Transaction, name: Literal["event", "parcel", "run"], count: int = 1) -> int:
    """Take so many numbers that follow each other, larger than any before; the first of them."""
    taking = "UPDATE event_number SET next = next + ? WHERE name = ? RETURNING next"
    return int(work.run(taking, count, name)[0]["next"]) - count


def insert(
    work: Transaction, into: str, rows: Sequence[Sequence[Any]], *, otherwise: str = ""
) -> None:
    """Insert rows, as many in one statement as fit.

    Args:
        work: The transaction.
        into: The table and its columns: `data (key, value)`.
        rows: Their values.
        otherwise: What follows them: `ON CONFLICT DO NOTHING`.
    """
    if not rows:
        return
    width = len(rows[0])
    for part in _parts(rows, MOST // width):
        work.run(
            _inserting(into, width, len(part), otherwise), *[value for row in part for value in row]
        )


def matching(work: Transaction, sql: str, given: Sequence[Any], among: Sequence[Any]) -> list[Row]:
    """The rows of a statement that ends with `IN`, for any number of values behind it.

    Args:
        work: The transaction.
        sql: The statement up to `IN`.
        given: Its values.
        among: The values behind `IN`; they are asked for in turns if there are many.
    """
    found: list[Row] = []
    for part in _parts(among, SIZES[-1]):
        size = next(size for size in SIZES if size >= len(part))
        filled = [*part, *[part[-1]] * (size - len(part))]
        found += work.run(_listing(sql, size), *given, *filled)
    return found


def _parts(rows: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


@lru_cache(maxsize=256)
def _inserting(into: str, width: int, count: int, otherwise: str) -> str:
    row = f"({', '.join('?' * width)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)} {otherwise}"


@lru_cache(maxsize=256)
def _listing(sql: str, size: int) -> str:
    return f"{sql} ({', '.join('?' * size)})"

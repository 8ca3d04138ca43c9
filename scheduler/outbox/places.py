"""Lanes and origins: their rows, found or made, and how many events of each stand where."""

from collections.abc import Mapping

from adloom.database import Row, Transaction
from scheduler.outbox.entries import EventState, Lane, Origin

__all__ = [
    "count",
    "lane_number",
    "lane_of",
    "lane_row",
    "origin_number",
    "origin_of",
    "origin_row",
]

COUNTS = ("waiting", "sent", "dead")


def lane_number(work: Transaction, workspace: str, lane: Lane) -> int:
    """The number of a lane, which is made if need be."""
    row = lane_row(work, workspace, lane)
    if row is None:
        [row] = work.run(
            "INSERT INTO event_lane (id, workspace, connection, source, source_id,"
            " test_event_code, waiting, sent, dead, generation, revision)"
            " VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM event_lane), ?, ?, ?, ?, ?,"
            " 0, 0, 0, 0, 0) RETURNING id",
            workspace,
            *_named(lane),
        )
    return int(row["id"])


def lane_row(work: Transaction, workspace: str, lane: Lane) -> Row | None:
    """A lane's row, if there is one."""
    return work.one(
        "SELECT * FROM event_lane WHERE workspace = ? AND connection = ? AND source = ?"
        " AND source_id = ? AND test_event_code = ?",
        workspace,
        *_named(lane),
    )


def lane_of(row: Row) -> Lane:
    """The lane of a row."""
    code = row["test_event_code"] or None
    return Lane(row["connection"], row["source"], row["source_id"], code)


def _named(lane: Lane) -> tuple[str, str, str, str]:
    return lane.connection, lane.source, lane.source_id, lane.test_event_code or ""


def origin_number(
    work: Transaction, workspace: str, origin: Origin, progress: bytes | None = None
) -> int:
    """The number of an origin, which is made if need be; its note of progress is renewed."""
    [row] = work.run(
        "INSERT INTO event_origin (id, workspace, kind, name, mark, progress, waiting, sent, dead)"
        " VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM event_origin), ?, ?, ?, ?, ?, 0, 0, 0)"
        " ON CONFLICT (workspace, kind, name, mark)"
        " DO UPDATE SET progress = COALESCE(excluded.progress, event_origin.progress)"
        " RETURNING id",
        workspace,
        origin.kind,
        origin.name,
        origin.mark,
        progress,
    )
    return int(row["id"])


def origin_row(work: Transaction, workspace: str, origin: Origin) -> Row | None:
    """An origin's row, if there is one."""
    return work.one(
        "SELECT * FROM event_origin WHERE workspace = ? AND kind = ? AND name = ? AND mark = ?",
        workspace,
        origin.kind,
        origin.name,
        origin.mark,
    )


def origin_of(row: Row) -> Origin:
    """The origin of a row."""
    return Origin(row["kind"], row["name"], row["mark"])


def count(work: Transaction, table: str, number: int, changes: Mapping[EventState, int]) -> None:
    """Add to the counts of a lane or an origin.

    Args:
        work: The transaction.
        table: `event_lane` or `event_origin`.
        number: Which one.
        changes: By how many events each state has more; fewer are negative.
    """
    if any(changes.values()):
        added = [changes.get(EventState(name), 0) for name in COUNTS]
        setting = ", ".join(f"{name} = {name} + ?" for name in COUNTS)
        work.run(f"UPDATE {table} SET {setting} WHERE id = ?", *added, number)

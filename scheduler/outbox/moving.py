"""When what the outbox goes by has changed outside: a connection's name, the time of a backup."""

from collections.abc import Sequence
from datetime import datetime

from adloom.database import Row, Transaction
from scheduler.outbox.statements import moment_of

__all__ = ["presume_sent", "rename_connection", "taken_lanes"]


def rename_connection(work: Transaction, workspace: str, old: str, new: str) -> int:
    """Let a connection's lanes go by its new name, with all that is known of them.

    Whoever is sending their events has to look again. `taken_lanes` must have found nothing.

    Returns:
        How many lanes that were.
    """
    return len(
        work.run(
            "UPDATE event_lane SET connection = ?, paused = NULL, paused_with = NULL,"
            " holder = NULL, generation = generation + 1, revision = revision + 1"
            " WHERE workspace = ? AND connection = ? RETURNING id",
            new,
            workspace,
            old,
        )
    )


def taken_lanes(work: Transaction, workspace: str, old: str, new: str) -> Sequence[Row]:
    """Lanes of a connection that an earlier connection of the new name has had already."""
    return work.run(
        "SELECT a.id FROM event_lane a JOIN event_lane b ON a.workspace = b.workspace"
        " AND a.source = b.source AND a.source_id = b.source_id"
        " AND a.test_event_code = b.test_event_code"
        " WHERE a.workspace = ? AND a.connection = ? AND b.connection = ?",
        workspace,
        old,
        new,
    )


def presume_sent(work: Transaction, at: datetime) -> int:
    """Take everything that waits for sent at a moment, with nobody having learnt what came of it.

    That is how it stands in a copy of the outbox: what waited when it was made may have been sent
    a moment later. So it is sent again for as long as TikTok would know it again (48 hours,
    open_platform_and_events.md §II.6), and is a person's to decide about afterwards.

    Returns:
        How many events these are.
    """
    moment = moment_of(at)
    rows = work.run(
        "UPDATE event_parcel SET first_unknown_at = ? WHERE state = 'waiting'"
        " AND (first_unknown_at IS NULL OR first_unknown_at > ?) RETURNING events",
        moment,
        moment,
    )
    return sum(row["events"] for row in rows)

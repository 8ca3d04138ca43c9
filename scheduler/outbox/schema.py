"""The tables of the outbox; moments are whole milliseconds since 1970 (UTC).

Events that were accepted together are one parcel: sealed in one piece and written as one row, for a
row of its own for each event would cost several times as much as everything else that is done with
it. A parcel's small facts lie apart from its large content, so that they can change cheaply.
"""

from typing import Final

from adloom.database import Migration

__all__ = ["MIGRATIONS"]

MIGRATIONS: Final = (
    Migration(
        "0001 outbox",
        (
            "CREATE TABLE event_number (name TEXT PRIMARY KEY, next INTEGER NOT NULL)",
            "INSERT INTO event_number (name, next) VALUES ('event', 1), ('parcel', 1), ('run', 1)",
            """CREATE TABLE event_lane (
                 id INTEGER PRIMARY KEY, workspace TEXT NOT NULL, connection TEXT NOT NULL,
                 source TEXT NOT NULL, source_id TEXT NOT NULL, test_event_code TEXT NOT NULL,
                 waiting INTEGER NOT NULL, sent INTEGER NOT NULL, dead INTEGER NOT NULL,
                 holder TEXT, generation INTEGER NOT NULL, revision INTEGER NOT NULL,
                 paused TEXT, paused_with TEXT,
                 UNIQUE (workspace, connection, source, source_id, test_event_code))""",
            """CREATE TABLE event_origin (
                 id INTEGER PRIMARY KEY, workspace TEXT NOT NULL, kind TEXT NOT NULL,
                 name TEXT NOT NULL, mark TEXT NOT NULL, progress BLOB,
                 waiting INTEGER NOT NULL, sent INTEGER NOT NULL, dead INTEGER NOT NULL,
                 UNIQUE (workspace, kind, name, mark))""",
            """CREATE TABLE event_refusal (
                 origin INTEGER NOT NULL, place TEXT NOT NULL, bytes_before INTEGER NOT NULL,
                 sha256 TEXT NOT NULL, reason TEXT NOT NULL, workspace TEXT NOT NULL,
                 PRIMARY KEY (origin, place, bytes_before))""",
            """CREATE TABLE event_parcel (
                 id INTEGER PRIMARY KEY, workspace TEXT NOT NULL, lane INTEGER NOT NULL,
                 origin INTEGER NOT NULL, state TEXT NOT NULL, first_id INTEGER NOT NULL,
                 last_id INTEGER NOT NULL, events INTEGER NOT NULL, weight INTEGER NOT NULL,
                 gone BLOB, accepted_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
                 due_at INTEGER NOT NULL, sending_at INTEGER, first_unknown_at INTEGER,
                 reason TEXT, revived INTEGER NOT NULL)""",
            "CREATE INDEX event_parcel_in_lane ON event_parcel (lane, state, first_id)",
            "CREATE INDEX event_parcel_by_number ON event_parcel (first_id)",
            "CREATE TABLE event_content (parcel INTEGER PRIMARY KEY, sealed BLOB NOT NULL)",
            """CREATE TABLE event_known (
                 lane INTEGER NOT NULL, key BLOB NOT NULL, accepted_at INTEGER NOT NULL,
                 PRIMARY KEY (lane, key))""",
            """CREATE TABLE event_run (
                 id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, accepted_at INTEGER NOT NULL,
                 keys BLOB NOT NULL)""",
        ),
    ),
)

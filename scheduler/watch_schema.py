"""The tables of watches and of the inbox they fill."""

from typing import Final

from adloom.database import Migration

__all__ = ["WATCH_MIGRATIONS"]

WATCH_MIGRATIONS: Final = (
    Migration(
        "0003 watches",
        (
            """CREATE TABLE watch (
                 workspace TEXT NOT NULL, scenario TEXT NOT NULL, step TEXT NOT NULL,
                 source TEXT NOT NULL, filter TEXT NOT NULL, epoch INTEGER NOT NULL,
                 settled TEXT, candidate TEXT, polls INTEGER NOT NULL, begun_at TEXT NOT NULL,
                 polled_at TEXT, found_at TEXT, error TEXT,
                 PRIMARY KEY (workspace, scenario, step, source))""",
            """CREATE TABLE watch_memory (
                 workspace TEXT NOT NULL, scenario TEXT NOT NULL, step TEXT NOT NULL,
                 source TEXT NOT NULL, key TEXT NOT NULL, at TEXT, digests TEXT, record TEXT,
                 PRIMARY KEY (workspace, scenario, step, source, key))""",
            """CREATE TABLE inbox (
                 workspace TEXT NOT NULL, id TEXT NOT NULL, scenario TEXT NOT NULL,
                 step TEXT NOT NULL, source TEXT NOT NULL, epoch INTEGER NOT NULL,
                 key TEXT NOT NULL, at TEXT, bundle TEXT, bundle_sealed BLOB,
                 state TEXT NOT NULL, starts INTEGER NOT NULL, execution_id TEXT,
                 arrived_at TEXT NOT NULL, PRIMARY KEY (workspace, id),
                 UNIQUE (workspace, scenario, step, source, epoch, key))""",
            "CREATE INDEX inbox_waiting ON inbox (workspace, scenario, state, id)",
            "CREATE INDEX inbox_execution ON inbox (workspace, execution_id)",
        ),
    ),
)

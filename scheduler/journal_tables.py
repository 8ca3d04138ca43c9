"""The tables of the journal: executions, operations, calls."""

from typing import Final

from adloom.database import Migration

__all__ = ["JOURNAL_MIGRATIONS", "UNDO_MIGRATION"]

JOURNAL_MIGRATIONS: Final = (
    Migration(
        "0001 executions",
        (
            """CREATE TABLE execution (
                 workspace TEXT NOT NULL, id TEXT PRIMARY KEY, status TEXT NOT NULL,
                 node TEXT NOT NULL, generation INTEGER NOT NULL, started_at TEXT NOT NULL,
                 ended_at TEXT, error TEXT)""",
            "CREATE INDEX execution_status ON execution (workspace, status, started_at)",
            """CREATE TABLE operation (
                 id TEXT PRIMARY KEY, execution_id TEXT NOT NULL REFERENCES execution (id),
                 module TEXT NOT NULL, connection TEXT NOT NULL,
                 params TEXT NOT NULL, params_sealed BLOB, before TEXT NOT NULL)""",
            "CREATE INDEX operation_execution ON operation (execution_id)",
            """CREATE TABLE call (
                 operation_id TEXT NOT NULL REFERENCES operation (id), seq INTEGER NOT NULL,
                 key TEXT NOT NULL, request TEXT NOT NULL, request_sealed BLOB,
                 state TEXT NOT NULL, attempts INTEGER NOT NULL, attempted_at TEXT,
                 finished_at TEXT, answer_status INTEGER, answer_headers TEXT, answer TEXT,
                 error TEXT, PRIMARY KEY (operation_id, seq), UNIQUE (operation_id, key))""",
        ),
    ),
    Migration("0002 sealed answers", ("ALTER TABLE call ADD COLUMN answer_sealed BLOB",)),
)
#: Which execution another one undoes.
UNDO_MIGRATION: Final = Migration(
    "0012 undo",
    (
        "ALTER TABLE execution ADD COLUMN undoes TEXT",
        "CREATE INDEX execution_undoes ON execution (undoes)",
        "ALTER TABLE data_change ADD COLUMN exists_now INTEGER",
        "ALTER TABLE data_change ADD COLUMN value_now TEXT",
    ),
)

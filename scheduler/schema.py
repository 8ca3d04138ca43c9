"""The schema of the journal's database: every room's tables, in the order they came to be."""

from typing import Final

from scheduler.audit import AUDIT_MIGRATION
from scheduler.data_store import DATA_CHANGE_MIGRATIONS, DATA_MIGRATIONS
from scheduler.drafts import DRAFT_MIGRATIONS
from scheduler.history import BEFORE_MIGRATION, HISTORY_MIGRATIONS
from scheduler.incompletes import INCOMPLETE_MIGRATIONS
from scheduler.journal_tables import JOURNAL_MIGRATIONS, UNDO_MIGRATION
from scheduler.plan_store import PLAN_MIGRATIONS
from scheduler.rails.tables import RAIL_MIGRATIONS
from scheduler.scenario_rows import SCENARIO_MIGRATIONS
from scheduler.watch_store import WATCH_MIGRATIONS

__all__ = ["MIGRATIONS"]

MIGRATIONS: Final = (
    *JOURNAL_MIGRATIONS,
    *WATCH_MIGRATIONS,
    *SCENARIO_MIGRATIONS,
    *DATA_MIGRATIONS,
    *HISTORY_MIGRATIONS,
    *INCOMPLETE_MIGRATIONS,
    *DATA_CHANGE_MIGRATIONS,
    BEFORE_MIGRATION,
    *PLAN_MIGRATIONS,
    AUDIT_MIGRATION,
    UNDO_MIGRATION,
    *RAIL_MIGRATIONS,
    *DRAFT_MIGRATIONS,
)

"""One execution: its steps, changes, calls and log, and the way of everything in it."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adloom.console.desk import Desk, desk_of
from adloom.console.render import page, part
from adloom.console.screens.executions.asking import LABELS, STARTS
from adloom.errors import AdloomError, UnknownNameError
from adloom.json_text import dump
from adloom.secret import redact
from adloom.services.execution_data import as_data, keys_of, steps_of
from adloom.services.executions import Facts, facts_of, version_of
from adloom.services.executions_calls import calls_of, changes_of, log_of
from adloom.services.executions_steps import runs_of, step_lines, table_of
from adloom.services.inbox_doubts import can_settle
from adloom.services.lineage import label_of, lineage_of
from scheduler.audit import Audit
from scheduler.audit_rows import told_values
from scheduler.history import StepState
from scheduler.incompletes import Incompletes
from scheduler.records import Status
from scheduler.recording import record

__all__ = ["audit", "body", "data", "one", "runs", "script", "version", "way"]

#: What a page shows of something long; all of it is in the data.
MOST_CHANGES: Final = 200
MOST_LOG: Final = 300
MOST_ROWS: Final = 50
MOST_AUDITED: Final = 200

"""The addresses of executions."""

from typing import Final

from starlette.routing import Route

from adloom.console.screens.executions import actions, one
from adloom.console.screens.executions.doing import asked_again
from adloom.console.screens.executions.listing import as_csv, as_json, listing, listing_part

__all__ = ["ROUTES"]

POST: Final = ["POST"]
ROUTES: Final = [
    Route("/executions", listing),
    Route("/executions.csv", as_csv),
    Route("/executions.json", as_json),
    Route("/executions/part", listing_part),
    Route("/executions/audit", one.audit),
    Route("/executions/audit/verify", actions.verify_audit, methods=POST),
    Route("/executions/jobs/{job}", asked_again),
    Route("/executions/causes/{cause}/resume", actions.resume_all, methods=POST),
    Route("/executions/causes/{cause}/drop", actions.drop_all, methods=POST),
    Route("/executions/holds/{name}/release", actions.release_hold, methods=POST),
    Route("/executions/holds/{name}/dismiss", actions.dismiss_hold, methods=POST),
    Route("/executions/{id}.json", one.data),
    Route("/executions/{id}", one.one),
    Route("/executions/{id}/body", one.body),
    Route("/executions/{id}/way", one.way),
    Route("/executions/{id}/scenario", one.version),
    Route("/executions/{id}/test", one.script),
    Route("/executions/{id}/resume", actions.resume_one, methods=POST),
    Route("/executions/{id}/drop", actions.drop_one, methods=POST),
    Route("/executions/{id}/look", actions.look_again, methods=POST),
    Route("/executions/{id}/replay", actions.replay_one, methods=POST),
    Route("/executions/{id}/undo", actions.preview_undo, methods=POST),
    Route("/executions/{id}/undo/{looked}", actions.undo, methods=POST),
]

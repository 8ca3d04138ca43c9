"""Reports: figures over days, what moved, what adloom changed meanwhile; saved and scheduled."""

from typing import Final

from starlette.routing import Route

from adloom.console.screens.reports.downloading import download
from adloom.console.screens.reports.fetching import cancel, fetch_figures, follow
from adloom.console.screens.reports.page import reports
from adloom.console.screens.reports.saved import (
    ask_name,
    ask_removal,
    ask_rename,
    remove,
    rename,
    save,
    saved_reports,
)
from adloom.console.screens.reports.schedule import ask_schedule, schedule

__all__ = ["ROUTES"]

ROUTES: Final = [
    Route("/reports", reports),
    Route("/reports/figures", fetch_figures, methods=["POST"]),
    Route("/reports/jobs/{job}", follow),
    Route("/reports/jobs/{job}/cancel", cancel, methods=["POST"]),
    Route("/reports/download", download),
    Route("/reports/schedule", ask_schedule),
    Route("/reports/schedule", schedule, methods=["POST"]),
    Route("/reports/save", ask_name),
    Route("/reports/save", save, methods=["POST"]),
    Route("/reports/saved", saved_reports),
    Route("/reports/saved/{name}/rename", ask_rename),
    Route("/reports/saved/{name}/rename", rename, methods=["POST"]),
    Route("/reports/saved/{name}/remove", ask_removal),
    Route("/reports/saved/{name}/remove", remove, methods=["POST"]),
]

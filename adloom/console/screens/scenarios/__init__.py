"""Scenarios: the list, the page of each, and everything that can be done with one."""

from typing import Final

from starlette.routing import Route

from adloom.console.screens import schedule
from adloom.console.screens.scenarios import filing, listing, overview, running, switching

__all__ = ["ROUTES"]

POST: Final = ["POST"]
ROUTES: Final = [
    Route("/scenarios", listing.listing),
    Route("/scenarios/stop", switching.stop, methods=POST),
    Route("/scenarios/go-on", switching.resume, methods=POST),
    Route("/scenarios/restore", filing.take_back, methods=POST),
    Route("/scenarios/{name}", overview.overview),
    Route("/scenarios/{name}/enable", switching.switch_on, methods=POST),
    Route("/scenarios/{name}/disable", switching.switch_off, methods=POST),
    Route("/scenarios/{name}/run", running.run, methods=POST),
    Route("/scenarios/{name}/plan", running.ask_for_plan),
    Route("/scenarios/{name}/plan", running.plan, methods=POST),
    Route("/scenarios/{name}/work/{job}", running.work),
    Route("/scenarios/{name}/work/{job}/cancel", running.cancel, methods=POST),
    Route("/scenarios/{name}/more", listing.more),
    Route("/scenarios/{name}/duplicate", filing.ask_to_duplicate),
    Route("/scenarios/{name}/duplicate", filing.copy, methods=POST),
    Route("/scenarios/{name}/rename", filing.ask_to_rename),
    Route("/scenarios/{name}/rename", filing.give_name, methods=POST),
    Route("/scenarios/{name}/delete", filing.ask_to_delete),
    Route("/scenarios/{name}/delete", filing.remove, methods=POST),
    Route("/scenarios/{name}/file", filing.export),
    Route("/scenarios/{name}/versions/{hash}", overview.version),
    Route("/scenarios/{name}/versions/{hash}", overview.restore, methods=POST),
    *schedule.ROUTES,
]

"""The doctor: whether everything is well, and what to do where it is not."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import page, part
from adloom.errors import UsageError
from adloom.secret import scrub
from adloom.services.checkups import check_up, diagnostics
from adloom.services.session import Session
from scheduler.findings import Finding, Level

__all__ = ["ROUTES"]

TITLE: Final = "Check-up"
_COMMAND: Final = re.compile(r"(?:^|[:?] )(adloom [^:;,?]+)$")
#: Where something can be done about a subject.
PLACES: Final = {
    "connections": ("Connections", "/connections"),
    "platforms": ("Connections", "/connections"),
    "notices": ("Notices", "/settings#section-notices"),
    "stop": ("Kill switch", "/settings#stop"),
    "executions": ("Executions", "/executions"),
    "scenarios": ("Scenarios", "/scenarios"),
    "watches": ("Scenarios", "/scenarios"),
    "events": ("Events", "/events"),
    "intake": ("Events", "/events"),
}
#: What people call what was looked at.
SUBJECTS: Final = {
    "sqlite": "SQLite",
    "stop": "Kill switch",
    "doctor": "Check-up",
    "disk": "Room on the disk",
    "files": "Who may read",
    "audit": "Record of changes",
}


@dataclass(frozen=True)
class CheckUp:
    """What a check-up found.

    Args:
        found: The findings.
        at: When.
        online: Whether the platforms were asked too.
    """

    found: Sequence[Finding]
    at: datetime
    online: bool

    def of(self, level: str) -> list[Finding]:
        """The findings of a level."""
        return [one for one in self.found if one.level == level]


async def doctor(request: Request) -> Response:
    """The last check-up, and the buttons for another one."""
    return await page(
        request, "doctor/page.html", title="Doctor", active="doctor", **_given(_last(request))
    )


def _last(request: Request) -> Job | None:
    jobs = [one for one in desk_of(request).jobs.all() if one.title == TITLE]
    return jobs[-1] if jobs else None


def _given(job: Job | None) -> dict[str, Any]:
    return {
        "job": job,
        "checked": job.result if job else None,
        "problem": problem_of(job.error) if job and job.error else None,
        "levels": (
            (Level.FAIL, "Broken", "bad", "alert"),
            (Level.WARN, "Worth a look", "warn", "info"),
            (Level.OK, "Well", "ok", "check"),
        ),
        "places": PLACES,
        "subject": lambda text: SUBJECTS.get(text, text.capitalize()),
        "command": command_in,
        "scrub": scrub,
    }


def command_in(advice: str) -> str:
    """The command an advice tells, to be copied; empty if it needs words filled in, or is none."""
    found = _COMMAND.search(advice)
    return "" if found is None or re.search(r"\b(?:ID|NAME)\b", found[1]) else found[1]


async def begin(request: Request) -> Response:
    """Begin a check-up, unless one is going on."""
    desk = desk_of(request)
    online = (await request.form()).get("online") == "yes"
    last = _last(request)
    if last is None or not last.running:
        last = _started(desk, online=online)
    return part(request, "doctor/_checked.html", **_given(last))


def _started(desk: Desk, *, online: bool) -> Job:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Session]:
        yield desk.session

    async def work(job: Job) -> CheckUp:
        found = await check_up(desk.session.workspace, opened, online=online, say=job.say)
        return CheckUp(found, desk.session.wiring.clock.now(), online)

    return desk.jobs.start(TITLE, work)


async def look(request: Request) -> Response:
    """How a check-up stands."""
    job = desk_of(request).jobs.find(request.path_params["job"])
    return part(request, "doctor/_checked.html", **_given(job))


async def download(request: Request) -> Response:
    """What was found, for a bug report."""
    desk = desk_of(request)
    checked = desk.jobs.find(request.path_params["job"]).result
    if not isinstance(checked, CheckUp):
        raise UsageError("This check-up has not ended well.", hint="Begin another one.")
    text = diagnostics(desk.session.workspace, checked.found, checked.at)
    given = {"Content-Disposition": f'attachment; filename="adloom-{checked.at:%Y%m%d-%H%M}.txt"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=given)


ROUTES: Final = [
    Route("/doctor", doctor),
    Route("/doctor", begin, methods=["POST"]),
    Route("/doctor/{job}", look),
    Route("/doctor/{job}/report", download),
]

"""What the settings page does at once: kill switch, backups, test notices, sessions, colours."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import part, tell
from adloom.errors import UnknownNameError, UsageError
from adloom.services.backups import Backup, key_facts, make_backup
from adloom.services.connecting import try_connection
from adloom.services.enabling import go_on
from adloom.services.workspace_settings import read_settings
from adloom.services.workspace_settings_stop import LONGEST_REASON, pull

__all__ = ["SAFETY_ROUTES"]

YEAR: Final = 365 * 86_400
SCHEMES: Final = ("system", "light", "dark")
BACKUP: Final = "Make a backup"
NOTICE: Final = "Send a test notice"


def refreshed(request: Request, told: str) -> Response:
    """Have the browser load the page anew, and tell what was done."""
    tell(request, told)
    return Response(status_code=204, headers={"HX-Refresh": "true"})


async def stop(request: Request) -> Response:
    """Pull the kill switch."""
    desk = desk_of(request)
    reason = str((await request.form()).get("reason", ""))[:LONGEST_REASON]
    pull(desk.session.workspace, reason, desk.session.wiring.clock.now())
    desk.forget()
    return refreshed(request, "Everything is stopped. Nothing is changed until you go on.")


async def resume(request: Request) -> Response:
    """Let things be changed again."""
    desk = desk_of(request)
    go_on(desk.session.workspace)
    desk.forget()
    return refreshed(request, "Things may be changed again.")


async def colours(request: Request) -> Response:
    """Remember a colour scheme for this browser."""
    chosen = str((await request.form()).get("scheme", ""))
    if chosen not in SCHEMES:
        raise UnknownNameError("colour scheme", chosen, SCHEMES)
    answer = refreshed(request, "The colours are changed.")
    answer.set_cookie(
        "adloom_scheme", chosen, max_age=YEAR, path="/", httponly=True, samesite="lax"
    )
    return answer


async def sign_out_all(request: Request) -> Response:
    """End the sessions of all browsers, this one too."""
    request.app.state.access.sign_out_all()
    return Response(status_code=204, headers={"HX-Redirect": "/signin"})


async def backup(request: Request) -> Response:
    """Begin a backup, unless one is being made."""
    desk = desk_of(request)

    async def work(job: Job) -> Backup:
        workspace = desk.session.workspace
        job.say("Copying and reading back …")
        facts = await key_facts(workspace)
        return await asyncio.to_thread(
            make_backup, workspace, facts, desk.session.wiring.clock.now()
        )

    known = [one for one in desk.jobs.all() if one.title == BACKUP]
    running = next((one for one in known if one.running), None)
    if running is None:
        for one in known:
            one.result = None  # the earlier file goes
    return _shown(request, running or desk.jobs.start(BACKUP, work))


async def backup_file(request: Request) -> Response:
    """A backup that was made."""
    job = desk_of(request).jobs.find(request.path_params["job"])
    if not isinstance(job.result, Backup) or not job.result.path.exists():
        raise UsageError("This backup is not there any more.", hint="Make another one.")
    return FileResponse(
        job.result.path, media_type="application/zip", filename=job.result.path.name
    )


async def notice(request: Request) -> Response:
    """Send a test notice through the connection that the settings file names."""
    desk = desk_of(request)
    name = read_settings(desk.session.workspace).section("notices").values.get("connection")
    if not isinstance(name, str) or not name:
        raise UsageError(
            "The settings name no connection for notices.", hint="Choose one and save it first."
        )

    async def work(_: Job) -> str:
        await try_connection(desk.session, name)
        return name

    return _shown(request, desk.jobs.start(NOTICE, work))


async def look(request: Request) -> Response:
    """How a backup or a test notice stands."""
    return _shown(request, desk_of(request).jobs.find(request.path_params["job"]))


def _shown(request: Request, job: Job) -> Response:
    problem = problem_of(job.error) if job.error is not None else None
    made = job.result if isinstance(job.result, Backup) else None
    sent = job.result if isinstance(job.result, str) else None
    return part(request, "settings/_job.html", job=job, problem=problem, made=made, sent=sent)


SAFETY_ROUTES: Final = [
    Route("/settings/stop", stop, methods=["POST"]),
    Route("/settings/go-on", resume, methods=["POST"]),
    Route("/settings/colours", colours, methods=["POST"]),
    Route("/settings/sign-out-all", sign_out_all, methods=["POST"]),
    Route("/settings/backup", backup, methods=["POST"]),
    Route("/settings/backup/{job}", backup_file),
    Route("/settings/notices/test", notice, methods=["POST"]),
    Route("/settings/jobs/{job}", look),
]

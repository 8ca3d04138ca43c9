"""The start page, and the demo account that can be started from it."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import GoneJobError, Job
from adloom.console.problems import problem_of
from adloom.console.render import page, part, redirect
from adloom.errors import UsageError
from adloom.services.demo_account import ADS, demo_connections
from adloom.services.onboarding import first_steps, is_hidden, set_hidden
from adloom.services.onboarding_attention import overview

__all__ = ["ROUTES", "practising"]

TITLE: Final = "Starting the demo account"
HOME: Final = "/demo"
#: What goes wrong on demand: word, label, and what it looks like.
FAULTS: Final = (
    ("expired", "Expired token", "Every call is refused until somebody reconnects."),
    ("busy", "Too many requests", "Every call is asked to slow down, again and again."),
    ("slow", "Slow answers", "Every answer takes eight seconds."),
    ("rejected", "Rejected requests", "Every request is refused as wrong."),
)


async def start(request: Request) -> Response:
    """What somebody may want to do, and what waits for them."""
    desk = desk_of(request)
    return await page(
        request,
        "start/page.html",
        title="Start",
        active="start",
        known=await desk.session.wiring.store.all(),
        seen=await overview(desk.session, desk.workshop),
        steps=[] if is_hidden(desk.session.workspace) else await first_steps(desk.session),
        has_demo=desk.demo is not None,
        job=_running(desk) or (_ended(desk) if "demo" in request.query_params else None),
        problem=None,
        runs=desk.running,
    )


async def hide(request: Request) -> Response:
    """Hide the first steps, or show them again."""
    form = await request.form()
    set_hidden(desk_of(request).session.workspace, hidden=form.get("hidden") == "yes")
    return redirect(request, "/")


# --- the demo account -----------------------------------------------------------------------------


async def demo(request: Request) -> Response:
    """The demo account: whether it runs, what goes wrong in it, what its team was told."""
    desk = desk_of(request)
    ours = await demo_connections(desk.session)
    return await page(
        request,
        "start/demo.html",
        title="Demo account",
        active="connections",
        ours=sorted(one.name for one in ours.values()),
        can_start=desk.demo is not None,
        job=_running(desk),
        problem=None,
        **await practising(desk),
    )


async def start_demo(request: Request) -> Response:
    """Start it; the page asks how that stands."""
    desk = desk_of(request)
    account = desk.demo
    if account is None:
        raise UsageError(
            "The demo account cannot be started from here.", hint="Start it: adloom serve --demo"
        )

    async def work(job: Job) -> str:
        name = await account.start(job.say)
        if desk.changed is not None:
            await desk.changed()
        desk.forget()
        return name

    return _progress(request, _running(desk) or desk.jobs.start(TITLE, work))


async def look(request: Request) -> Response:
    """How starting it stands by now."""
    on_its_page = request.headers.get("HX-Current-URL", "").endswith(HOME)
    try:
        job = desk_of(request).jobs.find(request.path_params["job"])
    except GoneJobError:
        return redirect(request, HOME if on_its_page else "/", "adloom was started anew meanwhile.")
    if job.running or job.result is None:
        return _progress(request, job)
    # The whole page is another one now: its badge, the first steps, what there is to do.
    return redirect(request, HOME if on_its_page else "/?demo=ready")


async def misbehave(request: Request) -> Response:
    """Let something go wrong in it, or nothing any more."""
    desk = desk_of(request)
    form = await request.form()
    fault = str(form.get("fault") or "") or None
    if desk.demo is None:
        raise UsageError("There is no demo account here.", hint="Start it: adloom serve --demo")
    await desk.demo.misbehave(fault)
    return part(request, "start/_faults.html", **await practising(desk))


def _running(desk: Desk) -> Job | None:
    """The job that starts it, while it does."""
    return next((one for one in desk.jobs.all() if one.title == TITLE and one.running), None)


def _ended(desk: Desk) -> Job | None:
    """The last job that has started it well."""
    ended = [one for one in desk.jobs.all() if one.title == TITLE and one.result]
    return ended[-1] if ended else None


def _progress(request: Request, job: Job) -> Response:
    problem = problem_of(job.error) if job.error is not None else None
    return part(request, "start/_demo.html", job=job, problem=problem)


async def practising(desk: Desk) -> dict[str, Any]:
    """What a page shows of what goes wrong on demand."""
    account = desk.demo
    ads = (await demo_connections(desk.session)).get(ADS)
    runs = account is not None and account.address is not None
    return {
        "runs": runs,
        "faults": FAULTS,
        "wrong": await account.faults() if account is not None and runs else frozenset(),
        "messages": account.messages if account is not None else [],
        "renew": f"/connections/{ads.name}/reconnect" if ads else "/connections",
    }


ROUTES: Final = [
    Route("/", start),
    Route("/first-steps", hide, methods=["POST"]),
    Route(HOME, demo),
    Route("/demo/start", start_demo, methods=["POST"]),
    Route("/demo/start/{job}", look),
    Route("/demo/faults", misbehave, methods=["POST"]),
]

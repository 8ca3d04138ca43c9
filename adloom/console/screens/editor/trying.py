"""A draft tried as it stands, or its saved text run for real, while the page asks how it goes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.render import part
from adloom.console.screens.editor.at import path_from, wish_of
from adloom.console.screens.editor.bundles import newest_job, shown_run
from adloom.console.screens.editor.shown import shown
from adloom.console.screens.scenarios.answers import dialog, fresh_desk, running_job
from adloom.errors import UsageError
from adloom.services.draft_running import run_saved
from adloom.services.draft_trying import (
    Tried,
    Wanted,
    faults_before,
    scenario_to_try,
    try_scenario,
)
from adloom.services.drafting import drafted
from adloom.services.enabling import prospects_of
from adloom.services.planning import bundles_from
from scenarios.model import Scenario
from scheduler.runs import trigger_of
from scheduler.stages.memory import MemoryHistory

__all__ = ["ROUTES"]

#: Seconds between two looks at how far it has come.
TICK: Final = 0.3
LONGEST_LIMIT: Final = 9


async def try_it(request: Request) -> Response:
    """Walk the draft as it stands, to its end or up to a step; nothing is changed anywhere."""
    wish = await wish_of(request)
    until = wish.place("place")
    if faults := faults_before(wish.found, until):
        given = shown(wish.found, wish.tab, ()) | {"faults": faults}
        return part(request, "editor/_faulty.html", **given)
    wanted = _wanted(wish.form)
    scenario = scenario_to_try(wish.found, until)
    version = wish.found.draft.version
    desk = desk_of(request)

    async def work(job: Job) -> Tried:
        return replace(await _tried(desk, scenario, wanted, job), version=version)

    for one in desk.jobs.all():
        if one.title == f"Try {wish.name}":
            one.cancel()  # whoever tries again wants to see the draft as it is now
            one.result = None  # and its bundles, which are many, not those of before
    job = desk.jobs.start(f"Try {wish.name}", work)
    return await shown_run(request, wish.found, job)


async def standing(request: Request) -> Response:
    """How trying or running stands; what came of it, once it is over."""
    desk = desk_of(request)
    found = await drafted(desk.session, request.path_params["name"])
    if execution := request.query_params.get("execution"):
        return await shown_run(request, found, None, execution=execution)
    wanted = request.query_params.get("job")
    job = desk.jobs.find(wanted) if wanted else newest_job(desk, found)
    return await shown_run(request, found, job)


async def cancel(request: Request) -> Response:
    """Stop trying or running."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    job.cancel()
    await job.wait()
    found = await drafted(desk.session, request.path_params["name"])
    return await shown_run(request, found, job)


async def once(request: Request) -> Response:
    """Run what is saved, for real; one that changes things asks first."""
    wish = await wish_of(request)
    if wish.found.draft.is_changed:
        return dialog(request, "editor/_unsaved.html", **shown(wish.found, wish.tab, ()))
    desk = await fresh_desk(request)
    ahead = await prospects_of(desk.session, desk.workshop, wish.found.chain.name)
    scenario = ahead.scenario
    watches = await desk.workshop.watches.all(scenario.name)
    begins = trigger_of(scenario) is not None and not watches
    if (ahead.wants_consent or begins) and wish.word("agreed") != scenario.hash:
        context = {"ahead": ahead, "begins": begins, **shown(wish.found, wish.tab, ())}
        return dialog(request, "editor/_once.html", **context)
    everything = begins and wish.word("start") == "everything"

    async def work(job: Job) -> Sequence[str]:
        try:
            return await run_saved(desk.workshop, scenario, job.say, everything=everything)
        finally:
            desk.forget()

    title = f"Run {scenario.name}"
    job = running_job(desk, title) or desk.jobs.start(title, work)
    return await shown_run(request, wish.found, job, closes=True)


# --- inside ---------------------------------------------------------------------------------------


async def _tried(desk: Desk, scenario: Scenario, wanted: Wanted, job: Job) -> Tried:
    histories: list[MemoryHistory] = []

    async def tick() -> None:
        while True:
            job.count(sum(len(one.runs) for one in histories))
            await asyncio.sleep(TICK)

    ticking = asyncio.create_task(tick())
    try:
        return await try_scenario(desk.workshop, scenario, wanted, histories.append)
    finally:
        ticking.cancel()


def _wanted(form: FormData) -> Wanted:
    """How it is to be tried, as a form says it.

    Raises:
        UsageError: It says nothing that can be understood.
    """
    said = {name: str(form.get(name) or "").strip() for name in ("given", "limit", "begin")}
    until = path_from(str(form.get("place") or ""))
    given = None
    if said["begin"] == "given":
        if not said["given"]:
            raise UsageError("Which bundle? Write it as JSON.", hint='Such as {"ad_id": "1"}.')
        given = bundles_from(said["given"].encode(errors="surrogatepass"), "The bundle")
    limit = said["limit"]
    if limit and not (limit.isascii() and limit.isdigit() and len(limit) <= LONGEST_LIMIT):
        raise UsageError("The limit is a whole number, 0 for all.")
    return Wanted(until, given, int(limit) if limit else None, said["begin"] == "first")


BASE: Final = "/scenarios/{name}/edit"
POST: Final = ["POST"]
ROUTES: Final = [
    Route(BASE + "/try", try_it, methods=POST),
    Route(BASE + "/once", once, methods=POST),
    Route(BASE + "/run", standing),
    Route(BASE + "/run/{job}/cancel", cancel, methods=POST),
]

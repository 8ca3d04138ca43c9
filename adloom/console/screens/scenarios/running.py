"""A scenario run once, or planned: work that goes on while a dialog asks how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import part, redirect
from adloom.console.screens.scenarios.answers import (
    dialog,
    fresh_desk,
    name_of,
    page_of,
    running_job,
)
from adloom.errors import UsageError
from adloom.services.enabling import prospects_of
from adloom.services.planning import bundles_from, plan_of
from adloom.services.scenario_list_check import runnable
from adloom.services.scenario_runs import run_once, say_end, say_polled, started_at
from adloom.wire import Record
from scenarios.model import Epoch, EpochKind, Scenario
from scheduler.records import Execution
from scheduler.runs import RunResult, is_fed, trigger_of
from scheduler.scenario_rows import RunEnd
from scheduler.summaries import summaries

__all__ = ["ask_for_plan", "cancel", "plan", "run", "work"]

#: What comes after a plan that was asked for by the switch.
SWITCH: Final = "enable"


@dataclass(frozen=True)
class Ran:
    """What came of running a scenario.

    Args:
        lines: What there is to tell.
        end: How it counts.
        executions: What was carried out.
    """

    lines: Sequence[str]
    end: RunEnd
    executions: Sequence[Execution]


async def run(request: Request) -> Response:
    """Run a scenario once; one that changes things, and was not just seen doing it, asks first."""
    desk, name = await fresh_desk(request), name_of(request)
    form = await request.form()
    ahead = await prospects_of(desk.session, desk.workshop, name)
    known = ahead.scenario.name
    stored = await desk.workshop.scenarios.load(known)
    begins = trigger_of(ahead.scenario) is not None and not await desk.workshop.watches.all(known)
    asks = (ahead.wants_consent and not stored.enabled and not ahead.is_seen) or begins
    if asks and form.get("agreed") != ahead.scenario.hash:
        return dialog(request, "scenarios/_run.html", ahead=ahead, begins=begins)
    start = Epoch(EpochKind.EVERYTHING) if begins and form.get("start") == "everything" else None

    async def work(job: Job) -> Ran:
        return await _ran(desk, ahead.scenario, start, job)

    title = f"Run {known}"
    job = running_job(desk, title) or desk.jobs.start(title, work)
    return await _shown(request, job, known)


async def ask_for_plan(request: Request) -> Response:
    """How a plan is to be made, for whoever wants it otherwise than usual."""
    desk, name = await fresh_desk(request), name_of(request)
    scenario = await runnable(desk.session, desk.workshop, name)
    return _asking(request, scenario, {}, None)


async def plan(request: Request) -> Response:
    """Make a plan: nothing is sent, and what it would do is shown afterwards."""
    desk, name = await fresh_desk(request), name_of(request)
    form = {key: str(value).strip() for key, value in (await request.form()).items()}
    scenario = await runnable(desk.session, desk.workshop, name)
    try:
        given, limit = _given(form), _limit(form)
    except UsageError as error:
        return _asking(request, scenario, form, str(error))

    async def work(_: Job) -> str:
        made = await plan_of(desk.session, desk.workshop, name, given=given, limit=limit)
        return made.id

    title = f"Plan {scenario.name}" + (" to switch it on" if form.get("then") == SWITCH else "")
    job = running_job(desk, title) or desk.jobs.start(title, work)
    return await _shown(request, job, scenario.name)


async def work(request: Request) -> Response:
    """How a run or a plan stands; when a plan is made, the browser goes there."""
    desk, name = desk_of(request), name_of(request)
    job = desk.jobs.find(request.path_params["job"])
    if job.running or not isinstance(job.result, str):
        return part(request, "scenarios/_working.html", **await _standing(request, job, name))
    desk.forget()
    if job.title.endswith("to switch it on"):
        ahead = await prospects_of(desk.session, desk.workshop, name)
        return dialog(request, "scenarios/_enable.html", ahead=ahead)
    return redirect(request, f"/plans/{quote(job.result)}")


async def cancel(request: Request) -> Response:
    """Stop a run or a plan."""
    desk = desk_of(request)
    job = desk.jobs.find(request.path_params["job"])
    job.cancel()
    await job.wait()
    standing = await _standing(request, job, name_of(request))
    return part(request, "scenarios/_working.html", **standing)


# --- inside ---------------------------------------------------------------------------------------


async def _ran(desk: Desk, scenario: Scenario, start: Epoch | None, job: Job) -> Ran:
    workshop = desk.workshop
    chosen = await started_at(workshop, scenario, start) if start else scenario
    try:
        result, end = await run_once(workshop, chosen, job.say)
    finally:
        desk.forget()
    return Ran(_lines(chosen, result, end), end, [one.execution for one in result.executions])


def _lines(scenario: Scenario, result: RunResult, end: RunEnd) -> list[str]:
    last = say_end(scenario, result, end)
    return [*say_polled(scenario, result), *([last] if last else [])]


async def _shown(request: Request, job: Job, name: str) -> Response:
    """A dialog that shows how a job stands, and asks on."""
    return dialog(request, "scenarios/_work.html", **await _standing(request, job, name))


async def _standing(request: Request, job: Job, name: str) -> dict[str, Any]:
    desk = desk_of(request)
    begun = []
    if job.title.startswith("Run "):
        latest = await summaries(desk.workshop.database, limit=10, scenario=name)
        begun = [one for one in latest if one.started_at >= job.started_at]
    buttons = [("The scenario", page_of(name))]
    return {
        "job": job,
        "name": name,
        "begun": begun,
        "problem": problem_of(job.error, buttons=buttons) if job.error else None,
        "here": f"{page_of(name)}/work/{job.id}",
    }


def _asking(
    request: Request, scenario: Scenario, form: dict[str, Any], error: str | None
) -> Response:
    status = 422 if error else 200
    return dialog(
        request,
        "scenarios/_plan.html",
        status=status,
        name=scenario.name,
        is_fed=is_fed(scenario),
        looks=trigger_of(scenario) is not None,
        form=form,
        error=error,
    )


def _given(form: dict[str, Any]) -> list[Record] | None:
    text = form.get("given")
    return bundles_from(text.encode(errors="surrogatepass")) if text else None


def _limit(form: dict[str, Any]) -> int | None:
    text = form.get("limit")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - nine digits are more than enough
        raise UsageError("The limit is a whole number, 0 for all.")
    return int(text)

"""Plans: what scenarios would do, looked through change by change, and done exactly so."""

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import page, part
from adloom.console.screens.scenarios.answers import dialog, fresh_desk, running_job
from adloom.services.planning_limits import limits_used
from adloom.services.planning_outcome import Fate, outcome_of
from adloom.services.planning_review import PlanState, review_of
from adloom.services.planning_words import effect_word, say_all
from scheduler.applying import FRESH, Applied, Applying

__all__ = ["ROUTES"]

SHOWN: Final = 200


async def listing(request: Request) -> Response:
    """The plans that were made, the newest first."""
    desk = desk_of(request)
    scenario = request.query_params.get("scenario") or None
    found = await desk.workshop.plans.all(scenario)
    return await page(
        request,
        "plans/list.html",
        title="Plans",
        active="scenarios",
        plans=found[:SHOWN],
        total=len(found),
        scenario=scenario,
        fresh=FRESH,
    )


async def show(request: Request) -> Response:
    """A plan: every change old → new, what it comes to, and what limits say; or its table alone."""
    context = await _review(request)
    if request.query_params.get("part") == "changes":
        return part(request, "plans/_changes.html", **context)
    review = context["review"]
    title = f"Plan of {review.plan.scenario}"
    return await page(request, "plans/page.html", title=title, active="scenarios", **context)


async def ask(request: Request) -> Response:
    """Whether a plan is really to be applied."""
    desk = desk_of(request)
    review = await review_of(desk.session, desk.workshop, request.path_params["id"])
    return dialog(request, "plans/_ask.html", review=review, count=say_all(review.plan))


async def apply(request: Request) -> Response:
    """Do what a plan says, and nothing else."""
    desk = await fresh_desk(request)
    applying = Applying(desk.workshop)
    title = f"Apply {request.path_params['id']}"
    unchanged = "unchanged" in await request.form()
    job = running_job(desk, title)
    if job is None:
        ready = await applying.ready(request.path_params["id"])

        async def work(_: Job) -> Applied:
            try:
                return await applying.apply(ready, only_if_unchanged=unchanged)
            finally:
                desk.forget()

        # Looked at once more: a second click may have come while the plan was looked at.
        job = running_job(desk, title) or desk.jobs.start(title, work)
    return await _standing(request, job, closes=True)


async def standing(request: Request) -> Response:
    """How applying a plan stands."""
    job = desk_of(request).jobs.find(request.path_params["job"])
    return await _standing(request, job, closes=False)


# --- inside ---------------------------------------------------------------------------------------


async def _standing(request: Request, job: Job, *, closes: bool) -> Response:
    context = await _review(request)
    address = f"/plans/{quote(request.path_params['id'])}"
    answer = part(
        request,
        "plans/_applying.html",
        job=job,
        here=f"{address}/jobs/{job.id}",
        closes=closes,
        problem=problem_of(job.error) if job.error else None,
        applied=job.result if isinstance(job.result, Applied) else None,
        **context,
    )
    if closes:
        answer.headers.update({"HX-Retarget": "#applying", "HX-Reswap": "outerMorph"})
    return answer


async def _review(request: Request) -> dict[str, Any]:
    desk = desk_of(request)
    text = request.query_params.get("q", "").strip()[:200]
    review = await review_of(desk.session, desk.workshop, request.path_params["id"])
    plan, scenario = review.plan, review.scenario
    is_used = review.state is PlanState.APPLIED
    return {
        "review": review.only(text),
        "text": text,
        "limits": await limits_used(desk.workshop, plan, scenario) if scenario else [],
        "outcome": await outcome_of(desk.workshop, plan) if is_used else None,
        "count": say_all(plan),
        "effects": effect_word(plan),
        "states": PlanState,
        "fates": Fate,
        "fresh": FRESH,
    }


POST: Final = ["POST"]
ROUTES: Final = [
    Route("/plans", listing),
    Route("/plans/{id}", show),
    Route("/plans/{id}/apply", ask),
    Route("/plans/{id}/apply", apply, methods=POST),
    Route("/plans/{id}/jobs/{job}", standing),
]

"""What came of trying or running: step by step, and the bundles of one step."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import part
from adloom.console.screens.editor.at import path_from
from adloom.console.screens.editor.shown import shown
from adloom.errors import UsageError
from adloom.services.draft_bundles import Passage, StepBundles, bundles_of
from adloom.services.draft_running import Looked, look_at
from adloom.services.draft_trying import Tried
from adloom.services.drafting import Drafted, drafted
from adloom.services.editing import Chain
from adloom.services.executions_steps import table_of
from adloom.services.planning_words import changes_of, say_totals
from scenarios.params import known_module
from scheduler.history import StepState
from scheduler.stages.foreseen import show

__all__ = ["ROUTES", "newest_job", "shown_run"]

#: Bundles of a step that are shown at once.
PAGE: Final = 25
#: Digits of a page's number, and columns of a table of bundles.
LARGEST_PAGE: Final = 6
COLUMNS: Final = 20
#: What tells a bundle from others, the most telling first.
TELLING: Final = (
    *("ad_id", "ad_name", "adgroup_id", "adgroup_name", "campaign_id", "campaign_name"),
    *("id", "name", "title", "operation_status", "secondary_status"),
)


@dataclass
class Outcome:
    """What came of it, ready to be shown.

    Args:
        steps: What went through each step.
        source: Where it is found again, as a page's address says it.
        tried: What was tried; None if it was run.
        looked: What was run; None if it was tried.
    """

    steps: list[StepBundles] = field(default_factory=list)
    source: str = ""
    tried: Tried | None = None
    looked: Looked | None = None


def newest_job(desk: Desk, found: Drafted) -> Job | None:
    """The newest trial or run of a draft that can still be looked at."""
    titles = {f"Try {found.draft.name}", f"Run {found.chain.name}"}
    return next((one for one in reversed(desk.jobs.all()) if one.title in titles), None)


async def shown_run(
    request: Request,
    found: Drafted,
    job: Job | None,
    *,
    execution: str = "",
    closes: bool = False,
) -> Response:
    """How a trial or a run stands, for the place below the chain.

    Args:
        request: Whose answer it is.
        found: The draft.
        job: What goes on, or went on; None if nothing did.
        execution: An execution that is to be shown instead.
        closes: Whether a dialog was open that is done with.
    """
    outcome = await _outcome(desk_of(request), found, job, execution)
    tried = outcome.tried if outcome else None
    names = tried.plan.names if tried else {}
    answer = part(
        request,
        "editor/_run.html",
        job=job,
        outcome=outcome,
        closes=closes,
        problem=problem_of(job.error) if job and job.error else None,
        totals=list(say_totals(tried.plan)) if tried else [],
        changes=changes_of(tried.plan) if tried else [],
        stops=show([vars(one) for one in tried.plan.troubles], names) if tried else [],
        unforeseen=show([vars(one) for one in tried.plan.unforeseen], names) if tried else [],
        until=found.chain.step(tried.until) if tried and tried.until else None,
        is_fed=_is_fed(found.chain),
        **shown(found, "", ()),
    )
    if closes:
        answer.headers.update({"HX-Retarget": "#run", "HX-Reswap": "innerHTML"})
    return answer


async def bundles(request: Request) -> Response:
    """The bundles of one step: what came in, what went out, and why one stayed."""
    desk, query = desk_of(request), request.query_params
    found = await drafted(desk.session, request.path_params["name"])
    job = desk.jobs.find(query["job"]) if "job" in query else None
    outcome = await _outcome(desk, found, job, query.get("execution", ""))
    at = path_from(query.get("place", ""))
    chosen = next((one for one in outcome.steps if one.path == at), None) if outcome else None
    if outcome is None or chosen is None:
        raise UsageError("This step was not there when it was tried.", hint="Try it again.")
    state = query.get("state", "")
    fitting = [one for one in chosen.passages if not state or one.run.state == state]
    number = query.get("page", "0")
    start = PAGE * int(number) if number.isdecimal() and len(number) < LARGEST_PAGE else 0
    return part(
        request,
        "editor/_bundles.html",
        chosen=chosen,
        source=outcome.source,
        state=state,
        states=list(StepState),
        total=len(fitting),
        start=start,
        passages=fitting[start : start + PAGE],
        table=_table(fitting[start : start + PAGE]),
        size=PAGE,
        **shown(found, "", ()),
    )


# --- inside ---------------------------------------------------------------------------------------


async def _outcome(desk: Desk, found: Drafted, job: Job | None, execution: str) -> Outcome | None:
    """What a job or an execution has left to be looked at."""
    if execution:
        looked = await look_at(desk.workshop, [execution])
        steps = bundles_of(found.chain, looked.runs)
        return Outcome(steps, f"execution={quote(execution, safe='')}", looked=looked)
    if job is None or job.running or job.result is None:
        return None
    source = f"job={job.id}"
    if isinstance(job.result, Tried):
        steps = bundles_of(found.chain, job.result.runs, job.result.items)
        return Outcome(steps, source, tried=job.result)
    looked = await look_at(desk.workshop, _executions(job.result))
    return Outcome(bundles_of(found.chain, looked.runs), source, looked=looked)


def _is_fed(chain: Chain) -> bool:
    """Whether it begins with a trigger, so that it can begin with other bundles."""
    first = chain.steps[0].module if chain.steps else None
    module = known_module(first) if first else None
    return module is not None and (module.trigger is not None or module.instant is not None)


def _executions(result: Any) -> list[str]:
    """The executions of a run, whoever started it: the editor, or the list of scenarios."""
    if isinstance(result, list):
        return [str(one) for one in result]
    found = getattr(result, "executions", None)
    if found is None:
        raise UsageError("The editor has not run this.", hint="Load the page again.")
    return [one.id for one in found]


def _table(passages: list[Passage]) -> tuple[list[str], list[list[str]]]:
    """What was handed on, as a table."""
    rows = [_told_first(bundle) for one in passages for bundle in one.run.output or ()]
    return table_of(rows, columns=COLUMNS)


def _told_first(bundle: Any) -> Any:
    """A bundle that begins with what tells it from others."""
    if not isinstance(bundle, dict):
        return bundle
    return {name: bundle[name] for name in TELLING if name in bundle} | bundle


ROUTES: Final = [Route("/scenarios/{name}/edit/bundles", bundles)]

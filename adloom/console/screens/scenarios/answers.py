"""What the answers of this screen have in common: dialogs, and back to where somebody was."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of, is_practice
from adloom.console.jobs import Job
from adloom.console.render import part, redirect
from adloom.errors import UsageError
from adloom.services.scenario_list import Scenarios, Show, scenario_list, until
from adloom.services.scenario_list_files import Deleted, deleted

__all__ = [
    "back",
    "dialog",
    "fresh_desk",
    "list_context",
    "name_of",
    "page_of",
    "running_job",
]


def name_of(request: Request) -> str:
    """The scenario that an address names."""
    name: str = request.path_params["name"]
    return name


def page_of(name: str) -> str:
    """The address of a scenario's page."""
    return f"/scenarios/{quote(name, safe='')}"


async def fresh_desk(request: Request) -> Desk:
    """The desk, once what the files say now has been taken over."""
    desk = desk_of(request)
    if desk.changed is not None:
        await desk.changed()
    desk.forget()
    return desk


def dialog(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A dialog that opens by itself, in the place of the one before."""
    answer = part(request, template, status=status, **context)
    answer.headers.update({"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML"})
    return answer


def running_job(desk: Desk, title: str) -> Job | None:
    """The job of a title that goes on, so that a second click starts no second one."""
    return next((one for one in desk.jobs.all() if one.running and one.title == title), None)


async def back(request: Request, to: str, told: str) -> Response:
    """Where somebody was: the list as it is now, or a page."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    if current.path != "/scenarios":
        return redirect(request, to, told)
    query = {name: values[0] for name, values in parse_qs(current.query).items()}
    await fresh_desk(request)
    context = await list_context(request, query.get("q", ""), query.get("show", ""))
    answer = part(request, "scenarios/_list.html", closes=True, **context)
    answer.headers["HX-Retarget"] = "#scenarios"
    answer.headers["HX-Reswap"] = "outerMorph"
    answer.headers["X-Adloom-Say"] = quote(told)
    return answer


async def list_context(request: Request, text: str, show: str) -> dict[str, Any]:
    """What the list shows.

    Raises:
        UsageError: There is no such filter.
    """
    desk = desk_of(request)
    if show not in ("", *Show):
        raise UsageError(f"There is no filter {show[:40]!r}.", hint="Look at all of them.")
    chosen = Show(show or Show.ALL)
    everything: Scenarios = await scenario_list(desk.session, desk.workshop)
    gone = deleted(desk.session)
    return {
        "scenarios": everything.only(text, chosen),
        "everything": everything,
        "text": text,
        "show": chosen,
        "shows": list(Show),
        "practice": {one.name for one in await desk.session.wiring.store.all() if is_practice(one)},
        "until": until,
        "deleted": gone,
        "latest": _latest(request, gone),
    }


def _latest(request: Request, gone: list[Deleted]) -> Deleted | None:
    """What was deleted last in this session, if it can still be taken back."""
    mark = request.scope["state"]["session"].data.get("deleted")
    return next((one for one in gone if one.mark == mark), None)

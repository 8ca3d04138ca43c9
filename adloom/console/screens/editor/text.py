"""The editor's other side: the scenario's text, kept while somebody types in it."""

import asyncio
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import part
from adloom.console.screens.editor.at import (
    LONGEST_VERSION,
    keep,
    new_tab,
    path_from,
    wish_of,
)
from adloom.console.screens.editor.panel import panel_of
from adloom.console.screens.editor.shown import shown
from adloom.errors import UsageError
from adloom.services.drafting import drafted, drafts_of, environment_for, looked_at
from adloom.services.editing import DraftProblem, completions, problems_of_draft
from scenarios.yaml_reading import MOST_CHARACTERS
from scheduler.drafts import Conflict, Draft

__all__ = ["ROUTES"]

WINDOWS: Final = "\r\n"


async def body(request: Request) -> Response:
    """The steps or the text, for whoever changes from one to the other."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    at = path_from(request.query_params.get("step", ""))
    tab = request.query_params.get("mine") or new_tab()
    given = shown(found, tab, at) | await panel_of(request, found, at)
    return part(request, "editor/_body.html", **given)


async def keep_text(request: Request) -> Response:
    """Keep what was typed, readable or not; the editor itself is never touched."""
    wish = await wish_of(request)
    if "text" not in wish.form:
        raise UsageError("There is no text in what was sent.", hint="Load the page again.")
    over = request.query_params.get("over", "")
    if over.isdecimal() and len(over) <= LONGEST_VERSION:
        wish = replace(wish, version=int(over))
    kept = await keep(request, wish, _as_written(wish.word("text"), wish.found.draft.text))
    if isinstance(kept, Conflict):
        return part(request, "editor/_text_conflict.html", conflict=kept, **_marks(kept.draft))
    found = await looked_at(desk_of(request).session, kept, wish.found.file)
    return part(request, "editor/_texted.html", renewed=False, **shown(found, wish.tab, ()))


async def history(request: Request) -> Response:
    """Undo or redo, with the text as it is then."""
    wish = await wish_of(request)
    session = desk_of(request).session
    drafts = await drafts_of(session)
    step = drafts.redo if request.path_params["way"] == "redo" else drafts.undo
    kept = await step(wish.name, wish.version, wish.tab)
    if isinstance(kept, Conflict):
        return part(request, "editor/_text_conflict.html", conflict=kept, **_marks(kept.draft))
    found = await looked_at(session, kept, wish.found.file)
    return part(request, "editor/_texted.html", renewed=True, **shown(found, wish.tab, ()))


async def lint(request: Request) -> Response:
    """What is wrong with a text, line by line."""
    text = (await request.form()).get("text")
    written = text if isinstance(text, str) else ""
    if len(written) > MOST_CHARACTERS:
        said = f"This is too long: a scenario has {MOST_CHARACTERS:,} characters at most."
        return JSONResponse({"problems": [{"line": 1, "column": 1, "message": said}]})
    environment = await environment_for(desk_of(request).session)
    found = await asyncio.to_thread(problems_of_draft, written, environment)
    return JSONResponse({"problems": [_told(one) for one in found]})


async def complete(request: Request) -> Response:
    """What the text can go on with."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    return JSONResponse(completions(found.draft.text, found.environment))


# --- inside ---------------------------------------------------------------------------------------


def _as_written(text: str, before: str) -> str:
    """A text with the line ends of the file; a browser's own are no change."""
    plain = text.replace(WINDOWS, "\n")
    ends = before.partition("\n")[0]
    return plain.replace("\n", WINDOWS) if ends.endswith("\r") else plain


def _told(problem: DraftProblem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "message": str(replace(problem, hint=None)),
        "hint": problem.hint,
    }


def _marks(draft: Draft) -> dict[str, Any]:
    return {"draft": draft, "base": f"/scenarios/{quote(draft.name, safe='')}/edit"}


BASE: Final = "/scenarios/{name}/edit"
POST: Final = ["POST"]
ROUTES: Final = [
    Route(BASE + "/body", body),
    Route(BASE + "/text", keep_text, methods=POST),
    Route(BASE + "/text/{way}", history, methods=POST),
    Route(BASE + "/lint", lint, methods=POST),
    Route(BASE + "/completions", complete),
]

"""A step's settings, kept while somebody types: every change is taken over at once."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.forms import edited, faults_of
from adloom.console.render import part
from adloom.console.screens.editor.at import Wish, keep, wish_of
from adloom.console.screens.editor.conditions import Row, when_from
from adloom.console.screens.editor.panel import PREFIX, execution_asked, params_of_step, step_form
from adloom.console.screens.editor.shown import answer, shown
from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.services.draft_samples import samples_of
from adloom.services.drafting import looked_at
from adloom.services.editing import (
    ChainStep,
    Operator,
    rename_step,
    set_connection,
    set_description,
    set_name,
    set_note,
    set_on_error,
    set_params,
    set_title,
    set_when,
)
from adloom.services.flow_forms import set_flow
from scheduler.drafts import Conflict

__all__ = ["HANDLERS", "ROUTES"]

#: What can happen when a step fails, as a file says it; more is said in the text.
HANDLERS: Final[Mapping[str, Any]] = {
    "": None,
    "ignore": "ignore",
    "retry": {"retry": {"count": 3, "interval": "15 minutes"}},
    "commit": "commit",
    "rollback": "rollback",
    "break": "break",
}


async def step(request: Request) -> Response:
    """Take over what was typed; the controls themselves are never touched (console.md §2.2)."""
    wish = await wish_of(request)
    selected = _selected(wish)
    text, faults = _typed(wish, selected)
    kept = await keep(request, wish, text)
    if isinstance(kept, Conflict):
        return await answer(request, wish, text, wish.at)
    desk = desk_of(request)
    found = await looked_at(desk.session, kept, wish.found.file)
    selected = found.chain.step(wish.at) or selected
    samples = await samples_of(desk.workshop, found.chain.name, execution=execution_asked(request))
    form = step_form(found, selected, samples, wish.fields() if faults else None, faults)
    loose = [one for one in faults if not one.path]
    given = shown(found, wish.tab, wish.at)
    return part(request, "editor/_typed.html", form=form, refused=loose, **given)


async def scenario(request: Request) -> Response:
    """Take over what is said about the scenario as a whole."""
    wish = await wish_of(request)
    text = wish.found.draft.text
    name, description = wish.word("name").strip(), wish.word("description").strip()
    if name and name != wish.found.chain.name:
        text = set_name(text, name)
    if description != wish.found.chain.description:
        text = set_description(text, description or None)
    return await answer(request, wish, text, (), panel=False)


async def rename(request: Request) -> Response:
    """Give a step another id, and tell everything that refers to it."""
    wish = await wish_of(request)
    text = rename_step(wish.found.draft.text, _selected(wish).path, wish.word("id").strip())
    return await answer(request, wish, text, wish.at)


async def row(request: Request) -> Response:
    """One more row of a condition."""
    place: dict[str, Any] = {name: _number(request, name) for name in ("group", "number")}
    return part(request, "editor/_row.html", row=Row(), operators=list(Operator), **place)


def _selected(wish: Wish) -> ChainStep:
    found = wish.found.chain.step(wish.at)
    if found is None:
        raise UsageError("This step is not there any more.", hint="Load the page again.")
    return found


def _typed(wish: Wish, selected: ChainStep) -> tuple[str, list[Fault]]:
    """The text with everything that can be taken over, and why the rest cannot."""
    text, faults = wish.found.draft.text, []
    for take in (_plain, _condition, _params):
        try:
            text = take(text, selected, wish)
        except InvalidParamsError as error:
            faults += faults_of(error)
        except UsageError as error:
            faults.append(Fault("", str(error)))
    return text, faults


def _plain(text: str, selected: ChainStep, wish: Wish) -> str:
    """What every step has: title, connection, note, handler."""
    setters: dict[str, tuple[str | None, Callable[[str, Any, Any], str]]] = {
        "title": (selected.title, set_title),
        "connection": (selected.connection, set_connection),
        "note": (selected.note, set_note),
    }
    for name, (before, setter) in setters.items():
        wanted = wish.word(name).strip() or None
        if name in wish.form and wanted != before:
            text = setter(text, selected.path, wanted)
    handler = wish.word("on_error")
    if handler in HANDLERS and handler != (selected.on_error or "") and "on_error" in wish.form:
        text = set_on_error(text, selected.path, HANDLERS[handler])
    return text


def _condition(text: str, selected: ChainStep, wish: Wish) -> str:
    """The condition, built or written."""
    if wish.word("when_by") == "rows":
        wanted = when_from(wish.fields())
    elif "when" in wish.form:
        wanted = wish.word("when").strip() or None
    else:
        return text
    return text if wanted == selected.when else set_when(text, selected.path, wanted)


def _params(text: str, selected: ChainStep, wish: Wish) -> str:
    """The parameters of its module, or what its kind is told."""
    model, before = params_of_step(text, selected)
    if model is None:
        return text
    after = edited(model, before, wish.fields(), PREFIX)
    if selected.module:
        return set_params(text, selected.path, after, before.keys() - after.keys())
    return set_flow(text, selected.path, selected.kind or "", after)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    return min(int(text), 19) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004 - the builder's size


BASE: Final = "/scenarios/{name}/edit"
ROUTES: Final = [
    Route(BASE + "/step", step, methods=["POST"]),
    Route(BASE + "/scenario", scenario, methods=["POST"]),
    Route(BASE + "/rename", rename, methods=["POST"]),
    Route(BASE + "/row", row),
]

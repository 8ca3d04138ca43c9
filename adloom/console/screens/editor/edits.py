"""What happens to whole steps: inserted, moved, copied, switched off, deleted; undo and redo."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import part
from adloom.console.screens.editor.at import Wish, path_from, wish_of
from adloom.console.screens.editor.palette import offered
from adloom.console.screens.editor.panel import panel_of
from adloom.console.screens.editor.shown import answer, shown
from adloom.errors import UsageError
from adloom.services.drafting import drafted, drafts_of, looked_at
from adloom.services.editing import (
    FLOW_KINDS,
    add_fallback,
    add_route,
    delete_step,
    drop_step,
    duplicate_step,
    insert_flow,
    insert_module,
    landing_place,
    move_step,
    place_towards,
    remove_fallback,
    remove_route,
    set_disabled,
    to_block_style,
)
from scenarios.places import FieldPath
from scenarios.yaml_text import index_of
from scheduler.drafts import Conflict

__all__ = ["ROUTES"]

#: A text after a change, and the step that is selected then.
Change = Callable[[Wish], tuple[str, FieldPath]]


def _insert(wish: Wish) -> tuple[str, FieldPath]:
    place, what, text = wish.place("place"), wish.word("what"), wish.found.draft.text
    if what in FLOW_KINDS:
        return insert_flow(text, place, what, wish.word("named")), place
    return insert_module(text, place, what, wish.word("connection") or None), place


def _move(wish: Wish) -> tuple[str, FieldPath]:
    place, text = wish.place("place"), wish.found.draft.text
    to = place_towards(text, place, wish.word("way"))
    return move_step(text, place, wish.word("way")), to or place


def _drop(wish: Wish) -> tuple[str, FieldPath]:
    place, before, text = wish.place("place"), wish.place("before"), wish.found.draft.text
    return drop_step(text, place, before), landing_place(place, before)


def _duplicate(wish: Wish) -> tuple[str, FieldPath]:
    place = wish.place("place")
    return duplicate_step(wish.found.draft.text, place), (*place[:-1], index_of(place) + 1)


def _delete(wish: Wish) -> tuple[str, FieldPath]:
    return delete_step(wish.found.draft.text, wish.place("place")), ()


def _switch(wish: Wish) -> tuple[str, FieldPath]:
    off = wish.word("disabled") == "yes"
    return set_disabled(wish.found.draft.text, wish.place("place"), disabled=off), wish.at


def _add_route(wish: Wish) -> tuple[str, FieldPath]:
    return add_route(wish.found.draft.text, wish.place("place")), wish.at


def _remove_route(wish: Wish) -> tuple[str, FieldPath]:
    place, text = wish.place("place"), wish.found.draft.text
    return (remove_fallback if place[-1] == "fallback" else remove_route)(text, place), ()


def _add_fallback(wish: Wish) -> tuple[str, FieldPath]:
    return add_fallback(wish.found.draft.text, wish.place("place")), wish.at


def _rewrite(wish: Wish) -> tuple[str, FieldPath]:
    return to_block_style(wish.found.draft.text), wish.at


CHANGES: Final[dict[str, Change]] = {
    "insert": _insert,
    "move": _move,
    "drop": _drop,
    "duplicate": _duplicate,
    "delete": _delete,
    "switch": _switch,
    "add-route": _add_route,
    "remove-route": _remove_route,
    "add-fallback": _add_fallback,
    "rewrite": _rewrite,
}


def _changing(change: Change) -> Callable[[Request], Awaitable[Response]]:
    async def view(request: Request) -> Response:
        wish = await wish_of(request)
        text, at = change(wish)
        return await answer(request, wish, text, at)

    return view


async def history(request: Request) -> Response:
    """Undo or redo."""
    wish = await wish_of(request)
    session = desk_of(request).session
    drafts = await drafts_of(session)
    step = drafts.redo if request.path_params["way"] == "redo" else drafts.undo
    draft = await step(wish.name, wish.version, wish.tab)
    conflict = str(draft) if isinstance(draft, Conflict) else ""
    found = await looked_at(
        session, draft.draft if isinstance(draft, Conflict) else draft, wish.found.file
    )
    at = wish.at if found.chain.step(wish.at) else ()
    given = shown(found, wish.tab, at) | await panel_of(request, found, at)
    return part(request, "editor/_changed.html", panel=True, conflict=conflict, **given)


async def panel(request: Request) -> Response:
    """The panel of a step that was chosen."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    at = path_from(request.query_params.get("step", ""))
    if at and found.chain.step(at) is None:
        raise UsageError("This step is not there any more.", hint="Load the page again.")
    tab = request.query_params.get("tab", "")
    given = shown(found, tab, at) | await panel_of(request, found, at)
    return part(request, "editor/_selected.html", **given)


async def palette(request: Request) -> Response:
    """What can be inserted at a place, searched."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    place = path_from(request.query_params.get("place", ""))
    search = request.query_params.get("q", "")
    given = await offered(request, found, place, search)
    template = "_found.html" if "q" in request.query_params else "_palette.html"
    return part(request, f"editor/{template}", **shown(found, "", ()), **given)


BASE: Final = "/scenarios/{name}/edit"
ROUTES: Final = [
    Route(BASE + "/panel", panel),
    Route(BASE + "/palette", palette),
    Route(BASE + "/history/{way}", history, methods=["POST"]),
    *(Route(f"{BASE}/{name}", _changing(one), methods=["POST"]) for name, one in CHANGES.items()),
]

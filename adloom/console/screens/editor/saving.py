"""A draft saved, discarded, or taken along as a file."""

from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.render import redirect
from adloom.console.screens.editor.at import wish_of
from adloom.console.screens.editor.review import changed_on_disk, reviewed
from adloom.console.screens.editor.shown import shown
from adloom.console.screens.scenarios.answers import dialog, fresh_desk
from adloom.services.draft_saving import export_name, save_draft, say_saved, take_theirs
from adloom.services.drafting import drafted, drafts_of, looked_at
from adloom.services.editing import ChangedOnDisk, Wrong
from scheduler.drafts import Conflict

__all__ = ["ROUTES"]

MEANWHILE: Final = "It was changed in another tab. This is what would be saved now."
TAKEN: Final = "This is what the file says. Your draft is one step back: Undo."


async def save(request: Request) -> Response:
    """Write the draft to its file; it runs as it says from then on."""
    wish = await wish_of(request)
    desk = desk_of(request)
    if wish.version != wish.found.draft.version:
        return await reviewed(request, wish.found, wish.tab, MEANWHILE)
    outcome, draft = await save_draft(desk.session, wish.found, wish.word("over") or None)
    if isinstance(outcome, ChangedOnDisk):
        return changed_on_disk(request, wish.found, outcome, wish.tab)
    if isinstance(outcome, Wrong):
        return await reviewed(request, wish.found, wish.tab, "It cannot be saved as it is.")
    await fresh_desk(request)
    said = await say_saved(desk.workshop, outcome)
    return redirect(request, _page(request, draft.name), said)


async def theirs(request: Request) -> Response:
    """Go on with what somebody else has written into the file."""
    wish = await wish_of(request)
    session = desk_of(request).session
    kept = await take_theirs(session, wish.found, wish.word("seen"), wish.version, wish.tab)
    if isinstance(kept, Conflict):
        found = await looked_at(session, kept.draft, wish.found.file)
        return await reviewed(request, found, wish.tab, str(kept))
    return redirect(request, _page(request, kept.name), TAKEN)


async def ask_to_discard(request: Request) -> Response:
    """Whether what was typed is really to be forgotten."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    return dialog(request, "editor/_discard.html", **shown(found, "", ()))


async def discard(request: Request) -> Response:
    """Forget the draft; its file stays as it is."""
    name = request.path_params["name"]
    session = desk_of(request).session
    found = await drafted(session, name)
    await (await drafts_of(session)).discard(name)
    if found.file is None:
        return redirect(request, "/scenarios", f"The draft of {name} is gone.")
    return redirect(request, _page(request, name), "The draft is gone; this is what the file says.")


async def export(request: Request) -> Response:
    """The draft as a file, as it stands."""
    found = await drafted(desk_of(request).session, request.path_params["name"])
    called = quote(export_name(found), safe="")
    return Response(
        found.draft.text.encode(),
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{called}"},
    )


def _page(request: Request, name: str) -> str:
    """The editor's page, on the side somebody was on."""
    address = f"/scenarios/{quote(name, safe='')}/edit"
    side = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query).get("tab")
    return f"{address}?tab=yaml" if side == ["yaml"] else address


BASE: Final = "/scenarios/{name}/edit"
POST: Final = ["POST"]
ROUTES: Final = [
    Route(BASE + "/save", save, methods=POST),
    Route(BASE + "/theirs", theirs, methods=POST),
    Route(BASE + "/discard", ask_to_discard),
    Route(BASE + "/discard", discard, methods=POST),
    Route(BASE + "/export", export),
]

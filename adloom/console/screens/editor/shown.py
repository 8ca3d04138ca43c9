"""What every part of the editor shows of a draft, and the answer that shows it anew."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import part
from adloom.console.screens.editor.at import Wish, keep, say_at
from adloom.console.screens.editor.panel import panel_of
from adloom.services.drafting import Drafted, looked_at
from scenarios.places import FieldPath
from scheduler.drafts import Conflict

__all__ = ["answer", "shown"]


def shown(found: Drafted, tab: str, at: FieldPath) -> dict[str, Any]:
    """A draft for the editor's templates."""
    return {
        "draft": found.draft,
        "chain": found.chain,
        "file": found.file,
        "tab": tab,
        "at": say_at(at),
        "say_at": say_at,
        "selected": found.chain.step(at),
        "base": f"/scenarios/{quote(found.draft.name, safe='')}/edit",
        "errors": [one for one in found.chain.problems if one.is_error],
    }


async def answer(
    request: Request, wish: Wish, text: str, at: FieldPath, *, panel: bool = True
) -> Response:
    """Keep a changed text, and show the editor's parts as they are now.

    Args:
        request: Whose answer it is.
        wish: What was wanted.
        text: The draft after the change.
        at: Which step is selected from now on.
        panel: Whether the panel is shown anew; never while somebody types in it (console.md §2.2).
    """
    kept = await keep(request, wish, text)
    session = desk_of(request).session
    if isinstance(kept, Conflict):
        found = await looked_at(session, kept.draft, wish.found.file)
        given = shown(found, wish.tab, at) | await panel_of(request, found, at)
        return part(request, "editor/_changed.html", panel=True, conflict=str(kept), **given)
    found = await looked_at(session, kept, wish.found.file)
    given = shown(found, wish.tab, at)
    if panel:
        given |= await panel_of(request, found, at)
    return part(request, "editor/_changed.html", panel=panel, conflict="", **given)

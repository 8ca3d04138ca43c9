"""What saving would change, looked at before it is done."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.screens.editor.shown import shown
from adloom.console.screens.scenarios.answers import dialog
from adloom.services.draft_reviewing import review_of
from adloom.services.draft_saving import GONE, on_disk
from adloom.services.drafting import Drafted, drafted
from adloom.services.editing import ChangedOnDisk, three_way

__all__ = ["ROUTES", "changed_on_disk", "reviewed"]


async def review(request: Request) -> Response:
    """The difference to the file, everything that is wrong, and what it would do otherwise."""
    session = desk_of(request).session
    found = await drafted(session, request.path_params["name"])
    standing = on_disk(session, found)
    tab = request.query_params.get("tab", "")
    if standing is not None:
        return changed_on_disk(request, found, standing, tab)
    return await reviewed(request, found, tab)


async def reviewed(request: Request, found: Drafted, tab: str, note: str = "") -> Response:
    """The dialog in which somebody reviews a draft.

    Args:
        request: Whose answer it is.
        found: The draft.
        tab: The tab it is reviewed in.
        note: What happened meanwhile.
    """
    desk = desk_of(request)
    review = await review_of(desk.session, desk.workshop, found)
    given = shown(found, tab, ()) | {"review": review, "note": note}
    return dialog(request, "editor/_review.html", **given)


def changed_on_disk(
    request: Request, found: Drafted, standing: ChangedOnDisk, tab: str
) -> Response:
    """The dialog for a file that somebody else has changed.

    Args:
        request: Whose answer it is.
        found: The draft.
        standing: What the file says now.
        tab: The tab.
    """
    draft = found.draft
    given: dict[str, Any] = shown(found, tab, ()) | {"standing": standing, "gone": GONE}
    if standing.theirs is not None:
        given["both"] = three_way(draft.base_text or "", draft.text, standing.theirs)
    return dialog(request, "editor/_disk.html", **given)


ROUTES: Final = [Route("/scenarios/{name}/edit/review", review)]

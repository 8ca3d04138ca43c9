"""The page itself: filter bar, and figures as soon as they are there."""

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import page
from adloom.console.screens.reports.looking import look_of, room_of
from adloom.console.screens.reports.shown import figures_context
from adloom.services import reports_saved

__all__ = ["reports"]

UNUSABLE = 422


async def reports(request: Request) -> Response:
    """Figures of an account over some days."""
    desk, room, look = desk_of(request), room_of(request), await look_of(request)
    fetched = None if look.faults else room.cache.find(look.view)
    shown = await figures_context(request, look, fetched) if fetched else {}
    return await page(
        request,
        "reports/page.html",
        status=UNUSABLE if look.faults else 200,
        title="Reports",
        active="reports",
        look=look,
        view=look.view,
        faults=look.faults,
        saved=len(reports_saved.names(desk.session.workspace)),
        fetched=fetched,
        job=None if fetched else room.job(desk, look.view),
        **shown,
    )

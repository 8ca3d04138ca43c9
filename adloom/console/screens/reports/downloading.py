"""The rows of a look as a file."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.render import redirect
from adloom.console.screens.reports.looking import look_of, room_of
from adloom.services.reports_files import KINDS, file_of
from adloom.services.reports_sheets import sheets_of

__all__ = ["download"]


async def download(request: Request) -> Response:
    """All rows in order, in one file; figures that have grown old are read again first."""
    look = await look_of(request)
    fetched = None if look.faults else room_of(request).cache.find(look.view)
    if fetched is None:
        told = "The figures had grown old and are read again. Then download once more."
        return redirect(request, f"/reports?{look.view.query()}", told)
    kind = request.query_params.get("format", "")
    rows = [row for sheet in sheets_of(fetched, look.view) for row in sheet.rows]
    content = await asyncio.to_thread(file_of, kind, look.view, rows)
    ending, media_type = KINDS[kind]
    # Accounts are digits and levels words: nothing here needs quoting.
    name = f"report-{look.view.level}-{fetched.at:%Y%m%d-%H%M}{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)

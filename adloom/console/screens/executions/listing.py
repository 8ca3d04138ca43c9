"""The list of executions, and the inboxes beside it."""

import csv
import io
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of
from adloom.console.render import page, part
from adloom.console.screens.executions.asking import LABELS, STARTS, Asked
from adloom.json_text import dump
from adloom.services.execution_data import keys_of
from adloom.services.executions import version_of, zones_of
from adloom.services.holding import holds_of
from adloom.services.inbox import causes, fix_of
from adloom.services.inbox_doubts import doubts
from adloom.services.lineage import label_of
from adloom.services.scenario_words import say_seconds
from adloom.sinks.csv_file import defused
from scheduler.summaries import Summary, standing, summary_page

__all__ = ["as_csv", "as_json", "listing", "listing_part"]

#: Executions on one page, causes in the inbox, and in one file.
PAGE: Final = 50
MOST_CAUSES: Final = 30
MOST_HELD: Final = 100
MOST_IN_FILE: Final = 10_000
COLUMNS: Final = (
    "id",
    "status",
    "scenario",
    "start",
    "slot",
    "modules",
    "changes",
    "started_at",
    "ended_at",
    "error",
    "undoes",
)


async def listing(request: Request) -> Response:
    """The list, or one of the inboxes, as its address says."""
    asked = await _asked(request)
    desk = desk_of(request)
    context = await _context(desk, asked)
    return await page(
        request,
        "executions/page.html",
        title="Executions",
        active="executions",
        scenarios=sorted(one.name for one in await desk.workshop.scenarios.all()),
        states=LABELS,
        **context,
    )


async def listing_part(request: Request) -> Response:
    """The list alone, for those who look again."""
    asked = await _asked(request)
    return part(request, "executions/_again.html", **await _context(desk_of(request), asked))


async def as_json(request: Request) -> Response:
    """The same list as data."""
    rows = [_data(one) for one in await _all(request)]
    return Response(dump(rows), media_type="application/json")


async def as_csv(request: Request) -> Response:
    """The same list for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in await _all(request):
        writer.writerow([_cell(value) for value in _data(one).values()])
    headers = {"Content-Disposition": 'attachment; filename="executions.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


async def _asked(request: Request) -> Asked:
    zones = await zones_of(desk_of(request).workshop.database)
    return Asked.read(request.query_params, zones)


async def _context(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What the list shows."""
    now = desk.session.wiring.clock.now()
    shown: dict[str, Any] = {
        "asked": asked,
        "starts": STARTS,
        "until": lambda moment: say_seconds(_rounded((moment - now).total_seconds())),
    }
    shown["counts"] = await standing(desk.workshop.database, now)
    shown["zones"] = await zones_of(desk.workshop.database)
    match asked.tab:
        case "incomplete":
            shown |= await _incomplete(desk)
        case "in doubt":
            rows = await doubts(desk.workshop.database, cursor=asked.cursor)
            keys = await _keys(desk, [one.summary.id for one in rows.rows])
            shown |= {"doubts": rows, "label": lambda path: label_of(path, keys)}
        case "held":
            held = await (await holds_of(desk.session)).open()
            shown |= {"held": held[:MOST_HELD], "more": max(0, len(held) - MOST_HELD)}
        case _:
            database = desk.workshop.database
            found = await summary_page(database, asked.wanted, size=PAGE, cursor=asked.cursor)
            shown["found"] = found
            shown["is_moving"] = any(one.status == "running" for one in found.rows)
    return shown


async def _incomplete(desk: Desk) -> dict[str, Any]:
    found = await causes(desk.workshop.database)
    held = {one.execution_id for one in await (await holds_of(desk.session)).open()}
    stopped = desk.session.workspace.stopped
    shown = [
        (one, fix_of(one, await version_of(desk.workshop, one.version), held, stopped=stopped))
        for one in found[:MOST_CAUSES]
    ]
    keys = await _keys(desk, [item.execution_id for one, _ in shown for item in one.items[:3]])
    return {
        "causes": shown,
        "more": max(0, len(found) - MOST_CAUSES),
        "label": lambda path: label_of(path, keys),
    }


def _rounded(seconds: float) -> int:
    """Seconds in the largest unit that says enough."""
    size = next((size for size in (3_600, 60) if seconds >= size), 1)
    return max(1, round(seconds / size)) * size


async def _keys(desk: Desk, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for identity in dict.fromkeys(ids):
        found |= await keys_of(desk.workshop.database, identity)
    return found


async def _all(request: Request) -> tuple[Summary, ...]:
    asked = await _asked(request)
    database = desk_of(request).workshop.database
    return (await summary_page(database, asked.wanted, size=MOST_IN_FILE)).rows


def _data(one: Summary) -> dict[str, Any]:
    return {name: getattr(one, name) for name in COLUMNS}


def _cell(value: Any) -> Any:
    """A value as a spreadsheet takes it: never as a formula."""
    if isinstance(value, tuple):
        value = ", ".join(value)
    return defused(value) if isinstance(value, str) else value

"""What the templates show of fetched figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from adloom.console.desk import desk_of
from adloom.console.screens.reports.looking import Look
from adloom.services.figures import total
from adloom.services.figures_measures import measure_of
from adloom.services.markers import Marker, by_bucket, find_markers
from adloom.services.reports_fetching import Fetched
from adloom.services.reports_files import can_write_parquet
from adloom.services.reports_sheets import Sheet, sheets_of
from adloom.services.reports_view import ALL, BREAKDOWNS, View
from adloom.services.reports_words import breakdown_word, change_told, figure_told
from adloom.wire import Record
from scheduler.audit import Audit

__all__ = ["figures_context"]

PER_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A sheet with what the page adds to it.

    Args:
        sheet: The figures.
        markers: What adloom changed meanwhile.
        marked: The text at each day or hour that has any.
        rows: Those of this page.
        pages: How many pages of rows there are.
    """

    sheet: Sheet
    markers: Sequence[Marker]
    marked: dict[str, str]
    rows: Sequence[Record]
    pages: int


async def figures_context(request: Request, look: Look, fetched: Fetched) -> dict[str, Any]:
    """What `_figures.html` is given beside the look."""
    audit = Audit(await desk_of(request).session.journal_database())
    view = look.view
    return {
        "sheets": [await _shown(audit, view, sheet) for sheet in sheets_of(fetched, view)],
        "dimension": BREAKDOWNS[view.by],
        "has_parquet": can_write_parquet(),
        "measure_of": measure_of,
        "figure_told": figure_told,
        "change_told": change_told,
        "breakdown_word": breakdown_word,
        "total": total,
        "narrower": lambda row: _narrower(view, row),
        "zone": str(fetched.figures[0].account.clock) if fetched.figures else "UTC",
    }


async def _shown(audit: Audit, view: View, sheet: Sheet) -> Shown:
    objects = None
    if narrowed := {view.campaign, view.adgroup} - {""}:
        objects = narrowed | {str(row.get(view.of.identity)) for row in sheet.rows}
    step = view.step(sheet.days)
    markers = await find_markers(audit, sheet.accounts, sheet.days, step, objects)
    pages = max(1, -(-len(sheet.rows) // PER_PAGE))
    first = (min(view.page, pages) - 1) * PER_PAGE
    return Shown(sheet, markers, by_bucket(markers), sheet.rows[first : first + PER_PAGE], pages)


def _narrower(view: View, row: Record) -> str:
    """Where a row's parts are; empty if it has none."""
    identity = row.get(view.of.identity)
    if not view.of.below or not identity:
        return ""
    account = view.account if view.account != ALL else str(row.get("advertiser_id") or ALL)
    return replace(view, account=account).within(view.level, str(identity)).query()

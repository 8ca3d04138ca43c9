"""Reading the parts of a report, smaller where one is too much (business_api.md §8.6)."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import Final

from adloom.errors import ApiError, RetryableError
from adloom.rows import column, take
from adloom.wire import Page, Record
from modules.base import Context
from modules.records.listing import LARGEST_PAGE
from modules.records.reports_asked import ReportParams
from modules.records.reports_dates import DAY
from modules.records.reports_filters import ID_FIELDS, IN
from modules.records.reports_parts import REPORT, Part, query_of
from modules.records.reports_tasks import read_task

__all__ = ["read_part"]

TOO_HEAVY: Final = 50002
#: How often a part is halved before it is given up.
HALVINGS: Final = 2


async def read_part(
    part: Part, params: ReportParams, context: Context
) -> AsyncGenerator[Page[Record], None]:
    """Yield a part's pages of rows, as they came: dimensions and metrics apart.

    Raises:
        RetryableError: It is too much for TikTok even when it is halved twice.
    """
    pages = read_task(part, params, context) if params.use_task else _read(part, params, context)
    told = False
    async for page in pages:
        fitting = _fitting(page, part, params)
        if len(fitting.records) < len(page.records) and not told:
            context.say("TikTok ignored a filter by id; rows of other ids were left out.")
            told = True
        yield fitting


async def _read(
    part: Part, params: ReportParams, context: Context, halved: int = 0
) -> AsyncIterator[Page[Record]]:
    size = min(params.limit or LARGEST_PAGE, LARGEST_PAGE)
    begun = False
    try:
        query = query_of(part, params)
        async for page in context.api.pages(REPORT, query, key="dimensions", page_size=size):
            begun = True
            yield page
    except ApiError as error:
        if error.code != TOO_HEAVY or begun:
            raise
        # Sorted rows could not be merged again, nor could rates of several windows.
        by_day = DAY in params.shown_dimensions
        halves = [] if params.order_field or halved == HALVINGS else part.halves(by_day=by_day)
        if not halves:
            raise _too_heavy(error) from error
    else:
        return
    context.say(f"Too much for TikTok at once ({part}); asking for half of it.")
    for half in halves:
        async for page in _read(half, params, context, halved + 1):
            yield replace(page, has_more=True) if half is not halves[-1] else page


def _too_heavy(error: ApiError) -> RetryableError:
    return RetryableError(
        str(error),
        code=error.code,
        request_id=error.request_id,
        hint="Ask for fewer days, ids or columns, or let TikTok work in the background: --async",
    )


def _fitting(page: Page[Record], part: Part, params: ReportParams) -> Page[Record]:
    """Only the rows with the ids that were asked for: TikTok may ignore a filter (§8.2)."""
    for one in part.filters:
        name = ID_FIELDS.get(one.field)
        if name in params.shown_dimensions and one.how == IN:
            wanted = {None, *one.values}
            ids = [(found or {}).get(name) for found in column(page.records, "dimensions")]
            places = [place for place, found in enumerate(ids) if _id(found) in wanted]
            if len(places) < len(ids):
                page = replace(page, records=take(page.records, places))
    return page


def _id(value: object) -> str | None:
    return None if value is None else str(value)

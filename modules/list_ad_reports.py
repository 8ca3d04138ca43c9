"""List the figures of ads, ad groups, campaigns or accounts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from adloom.nested_rows import NestedRows
from adloom.wire import Page
from modules.base import Context, module
from modules.records.reports import AdReport, flat
from modules.records.reports_asked import ReportParams
from modules.records.reports_parts import Part, plan, totals_of
from modules.records.reports_reading import read_part

__all__ = ["ListAdReportsParams", "list_ad_reports"]


class ListAdReportsParams(ReportParams):
    """Which figures to list, of what, and for which days; without any, the last seven."""


@module(kind="search", title="List ad reports", provider="tiktok-business", permission=44)
async def list_ad_reports(
    params: ListAdReportsParams, context: Context
) -> AsyncIterator[Page[AdReport]]:
    """List the figures of ads, ad groups, campaigns or accounts, row by row.

    What TikTok does not answer at once is asked for in parts: account after account, window after
    window, a hundred ids at a time.
    """
    parts = await plan(params, context)
    for account, own in groupby(parts, key=lambda part: part.account):
        mine = list(own)
        constants: dict[str, Any] = dict([account])
        if params.totals:
            totals = await totals_of(mine, params, context)
            constants["total_metrics"] = flat({"metrics": totals}, {})
        for part in mine:
            async for page in read_part(part, params, context):
                yield _bundles(page, part, parts, constants)


def _bundles(
    page: Page[Any], part: Part, parts: list[Part], constants: dict[str, Any]
) -> Page[AdReport]:
    """A page of bundles; of several parts, nobody knows how many rows there are in all."""
    records = NestedRows(page.records, flat, constants)
    if len(parts) == 1:
        return replace(page, records=records)
    more = page.has_more or part is not parts[-1]
    return replace(page, records=records, total=None, has_more=more)

"""Running a report: into a file, as a picture, as a table, or as JSON lines."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adloom.cli.output import Writer
from adloom.cli.progress import Counting
from adloom.cli.reports_chart import draw
from adloom.cli.reports_export import Target, export
from adloom.cli.reports_shown import show_report
from adloom.cli.session import open_session, say
from adloom.errors import InvalidParamsError, RejectedError, UsageError
from adloom.fields import validate
from adloom.services.reports_columns import columns_of
from adloom.services.reports_saved import Saved
from adloom.settings import Workspace
from adloom.sinks import format_of
from adloom.wire import Record
from modules import find_module
from modules.list_ad_reports import ListAdReportsParams
from modules.records.reports import is_figure
from modules.records.reports_words import NAMES_OF_IDS

__all__ = ["RunOptions", "run_report"]


@dataclass(frozen=True)
class RunOptions:
    """What becomes of a report.

    Args:
        out: The file it goes into, if any.
        kind: The format of that file; its ending decides otherwise.
        table: The table of a SQLite file.
        append: Whether that table keeps the rows it has.
        restart: Whether to forget what an interrupted run has fetched.
        chart: The metric to draw, if any.
        as_json: Whether to write JSON lines, also on a terminal.
    """

    out: Path | None
    kind: str | None
    table: str
    append: bool
    restart: bool
    chart: str | None
    as_json: bool


def run_report(workspace: Workspace, asked: Saved, options: RunOptions) -> None:
    """Run a report.

    Raises:
        UsageError: It cannot be run like this.
        AdloomError: What the platform answered.
    """
    everything = {"limit": 0} if options.out or options.chart else {}
    values = {**everything, **asked.values}
    params = validate(ListAdReportsParams, values)
    if options.out:
        _export(workspace, params, asked.connection, options)
    elif options.chart:
        _draw(workspace, params, values, asked.connection, options.chart)
    elif options.as_json or not sys.stdout.isatty():
        asyncio.run(_stream(workspace, values, asked.connection))
    else:
        _show(workspace, params, values, asked.connection)


def _export(
    workspace: Workspace, params: ListAdReportsParams, connection: str | None, options: RunOptions
) -> None:
    assert options.out  # noqa: S101 - for the type
    path = options.out.expanduser().absolute()
    kind = format_of(path, options.kind)
    if options.append and kind != "sqlite":
        raise UsageError("--append is for SQLite files; others are written anew.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.")
    target = Target(path, kind, options.table, options.append)
    export(workspace, params, connection, target, restart=options.restart)


def _draw(
    workspace: Workspace,
    params: ListAdReportsParams,
    values: Mapping[str, Any],
    connection: str | None,
    metric: str,
) -> None:
    if metric not in params.shown_metrics:
        values = {**values, "metrics": [*params.shown_metrics, metric]}
        params = validate(ListAdReportsParams, values)
    draw(metric, params, asyncio.run(_rows(workspace, values, connection)))


def _show(
    workspace: Workspace,
    params: ListAdReportsParams,
    values: Mapping[str, Any],
    connection: str | None,
) -> None:
    """A table, with totals wherever TikTok computes them."""
    try:
        with_totals = {**values, "totals": True}
        validate(ListAdReportsParams, with_totals)
        rows = asyncio.run(_rows(workspace, with_totals, connection))
    except (InvalidParamsError, RejectedError):
        # The sandbox has none, and some reports cannot be added up.
        if params.totals:
            raise
        rows = asyncio.run(_rows(workspace, values, connection))
    show_report(_in_order(params), rows)
    more = " All of them: --limit 0" if len(rows) == params.limit else ""
    say(f"{len(rows):,} shown.{more}")


def _in_order(params: ListAdReportsParams) -> list[str]:
    """The columns as they were asked for; unasked, names and figures before other attributes."""
    names = [one.name for one in columns_of(params)]
    if params.metrics:
        return names
    called = [NAMES_OF_IDS[name] for name in params.shown_dimensions if name in NAMES_OF_IDS]
    others = [name for name in names if name not in (*params.shown_dimensions, *called)]
    figures = sorted(others, key=lambda name: not is_figure(name))
    return [*params.shown_dimensions, *(name for name in called if name in names), *figures]


async def _rows(
    workspace: Workspace, values: Mapping[str, Any], connection: str | None
) -> list[Record]:
    """Every row, as a bundle."""
    module = find_module("list_ad_reports")
    counting = Counting(limit=int(values.get("limit", 0)))
    rows: list[Record] = []
    async with open_session(workspace, tell=counting.say) as session:
        chosen = await session.choose(connection, module.providers)
        with counting:
            async for page in session.reader.read(module, values, chosen):
                rows += page.records
                counting.show(len(rows), page.total, more=page.has_more)
    return rows


async def _stream(workspace: Workspace, values: Mapping[str, Any], connection: str | None) -> None:
    """Rows as JSON lines, as they come."""
    module = find_module("list_ad_reports")
    writer = Writer(module.bundle, as_json=True)
    counting = Counting(limit=int(values.get("limit", 0)))
    async with open_session(workspace, tell=counting.say) as session:
        chosen = await session.choose(connection, module.providers)
        with counting:
            async for page in session.reader.read(module, values, chosen):
                writer.write(page.records)
                counting.show(writer.count, page.total, more=page.has_more)

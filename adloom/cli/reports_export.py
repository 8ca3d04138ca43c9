"""A report into a file: fetched part by part, kept, and made whole at the end.

What is fetched survives an interruption; the same command goes on where it stopped.
"""

import asyncio
import errno
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adloom.cli.progress import Counting
from adloom.cli.session import Session, open_session, say
from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.nested_rows import LineRows, NestedRows
from adloom.services.reports_columns import columns_of
from adloom.settings import Workspace
from adloom.sinks import open_sink
from adloom.sinks.spool import Spool
from adloom.wire import Page, Record
from modules import find_module
from modules.base import Context
from modules.records.reports import flat
from modules.records.reports_asked import ReportParams
from modules.records.reports_parts import Part, plan
from modules.records.reports_reading import read_part

__all__ = ["Target", "export"]

MODULE: Final = "list_ad_reports"
#: What the user's disk may say; anything else is a fault of ours.
DISK_TROUBLES: Final = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS),
    *(errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENAMETOOLONG),
)


@dataclass(frozen=True)
class Target:
    """Where a report goes.

    Args:
        path: The file.
        kind: Its format.
        table: The table of a SQLite file.
        append: Whether that table keeps the rows it has.
    """

    path: Path
    kind: str
    table: str
    append: bool = False


def export(
    workspace: Workspace,
    params: ReportParams,
    connection: str | None,
    target: Target,
    *,
    restart: bool,
) -> None:
    """Write a report into a file; the file is there when it is whole, not before.

    Raises:
        UsageError: It cannot be written, or somebody else is writing it.
        AdloomError: What the platform answered.
    """
    if not params.shown_metrics:
        fault = Fault("metrics", "is required for a file: the columns have to be known beforehand")
        raise InvalidParamsError([fault])
    asked = params.model_dump(mode="json", exclude_defaults=True) | {"connection": connection}
    try:
        with Spool(target.path, asked, datetime.now(UTC), restart=restart) as spool:
            if spool.resumed:
                say(f"Going on with what was begun at {spool.began:%Y-%m-%d %H:%M} UTC.")
            try:
                parts = asyncio.run(_fetch(workspace, params, connection, spool))
                rows = _convert(parts, params, target, spool)
            except BaseException:
                if spool.has_parts:
                    say(f"What was fetched is kept in {spool.folder}; run it again to go on.")
                raise
    except OSError as error:
        if error.errno not in DISK_TROUBLES:
            raise
        raise UsageError(f"{target.path} cannot be written: {error.strerror}.") from None
    say(f"{rows:,} rows in {target.path}.")


async def _fetch(
    workspace: Workspace, params: ReportParams, connection: str | None, spool: Spool
) -> list[Part]:
    """Bring every part that is not there yet; return those that make up the report."""
    counting = _counting(params)
    async with open_session(workspace, tell=counting.say) as session:
        context = await _context(session, connection, spool)
        parts = await plan(params, context)
        rows = 0
        with counting:
            for place, part in enumerate(parts):
                known = spool.rows_of(repr(part))
                if known is None:
                    known = await _fetch_part(part, params, context, spool, (rows, counting))
                rows += known
                if params.limit and rows >= params.limit:
                    return parts[: place + 1]
    return parts


async def _fetch_part(
    part: Part,
    params: ReportParams,
    context: Context,
    spool: Spool,
    progress: tuple[int, Counting],
) -> int:
    before, counting = progress
    left = params.limit - before if params.limit else None
    rows = 0
    with spool.writing(repr(part)) as file:
        async with aclosing(read_part(part, params, context)) as pages:
            async for page in pages:
                records = page.records if left is None else page.records[: left - rows]
                file.write(NestedRows(records, flat, {}).text())
                rows += len(records)
                counting.show(before + rows, None, more=True)
                if rows == left:
                    break
                _tell_missing(page, part, context)
    return rows


def _tell_missing(page: Page[Record], part: Part, context: Context) -> None:
    if page.missing:
        context.say(
            f"The listing of {part} kept changing while it was read: {page.missing} rows or more "
            "may be missing. Run it again to be sure."
        )


async def _context(session: Session, connection: str | None, spool: Spool) -> Context:
    """What a module gets; its moment is that of the run that began the file."""
    module = find_module(MODULE)
    opened = await session.reader.open(module, await session.choose(connection, module.providers))
    context = session.reader.context(opened, session.reader.new_id())
    return replace(context, now=spool.began)


def _convert(parts: Sequence[Part], params: ReportParams, target: Target, spool: Spool) -> int:
    """Make the file of the parts. Outside the event loop, so Ctrl-C works at once."""
    spool.clear_draft()
    in_place = target.kind == "sqlite" and target.path.exists()
    if in_place and target.append:
        spool.refuse_second_append()
    place = target.path if in_place else spool.draft
    columns = columns_of(params)
    rows = 0
    sink = open_sink(target.kind, place, columns, table=target.table, append=target.append)
    with sink:
        for part in parts:
            constants = dict([part.account])
            for chunk in spool.chunks(repr(part)):
                rows += sink.write(NestedRows(LineRows(chunk), flat, constants))
        spool.note_appending()
    spool.finish()
    if left_out := getattr(sink, "left_out", 0):
        say(f"{left_out:,} figures are no numbers (such as <5) and were left empty.")
    return rows


def _counting(params: ReportParams) -> Counting:
    """Rows go into a file, so progress is shown wherever somebody can see it."""
    if not sys.stderr.isatty():
        return Counting(limit=params.limit)
    from rich.console import Console

    return Counting(limit=params.limit, console=Console(stderr=True))

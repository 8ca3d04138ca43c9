"""Reports that TikTok computes in the background (business_api.md §5.4).

A task is ordered, asked about until it is done, and fetched as CSV. None of that changes anything
of the account. Whoever stops waiting calls it off.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Any, Final

from adloom.errors import AdloomError, RejectedError, RetryableError, UnusableAnswerError
from adloom.wire import JsonBody, Page, Record, Request
from modules.base import Context
from modules.records.reports_asked import ReportParams
from modules.records.reports_parts import Part, query_of

__all__ = ["read_task"]

FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 60.0
GROWTH: Final = 1.5
#: Seconds of pauses after which a task is given up.
PATIENCE: Final = 2 * 3600.0
#: Seconds that calling a task off may take.
LAST_CALL: Final = 10.0
WAITING: Final = ("QUEUING", "PROCESSING")
FETCHED_AT_ONCE: Final = 1000
MARK: Final = "\ufeff"


async def read_task(
    part: Part, params: ReportParams, context: Context
) -> AsyncIterator[Page[Record]]:
    """Yield the pages of a report that was computed in the background.

    Raises:
        RejectedError: TikTok could not compute it.
        RetryableError: It took too long.
    """
    order = query_of(part, params) | {
        "output_format": "CSV_STRING",
        "enable_report_title_translation": False,
    }
    answer = await context.api.read(Request("POST", "/report/task/create/", body=JsonBody(order)))
    task_id = answer.data.get("task_id") if isinstance(answer.data, dict) else None
    if not task_id:
        raise UnusableAnswerError("TikTok took the order for a report and named no task.")
    named = {part.account[0]: part.account[1], "task_id": str(task_id)}
    context.say(f"TikTok computes this in the background (task {task_id}).")
    try:
        await _wait(named, context)
    except asyncio.CancelledError:
        await _call_off(named, context)
        raise
    text = (await context.api.get("/report/task/download/", named)).data
    if not isinstance(text, str):
        raise UnusableAnswerError("TikTok sent something else than the text of a report.")
    if "country_code" in params.shown_dimensions:
        context.say("Background reports name countries (Germany) instead of their codes (DE).")
    rows = _rows(text, params)
    for start in range(0, max(len(rows), 1), FETCHED_AT_ONCE):
        end = start + FETCHED_AT_ONCE
        yield Page(rows[start:end], total=len(rows), has_more=end < len(rows))


async def _wait(named: dict[str, str], context: Context) -> None:
    pause, waited = FIRST_PAUSE, 0.0
    while waited < PATIENCE:
        await context.pause(pause)
        waited, pause = waited + pause, min(pause * GROWTH, LONGEST_PAUSE)
        found = (await context.api.get("/report/task/check/", named)).data
        status = found.get("status") if isinstance(found, dict) else None
        if status == "SUCCESS":
            return
        if status not in WAITING:
            message: Any = found.get("message") if isinstance(found, dict) else None
            told = f": {message}" if message else ""
            raise RejectedError(f"The background report ended as {status}{told}.")
    await _call_off(named, context)
    raise RetryableError(f"The background report was not done after {PATIENCE / 3600:.0f} hours.")


async def _call_off(named: dict[str, str], context: Context) -> None:
    """Tell TikTok that nobody waits any more; if that fails, the task just ends unread."""
    try:
        async with asyncio.timeout(LAST_CALL):
            body = JsonBody(named)
            await context.api.read(Request("POST", "/report/task/cancel/", body=body))
        context.say("The background report was called off.")
    except (AdloomError, TimeoutError) as error:
        context.say(f"The background report could not be called off: {error}")


def _rows(text: str, params: ReportParams) -> list[Record]:
    """CSV as the rows that a report has when it is read at once."""
    reader = csv.reader(io.StringIO(text.removeprefix(MARK)))
    names = next(reader, [])
    dimensions = set(params.shown_dimensions)
    rows = []
    for values in reader:
        if len(values) != len(names):
            raise UnusableAnswerError(
                f"A row of the background report has {len(values)} values for {len(names)} columns."
            )
        row: Record = {"dimensions": {}, "metrics": {}}
        for name, value in zip(names, values, strict=True):
            row["dimensions" if name in dimensions else "metrics"][name] = value
        rows.append(row)
    return rows

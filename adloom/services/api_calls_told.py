"""Calls to the API that somebody made by hand, and what came back."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from adloom.catalogue import load
from adloom.errors import AdloomError, ApiError, UnknownOutcomeError
from adloom.secret import redact
from adloom.services.module_runs import Bench, Reading, read_all
from adloom.services.module_runs_changes import Applied
from adloom.services.module_runs_rows import KeptRows
from adloom.wire import Answer, Record
from modules import find_module
from scheduler.records import RecordedCall, Status

__all__ = ["Answered", "Called", "History", "answer_of", "call_now", "note_change"]

MOST_REMEMBERED: Final = 50
#: Answers of a listing that is walked through that are at hand; a download has all.
MOST_ANSWERS: Final = 5


@dataclass(frozen=True)
class Answered:
    """What came back, without anything secret.

    Args:
        status: The HTTP status, if there was an answer.
        headers: Its headers.
        body: The whole answer.
    """

    status: int | None
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> int | None:
        """TikTok's own code."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code if isinstance(code, int) and not isinstance(code, bool) else None

    @property
    def meaning(self) -> str:
        """That code in words."""
        return "" if self.code is None else load().code(self.code).meaning

    @property
    def request_id(self) -> str:
        """What TikTok calls this request."""
        return str(self.body.get("request_id") or "") if isinstance(self.body, dict) else ""

    @property
    def paging(self) -> str:
        """How the listing goes on, in a sentence; empty if it is none."""
        data = self.body.get("data") if isinstance(self.body, dict) else None
        info = data.get("page_info") if isinstance(data, dict) else None
        if not isinstance(info, dict):
            return ""
        page, pages, total = (info.get(one) for one in ("page", "total_page", "total_number"))
        if isinstance(page, int) and isinstance(pages, int) and pages > page:
            return (
                f"Page {page:,} of {pages:,}, {total:,} rows in all. Ask for page {page + 1:,},"
                " or walk through all pages."
                if isinstance(total, int)
                else f"Page {page:,} of {pages:,}. Ask for page {page + 1:,}."
            )
        if info.get("has_more") and info.get("cursor") is not None:
            return f"There is more: go on with the cursor {info['cursor']}."
        return f"All {total:,} rows." if isinstance(total, int) else ""


@dataclass
class Called:
    """A call that was made, or is being made.

    Args:
        number: Which one of its session.
        at: When.
        method: The HTTP method.
        path: Below the API's root.
        connection: With which connection.
        values: The parameters of `make_api_call`, secrets as dots.
        endpoint: Whether the catalogue knows it.
        seconds: How long it took; None while it goes on.
        answer: What came back.
        rows: Every answer, of a listing that was walked through.
        error: Why it did not work.
        execution: The execution that changed something.
    """

    number: int
    at: datetime
    method: str
    path: str
    connection: str
    values: Mapping[str, Any]
    endpoint: bool
    seconds: float | None = None
    answer: Answered | None = None
    rows: KeptRows | None = field(default=None, repr=False)
    error: AdloomError | None = None
    execution: str | None = None


class History:
    """The calls of a session, the latest ones."""

    def __init__(self) -> None:
        self._calls: deque[Called] = deque(maxlen=MOST_REMEMBERED)
        self._made = 0

    def add(self, values: Mapping[str, Any], connection: str, at: datetime) -> Called:
        """Note that a call is made."""
        self._made += 1
        safe = cast("dict[str, Any]", redact(dict(values)))
        method, path = str(safe["method"]), str(safe["path"])
        known = load().endpoint(method, path) is not None
        call = Called(self._made, at, method, path, connection, safe, known)
        if len(self._calls) == MOST_REMEMBERED and (old := self._calls[0].rows):
            old.drop()
        self._calls.append(call)
        return call

    def find(self, number: str) -> Called | None:
        """A call by its number."""
        return next((one for one in self._calls if str(one.number) == number), None)

    def latest(self) -> list[Called]:
        """All that are remembered, the latest first."""
        return list(reversed(self._calls))


async def call_now(bench: Bench, call: Called, values: Mapping[str, Any]) -> None:
    """Make a call that changes nothing; what comes of it is noted, also where it is an error."""
    module = find_module("make_api_call")
    reading = Reading(module, call.connection, KeptRows(most_shown=MOST_ANSWERS))
    began = bench.session.wiring.clock.monotonic()
    try:
        await read_all(bench, reading, values)
    except AdloomError as error:
        call.error = error
    call.seconds = bench.session.wiring.clock.monotonic() - began
    call.rows = reading.rows
    call.answer = answer_of(reading.rows, call.error)


def answer_of(rows: KeptRows, error: AdloomError | None) -> Answered | None:
    """The first answer there is, the one of a refusal included."""
    if rows.shown:
        row = rows.shown[0]
        return Answered(row.get("status_code"), row.get("headers") or {}, row.get("body"))
    if error is not None and isinstance(error.answer, Answer):
        return _safe(error.answer.status, error.answer.headers, error.answer.body)
    return None


def note_change(call: Called, applied: Applied, seconds: float) -> None:
    """Note what came of a call that may have changed something."""
    execution = applied.result.execution
    call.seconds, call.execution = seconds, execution.id
    call.rows, call.error = applied.rows, applied.result.error
    sent: list[RecordedCall] = [one for op in execution.operations for one in op.calls]
    # Why a call failed is in the journal as text, and here as it was raised.
    failure = next((one.failure for one in sent if one.failure is not None), None)
    if call.error is None:
        kind = UnknownOutcomeError if execution.status is Status.IN_DOUBT else ApiError
        call.error = failure or (kind(applied.faults[0]) if applied.faults else None)
    call.answer = answer_of(applied.rows, failure or call.error)


def _safe(status: int, headers: Mapping[str, str], body: Any) -> Answered:
    shown = cast("Record", redact({"headers": dict(headers), "body": body}))
    return Answered(status, shown["headers"], shown["body"])

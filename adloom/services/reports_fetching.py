"""Fetches the figures of a look: trend, rows, the period before, and budgets.

Every account is asked by itself, for its days are its own, and so is its currency.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from adloom.errors import MissingPermissionError
from adloom.fields import validate
from adloom.services.reports_accounts import Account, ask_accounts, chosen
from adloom.services.reports_questions import Question, questions_of
from adloom.services.reports_view import View
from adloom.wire import Record
from modules import find_module
from modules.base import Context
from modules.list_ad_reports import ListAdReportsParams
from modules.records.listing import LARGEST_PAGE
from modules.records.reports import flat
from modules.records.reports_parts import Part, plan
from modules.records.reports_reading import read_part
from scheduler.reading import Reader

__all__ = ["MOST_ROWS", "AccountFigures", "Fetched", "Progress", "fetch"]

MODULE: Final = "list_ad_reports"
#: Rows of one question that are kept; more are for a file.
MOST_ROWS: Final = 20_000
MOST_BUDGETS: Final = 500
#: Told of each page: how many there are done, and of how many as far as is known.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class AccountFigures:
    """What one account answered.

    Args:
        account: Whose figures they are.
        answers: Rows by question: `trend`, `rows`, `trend before`, `rows before`, `today`.
        budgets: Its running campaigns or ad groups with their budgets.
    """

    account: Account
    answers: Mapping[str, Sequence[Record]]
    budgets: Sequence[Record] = ()


@dataclass(frozen=True)
class Fetched:
    """What was fetched.

    Args:
        figures: Account by account.
        at: When.
        notes: What somebody should know about it.
    """

    figures: Sequence[AccountFigures]
    at: datetime
    notes: Sequence[str] = ()


@dataclass
class _Reading:
    """Counts pages, over all questions."""

    progress: Progress
    notes: list[str] = field(default_factory=list)
    done: int = 0
    total: int = 0

    def expect(self, more: int) -> None:
        self.total += more

    def page(self) -> None:
        self.done += 1
        self.total = max(self.total, self.done)
        self.progress(self.done, self.total)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


async def fetch(
    reader: Reader,
    view: View,
    *,
    progress: Progress = lambda _done, _total: None,
    known: Sequence[Account] = (),
) -> Fetched:
    """Fetch what a look shows.

    Args:
        reader: Opens connections and reads.
        view: The look.
        progress: Told of each page.
        known: The connection's accounts, if they were asked for lately.

    Raises:
        AdloomError: What the platform answered.
    """
    accounts = chosen(view, known or await ask_accounts(reader, view.connection))
    reading = _Reading(progress)
    opened = await reader.open(find_module(MODULE), view.connection)
    context = replace(reader.context(opened, reader.new_id()), say=reading.note)
    planned = []
    for account in accounts:
        questions = questions_of(view, account, context.now)
        planned.append((account, [await _planned(one, context) for one in questions]))
    reading.expect(sum(len(parts) for _, asked in planned for _, _, parts in asked))
    found = []
    for account, asked in planned:
        answers = {
            question.name: await _read(params, parts, context, reading)
            for question, params, parts in asked
        }
        budgets = await _budgets(reader, view, account, reading) if "today" in answers else []
        found.append(AccountFigures(account, answers, budgets))
    return Fetched(found, context.now, reading.notes)


async def _planned(
    question: Question, context: Context
) -> tuple[Question, ListAdReportsParams, list[Part]]:
    params = validate(ListAdReportsParams, question.values)
    return question, params, await plan(params, context)


async def _read(
    params: ListAdReportsParams, parts: Sequence[Part], context: Context, reading: _Reading
) -> list[Record]:
    """The rows of a question, flat."""
    rows: list[Record] = []
    for part in parts:
        constants: dict[str, Any] = dict([part.account])
        first = True
        async with aclosing(read_part(part, params, context)) as pages:
            async for page in pages:
                rows += [flat(row, constants) for row in page.records]
                if first and page.total:
                    reading.expect(-(-min(page.total, MOST_ROWS) // LARGEST_PAGE) - 1)
                first = False
                reading.page()
                if len(rows) >= MOST_ROWS:
                    reading.note(
                        f"Only {MOST_ROWS:,} rows are shown. All of them go into a file: "
                        "adloom reports run NAME --out FILE"
                    )
                    return rows[:MOST_ROWS]
                if page.missing:
                    reading.note(f"{page.missing} rows or more may be missing; refresh to be sure.")
    return rows


async def _budgets(reader: Reader, view: View, account: Account, reading: _Reading) -> list[Record]:
    """What runs in an account, with its budgets; nothing where that is not allowed."""
    module = find_module("list_campaigns" if view.level == "campaign" else "list_ad_groups")
    values: dict[str, Any] = {
        "advertiser_id": account.id,
        "primary_status": "STATUS_DELIVERY_OK",
        "limit": MOST_BUDGETS,
    }
    if view.campaign and view.level != "campaign":
        values["campaign_ids"] = [view.campaign]
    found: list[Record] = []
    try:
        async for page in reader.read(module, values, view.connection):
            found += page.records
    except MissingPermissionError as error:
        reading.note(f"Budgets are not shown: {error}")
    return found

"""Changing budgets of campaigns and ad groups (business_api.md §3.4)."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from pydantic import Field

from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.wire import JsonBody, Record, Request
from modules.actions import BundleT, ParamsT
from modules.base import Action, Api, Call, Change, Context, Done, OnDoubt, Outcome
from modules.bundles import Money
from modules.records.accounts import AccountFacts, account_facts
from modules.records.ads import is_deleted
from modules.records.amounts import Amount, Step, as_shown, clamped, decimal, rounded, step_of
from modules.records.finding import refuse_missing
from modules.records.listing import groups

__all__ = ["BudgetAfter", "BudgetBefore", "BudgetWish", "Budgeting", "Currency", "NewBudget"]

ENDLESS: Final = "BUDGET_MODE_INFINITE"

NewBudget = Annotated[
    Amount,
    Field(
        title="Budget",
        description="The new budget, such as 50, or a step from the present one: +10, -5, +20 %.",
        json_schema_extra={"aliases": ["amount"]},
    ),
]
Currency = Annotated[
    str | None, Field(title="Currency", description="What the budget is counted in.")
]
BudgetBefore = Annotated[Money | None, Field(title="Before", description="Its budget before.")]
BudgetAfter = Annotated[Money | None, Field(title="After", description="Its budget after.")]


@dataclass(frozen=True)
class BudgetWish:
    """What is asked for, whatever has the budget.

    Args:
        advertiser_id: Account.
        ids: Whose budgets.
        step: What they become.
        bounds: The lowest and the highest they may become.
    """

    advertiser_id: str
    ids: Sequence[str]
    step: Step
    bounds: tuple[Decimal | None, Decimal | None]

    @classmethod
    def of(
        cls,
        advertiser_id: str,
        ids: Sequence[str],
        budget: str,
        at_least: Decimal | None,
        at_most: Decimal | None,
    ) -> "BudgetWish":
        """Read what was written.

        Raises:
            InvalidParamsError: Nothing lies between the bounds.
        """
        if at_least is not None and at_most is not None and at_least > at_most:
            raise InvalidParamsError([Fault("at_least", f"is more than at_most ({at_most})")])
        return cls(advertiser_id, ids, step_of(budget), (at_least, at_most))


class Budgeting(Action[ParamsT, BundleT]):
    """Brings budgets to where they are wanted; steps are fixed to amounts before anything is sent.

    What is so already is left alone. If one budget cannot be changed, none is.
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    #: What a row calls the object's id and name.
    key: ClassVar[str]
    name: ClassVar[str]
    #: What people call such an object, and the command that lists them.
    kind: ClassVar[str]
    listing: ClassVar[str]
    #: How many budgets go into one call.
    most: ClassVar[int]
    #: What to do about an object that has no budget.
    elsewhere: ClassVar[str]

    @abstractmethod
    def wish(self, params: ParamsT) -> BudgetWish:
        """What is asked for."""

    @abstractmethod
    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the objects by id, whatever their state; those that do not exist are left out."""

    @abstractmethod
    def path(self, row: Record) -> str:
        """The endpoint that changes an object's budget."""

    @abstractmethod
    def body(self, advertiser_id: str, amounts: Mapping[str, Decimal]) -> Record:
        """What a call says: the new budgets by id, no more than `most`."""

    def check(self, account: AccountFacts, context: Context) -> None:
        """Refuse where it is not the time."""

    async def before(self, params: ParamsT, context: Context) -> list[Record]:
        """Read the budgets as they are now and say what each becomes."""
        wish = self.wish(params)
        ids = list(dict.fromkeys(wish.ids))
        rows = await self.find(context.api, wish.advertiser_id, ids)
        missing = set(ids) - {str(row[self.key]) for row in rows}
        refuse_missing(self.kind, missing, wish.advertiser_id, self.listing)
        self._refuse_unchangeable(rows)
        account = await account_facts(context, wish.advertiser_id)
        self.check(account, context)
        return [self._planned(wish, row, account.currency, context) for row in rows]

    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """One call for as many budgets as the endpoint takes."""
        paths: dict[str, dict[str, Record]] = {}
        for row in before:
            if decimal(row["wanted"]) != decimal(row["budget"]):
                paths.setdefault(row["path"], {})[row[self.key]] = row
        advertiser_id = self.wish(params).advertiser_id
        return [
            self._call(advertiser_id, path, [rows[one] for one in ids])
            for path, rows in paths.items()
            for ids in groups(list(rows), self.most)
        ]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Compare the budgets with what the call wanted."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        wanted = {change.id: decimal(change.new) for change in call.changes}
        advertiser_id = call.request.body.value["advertiser_id"]
        rows = await self.find(context.api, advertiser_id, list(wanted))
        now = {str(row[self.key]): decimal(row.get("budget") or 0) for row in rows}
        return Outcome.HAPPENED if now == wanted else Outcome.NOT_HAPPENED

    def inverse(self, done: Done) -> list[Call]:
        """Put every budget back to what it was."""
        call = done.call
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        old = {change.id: decimal(change.old) for change in call.changes}
        body = self.body(call.request.body.value["advertiser_id"], old)
        changes = tuple(replace(one, old=one.new, new=one.old) for one in call.changes)
        request = replace(call.request, body=JsonBody(body))
        return [Call(f"undo {call.key}", request, changes)]

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the budgets with those the call expects; nothing that is deleted has one."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        ids = [change.id for change in call.changes]
        rows = await self.find(context.api, call.request.body.value["advertiser_id"], ids)
        living = {str(row[self.key]): row for row in rows if not is_deleted(row)}
        found = [
            replace(one, new=as_shown(decimal(living[one.id].get("budget") or 0), one.unit))
            for one in call.changes
            if one.id in living
        ]
        found = [one for one in found if one.new != decimal(one.old)]
        gone = [one for one in call.changes if one.id not in living]
        return found + [replace(one, new="DELETE", unit="") for one in gone]

    def result(
        self,
        params: ParamsT,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],
        done: Sequence[Done],
    ) -> list[Record]:
        """Tell, budget by budget, what changed."""
        fate = {change.id: one for one in done for change in one.call.changes}
        return [self._told(row, fate.get(row[self.key])) for row in before]

    # --- inside ---------------------------------------------------------------------------------

    def _planned(self, wish: BudgetWish, row: Record, currency: str, context: Context) -> Record:
        """What matters of a row, and what its budget becomes."""
        old = as_shown(decimal(row["budget"]), currency)
        asked = rounded(wish.step.taken_from(old), currency)
        wanted = clamped(wish.step, old, asked, wish.bounds)
        title = f"{self.kind} {row[self.key]}"
        if wanted != asked:
            becomes = "stays" if wanted == old else "becomes"
            context.say(f"{title}: {asked} {currency} is out of bounds; it {becomes} {wanted}.")
        if wanted <= 0:
            raise RejectedError(
                f"The budget of {title} is {old} {currency}; nothing would be left of it. "
                "Nothing was changed."
            )
        return {
            self.key: str(row[self.key]),
            self.name: row.get(self.name),
            "path": self.path(row),
            "currency": currency,
            "budget": old,
            "wanted": wanted,
        }

    def _call(self, advertiser_id: str, path: str, rows: Sequence[Record]) -> Call:
        amounts = {row[self.key]: decimal(row["wanted"]) for row in rows}
        changes = tuple(
            Change(
                self.kind,
                row[self.key],
                str(row[self.name] or ""),
                "budget",
                decimal(row["budget"]),
                decimal(row["wanted"]),
                row["currency"],
            )
            for row in rows
        )
        request = Request("POST", path, body=JsonBody(self.body(advertiser_id, amounts)))
        return Call(f"{path} {' '.join(amounts)}", request, changes)

    def _told(self, row: Record, done: Done | None) -> Record:
        changed = done is not None and done.outcome is Outcome.HAPPENED
        return {
            self.key: row[self.key],
            self.name: row[self.name],
            "currency": row["currency"] or None,
            "before": decimal(row["budget"]),
            "after": decimal(row["wanted" if changed else "budget"]),
            "changed": changed,
            "error": done.error if done else None,
        }

    def _refuse_unchangeable(self, rows: Sequence[Record]) -> None:
        if gone := [str(row[self.key]) for row in rows if is_deleted(row)]:
            raise RejectedError(
                f"Already deleted: {', '.join(gone[:10])}. Nothing was changed.",
            )
        endless = [
            str(row[self.key])
            for row in rows
            if row.get("budget_mode") == ENDLESS or not row.get("budget")
        ]
        if endless:
            raise RejectedError(
                f"Without a budget of their own: {', '.join(endless[:10])}. Nothing was changed.",
                hint=self.elsewhere,
            )

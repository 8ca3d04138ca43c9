"""Creating something exactly once, on a platform that does not notice a repetition.

TikTok knows a repeated creation by its `request_id` for ten seconds, and only of campaigns and ad
groups (business_api.md §1.1, reliability.md §0.9); names may stand twice. So what looks the same is
noted before anything is sent: when nobody knows whether a creation happened, a look finds one more
of them, or does not.
"""

import hashlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.wire import JsonBody, Record, Request
from modules.actions import BundleT, ParamsT
from modules.base import Action, Api, Call, Change, Context, Done, OnDoubt, Outcome
from modules.records.ads import is_deleted
from modules.records.amounts import decimal
from modules.records.answers import data_of
from modules.records.creatives import same

__all__ = ["Creation", "NewStatus", "mark_of", "put_together"]

#: Nobody but a person fills these in; of other fields that were not asked for, TikTok may.
EMPTY_AT_FIRST: Final = ("budget", "ad_text", "landing_page_url")

NewStatus = Annotated[
    Literal["DISABLE", "ENABLE"],
    Field(
        title="Status",
        description="What is new is switched off unless you say ENABLE: look at it first.",
        json_schema_extra={"aliases": ["operation_status"]},
    ),
]


def put_together(named: Mapping[str, Any], more: Mapping[str, Any]) -> Record:
    """Join the fields that have names here and those that have not; what is left out stays out.

    Raises:
        InvalidParamsError: A field is given twice.
    """
    given = {name: value for name, value in named.items() if value not in (None, [])}
    if twice := sorted(set(given) & set(more)):
        raise InvalidParamsError([Fault(f"more.{name}", "is given twice") for name in twice])
    return {**given, **more}


def mark_of(operation_id: str) -> str:
    """A 64-bit number that is the same whenever an operation is, as TikTok's `request_id` wants."""
    digest = hashlib.sha256(operation_id.encode()).digest()
    return str(int.from_bytes(digest[:8]) >> 1)


class Creation(Action[ParamsT, BundleT]):
    """Makes one thing, and can tell afterwards whether it was made."""

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    #: What people call such a thing, and what a row calls its id.
    kind: ClassVar[str]
    key: ClassVar[str]

    async def check(self, params: ParamsT, context: Context) -> Record:  # noqa: ARG002 - for those that override it
        """Refuse what cannot work; what is found out is kept for `request`."""
        return {}

    @abstractmethod
    def request(self, params: ParamsT, found: Record) -> Request:
        """What makes it; `found` is what `check` found out, and a `mark` of the operation."""

    @abstractmethod
    def change(self, params: ParamsT, found: Record) -> Change:
        """What is shown before."""

    @abstractmethod
    async def alike(self, request: Request, api: Api) -> list[Record]:
        """Everything there is that looks like what a request makes, the oldest first."""

    @abstractmethod
    def told(self, row: Record) -> Any:
        """A row the way the answer to its creation would have told it: the answer's data."""

    async def before(self, params: ParamsT, context: Context) -> list[Record]:
        """Check, and note what looks the same already."""
        found = {"mark": mark_of(context.operation_id), **await self.check(params, context)}
        alike = await self.alike(self.request(params, found), context.api)
        if alike:
            known = ", ".join(str(row[self.key]) for row in alike[:5])
            context.say(f"There is {self.kind} {known} already, which looks the same.")
        return [{**found, "known": [str(row[self.key]) for row in alike]}]

    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """The one creation."""
        request, change = self.request(params, before[0]), self.change(params, before[0])
        return [Call(f"create {request.path}", request, (change,), tuple(before[0]["known"]))]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Look whether there is one more than before."""
        more = await self._more(call, context.api)
        return Outcome.HAPPENED if more else Outcome.NOT_HAPPENED

    async def found(self, call: Call, context: Context) -> Any:
        """What the answer would have told, read from the thing itself."""
        more = await self._more(call, context.api)
        return {"data": self.told(more[0])} if more else None

    def id_of(self, done: Done) -> str:
        """The id of what was made.

        Raises:
            RejectedError: No answer tells it.
        """
        made = self.made_by(done)
        if made is None:
            raise RejectedError(f"The id of the new {self.kind} is not known.")
        return made

    def made_by(self, done: Done) -> str | None:
        """The id of what was made, as the answer tells it; None if it does not."""
        data = data_of(done)
        ids = data.get(f"{self.key}s")
        made = ids[0] if isinstance(ids, list) and ids else data.get(self.key)
        return str(made) if made else None

    def deletion(self, done: Done, path: str) -> list[Call]:
        """What deletes the new thing again, where switching it to DELETE does.

        Args:
            done: Its creation.
            path: The endpoint that switches such things (business_api.md §3.3).
        """
        self.refuse_deletion(done)
        made, request = self.id_of(done), done.call.request
        assert isinstance(request.body, JsonBody)  # noqa: S101 - as `request` made it
        body = {
            "advertiser_id": request.body.value["advertiser_id"],
            f"{self.key}s": [made],
            "operation_status": "DELETE",
        }
        [new] = done.call.changes
        change = Change(self.kind, made, new.name, "operation_status", new.new, "DELETE")
        return [Call(f"undo {path} {made}", Request("POST", path, body=JsonBody(body)), (change,))]

    def refuse_deletion(self, done: Done) -> None:
        """Refuse to take back a call of `inverse`: nothing brings back what was deleted.

        Raises:
            RejectedError: It is one.
        """
        if any(change.id for change in done.call.changes):
            raise RejectedError(f"A deleted {self.kind} cannot be brought back.")

    def altered(
        self, call: Call, rows: Sequence[Record], name: str, compared: Sequence[str]
    ) -> list[Change]:
        """Compare a new thing with what its deletion expects: as it was made, as far as is seen.

        Args:
            call: Its deletion; what it expects are the fields that made it.
            rows: The thing as it is listed now; none if it is not.
            name: What a row calls its name.
            compared: Fields that rows tell the way they were asked for.
        """
        [change] = call.changes
        if not rows or is_deleted(rows[0]):
            return [replace(change, new="DELETE")]
        [row] = rows
        asked = {**change.old, name: change.name} if isinstance(change.old, dict) else {}
        told = [
            field
            for field in (name, "operation_status", *compared)
            if row.get(field) is not None and (field in asked or field in EMPTY_AT_FIRST)
        ]
        return [
            replace(change, field=field, old=asked.get(field), new=row[field])
            for field in told
            if not _is_same(asked.get(field), row[field])
        ]

    async def _more(self, call: Call, api: Api) -> list[Record]:
        rows = await self.alike(call.request, api)
        return [row for row in rows if str(row[self.key]) not in call.known]


def _is_same(asked: Any, present: Any) -> bool:
    """Whether a field is as it was asked for; amounts are written in several ways."""
    if isinstance(present, Decimal):
        return decimal(asked or 0) == present
    return same(asked, present)

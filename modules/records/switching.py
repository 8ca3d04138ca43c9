"""Switching campaigns, ad groups and ads on or off, or deleting them (business_api.md §3.3)."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.wire import JsonBody, Record, Request
from modules.actions import BundleT, ParamsT
from modules.base import Action, Api, Call, Change, Context, Done, OnDoubt, Outcome
from modules.records.ads import is_deleted
from modules.records.answers import data_of
from modules.records.finding import refuse_missing
from modules.records.listing import groups

__all__ = ["Obstacle", "Route", "Switching", "Wish"]

#: Ids a status call takes (business_api.md §3.3).
MOST_IDS: Final = 20


@dataclass(frozen=True)
class Wish:
    """What is asked for, whatever is switched."""

    advertiser_id: str
    ids: Sequence[str]
    status: str
    allow_delete: bool


@dataclass(frozen=True)
class Route:
    """Where a kind of object is switched.

    Args:
        path: The endpoint.
        column: Where its body takes the ids.
        key: Where a row has the id it takes.
        kind: What people call such an object.
        extra: What else the body says.
    """

    path: str
    column: str
    key: str
    kind: str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Obstacle:
    """Why objects cannot be switched.

    Args:
        text: The reason, to be followed by their ids.
        hint: What to do instead.
    """

    text: str
    hint: str | None = None


class Switching(Action[ParamsT, BundleT]):
    """Brings the switches of objects to where they are wanted, twenty at a time.

    What is so already is left alone. If one of them cannot be switched, none is.
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    #: What a row calls the object's id and name.
    key: ClassVar[str]
    name: ClassVar[str]
    #: What people call such an object, and the command that lists them.
    kind: ClassVar[str]
    listing: ClassVar[str]
    #: Why TikTok says that one is deleted.
    gone: ClassVar[str]

    @abstractmethod
    def wish(self, params: ParamsT) -> Wish:
        """What is asked for."""

    @abstractmethod
    async def find(self, api: Api, advertiser_id: str, ids: Sequence[str]) -> list[Record]:
        """Find the objects by id, whatever their state; those that do not exist are left out."""

    @abstractmethod
    def route(self, params: ParamsT, row: Record) -> Route:
        """Say where an object is switched."""

    @abstractmethod
    def obstacle(self, row: Record, wanted: str) -> Obstacle | None:
        """Say why an object that is neither deleted nor as wanted cannot be brought there."""

    def along(self, row: Record) -> list[Record]:  # noqa: ARG002 - for those that override it
        """Other objects that are switched along with one, whether they are asked for or not."""
        return []

    def names(self, row: Record) -> list[str]:
        """Every id an object may be asked for by."""
        return [str(row[self.key])]

    async def before(self, params: ParamsT, context: Context) -> list[Record]:
        """Read the objects as they are now; refuse everything if one cannot be switched."""
        wish = self.wish(params)
        if wish.status == "DELETE" and not wish.allow_delete:
            fault = Fault("status", "deleting cannot be undone; to do it, also set allow_delete")
            raise InvalidParamsError([fault], hint="Add --allow-delete.")
        ids = list(dict.fromkeys(wish.ids))
        rows = await self.find(context.api, wish.advertiser_id, ids)
        missing = set(ids) - {name for row in rows for name in self.names(row)}
        refuse_missing(self.kind, missing, wish.advertiser_id, self.listing)
        self._refuse_unswitchable(rows, wish.status)
        return rows

    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """One call for every twenty objects that are not already as wished, kind by kind."""
        wish = self.wish(params)
        kinds: dict[tuple[Route, str], list[Record]] = {}
        for row in before:
            if not _is_so(row, wish.status):
                kind = (self.route(params, row), str(row.get("operation_status")))
                kinds.setdefault(kind, []).append(row)
        return [
            self._call(wish, route, [row for row in rows if str(row[route.key]) in group])
            for (route, _), rows in kinds.items()
            for group in groups([str(row[route.key]) for row in rows], MOST_IDS)
        ]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Compare the objects with what the call wanted."""
        body = _body(call)
        ids = [change.id for change in call.changes]
        rows = await self.find(context.api, body["advertiser_id"], ids)
        wanted = body["operation_status"]
        happened = len(rows) == len(ids) and all(_is_so(row, wanted) for row in rows)
        return Outcome.HAPPENED if happened else Outcome.NOT_HAPPENED

    def inverse(self, done: Done) -> list[Call]:
        """Put every object back to the switch it had; deleted and frozen ones cannot be."""
        call, refused, old = done.call, _refused(done, self.key), done.call.changes[0].old
        kept = {one.id for one in call.changes} - refused.keys()
        body = {
            name: _kept(value, kept, refused) if name.endswith("_ids") else value
            for name, value in _body(call).items()
        }
        if body["operation_status"] == "DELETE":
            raise RejectedError(f"Deleted {self.kind}s cannot be brought back.")
        if old not in ("ENABLE", "DISABLE"):
            raise RejectedError(f"Only TikTok can put {self.kind}s back to {old}.")
        changes = tuple(
            replace(one, old=one.new, new=one.old) for one in call.changes if one.id not in refused
        )
        back = JsonBody({**body, "operation_status": old})
        return [Call(f"undo {call.key}", replace(call.request, body=back), changes)]

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the switches with those the call expects."""
        ids = [change.id for change in call.changes]
        rows = await self.find(context.api, _body(call)["advertiser_id"], ids)
        now = {str(row[self.key]): "DELETE" if is_deleted(row) else row.get("operation_status")
               for row in rows}  # fmt: skip
        wanted, first = call.changes[0].new, call.changes[0]
        found = [replace(one, new=now.get(one.id, "DELETE")) for one in call.changes]
        along = {str(one[self.key]): one for row in rows for one in self.along(row)}
        besides = [
            replace(first, id=identity, name=str(one.get(self.name) or ""), old=wanted,
                    new=one.get("operation_status"))
            for identity, one in along.items()
            if identity not in ids
        ]  # fmt: skip
        return [one for one in found + besides if one.new != one.old]

    def result(
        self, params: ParamsT, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """Tell, object by object, what changed."""
        wanted = self.wish(params).status
        fate = {change.id: one for one in done for change in one.call.changes}
        return [self._told(row, wanted, fate.get(str(row[self.key]))) for row in before]

    # --- inside ---------------------------------------------------------------------------------

    def _call(self, wish: Wish, route: Route, rows: Sequence[Record]) -> Call:
        ids = list(dict.fromkeys(str(row[route.key]) for row in rows))
        body = {
            "advertiser_id": wish.advertiser_id,
            route.column: ids,
            "operation_status": wish.status,
            **route.extra,
        }
        besides = {str(one[self.key]): one for row in rows for one in self.along(row)}
        known = {str(row[self.key]) for row in rows}
        alongside = [
            one
            for identity, one in besides.items()
            if identity not in known and not _is_so(one, wish.status)
        ]
        changes = tuple(
            Change(
                route.kind,
                str(row[self.key]),
                str(row.get(self.name) or ""),
                "operation_status",
                row.get("operation_status"),
                wish.status,
            )
            for row in (*rows, *alongside)
        )
        request = Request("POST", route.path, body=JsonBody(body))
        return Call(f"{route.path} {' '.join(ids)}", request, changes)

    def _told(self, row: Record, wanted: str, done: Done | None) -> Record:
        """What became of one object; where TikTok did only part of a call, its answer tells."""
        error, changed = (done.error, done.outcome is Outcome.HAPPENED) if done else (None, False)
        if done and (refused := _refused(done, self.key)):
            error = refused.get(str(row[self.key]))
            changed = error is None
        return {
            self.key: row[self.key],
            self.name: row.get(self.name),
            "before": row.get("operation_status"),
            "after": wanted if changed or done is None else row.get("operation_status"),
            "changed": changed,
            "error": error,
        }

    def _refuse_unswitchable(self, rows: Sequence[Record], wanted: str) -> None:
        stuck: dict[Obstacle, list[str]] = {}
        for row in rows:
            if obstacle := self._in_the_way(row, wanted):
                stuck.setdefault(obstacle, []).append(str(row[self.key]))
        for obstacle, ids in stuck.items():
            raise RejectedError(
                f"{obstacle.text}: {', '.join(ids[:10])}. Nothing was changed.",
                hint=obstacle.hint,
            )

    def _in_the_way(self, row: Record, wanted: str) -> Obstacle | None:
        if is_deleted(row):
            return None if wanted == "DELETE" else Obstacle(self.gone)
        return None if _is_so(row, wanted) else self.obstacle(row, wanted)


def _is_so(row: Record, wanted: str) -> bool:
    return is_deleted(row) if wanted == "DELETE" else row.get("operation_status") == wanted


def _body(call: Call) -> dict[str, Any]:
    assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
    body: dict[str, Any] = call.request.body.value
    return body


def _kept(ids: list[str], kept: AbstractSet[str], refused: Mapping[str, str]) -> list[str]:
    """The ids that are switched back; Smart+ ads go by others than their rows, so all of them."""
    return [one for one in ids if one in kept] or [one for one in ids if one not in refused]


def _refused(done: Done, key: str) -> dict[str, str]:
    """What a call that was done only in part says about the objects it left, by id."""
    told = data_of(done).get("error_list")
    return {
        str(one.get(key)): str(one.get("error_message") or "TikTok did not say why.")
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, dict)
    }

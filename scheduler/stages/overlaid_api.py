"""A platform that can only be read, and shows what a plan has changed so far."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from adloom.errors import UnforeseenError, UsageError
from adloom.json_text import JsonError, parse_strict
from adloom.rows import Shape
from adloom.wire import Answer, Page, Record, Request
from modules.base import Api
from modules.records.listing import LARGEST_PAGE, PrimaryStatus, groups
from scheduler.stages.foreseen import has_placeholder
from scheduler.stages.kinds import BY_PATH, ObjectKind
from scheduler.stages.overlay import Overlay, Where
from scheduler.stages.statuses import is_wanted, only_hides_deleted

__all__ = ["OverlaidApi", "Reads", "Spent"]


@dataclass(frozen=True)
class Reads:
    """What of a connection reads, and nothing else of it.

    Args:
        read: Sends a request that changes nothing.
        pages: Walks through a listing.
        accounts: Lists the accounts the grant covers.
    """

    read: Callable[[Request], Awaitable[Answer]]
    pages: Callable[..., AsyncIterator[Page[Record]]]
    accounts: Callable[[], Awaitable[list[Record]]]

    @classmethod
    def of(cls, api: Api) -> "Reads":
        """The reading part of a connection."""
        return cls(api.read, api.pages, api.accounts)


@dataclass
class Spent:
    """How many requests a plan has made."""

    requests: int = 0


@dataclass(frozen=True)
class OverlaidApi:
    """Reads as a connection does; there is nothing in it that could change anything.

    What the listings of campaigns, ad groups and ads show is what they would show after the plan.
    An answer that is read as a whole has its rows corrected, but lacks what would be new in it.

    Args:
        api: What only reads.
        overlay: What the plan has changed.
        where: Where the connection leads.
        spent: Counts.
    """

    api: Reads
    overlay: Overlay
    where: Where
    spent: Spent = field(default_factory=Spent)

    settle_seconds: float = 0.0
    visibility_lag: float = 0.0

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Read once."""
        return await self.read(Request("GET", path, query or {}))

    async def read(self, request: Request) -> Answer:
        """Read once; rows of a listing are corrected."""
        _refuse_unknown(request.path, [dict(request.query), vars(request).get("body")])
        self.spent.requests += 1
        answer = await self.api.read(request)
        kind = BY_PATH.get(request.path)
        rows = answer.data.get("list") if isinstance(answer.data, dict) else None
        if kind is None or not isinstance(rows, list) or not self._is_touched(kind):
            return answer
        filtering = _filtering(request.query)
        data = {**answer.data, "list": list(self._corrected(kind, rows, filtering))}
        body = {**answer.body, "data": data} if isinstance(answer.body, dict) else answer.body
        return replace(answer, data=data, body=body)

    async def accounts(self) -> list[Record]:
        """List the accounts the grant covers."""
        self.spent.requests += 1
        return await self.api.accounts()

    async def change(self, request: Request) -> NoReturn:
        """Nothing is sent by a plan.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"A plan sends nothing; {request.path} was not called.")

    def changes(self, request: Request) -> bool:
        """Whether a request may change something; in doubt it does."""
        return request.method != "GET"

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Read a listing as it would be after the plan."""
        kind = BY_PATH.get(path)
        if kind is None or not self._is_touched(kind):
            if kind is None or has_placeholder(dict(query)):
                _refuse_unknown(path, dict(query))
            found = self.api.pages(path, query, key=key, page_size=page_size, shape=shape)
            async for page in found:
                self._note(kind, page)
                yield page
            return
        filtering = _filtering(query)
        more = self.overlay.made(self.where, kind, query.get("advertiser_id"), filtering)
        more += sorted(await self._entering(kind, query, filtering), key=_age(kind))
        known = _without_placeholders(kind, filtering)
        if known is not None:
            asked = {**query, "filtering": known or None, "fields": _columns(kind, query)}
            async for page in self.api.pages(path, asked, key=key, page_size=page_size):
                self._note(kind, page)
                rows = list(self._corrected(kind, page.records, filtering))
                merged = _cut(_merged(kind, rows, more), query)
                yield replace(page, records=merged, has_more=page.has_more or bool(more))
        if more or known is None:
            yield Page(_cut(more, query))

    # --- inside ---------------------------------------------------------------------------------

    def _is_touched(self, kind: ObjectKind) -> bool:
        return self.overlay.touches(self.where, kind)

    def _note(self, kind: ObjectKind | None, page: Page[Record]) -> None:
        self.spent.requests += 1
        if kind is not None:
            self.overlay.remember(self.where, kind, page.records)

    def _corrected(
        self, kind: ObjectKind, rows: Sequence[Record], filtering: Mapping[str, Any]
    ) -> Iterator[Record]:
        """Rows as they would be, without those that would not be shown."""
        for row in rows:
            states = self.overlay.states(self.where, kind, row)
            if states is None or is_wanted(kind, states, filtering):
                yield self.overlay.lay_over(self.where, kind, row)

    async def _entering(
        self, kind: ObjectKind, query: Mapping[str, Any], filtering: Mapping[str, Any]
    ) -> list[Record]:
        """Rows that a filter does not show yet, but would after the plan."""
        found: dict[str, Record] = {}
        if only_hides_deleted(filtering):
            return []
        for column, ids in self.overlay.touched(self.where, kind).items():
            for asked in _asked_by(kind, column, ids, filtering):
                pages = self.api.pages(
                    kind.path,
                    {**query, "filtering": asked, "fields": None},
                    key=kind.key,
                    page_size=LARGEST_PAGE,
                )
                async for page in pages:
                    self._note(kind, page)
                    for row in page.records:
                        if self._enters(kind, row, filtering):
                            after = self.overlay.lay_over(self.where, kind, row)
                            found[str(row[kind.key])] = after
        return list(found.values())

    def _enters(self, kind: ObjectKind, row: Record, filtering: Mapping[str, Any]) -> bool:
        states = self.overlay.states(self.where, kind, row)
        before = frozenset({str(row.get("secondary_status"))})
        if states is None or is_wanted(kind, before, filtering):
            return False  # it is shown already, or was and no longer is
        return is_wanted(kind, states, filtering)


def _refuse_unknown(path: str, asked: Any) -> None:
    """Refuse a question about something that does not exist yet.

    Raises:
        UnforeseenError: It is one.
    """
    if has_placeholder(path) or has_placeholder(asked) or has_placeholder(_plain(asked)):
        raise UnforeseenError("What is not made yet cannot be read.")


def _plain(asked: Any) -> Any:
    """What a request's body holds, as far as it is data."""
    body = asked[-1] if isinstance(asked, list) and asked else None
    return getattr(body, "value", None) or getattr(body, "text", None)


def _filtering(query: Mapping[str, Any]) -> Record:
    """A listing's filter, as data even where somebody has written it as text."""
    found = query.get("filtering")
    if isinstance(found, str):
        try:
            found = parse_strict(found.encode())
        except JsonError:
            found = None
    return dict(found) if isinstance(found, dict) else {}


def _without_placeholders(kind: ObjectKind, filtering: Mapping[str, Any]) -> Record | None:
    """The filter as the platform may see it; None if it asks for nothing that exists."""
    known = dict(filtering)
    for name in kind.ids:
        if isinstance(known.get(name), list):
            known[name] = [one for one in known[name] if not has_placeholder(str(one))]
            if not known[name]:
                return None
    return known


def _asked_by(
    kind: ObjectKind, column: str, ids: Sequence[str], filtering: Mapping[str, Any]
) -> Iterator[Record]:
    """Filters that show some rows whatever their state, as far as they fulfil the rest."""
    name = next(one for one, looked_at in kind.ids.items() if looked_at == column)
    rest = {one: value for one, value in filtering.items() if one != "secondary_status"}
    wanted = filtering.get(name)
    chosen = [one for one in ids if not has_placeholder(one) and (not wanted or one in wanted)]
    for group in groups(chosen):
        yield {**rest, "primary_status": PrimaryStatus.ALL.value, name: group}


def _columns(kind: ObjectKind, query: Mapping[str, Any]) -> list[str] | None:
    """The columns to ask for: those that are wanted, and those that a plan bears on."""
    fields = query.get("fields")
    needed = (kind.key, *kind.above, "operation_status", "secondary_status")
    return [*dict.fromkeys((*fields, *needed))] if fields else None


def _cut(rows: list[Record], query: Mapping[str, Any]) -> list[Record]:
    fields = query.get("fields")
    return [{k: v for k, v in row.items() if k in fields} for row in rows] if fields else rows


def _age(kind: ObjectKind) -> Any:
    return lambda row: -int(row[kind.key])


def _merged(kind: ObjectKind, rows: Sequence[Record], more: list[Record]) -> list[Record]:
    """Put more rows where a listing would: the newest come first, and ids tell which they are.

    What comes later than every row stays in `more`.
    """
    merged: list[Record] = []
    for row in rows:
        while more and int(more[0][kind.key]) > int(row[kind.key]):
            merged.append(more.pop(0))
        merged.append(row)
    return merged

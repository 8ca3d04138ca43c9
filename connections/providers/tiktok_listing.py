"""Walking through TikTok's listings, which may change while one reads (business_api.md §1.3)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adloom.errors import UnusableAnswerError
from adloom.rows import RawRows, Shape, column, take
from adloom.wire import Answer, Page, Record, Request
from connections.providers.base import Send

__all__ = ["rows_of", "walk"]

#: A listing that does not add up is read again, this often at most.
PASSES: Final = 3
#: Pages in a row without a row the pass has not shown mean that the platform repeats itself.
STALE_PAGES: Final = 3


class _Seen:
    """The rows already handed on, by their ids; rows without one are handed on once."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._ids: set[str | int] = set()

    def reading(self, *, first: bool) -> "_Pass":
        """Begin a reading; what the first one shows is what has been seen at all."""
        return _Pass(first, self._ids if first else set())

    def new(self, rows: Sequence[Record], shown: "_Pass") -> Sequence[Record]:
        """Return the rows not seen before, undecoded if they came so."""
        values = _names(column(rows, self._key))
        if self._all_new(values, shown):
            return rows
        places = [place for place, name in enumerate(values) if self._is_new(name, shown)]
        return take(rows, places)

    def _all_new(self, names: list[str | int | None], shown: "_Pass") -> bool:
        """The ordinary case in one step: a page of ids that nobody has seen."""
        ids = {name for name in names if name is not None}
        if len(ids) < len(names) or not ids.isdisjoint(self._ids):
            return False
        self._ids |= ids
        shown.ids |= ids
        return True

    def _is_new(self, name: str | int | None, shown: "_Pass") -> bool:
        if name is None:
            shown.nameless += 1
            return shown.first
        fresh = name not in self._ids
        self._ids.add(name)
        shown.ids.add(name)
        return fresh


@dataclass
class _Pass:
    """What one reading of a listing from its first page to its last has shown."""

    first: bool
    ids: set[str | int]
    nameless: int = 0
    totals: list[int | None] = field(default_factory=list)
    stale: int = 0

    def __len__(self) -> int:
        return len(self.ids) + self.nameless

    @property
    def missing(self) -> int:
        """How many rows may have been skipped; 0 if the reading adds up (reliability.md §3.4)."""
        total = self.totals[-1]
        if total is None:
            return 0
        changed = int(any(one != total for one in self.totals))
        return max(total - len(self), changed)


async def walk(
    send: Send,
    request: Request,
    *,
    list_key: str,
    key: str,
    page_size: int,
    shape: Shape | None = None,
) -> AsyncIterator[Page[Record]]:
    """Yield the pages of a listing.

    Rows are told apart by `key`, by all of it if it holds an object; none comes twice. If rows
    appear or vanish between two pages, the platform may skip others. The announced totals then
    differ from each other or from the rows shown, and the listing is read again; what stays
    unsettled is told as `missing`. Only where as many rows appear as vanish between the same two
    pages does nothing show it.

    Raises:
        UnusableAnswerError: The answer is no listing.
    """
    seen = _Seen(key)
    for attempt in range(1, PASSES + 1):
        shown, again = seen.reading(first=attempt == 1), False
        position: dict[str, Any] = {"page": 1, "page_size": page_size}
        while position:
            query = {**request.query, **position}
            answer = await send(replace(request, query=query, rows=list_key))
            rows = rows_of(answer, list_key)
            if shape is not None and isinstance(rows, RawRows):
                rows.fit(shape)
            info = _info(answer)
            shown.totals.append(_whole(info.get("total_number")))
            known = len(shown)
            fresh = seen.new(rows, shown)
            shown.stale = 0 if len(shown) > known else shown.stale + 1
            on = rows and shown.stale < STALE_PAGES
            position = _next(position, info, answer.data) if on else {}
            missing = 0 if position else shown.missing
            again = missing > 0 and attempt < PASSES
            more = bool(position) or again
            yield Page(fresh, shown.totals[-1], more, answer.served_at, 0 if again else missing)
        if not again:
            return


def _names(values: list[Any]) -> list[str | int | None]:
    """What tells rows apart, small enough to remember of a million of them.

    Of an object it is a hash: two that share one by chance (of 64 bits) would show as a total that
    does not add up, and the listing would be read again.
    """
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if kinds == {dict}:
        return [_hash(value) for value in values]
    return [
        _hash(one) if isinstance(one, dict) else None if one is None else str(one) for one in values
    ]


def _hash(value: Mapping[str, Any]) -> int:
    try:
        return hash(frozenset(value.items()))
    except TypeError:  # something in it is a list or an object
        return hash(frozenset((name, str(inner)) for name, inner in value.items()))


def _next(position: Mapping[str, Any], info: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """Say where the next page is; nothing if this was the last."""
    cursors = info if "has_more" in info else data
    if isinstance(cursors, dict) and "has_more" in cursors:
        cursor = cursors.get("cursor")
        if not cursors["has_more"] or cursor in (None, "", position.get("cursor")):
            return {}
        return {"cursor": cursor, "page_size": position["page_size"]}
    page = position.get("page", 1)
    if page >= (_whole(info.get("total_page")) or 1):
        return {}
    return {"page": page + 1, "page_size": position["page_size"]}


def rows_of(answer: Answer, list_key: str) -> Sequence[Record]:
    """Return the rows of one answer.

    Raises:
        UnusableAnswerError: There is something else in their place.
    """
    rows = answer.data.get(list_key) if isinstance(answer.data, dict) else answer.data
    if rows is None:
        return []
    if isinstance(rows, RawRows):
        return rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnusableAnswerError(
            f"The answer holds no list named {list_key!r}.", request_id=answer.request_id
        )
    return rows


def _info(answer: Answer) -> Mapping[str, Any]:
    info = answer.data.get("page_info") if isinstance(answer.data, dict) else None
    return info if isinstance(info, dict) else {}


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None

"""Walking through TikTok's listings, which may change while one reads (business_api.md §1.3)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Final

from adloom.errors import UnusableAnswerError
from adloom.wire import Answer, Page, Record, Request
from connections.providers.base import Send

__all__ = ["walk"]

#: A listing that does not add up is read again, this often at most.
PASSES: Final = 3
#: Pages in a row without a new row mean that the platform is repeating itself.
STALE_PAGES: Final = 3


class _Seen:
    """The rows already handed on, by their ids; rows without one are handed on once."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._ids: set[str] = set()
        self._nameless = 0

    def __len__(self) -> int:
        return len(self._ids) + self._nameless

    def new(self, rows: list[Record], *, first_pass: bool) -> list[Record]:
        fresh = []
        for row in rows:
            value = row.get(self._key)
            if value is None:
                if first_pass:
                    self._nameless += 1
                    fresh.append(row)
            elif (name := str(value)) not in self._ids:
                self._ids.add(name)
                fresh.append(row)
        return fresh


async def walk(
    send: Send, request: Request, *, list_key: str, key: str, page_size: int
) -> AsyncIterator[Page[Record]]:
    """Yield the pages of a listing.

    Rows are told apart by `key`. If rows appear or vanish between two pages, some may be skipped:
    the announced total then differs from the rows seen, and the listing is read again for them.

    Raises:
        UnusableAnswerError: The answer is no listing.
    """
    seen = _Seen(key)
    total: int | None = None
    for attempt in range(PASSES):
        position: dict[str, Any] = {"page": 1, "page_size": page_size}
        stale = 0
        while position:
            answer = await send(replace(request, query={**request.query, **position}))
            rows = _rows(answer, list_key)
            info = _info(answer)
            total = _whole(info.get("total_number"))
            fresh = seen.new(rows, first_pass=attempt == 0)
            stale = 0 if fresh else stale + 1
            position = _next(position, info, answer.data) if rows and stale < STALE_PAGES else {}
            more = bool(position) or (attempt + 1 < PASSES and len(seen) < (total or 0))
            missing = 0 if more else max((total or 0) - len(seen), 0)
            yield Page(fresh, total, more, answer.served_at, missing)
        if total is None or len(seen) >= total:
            return


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


def _rows(answer: Answer, list_key: str) -> list[Record]:
    rows = answer.data.get(list_key) if isinstance(answer.data, dict) else answer.data
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnusableAnswerError(
            f"The answer holds no list named {list_key!r}.", request_id=answer.request_id
        )
    return rows


def _info(answer: Answer) -> Mapping[str, Any]:
    info = answer.data.get("page_info") if isinstance(answer.data, dict) else None
    return info if isinstance(info, dict) else {}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

"""Walking through a creator's videos (open_platform_and_events.md §I.3)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Final

from adloom.errors import UnusableAnswerError, UsageError
from adloom.wire import Answer, JsonBody, Page, Record, Request
from connections.providers.base import Send

__all__ = ["walk"]

#: Where the rows of a listing are.
LISTINGS: Final = {"/v2/video/list/": "videos"}
LARGEST_PAGE: Final = 20
#: A page may be short, even empty, while more follow; so many that only repeat rows are a loop.
STALE_PAGES: Final = 3


async def walk(
    send: Send, request: Request, *, key: str, page_size: int
) -> AsyncIterator[Page[Record]]:
    """Yield the pages of a listing, newest first; no row comes twice.

    `fields` stays in the query; everything else of it goes into the body, where TikTok reads it.
    There is no total. The cursor is a moment, so rows that appear meanwhile move nothing.

    Raises:
        UsageError: This is no listing that TikTok has.
        UnusableAnswerError: The answer is no listing, or the listing does not move on.
    """
    rows_key = LISTINGS.get(request.path)
    if rows_key is None:
        raise UsageError(f"{request.path} is no listing that adloom can walk through.")
    position = {name: value for name, value in request.query.items() if name != "fields"}
    asked = replace(request, method="POST", query={"fields": request.query.get("fields")})
    seen: set[str] = set()
    cursors: set[int] = set()
    stale = 0
    more = True
    while more:
        body = JsonBody({"max_count": min(page_size, LARGEST_PAGE), **position})
        answer = await send(replace(asked, body=body))
        rows, cursor, more = _read(answer, rows_key)
        fresh = [row for row in rows if _is_new(row, key, seen)]
        yield Page(fresh, None, more, answer.served_at)
        stale = stale + 1 if rows and not fresh else 0
        if more and (cursor is None or cursor in cursors or stale == STALE_PAGES):
            raise UnusableAnswerError(
                "TikTok's listing goes in a circle: it announces more and does not move on.",
                request_id=answer.request_id,
                hint="Try again later.",
            )
        if cursor is not None:
            cursors.add(cursor)
            position["cursor"] = cursor


def _read(answer: Answer, rows_key: str) -> tuple[list[Record], int | None, bool]:
    """The rows of a page, the place after it, and whether there are more."""
    data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    rows = data.get(rows_key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnusableAnswerError(
            f"The answer holds no list named {rows_key!r}.", request_id=answer.request_id
        )
    cursor = data.get("cursor")
    whole = isinstance(cursor, int) and not isinstance(cursor, bool)
    return rows, cursor if whole else None, data.get("has_more") is True


def _is_new(row: Record, key: str, seen: set[str]) -> bool:
    """Whether a row has not come yet; one without an id cannot be told from others."""
    name = row.get(key, row.get("id"))
    if name is None:
        return True
    known = str(name) in seen
    seen.add(str(name))
    return not known

"""One page of rows that are at hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from adloom.simulator.envelope import Reply

__all__ = ["paged"]

PAGE_SIZE = 10


def paged(
    rows: Sequence[dict[str, Any]],
    params: Mapping[str, Any],
    *,
    key: str = "list",
    size: int = PAGE_SIZE,
) -> Reply:
    """The page that was asked for; empty past the end.

    Args:
        rows: All of them.
        params: May hold `page`, `page_size` and `fields`.
        key: What the list is called in the answer.
        size: How long a page is if that was not said.
    """
    page, size = params.get("page", 1), params.get("page_size", size)
    found: Sequence[dict[str, Any]] = rows[(page - 1) * size : page * size]
    if fields := params.get("fields"):
        found = [{name: row[name] for name in fields if name in row} for row in found]
    page_info = {
        "page": page,
        "page_size": size,
        "total_number": len(rows),
        "total_page": -(-len(rows) // size),
    }
    return Reply({key: found, "page_info": page_info})

"""TikTok's click id in the address of a page (open_platform_and_events.md §II.2)."""

import re
from typing import Any, Final
from urllib.parse import unquote

__all__ = ["add_click_id", "click_id_in", "without_click_id"]

_CLICK_ID: Final = re.compile(r"[?&#;]ttclid=([^&#;\s]+)")
_CLICK_ID_PART: Final = re.compile(r"(?<=[?&#;])ttclid=[^&#;]*[&;]?")
_LEFT_OVER: Final = re.compile(r"[?&;]+(?=#|$)")


def click_id_in(address: Any) -> str | None:
    """The `ttclid` of an address, however long it is (open_platform_and_events.md §II.2)."""
    if not isinstance(address, str) or "ttclid=" not in address:
        return None
    found = _CLICK_ID.search(address)
    if found is None:
        return None
    click_id = found[1]
    return unquote(click_id) if "%" in click_id else click_id


def without_click_id(address: str) -> str:
    """The address without its `ttclid`."""
    if "ttclid=" not in address:
        return address
    return _LEFT_OVER.sub("", _CLICK_ID_PART.sub("", address))


def add_click_id(item: dict[str, Any]) -> None:
    """Give the person of a web event the click id of its page, unless it has one of its own."""
    page = item.get("page")
    address = page.get("url") if page else None
    if address and "ttclid=" in address and (click_id := click_id_in(address)):
        item.setdefault("user", {}).setdefault("ttclid", click_id)

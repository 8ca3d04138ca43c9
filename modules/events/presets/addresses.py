"""What is found in addresses and cookies: TikTok's click id and its cookie."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from modules.events.clicks import click_id_in
from modules.events.presets.shape import PAGE, Computed, Made, Record

__all__ = ["CLICK_ID_IN_ADDRESS", "cookie"]


def _in_page(_: Record, made: Made) -> str | None:
    """The click id of the page, or of the page before it on the same site (AC-124)."""
    page = made[PAGE]
    address = page.get("url")
    found = click_id_in(address)
    if found is not None:
        return found
    referrer = page.get("referrer")
    if not isinstance(referrer, str) or "ttclid=" not in referrer:
        return None
    return click_id_in(referrer) if _host(referrer) == _host(address) else None


def _host(address: Any) -> str | None:
    try:
        return urlsplit(address).hostname if isinstance(address, str) else None
    except ValueError:  # an address that is none, such as http://[
        return None


def _cookie(name: str) -> Callable[[Record, Made], str | None]:
    start = f"{name}="

    def get(record: Record, _: Made) -> str | None:
        cookies = record.get("cookies")
        if not isinstance(cookies, str) or start not in cookies:
            return None
        for part in cookies.split(";"):
            if part.lstrip().startswith(start):
                return unquote(part.strip()[len(start) :])
        return None

    return get


def cookie(name: str) -> Computed:
    """A cookie, where `cookies` is the text of the header."""
    return Computed(f"`{name}` in the text of `cookies`", _cookie(name))


#: Where the click id is found last, or first if the user wishes so.
CLICK_ID_IN_ADDRESS: Final = Computed("`ttclid` in the page's address", _in_page)

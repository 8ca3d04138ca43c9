"""Whose events may be sent, and what is left of an event without its person."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from modules.events.clicks import without_click_id
from modules.events.paths import getter, parse_path

__all__ = ["agreement", "anonymous"]

#: Parts of a plain event that tell who somebody is.
_PERSONAL: Final = ("user", "device", "ad", "lead")
#: What of them does not.
_HARMLESS: Final = ("locale",)


def agreement(field: str, granted: Sequence[str | bool | int]) -> Callable[[Any], bool]:
    """Tells whether a record says that its person agrees.

    Args:
        field: The path of what it says; where that is not there, the person does not.
        granted: Values that mean yes, capitals or not.
    """
    get = getter(parse_path(field))
    yes = {_said(one) for one in granted}

    def agrees(record: Any) -> bool:
        value = get(record)
        return any(_said(one) in yes for one in (value if isinstance(value, list) else [value]))

    return agrees


def _said(value: Any) -> str:
    """A value as it is compared: yes, 1 and true are different words."""
    return str(value).strip().casefold() if isinstance(value, str | int) else ""


def anonymous(event: dict[str, Any]) -> dict[str, Any]:
    """The event without anything that tells who it was."""
    left = {name: value for name, value in event.items() if name not in _PERSONAL}
    user, page = event.get("user"), event.get("page")
    if isinstance(user, dict) and (harmless := {n: user[n] for n in _HARMLESS if n in user}):
        left["user"] = harmless
    if isinstance(page, dict):
        left["page"] = {
            name: without_click_id(value) if isinstance(value, str) else value
            for name, value in page.items()
        }
    return left

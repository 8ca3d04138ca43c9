"""Places in a draft as pages write them, and what a request says about the draft it edits."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request

from adloom.console.desk import desk_of
from adloom.errors import UsageError
from adloom.services.drafting import Drafted, drafted, drafts_of
from scenarios.places import FieldPath
from scheduler.drafts import Conflict, Draft

__all__ = ["LONGEST_VERSION", "Wish", "keep", "new_tab", "path_from", "say_at", "wish_of"]

LONGEST_PATH = 60
#: Characters of a part of a place, and digits of a version.
LONGEST_PART = 200
LONGEST_VERSION = 18


def say_at(path: FieldPath) -> str:
    """A place as pages carry it: `steps.2.router.routes.0.steps.1`."""
    return ".".join(str(part) for part in path)


def path_from(text: str) -> FieldPath:
    """A place that a page has sent.

    Raises:
        UsageError: It is none.
    """
    parts = text.split(".") if text else []
    if len(parts) > LONGEST_PATH or not all(0 < len(part) <= LONGEST_PART for part in parts):
        raise UsageError("This page names a place that no scenario has.", hint="Load it again.")
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def new_tab() -> str:
    """What a browser tab is called; each load of the page is one of its own."""
    return secrets.token_urlsafe(6)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to change.

    Args:
        name: The draft's name.
        form: What was sent.
        found: The draft before the change.
        version: The version the page showed.
        tab: The page's tab.
        at: The step that is selected; empty if none is.
    """

    name: str
    form: FormData
    found: Drafted
    version: int
    tab: str
    at: FieldPath

    def place(self, field: str) -> FieldPath:
        """A place in the form."""
        return path_from(self.word(field))

    def word(self, field: str) -> str:
        """A text in the form; empty if it is not there."""
        value = self.form.get(field)
        return value if isinstance(value, str) else ""

    def fields(self) -> Mapping[str, list[str]]:
        """Everything that was sent, by name."""
        return {
            name: [one for one in self.form.getlist(name) if isinstance(one, str)]
            for name in self.form
        }


async def wish_of(request: Request) -> Wish:
    """Read what somebody wants to change.

    Raises:
        UnknownNameError: The draft is gone.
        UsageError: The page is not one of ours.
    """
    form = await request.form()
    name = request.path_params["name"]
    found = await drafted(desk_of(request).session, name)
    version, tab = str(form.get("version") or ""), str(form.get("tab") or "")
    if not version.isdecimal() or len(version) > LONGEST_VERSION or not tab:
        raise UsageError("This page is not the newest one.", hint="Load it again.")
    at = path_from(str(form.get("at") or ""))
    return Wish(name, form, found, int(version), tab, at)


async def keep(request: Request, wish: Wish, text: str) -> Draft | Conflict:
    """Keep a changed text as the draft's newest."""
    drafts = await drafts_of(desk_of(request).session)
    return await drafts.edit(wish.name, text, wish.version, wish.tab)

"""The first steps of somebody new: which are done, as the workspace tells, and who hid them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adloom.database import Database, Transaction
from adloom.errors import WorkspaceError
from adloom.files import open_private
from adloom.json_text import JsonError, dump, parse_strict
from adloom.services.session import Session
from adloom.settings import Workspace
from connections.practice import is_practice
from scheduler.drafts import Drafts

__all__ = ["FirstStep", "first_steps", "is_hidden", "note_module_ran", "set_hidden"]

#: What the console remembers of a workspace beside its databases.
MEMORY: Final = "console.json"
HIDDEN: Final = "first_steps_hidden"
MODULE_RAN: Final = "module_ran"
#: Kinds of connections that lead to somebody's own account.
ACCOUNTS: Final = frozenset({"tiktok-business", "tiktok", "tiktok-events"})


@dataclass(frozen=True)
class FirstStep:
    """One thing to do first.

    Args:
        title: What.
        text: What one learns by it.
        href: Where.
        done: Whether it is done.
    """

    title: str
    text: str
    href: str
    done: bool


async def first_steps(session: Session) -> list[FirstStep]:
    """The four first steps, each done or not."""
    database = await session.journal_database()
    known = await session.wiring.store.all()
    drafts = await Drafts(database, session.wiring.clock).all()
    ran, planned = await database.read(lambda work: (_a_module(work), _a_scenario(work)))
    sample = await _sample(database)
    scenario = f"/scenarios/{sample}" if sample else "/gallery"
    return [
        FirstStep(
            "Try a module",
            "One question to TikTok, answered as a table. Nothing is changed.",
            "/modules/list_advertisers",
            ran or _memory(session.workspace).get(MODULE_RAN) is True,
        ),
        FirstStep(
            "Open the sample scenario",
            "See its steps as a chain, and what each is given.",
            f"{scenario}/edit" if sample else scenario,
            bool(drafts) or planned,
        ),
        FirstStep(
            "Run it in preview",
            "See what it would change. Nothing is sent.",
            scenario if sample else "/scenarios",
            planned,
        ),
        FirstStep(
            "Connect your account",
            "Then the same works with your own ads.",
            "/connections/new",
            any(one.provider in ACCOUNTS and not is_practice(one) for one in known),
        ),
    ]


def is_hidden(workspace: Workspace) -> bool:
    """Whether nobody wants to see the first steps any more."""
    return _memory(workspace).get(HIDDEN) is True


def set_hidden(workspace: Workspace, *, hidden: bool) -> None:
    """Hide the first steps, or show them again."""
    _remember(workspace, HIDDEN, value=hidden)


def note_module_ran(workspace: Workspace) -> None:
    """Note that a module has run well: one that only reads leaves no trace in the journal."""
    if _memory(workspace).get(MODULE_RAN) is not True:
        _remember(workspace, MODULE_RAN, value=True)


def _a_module(work: Transaction) -> bool:
    """Whether a single module was ever carried out; an undo is none."""
    query = "SELECT id FROM execution WHERE scenario IS NULL AND undoes IS NULL LIMIT 1"
    return work.one(query) is not None


def _a_scenario(work: Transaction) -> bool:
    """Whether a scenario was ever planned, or carried out."""
    planned = work.one("SELECT id FROM plan LIMIT 1")
    ran = work.one("SELECT id FROM execution WHERE scenario IS NOT NULL LIMIT 1")
    return planned is not None or ran is not None


async def _sample(database: Database) -> str | None:
    """The scenario to look at first: one that changes something, if there is a choice."""
    rows = await database.read(
        lambda work: work.run("SELECT name FROM scenario WHERE fault IS NULL ORDER BY name")
    )
    names = [str(row["name"]) for row in rows]
    liked = [name for name in names if "pause-expensive-ads" in name]
    return next(iter([*liked, *names]), None)


def _memory(workspace: Workspace) -> dict[str, Any]:
    """What is remembered; a file that cannot be read is as good as none."""
    try:
        found = parse_strict((workspace.path / MEMORY).read_bytes())
    except (OSError, JsonError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(workspace: Workspace, name: str, *, value: bool) -> None:
    place: Path = workspace.path / MEMORY
    fresh = place.with_name(f".{MEMORY}.{os.getpid()}")
    try:
        fresh.unlink(missing_ok=True)
        open_private(fresh, dump({**_memory(workspace), name: value}))
        fresh.replace(place)
    except OSError as error:
        raise WorkspaceError(f"{place} cannot be written: {error.strerror}.") from None

"""Drafts as they are kept: their tables, and what is read of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adloom.database import Migration, Row
from adloom.errors import UsageError
from scenarios.yaml_reading import MOST_CHARACTERS

__all__ = [
    "DRAFT_MIGRATIONS",
    "SELECT",
    "Conflict",
    "Draft",
    "check_name",
    "check_text",
    "draft_from",
]

DRAFT_MIGRATIONS: Final = (
    Migration(
        "0014 drafts",
        (
            """CREATE TABLE draft (
                 workspace TEXT NOT NULL, name TEXT NOT NULL, place INTEGER NOT NULL,
                 base TEXT, base_text TEXT, version INTEGER NOT NULL, tab TEXT NOT NULL,
                 updated_at TEXT NOT NULL, PRIMARY KEY (workspace, name))""",
            """CREATE TABLE draft_text (
                 workspace TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,
                 content TEXT NOT NULL, PRIMARY KEY (workspace, name, number))""",
        ),
    ),
)
LONGEST_NAME: Final = 200
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

_COUNT: Final = (
    "(SELECT COUNT(*) FROM draft_text o WHERE o.workspace = d.workspace AND o.name = d.name"
    " AND o.number {} d.place)"
)
SELECT: Final = (
    f"SELECT d.*, t.content, {_COUNT.format('<')} AS undoable, {_COUNT.format('>')} AS redoable"
    " FROM draft d JOIN draft_text t ON t.workspace = d.workspace AND t.name = d.name"
    " AND t.number = d.place"
)


@dataclass(frozen=True)
class Draft:
    """A scenario somebody is still writing.

    Args:
        name: What it goes by here, whatever its text calls itself.
        text: As it is now.
        place: The number of this text, counted from the first there ever was.
        base: SHA-256 of the file it began from, or was last saved to; None for a new scenario.
        base_text: What that file said.
        version: Grows with every change, undo and redo included.
        tab: Which browser tab made the last change; empty before the first.
        updated_at: When that was.
        undoable: How many steps back there are.
        redoable: How many steps forward.
    """

    name: str
    text: str
    place: int
    base: str | None
    base_text: str | None
    version: int
    tab: str
    updated_at: datetime
    undoable: int = 0
    redoable: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to be saved."""
        return self.text != self.base_text


@dataclass(frozen=True)
class Conflict:
    """A change that was not made: another tab has changed the draft since it was shown.

    Args:
        draft: The draft as it is now.
    """

    draft: Draft

    def __str__(self) -> str:
        return "This scenario was changed in another tab, so your last change was not made."


def draft_from(row: Row) -> Draft:
    """A row of `SELECT`, understood."""
    return Draft(
        name=row["name"],
        text=row["content"],
        place=row["place"],
        base=row["base"],
        base_text=row["base_text"],
        version=row["version"],
        tab=row["tab"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
        undoable=row["undoable"],
        redoable=row["redoable"],
    )


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a draft.

    Raises:
        UsageError: It cannot.
    """
    if not name.strip() or len(name) > LONGEST_NAME or UNSTORABLE.search(name):
        raise UsageError(f"{name[:40]!r} is no name for a draft.")


def check_text(text: str) -> None:
    """Refuse what cannot be kept as a text.

    Raises:
        UsageError: It cannot.
    """
    if len(text) > MOST_CHARACTERS:
        raise UsageError(f"A scenario has {MOST_CHARACTERS:,} characters at most.")
    if UNSTORABLE.search(text):
        raise UsageError("This text holds a character that cannot be kept.")

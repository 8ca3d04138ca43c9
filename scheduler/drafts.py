"""Drafts: scenarios somebody is still writing, every text they went through, and what comes next.

A draft is a list of texts and a place in it (console.md §2.1); an edit adds one behind the place,
undo and redo move it. Each step is a committed row, so nothing that was typed is ever lost.
"""

from collections.abc import Callable
from typing import Final

from adloom.clock import Clock
from adloom.database import Database, Row, Transaction
from adloom.errors import UnknownNameError, UsageError
from scheduler.draft_rows import (
    DRAFT_MIGRATIONS,
    SELECT,
    Conflict,
    Draft,
    check_name,
    check_text,
    draft_from,
)

__all__ = ["DRAFT_MIGRATIONS", "MOST_TEXTS", "Conflict", "Draft", "Drafts"]

#: How many texts of a draft are kept; beyond them the oldest are forgotten.
MOST_TEXTS: Final = 200
MILLISECONDS: Final = 1_000


class Drafts:
    """Keeps drafts.

    Args:
        database: The journal's, with `DRAFT_MIGRATIONS`.
        clock: For the dates.
        workspace: Which workspace's rows these are.
    """

    def __init__(self, database: Database, clock: Clock, *, workspace: str = "local") -> None:
        self._database = database
        self._clock = clock
        self._workspace = workspace

    # --- beginning and end ----------------------------------------------------------------------

    async def open(self, name: str, text: str, file_hash: str | None) -> Draft:
        """Begin a draft, or go on with the one there is.

        Args:
            name: What it goes by.
            text: What it begins with, if there is none.
            file_hash: SHA-256 of the file this text was read from; None for a new scenario.

        Raises:
            UsageError: The name or the text cannot be kept.
        """
        check_name(name)
        check_text(text)
        base = (file_hash, text if file_hash is not None else None)
        # Not counted from 1: a tab that still shows a draft of before must not go on with this one.
        version = int(self._clock.now().timestamp() * MILLISECONDS)

        def work(work: Transaction) -> Draft:
            made = work.run(
                "INSERT INTO draft (workspace, name, place, base, base_text, version, tab,"
                " updated_at) VALUES (?, ?, 1, ?, ?, ?, '', ?)"
                " ON CONFLICT (workspace, name) DO NOTHING RETURNING name",
                *(self._workspace, name, *base, version, self._now()),
            )
            if made:
                self._add(work, name, 1, text)
            return self._load(work, name)

        return await self._database.write(work)

    async def load(self, name: str) -> Draft:
        """Load a draft.

        Raises:
            UnknownNameError: There is none of this name.
        """
        return await self._database.read(lambda work: self._load(work, name))

    async def all(self) -> list[Draft]:
        """List drafts, the one that was changed last first."""
        rows = await self._database.read(
            lambda work: work.run(
                f"{SELECT} WHERE d.workspace = ? ORDER BY d.updated_at DESC, d.name",
                self._workspace,
            )
        )
        return [draft_from(row) for row in rows]

    async def rename(self, name: str, new: str) -> Draft:
        """Let a draft go by another name.

        Raises:
            UnknownNameError: There is none of this name.
            UsageError: The new name cannot be one, or is taken.
        """
        check_name(new)

        def work(work: Transaction) -> Draft:
            self._load(work, name)
            if name != new and self._row(work, new) is not None:
                raise UsageError(f"There is a draft named {new!r} already.")
            for table in ("draft", "draft_text"):
                work.run(
                    f"UPDATE {table} SET name = ? WHERE workspace = ? AND name = ?",
                    *(new, self._workspace, name),
                )
            return self._load(work, new)

        return await self._database.write(work)

    async def rebase(self, name: str, text: str, file_hash: str) -> Draft:
        """Note that a draft was saved, or compared with its file: what it differs from now.

        Args:
            name: Its name.
            text: What the file says.
            file_hash: SHA-256 of it.

        Raises:
            UnknownNameError: There is none of this name.
        """

        def work(work: Transaction) -> Draft:
            work.run(
                "UPDATE draft SET base = ?, base_text = ? WHERE workspace = ? AND name = ?",
                *(file_hash, text, self._workspace, name),
            )
            return self._load(work, name)

        return await self._database.write(work)

    async def discard(self, name: str) -> bool:
        """Forget a draft and all its texts; whether there was one."""

        def work(work: Transaction) -> bool:
            where = "WHERE workspace = ? AND name = ? RETURNING name"
            work.run(f"DELETE FROM draft_text {where}", self._workspace, name)
            return bool(work.run(f"DELETE FROM draft {where}", self._workspace, name))

        return await self._database.write(work)

    # --- changes --------------------------------------------------------------------------------

    async def edit(self, name: str, new_text: str, version: int, tab: str) -> Draft | Conflict:
        """Change a draft; what was undone can then no longer be redone.

        Args:
            name: Its name.
            new_text: What it says from now on.
            version: The version the change was made to.
            tab: Which tab made it. A tab may be behind itself, but not behind another one
                (console.md §2.3).

        Raises:
            UnknownNameError: There is none of this name.
            UsageError: The text cannot be kept.
        """
        check_text(new_text)

        def change(work: Transaction, draft: Draft) -> int:
            if draft.text == new_text:
                return draft.place
            forget = "DELETE FROM draft_text WHERE workspace = ? AND name = ? AND number"
            work.run(f"{forget} > ?", self._workspace, name, draft.place)
            work.run(f"{forget} <= ?", self._workspace, name, draft.place + 1 - MOST_TEXTS)
            self._add(work, name, draft.place + 1, new_text)
            return draft.place + 1

        return await self._change(name, version, tab, change)

    async def undo(self, name: str, version: int, tab: str) -> Draft | Conflict:
        """Go back to the text before, if there is one; the arguments are those of `edit`.

        Raises:
            UnknownNameError: There is none of this name.
        """
        return await self._change(
            name, version, tab, lambda _, draft: draft.place - min(1, draft.undoable)
        )

    async def redo(self, name: str, version: int, tab: str) -> Draft | Conflict:
        """Take back the last undo, if there was one; the arguments are those of `edit`.

        Raises:
            UnknownNameError: There is none of this name.
        """
        return await self._change(
            name, version, tab, lambda _, draft: draft.place + min(1, draft.redoable)
        )

    # --- inside ---------------------------------------------------------------------------------

    async def _change(
        self, name: str, version: int, tab: str, change: Callable[[Transaction, Draft], int]
    ) -> Draft | Conflict:
        """Move a draft to another place of its texts, unless another tab was faster."""

        def work(work: Transaction) -> Draft | Conflict:
            draft = self._load(work, name)
            if version != draft.version and tab != draft.tab:
                return Conflict(draft)
            place = change(work, draft)
            if place == draft.place:
                return draft
            work.run(
                "UPDATE draft SET place = ?, version = ?, tab = ?, updated_at = ?"
                " WHERE workspace = ? AND name = ?",
                *(place, draft.version + 1, tab, self._now(), self._workspace, name),
            )
            return self._load(work, name)

        return await self._database.write(work)

    def _add(self, work: Transaction, name: str, number: int, text: str) -> None:
        work.run(
            "INSERT INTO draft_text (workspace, name, number, content) VALUES (?, ?, ?, ?)",
            *(self._workspace, name, number, text),
        )

    def _load(self, work: Transaction, name: str) -> Draft:
        row = self._row(work, name)
        if row is None:
            sql = "SELECT name FROM draft WHERE workspace = ?"
            known = [str(one["name"]) for one in work.run(sql, self._workspace)]
            raise UnknownNameError("draft", name, known)
        return draft_from(row)

    def _row(self, work: Transaction, name: str) -> Row | None:
        return work.one(f"{SELECT} WHERE d.workspace = ? AND d.name = ?", self._workspace, name)

    def _now(self) -> str:
        return self._clock.now().isoformat()

"""What a preview of an undo tells, and what it would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from modules.base import Change
from scheduler.data_store import Held
from scheduler.records import Execution
from scheduler.undo_parts import Back, Key, alike, key_of

__all__ = ["DataBack", "Item", "Outlook", "Preview", "Taking", "Verdict", "why_not"]

GONE: Final = ("DELETE", "deleted")


class Verdict(StrEnum):
    """What becomes of a change.

    Args:
        UNDO: It is taken back.
        ALREADY: It is as it was before.
        CONFLICT: Somebody has changed it since, so it is left alone.
        NOT_ALLOWED: It could be taken back if that were allowed.
        NO_WAY: There is no way back.
        UNKNOWN: Nobody knows whether it happened.
    """

    UNDO = "undo"
    ALREADY = "already as it was"
    CONFLICT = "changed since"
    NOT_ALLOWED = "not allowed"
    NO_WAY = "no way back"
    UNKNOWN = "unknown"


#: With one of these nothing is taken back, unless the rest is asked for.
BLOCKING: Final = frozenset({Verdict.CONFLICT, Verdict.NOT_ALLOWED})


@dataclass(frozen=True)
class Item:
    """A change of an execution, seen from today.

    Args:
        call: The number of the call that made it, as `--only` takes it.
        verdict: What becomes of it.
        module: What made it.
        connection: With which connection.
        change: As it is now, and as it becomes.
        reason: Why it is not taken back.
    """

    call: int
    verdict: Verdict
    module: str
    connection: str
    change: Change
    reason: str | None = None


@dataclass(frozen=True)
class Taking:
    """A call of an undo, and what it may find besides what it expects.

    Args:
        back: What it takes back, and with what.
        accepted: Values the execution itself has set since; whoever deletes does not mind them.
    """

    back: Back
    accepted: tuple[Change, ...] = ()


@dataclass(frozen=True)
class DataBack:
    """A key of a data store that goes back to what it held.

    Args:
        number: Its place behind the calls, as `--only` takes it.
        store: The store.
        key: The key.
        now: What the execution left there, and what has to be there still.
        before: What was there before the execution.
    """

    number: int
    store: str
    key: str
    now: Held
    before: Held


@dataclass(frozen=True)
class Preview:
    """What an undo would do: shown, approved, then carried out exactly so.

    Args:
        execution: What is undone.
        items: Every change of it, the last first.
        takings: What is sent, in this order.
        data: What is put back in data stores.
        redoes: The execution that comes back into force, where an undo is undone.
        earlier: How many undos of it there have been.
    """

    execution: Execution
    items: tuple[Item, ...] = ()
    takings: tuple[Taking, ...] = ()
    data: tuple[DataBack, ...] = ()
    redoes: str | None = None
    earlier: int = 0

    @property
    def blocking(self) -> list[Item]:
        """What keeps everything from being taken back."""
        return [one for one in self.items if one.verdict in BLOCKING]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.takings and not self.data


@dataclass
class Outlook:
    """How things will be while an undo goes on.

    Args:
        ours: What the execution itself set last, by object and field.
        will: What the undo will have set, by object and field.
        over: What an earlier undo has taken back already.
    """

    ours: Mapping[Key, Any]
    will: dict[Key, Any] = field(default_factory=dict)
    over: frozenset[Key] = frozenset()

    def present(self, found: Change) -> Any:
        """What will be there when its turn comes, of what is there now."""
        return self.will.get(key_of(found), found.new)

    def is_ours(self, found: Change) -> bool:
        """Whether what is there was set by the execution itself."""
        return key_of(found) in self.ours and alike(self.ours[key_of(found)], found.new)


def why_not(found: Change, change: Change, outlook: Outlook) -> str:
    """Say what stands in the way of taking a change back.

    Args:
        found: What was expected, and what is there.
        change: The change that was to be taken back.
        outlook: Knows what the execution set itself.
    """
    if found.id == change.id and outlook.is_ours(found):
        return "a later call of the same execution changed it again; take that back as well"
    if found.new in GONE:
        return "deleted since by somebody"
    if found.old in GONE:
        came = "is in it and stays" if outlook.is_ours(found) else "has come into it since"
        return f"{found.kind} {found.id} “{found.name}” {came}"
    if found.id != change.id:
        return f"it would switch {found.kind} {found.id} “{found.name}” along with it"
    which = "" if found.field == change.field else f"{found.field} "
    return f"{which}changed since by somebody: {_told(found.old)} → {_told(found.new)}"


def _told(value: Any) -> str:
    return "nothing" if value in (None, "", []) else str(value)

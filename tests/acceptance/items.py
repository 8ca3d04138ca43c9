"""The items of the acceptance checklist: what each asks for, and what proves it (§III)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["ITEMS", "PARTS", "Item", "part_of"]

TABLE: Final = Path(__file__).with_name("items.toml")
#: The parts of the checklist, by the number of the first item in each.
PARTS: Final[Mapping[int, str]] = {
    1: "Connections and configuration",
    16: "Actions and modules",
    46: "Identity and time of an event",
    58: "The person",
    71: "Page, app and properties",
    85: "Events of Commanders Act",
    109: "Behaviour",
    115: "What other senders do besides",
}


@dataclass(frozen=True)
class Item:
    """One item.

    Args:
        id: What the checklist calls it, such as AC-001.
        asks: What it asks for, in our words.
        tests: What proves that it is there: a file, the name of a test in it, and in brackets the
            cases that count where it is tried with many.
        reason: Why it is left out, or covered in part only.
        read: Where a user reads that: a file or a command, and words that stand there.
    """

    id: str
    asks: str
    tests: tuple[str, ...] = ()
    reason: str | None = None
    read: str | None = None

    @property
    def number(self) -> int:
        """Its number."""
        return int(self.id.removeprefix("AC-"))

    @property
    def state(self) -> str:
        """How much of it is covered."""
        if not self.tests:
            return "left out"
        return "in part" if self.reason else "covered"


def _items() -> tuple[Item, ...]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Item(id=name, **{**row, "tests": tuple(row.get("tests", ()))}) for name, row in rows.items()
    )


#: Every item, in the order of the checklist.
ITEMS: Final = _items()


def part_of(item: Item) -> str:
    """The part of the checklist an item stands in."""
    return PARTS[max(first for first in PARTS if first <= item.number)]

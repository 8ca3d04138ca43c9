"""Everything that is wrong with a blueprint, each with its place."""

from typing import Final

from adloom.errors import UsageError
from scenarios.blueprint.nodes import JsonPath, say_place

__all__ = ["Faults"]

MOST_FAULTS: Final = 20


class Faults:
    """Gathers what is wrong with a file."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def note(self, path: JsonPath, text: str) -> None:
        """Note one thing, and where."""
        said = f"{say_place(path)}: {text}"
        if said not in self._found:
            self._found.append(said)

    def refuse(self) -> None:
        """Refuse the file if anything is wrong.

        Raises:
            UsageError: With every fault and its place.
        """
        if not self._found:
            return
        more = len(self._found) - MOST_FAULTS
        tail = [f"… and {more} more."] if more > 0 else []
        lines = ["This blueprint cannot be imported.", *self._found[:MOST_FAULTS], *tail]
        raise UsageError("\n".join(lines), hint="Export it again from Make, or mend the file.")

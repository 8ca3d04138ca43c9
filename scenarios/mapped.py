"""Where mapped texts stand: in a value, and in the file."""

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.places import FieldPath, Place

__all__ = ["Locator", "texts_in"]

#: Lines that comments and blank lines may put between where a text should be and where it is.
SLACK = 3


def texts_in(
    value: Any, path: FieldPath = (), name: str = ""
) -> Iterator[tuple[str, FieldPath, str]]:
    """Every text of a value: its path as the mapping language writes it, its path, and itself."""
    if isinstance(value, str):
        yield name, path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_in(inner, (*path, key), f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts_in(inner, (*path, index), f"{name}[{index}]")


class Locator:
    """Finds the line and column of the file for those of a text in it.

    Args:
        text: The file.
        places: Where each value begins, by its path.
    """

    def __init__(self, text: str, places: Mapping[FieldPath, Place]):
        self._lines = text.split("\n")
        self._places = places

    def around(self, path: FieldPath) -> Place:
        """Where a value stands, or the nearest thing around it that is there."""
        for length in range(len(path), 0, -1):
            if (place := self._places.get(path[:length])) is not None:
                return place
        return Place()

    def inside(self, path: FieldPath, text: str, line: int, column: int) -> Place:
        """Where a line and column of a text value stand in the file.

        Escapes and folded lines make that a guess; then it is the place of the text.
        """
        place = self.around(path)
        lines = text.split("\n")
        wanted = lines[line - 1] if line <= len(lines) else ""
        first = place.line - 1 + line - 1
        for number in range(first, min(first + SLACK, len(self._lines))):
            start = place.column - 1 if number == place.line - 1 else 0
            found = self._lines[number].find(wanted, start)
            if wanted and found >= 0:
                return Place(number + 1, found + column)
        return place

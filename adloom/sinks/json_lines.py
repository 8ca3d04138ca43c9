"""JSON lines: every bundle as a module yields it, figures exactly as they came."""

from pathlib import Path
from types import TracebackType
from typing import Self

from adloom.json_text import dump_lines
from adloom.nested_rows import NestedRows

__all__ = ["JsonLines"]


class JsonLines:
    """Rows as JSON objects, one a line.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, rows: NestedRows) -> int:
        """Add some rows; say how many."""
        bundles = list(rows)
        self._file.write(dump_lines(bundles))
        return len(bundles)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

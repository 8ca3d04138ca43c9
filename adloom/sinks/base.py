"""What every kind of file can do with rows."""

from types import TracebackType
from typing import Protocol, Self

from adloom.nested_rows import NestedRows

__all__ = ["Sink"]


class Sink(Protocol):
    """A file being written. Leaving its context without an error makes it whole."""

    def write(self, rows: NestedRows) -> int:
        """Add some rows; say how many."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

"""What every kind of source can do."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from adloom.sources.rows import BadRow, Position, Row

__all__ = ["Source"]


class Source(Protocol):
    """A file being read, a row at a time, in bounded memory.

    What is no record comes as a `BadRow`, and the rest goes on. Going through it again goes on
    where it stopped.
    """

    @property
    def name(self) -> str:
        """What it is called: a file's name, or `standard input`."""
        ...

    @property
    def format(self) -> str:
        """One of `FORMATS`."""
        ...

    @property
    def size(self) -> int | None:
        """How many bytes it had when it was opened, where that is known; for progress."""
        ...

    @property
    def resumed(self) -> bool:
        """Whether it goes on at the position asked for.

        Not if none was, or if the file has other bytes before it by now; then it is read from its
        first row, as the new file it is. A pipe cannot be, and is refused.
        """
        ...

    @property
    def open_end(self) -> bool:
        """Whether the row that came last was ended by the end of the file, not by a line end."""
        ...

    @property
    def position(self) -> Position:
        """Behind the row that came last."""
        ...

    def __iter__(self) -> Iterator[Row | BadRow]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

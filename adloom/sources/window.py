"""The part of a file that is in memory: it moves forward, and remembers a digest of what passed."""

import hashlib
import os
import stat
from collections.abc import Callable
from io import UnsupportedOperation
from typing import BinaryIO, Final

from adloom.errors import UsageError
from adloom.sources.rows import Position

__all__ = ["Window"]

#: Bytes read at a time.
PIECE: Final = 1 << 18
#: Bytes that are enough to see what a file is.
HEAD: Final = 1 << 16


class Window:
    """Bytes of a file, from `start` on.

    Args:
        file: The file; it need not be seekable.
        name: What it is called.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self.size = _size(file)
        self.start = 0
        self.data = b""
        self._file = file
        # A pipe gives what there is instead of waiting for a whole piece.
        self._read: Callable[[int], bytes] = getattr(file, "read1", file.read)
        self._digest, self._digested = hashlib.sha256(), 0

    @property
    def end(self) -> int:
        """How many bytes of the file were read."""
        return self.start + len(self.data)

    def begin(self) -> None:
        """Read enough of the beginning to see what the file is: its first line, if it has lines."""
        while self.more(0):
            if len(self.data) >= HEAD or b"\n" in self.data.lstrip():
                return

    def more(self, keep: int) -> bool:
        """Let go of everything before an offset, and read on; false if there is no more.

        Raises:
            UsageError: The file cannot be read, or is shorter than it was.
        """
        self._pass(keep)
        try:
            piece = self._read(PIECE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"{self.name} cannot be read any further: {reason}.") from None
        self.data = self.data[keep - self.start :] + piece
        self.start = keep
        if not piece and self.size is not None and self.end < self.size:
            raise UsageError(
                f"{self.name} became shorter while it was being read.",
                hint="Try again when whoever writes it is done.",
            )
        return bool(piece)

    def digest(self, offset: int) -> str:
        """The SHA-256 of everything before an offset that was not let go of, in hex."""
        self._pass(offset)
        return self._digest.hexdigest()

    def go_on_at(self, start: Position) -> bool:
        """Move to a position; false if the file has other bytes before it."""
        while self.end < start.offset:
            if not self.more(self.end):
                return False
        return self.digest(start.offset) == start.sha256

    def rewind(self) -> None:
        """Move to the beginning again.

        Raises:
            UsageError: What was read cannot be read again.
        """
        try:
            self._file.seek(0)
        except (OSError, UnsupportedOperation):
            raise UsageError(
                f"{self.name} begins otherwise than it did the last time.",
                hint="Send the same bytes again, or begin anew.",
            ) from None
        self.start, self.data = 0, b""
        self._digest, self._digested = hashlib.sha256(), 0
        self.begin()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _pass(self, offset: int) -> None:
        passed = memoryview(self.data)[self._digested - self.start : offset - self.start]
        self._digest.update(passed)
        self._digested = max(offset, self._digested)


def _size(file: BinaryIO) -> int | None:
    """How many bytes an ordinary file has; None for a pipe, a terminal, bytes in memory."""
    try:
        found = os.fstat(file.fileno())
    except (OSError, ValueError, AttributeError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None

"""Lines of a file, without ever holding one that is too long."""

import hashlib
from collections.abc import Iterator
from typing import Final

from adloom.sources.rows import BadRow, Position
from adloom.sources.window import Window

__all__ = ["TOO_LONG", "Lines"]

TOO_LONG: Final = "it is longer than {longest:,} bytes"


class Lines:
    """Goes through lines.

    Args:
        window: The file.
        start: Where it stands.
        longest: A line of more bytes is skipped.
    """

    def __init__(self, window: Window, start: Position, longest: int) -> None:
        self._window = window
        self._longest = longest
        #: Behind the line that came last.
        self.offset = start.offset
        self.number = start.number
        #: From here on bytes are kept, for one who has taken lines and may look at them again.
        self.hold: int | None = None
        #: Whether the last one was ended by the end of the file, and not by its own.
        self.open_end = False

    def __iter__(self) -> Iterator[tuple[int, bytes] | BadRow | None]:
        """Yield every line with its offset, without its end; before one that is too long, None.

        That one comes as a `BadRow` once nothing before it is needed any more.
        """
        window = self._window
        more = True
        while more:
            begin = self.offset - window.start
            end = window.data.rfind(b"\n", begin) + 1
            if end:
                for line in window.data[begin : end - 1].split(b"\n"):
                    if len(line) > self._longest:
                        yield None
                        yield self._long(line)
                        continue
                    offset = self.offset
                    self.offset = offset + len(line) + 1
                    self.number += 1
                    yield offset, line
            if window.end - self.offset > self._longest:
                yield None
                yield self._skipped()
            more = window.more(self.offset if self.hold is None else self.hold)
        if line := window.data[self.offset - window.start :]:
            offset = self.offset
            self.offset, self.number, self.open_end = window.end, self.number + 1, True
            yield offset, line

    def _long(self, line: bytes) -> BadRow:
        offset = self.offset
        self.offset = offset + len(line) + 1
        self.number += 1
        digest = hashlib.sha256(line).hexdigest()
        reason = TOO_LONG.format(longest=self._longest)
        return BadRow(self.number, offset, len(line), digest, reason)

    def _skipped(self) -> BadRow:
        """Pass over a line that has no end yet, a piece at a time."""
        window, offset = self._window, self.offset
        digest, length = hashlib.sha256(), 0
        while True:
            begin = self.offset - window.start
            end = window.data.find(b"\n", begin)
            piece = window.data[begin : end if end >= 0 else None]
            digest.update(piece)
            length += len(piece)
            self.offset += len(piece)
            if end >= 0:
                self.offset += 1
                break
            if not window.more(self.offset):
                self.open_end = True
                break
        self.number += 1
        reason = TOO_LONG.format(longest=self._longest)
        return BadRow(self.number, offset, length, digest.hexdigest(), reason)

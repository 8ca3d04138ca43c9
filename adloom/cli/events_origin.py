"""Files that were sent before: how far they were read, kept in the outbox beside their events."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from adloom.cli.events_input import Given
from adloom.cli.events_portions import STANDARD_INPUT
from adloom.cli.events_summary import Totals
from adloom.clock import Clock
from adloom.sources import Position
from scheduler.outbox.entries import Origin
from scheduler.outbox.store import Outbox

__all__ = ["Files", "Note"]


class Note(msgspec.Struct, frozen=True):
    """How far a file has been read; it is kept with its events, in one transaction.

    Args:
        position: Where to go on.
        totals: What has been read until there.
    """

    position: msgspec.Raw
    totals: Totals

    def start(self) -> Position:
        """Where to go on."""
        return Position.from_note(bytes(self.position))


@dataclass(frozen=True)
class Files:
    """What is known of one file that goes one way.

    A file that begins differently is another one, so the path alone does not tell which is meant:
    it leads to a mark, and the mark to what was read. Nor does what was read of it on another way
    count: a file that was tried with a test event code has yet to go out live.

    Args:
        outbox: Where it is kept.
        given: The input.
        connection: The connection's name.
        source: The event source where a record does not say.
        source_id: Its id.
        test_event_code: The test event code, if these are tests.
        clock: For the marks.
    """

    outbox: Outbox
    given: Given
    connection: str
    source: str
    source_id: str
    test_event_code: str | None
    clock: Clock

    async def last(self) -> tuple[Origin, Note] | None:
        """The file of this path that was sent last, and how far it was read."""
        mark = await self.outbox.progress(self._path)
        if self._passes or not mark:
            return None
        origin = Origin("file", self._name, mark.decode())
        note = await self.outbox.progress(origin)
        return (origin, msgspec.json.decode(note, type=Note)) if note else None

    async def begin(self, *, instead_of: Origin | None = None) -> Origin:
        """A new file under this path.

        Args:
            instead_of: The same file as it was read before; what was refused of it then is
                forgotten, since it is judged anew.
        """
        if instead_of is not None:
            await self.outbox.forget_origin(instead_of)
        mark = f"{self.connection} {self.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"
        if not self._passes:
            await self.outbox.accept_many([], self._path, progress=mark.encode())
        return Origin("file", self._name, mark)

    @property
    def _passes(self) -> bool:
        """Whether it cannot be read again."""
        return self.given.file == STANDARD_INPUT

    @property
    def _name(self) -> str:
        if self._passes:
            return self.given.name
        path = str(Path(self.given.file).absolute())
        inner = self.given.table or self.given.records
        return f"{path}:{inner}" if inner else path

    @property
    def _path(self) -> Origin:
        code = [f"test {self.test_event_code}"] if self.test_event_code else []
        way = " ".join([self.connection, self.source, self.source_id, *code])
        return Origin("file", self._name, way)

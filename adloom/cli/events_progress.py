"""How far sending a file has come, for whoever waits for it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from adloom.cli.progress import line_on
from adloom.cli.session import say
from scheduler.outbox.entries import EventState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console
    from rich.progress import Progress

__all__ = ["SendingLine"]


class SendingLine:
    """A line on stderr: how much is read, sent, waiting and dead, and how fast it goes.

    Without a terminal there is none.

    Args:
        console: Where to draw, instead of stderr.
    """

    def __init__(self, console: "Console | None" = None) -> None:
        self._console = console
        self.wanted = console is not None or sys.stderr.isatty()
        self._line: Progress | None = None
        self._began = time.monotonic()
        self._sent_before: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._line is not None:
            self._line.stop()
            self._line = None

    def show(
        self, read: int, states: "Mapping[EventState, int]", offset: int, size: int | None
    ) -> None:
        """Draw how things stand.

        Args:
            read: Records read this time.
            states: How the file's events stand.
            offset: Bytes read.
            size: Bytes there are, if that is known.
        """
        if not self.wanted:
            return
        sent = states.get(EventState.SENT, 0)
        if self._sent_before is None:
            self._sent_before = sent
        rate = (sent - self._sent_before) / max(time.monotonic() - self._began, 0.001)
        told = (
            f"{read:,} read · {sent:,} sent · {states.get(EventState.WAITING, 0):,} waiting · "
            f"{states.get(EventState.DEAD, 0):,} dead · {rate:,.0f}/s"
        )
        if self._line is None:
            self._line = line_on(self._console)
            self._line.start()
        self._line.update(self._line.task_ids[0], completed=offset, total=size, description=told)

    def say(self, text: str) -> None:
        """Tell the user something without running into the line."""
        with self.aside():
            say(text)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let somebody write who would run into the line."""
        if self._line is None:
            yield
            return
        self._line.stop()
        try:
            yield
        finally:
            self._line.start()

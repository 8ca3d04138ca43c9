"""How far a long listing has come, for whoever waits for it."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from adloom.cli.session import say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

__all__ = ["Counting", "line_on"]

#: The line is drawn by a clock of its own, so a page costs the same however fast pages come.
DRAWN_A_SECOND: Final = 4


class Counting:
    """A line on stderr that counts rows while a listing runs, and is gone when it ends.

    Only people need it: without a terminal there is none, and where the rows themselves appear on
    the terminal they are progress enough. It begins once more pages are known to follow.

    Args:
        limit: How many rows are wanted; 0 means all.
        console: Where to draw, instead of stderr.
    """

    def __init__(self, *, limit: int = 0, console: "Console | None" = None) -> None:
        self._limit = limit
        self._console = console
        self._wanted = console is not None or (sys.stderr.isatty() and not sys.stdout.isatty())
        self._line: Progress | None = None

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

    def show(self, count: int, total: int | None, *, more: bool) -> None:
        """Tell how many rows have come, of how many, and whether more pages follow."""
        if not self._wanted:
            return
        whole = self._whole(total, count)
        if self._line is None:
            if not more or count == (whole or self._limit):
                return
            self._line = line_on(self._console)
        of_all = f" of {whole:,}" if whole else ""
        told = f"{count:,}{of_all} rows"
        self._line.update(self._line.task_ids[0], completed=count, total=whole, description=told)
        self._line.start()

    def say(self, text: str) -> None:
        """Tell the user something without running into the line."""
        if self._line is None:
            say(text)
            return
        self._line.stop()
        say(text)
        self._line.start()

    def _whole(self, total: int | None, count: int) -> int | None:
        """How many rows it will be; None if nobody knows, or the platform was wrong about it."""
        if not total:
            return None
        whole = min(total, self._limit or total)
        return whole if whole >= count else None


def line_on(console: "Console | None") -> "Progress":
    """A line of progress on a terminal; elsewhere it shows nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = console or Console(stderr=True)
    line = Progress(
        TimeElapsedColumn(),
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        disable=not console.is_interactive,
        refresh_per_second=DRAWN_A_SECOND,
        transient=True,
        # The rows leave as bytes and what is said goes through `say`: nothing to redirect.
        redirect_stdout=False,
        redirect_stderr=False,
    )
    line.add_task("", total=None)
    return line

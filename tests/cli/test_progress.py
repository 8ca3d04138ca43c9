"""The line that counts: who sees it, what it says, and that nothing of it stays."""

import io
import os
import pty
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.console import Console

from adloom.cli.progress import Counting
from tests.cli.conftest import Cli
from tests.seams.practice import Practice

#: What a terminal does instead of showing it: go up, erase the line; colours and the cursor.
CONTROLS = re.compile(r"\x1b\[(?:(\d+)A|(2K)|[0-9;?]*[a-zA-Z])|(\r|\n)|([^\x1b\r\n]+)")


def screen(written: str) -> list[str]:
    """The lines that stand on a terminal after something has been written to it."""
    lines, row, column = [""], 0, 0
    for up, erase, move, text in CONTROLS.findall(written):
        row -= int(up or 0)
        if move:
            row, column = row + (move == "\n"), 0
            lines += [""] * (row + 1 - len(lines))
        elif erase:
            lines[row] = ""
        elif text:
            lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
            column += len(text)
    return [line.rstrip() for line in lines if line.strip()]


class Terminal:
    """A pseudo-terminal that remembers what was written to it."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self.file = os.fdopen(slave, "w", encoding="utf-8")
        self._read = bytearray()
        self._reading = threading.Thread(target=self._drain)
        self._reading.start()

    def _drain(self) -> None:
        try:
            while some := os.read(self._master, 4096):
                self._read += some
        except OSError:  # how Linux says that the other end is closed
            return

    @contextmanager
    def instead_of(self, *streams: str) -> Iterator[None]:
        """Let it be stderr, or stdout, or both."""
        with pytest.MonkeyPatch.context() as patch:
            for name in streams:
                patch.setattr(sys, name, self.file)
            yield

    def written(self) -> str:
        """Everything, once nobody writes any more."""
        self.file.close()
        self._reading.join()
        return self._read.decode()

    def close(self) -> None:
        self.file.close()
        self._reading.join()
        os.close(self._master)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def console() -> Console:
    """A terminal in memory."""
    return Console(file=io.StringIO(), force_terminal=True, force_interactive=True, width=80)


def drawn(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_counts_up_to_the_total_and_leaves_nothing_behind(console: Console) -> None:
    with Counting(console=console) as counting:
        counting.show(1000, 2500, more=True)
        standing = screen(drawn(console))
        counting.show(2500, 2500, more=False)

    assert len(standing) == 1
    assert standing[0].startswith("0:00:0")
    assert standing[0].endswith(" 1,000 of 2,500 rows")
    assert "2,500 of 2,500 rows" in drawn(console)
    assert screen(drawn(console)) == []
    assert drawn(console).count("\x1b[?25l") == drawn(console).count("\x1b[?25h") == 1


@pytest.mark.parametrize(
    ("limit", "total", "told"),
    [
        (0, None, " 1,000 rows"),
        (0, 900, " 1,000 rows"),
        (1500, None, " 1,000 rows"),
        (1500, 90_000, " 1,000 of 1,500 rows"),
        (1500, 1200, " 1,000 of 1,200 rows"),
    ],
)
def test_it_says_of_how_many_only_as_far_as_that_is_known(
    limit: int, total: int | None, told: str, console: Console
) -> None:
    with Counting(limit=limit, console=console) as counting:
        counting.show(1000, total, more=True)
        [standing] = screen(drawn(console))

    assert standing.endswith(told)
    assert " of " in told or " of " not in standing


@pytest.mark.parametrize(
    ("limit", "total", "more"), [(0, 10, False), (10, 90_000, True), (10, None, True)]
)
def test_what_comes_on_one_page_needs_no_line(
    limit: int, total: int | None, more: bool, console: Console
) -> None:
    with Counting(limit=limit, console=console) as counting:
        counting.show(10, total, more=more)

    assert drawn(console) == ""


def test_what_is_said_meanwhile_stands_above_it(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", console.file)
    with Counting(console=console) as counting:
        counting.say("Before.")
        counting.show(1000, 3000, more=True)
        counting.say("A [bold] word: 1000 → 2000.")
        counting.show(2000, 3000, more=True)
        counting.say("Another.")
        *said, standing = screen(drawn(console))
    counting.say("After.")

    assert said == ["· Before.", "· A [bold] word: 1000 → 2000.", "· Another."]
    assert standing.endswith("2,000 of 3,000 rows")
    assert screen(drawn(console)) == [*said, "· After."]


def test_it_is_gone_before_an_error_is_told(console: Console) -> None:
    def interrupted() -> None:
        with Counting(console=console) as counting:
            counting.show(1000, 3000, more=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert "1,000 of 3,000 rows" in drawn(console)
    assert screen(drawn(console)) == []


def test_a_terminal_that_cannot_erase_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Counting(console=console) as counting:
        counting.show(1000, 3000, more=True)

    assert drawn(console) == ""


@pytest.fixture
def many_pages(monkeypatch: pytest.MonkeyPatch, practice: Practice) -> list[str]:
    """A search of several pages; the platform stumbles over the second."""
    monkeypatch.setattr("modules.records.listing.LARGEST_PAGE", 50)
    monkeypatch.setattr("connections.api.FIRST_PAUSE", 0.01)
    practice.simulator.faults.add(
        [{"kind": "code", "code": 50002, "path": "/ad/get/", "after": 1, "times": 1}]
    )
    return ["run", "search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "0"]


def test_a_search_into_a_file_shows_it_on_the_terminal(
    many_pages: list[str], cli: Cli, terminal: Terminal
) -> None:
    with terminal.instead_of("stderr"):
        shown = cli(*many_pages)

    written = terminal.written()
    count = len({row["ad_id"] for row in shown.records})
    assert shown.code == 0
    assert count == len(shown.records) > 100
    assert f"50 of {count} rows" in written
    stumbled, summary = screen(written)
    assert "50002" in stumbled
    assert summary == f"· {count} shown."


def test_nobody_at_the_terminal_sees_no_line(many_pages: list[str], cli: Cli) -> None:
    shown = cli(*many_pages)

    assert shown.code == 0
    assert len(shown.records) > 100
    assert "50002" in shown.err
    assert "rows" not in shown.err
    assert "\x1b" not in shown.err


def test_tables_on_the_terminal_are_left_alone(
    many_pages: list[str], cli: Cli, terminal: Terminal
) -> None:
    with terminal.instead_of("stderr", "stdout"):
        shown = cli(*many_pages)

    written = terminal.written()
    assert shown.code == 0
    assert "Advertiser" in written
    assert " rows" not in written
    assert "\x1b[?25l" not in written


def test_an_api_call_counts_its_pages_as_what_it_yields(
    practice: Practice, cli: Cli, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.make_api_call.LARGEST_PAGE", 50)
    query = ["-q", f"advertiser_id={practice.advertiser_id}"]

    with terminal.instead_of("stderr"):
        shown = cli("call", "GET", "/ad/get/", *query, "--all")

    written = terminal.written()
    assert shown.code == 0
    assert len(shown.records) > 2
    assert "1 rows" in written
    assert screen(written)[-1] == f"· {len(shown.records)} shown."

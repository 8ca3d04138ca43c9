"""What was fetched for a file that is not whole yet, so that an interrupted run can go on.

Beside `report.csv` lies `report.csv.part/`: a note of what was asked, and the rows of every part
that is complete, as they came. A part appears under its name only when it is complete.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import msgspec
from filelock import FileLock, Timeout

from adloom.errors import UsageError
from adloom.json_text import JsonError, dump, parse_strict

__all__ = ["Spool"]

NOTE: Final = "report.json"
APPENDING: Final = "appending"
DRAFT: Final = "whole"
VERSION: Final = 1
#: Bytes of rows handed on at once: what they become still fits into a processor's own memory, which
#: halves the time.
CHUNK: Final = 1 << 18


class Spool:
    """The folder beside a file.

    Args:
        target: The file.
        request: What was asked, as JSON data.
        now: The moment of this run.
        restart: Whether to forget what an earlier run left.

    Raises:
        UsageError: An earlier run asked something else, or another process is at it.
    """

    def __init__(
        self, target: Path, request: Mapping[str, Any], now: datetime, *, restart: bool
    ) -> None:
        self.folder = target.with_name(f"{target.name}.part")
        self._target = target
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be made: {error.strerror}.") from None
        self._lock = FileLock(self.folder / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise UsageError(f"Another adloom is writing {target} now.") from None
        if restart:
            self._empty()
        #: When the run that began this was started; words like `today` mean its day.
        self.began = now
        self.resumed = self._read_note(_fingerprint(request))

    def _read_note(self, fingerprint: str) -> bool:
        """Compare with what an earlier run left; write the note if there was none."""
        place = self.folder / NOTE
        try:
            note = parse_strict(place.read_bytes())
        except FileNotFoundError:
            note = {"version": VERSION, "request": fingerprint, "began": self.began.isoformat()}
            whole = place.with_suffix(".tmp")
            whole.write_bytes(dump(note) + b"\n")
            whole.replace(place)
            return False
        except JsonError:
            note = {}
        if (note.get("version"), note.get("request")) != (VERSION, fingerprint):
            self._lock.release()
            raise UsageError(
                f"{self.folder} holds the beginning of another report.",
                hint="Ask for that one again to finish it, or begin anew with --restart.",
            )
        self.began = datetime.fromisoformat(note["began"])
        return True

    @property
    def has_parts(self) -> bool:
        """Whether anything is worth keeping."""
        return any(self.folder.glob("*.jsonl"))

    def rows_of(self, part: str) -> int | None:
        """How many rows a part has; None if it is not complete."""
        try:
            with self._place(part).open("rb") as rows:
                return sum(chunk.count(b"\n") for chunk in iter(lambda: rows.read(CHUNK), b""))
        except FileNotFoundError:
            return None

    @contextmanager
    def writing(self, part: str) -> Iterator[BinaryIO]:
        """Write a part; it counts once the block has ended without an error."""
        begun = self._place(part).with_suffix(".tmp")
        with begun.open("wb") as rows:
            yield rows
            rows.flush()
            os.fsync(rows.fileno())
        begun.replace(self._place(part))

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part's rows as JSON lines, some hundred at a time."""
        rest = b""
        with self._place(part).open("rb") as rows:
            while chunk := rows.read(CHUNK):
                end = chunk.rfind(b"\n") + 1
                if end:
                    yield rest + chunk[:end]
                    rest = chunk[end:]
                else:
                    rest += chunk

    def _place(self, part: str) -> Path:
        return self.folder / f"{hashlib.sha256(part.encode()).hexdigest()[:20]}.jsonl"

    @property
    def draft(self) -> Path:
        """Where the file is made before it takes its name."""
        return self.folder / f"{DRAFT}{self._target.suffix}"

    def clear_draft(self) -> None:
        """Remove what an interrupted run had made of it, a database's journal above all."""
        for place in self.folder.glob(f"{DRAFT}*"):
            place.unlink()

    def note_appending(self) -> None:
        """Write down that rows are about to be added to a file that stays where it is."""
        (self.folder / APPENDING).touch()

    def refuse_second_append(self) -> None:
        """Refuse to add rows that an earlier run may have added just before it was interrupted.

        Raises:
            UsageError: It was.
        """
        if (self.folder / APPENDING).exists():
            raise UsageError(
                f"An earlier run was interrupted while it added these rows to {self._target}.",
                hint=f"Look whether they are there. If so delete {self.folder}; if not: --restart.",
            )

    def finish(self) -> None:
        """Give the file its name, if it was made here, and clear up."""
        if self.draft.exists():
            self.draft.replace(self._target)
        self._empty()

    def _empty(self) -> None:
        for place in self.folder.iterdir():
            if place.name != "lock":
                place.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()
        if error is None or not self.has_parts:
            shutil.rmtree(self.folder, ignore_errors=True)


def _fingerprint(request: Mapping[str, Any]) -> str:
    text = msgspec.json.encode(request, order="sorted")
    return hashlib.sha256(text).hexdigest()

"""Text added to the end of a file, exactly once.

    lock ─ mend ─ known already? ─ note place and text ─ write ─ fsync ─ note that it is done

The note before tells what a crash left half done: nothing of the text, which is forgotten; all of
it, which counts; or its beginning, which is cut off again. If the file holds something else there,
somebody changed it in the meantime; then it is left alone, and nobody claims to know.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from filelock import FileLock, Timeout

from adloom.appending.ledger import Ledger, Planned, Standing
from adloom.errors import RejectedError, RetryableError, UnknownOutcomeError, WorkspaceError
from adloom.files import open_private

__all__ = ["Text", "append_text", "is_in_text"]

#: Makes what is to be added, given the beginning of the file and whether its last line has ended.
Text = Callable[[bytes, bool], bytes]

#: How much of its beginning is read: the names of the columns stand there.
HEAD: Final = 1 << 20


def append_text(path: Path, key: str, text: Text, *, patience: float) -> bool:
    """Add text to a file; false if it was added before.

    Raises:
        RejectedError: It does not fit the file.
        RetryableError: Nothing was added for now.
        UnknownOutcomeError: The disk failed on the way.
    """
    with _held(path, patience), Ledger(_beside(path)) as ledger, _opened(path) as file:
        _mend(ledger, file)
        if ledger.standing(key) is Standing.DONE:
            return False
        start = file.seek(0, os.SEEK_END)
        planned = Planned(key, start, text(*_seen(file, start)))
        ledger.plan(planned)
        _write(ledger, file, planned)
        ledger.settle(key, Standing.DONE)
        return True


def is_in_text(path: Path, key: str, *, patience: float) -> bool | None:
    """Whether text was added; None if nobody can tell.

    Raises:
        RetryableError: Somebody else is writing.
    """
    if not _beside(path).exists():
        return False
    with _held(path, patience), Ledger(_beside(path)) as ledger, _opened(path) as file:
        _mend(ledger, file)
        standing = ledger.standing(key)
    return None if standing is Standing.UNCLEAR else standing is Standing.DONE


def _mend(ledger: Ledger, file: BinaryIO) -> None:
    """Find out how far the last addition got, and take back what there is of half of one."""
    planned = ledger.planned()
    if planned is None:
        return
    size = file.seek(0, os.SEEK_END)
    file.seek(min(size, planned.start))
    tail = file.read(len(planned.data) + 1)
    if tail.startswith(planned.data):
        _sync(file)
        ledger.settle(planned.key, Standing.DONE)
    elif size >= planned.start and _is_beginning(tail, planned.data):
        file.truncate(planned.start)
        _sync(file)
        ledger.forget(planned.key)
    else:
        ledger.settle(planned.key, Standing.UNCLEAR)


def _is_beginning(tail: bytes, data: bytes) -> bool:
    """Whether a tail is the beginning of some data; a power cut may leave zeros behind it."""
    return len(tail) <= len(data) and data.startswith(tail.rstrip(b"\0"))


def _write(ledger: Ledger, file: BinaryIO, planned: Planned) -> None:
    """Write what was planned, or nothing of it."""
    try:
        file.seek(planned.start)
        left = memoryview(planned.data)
        while left:
            left = left[os.write(file.fileno(), left) :]
        _sync(file)
    except OSError as error:
        try:
            file.truncate(planned.start)
            _sync(file)
        except OSError:
            text = f"{file.name} could be written only in part: {error.strerror}."
            raise UnknownOutcomeError(text) from None
        ledger.forget(planned.key)
        raise RetryableError(f"{file.name} cannot be written: {error.strerror}.") from None


def _seen(file: BinaryIO, size: int) -> tuple[bytes, bool]:
    """The beginning of a file, and whether its last line has ended."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(size - 1, 0))
    return head, file.read(1) in (b"", b"\n")


def _sync(file: BinaryIO) -> None:
    os.fsync(file.fileno())


def _beside(path: Path, ending: str = "adloom") -> Path:
    return path.with_name(f".{path.name}.{ending}")


@contextmanager
def _held(path: Path, patience: float) -> Iterator[None]:
    """Keep other writers out, in this process and in others; the kernel drops it with us."""
    lock = FileLock(_beside(path, "lock"), timeout=patience, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise RetryableError(f"Somebody else keeps writing into {path}.") from None
    except OSError as error:
        raise RejectedError(f"{path} cannot be locked: {error.strerror}.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, made if need be, readable by its owner only; never one behind a link."""
    try:
        if not path.exists():
            open_private(path)
            _sync_folder(path.parent)
        flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
    except OSError as error:
        raise RejectedError(f"{path} cannot be opened: {error.strerror}.") from None
    except WorkspaceError as error:
        raise RejectedError(str(error), hint=error.hint) from None
    with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123 - a descriptor, no path
        yield file


def _sync_folder(folder: Path) -> None:
    """A new name is safe once its folder is."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

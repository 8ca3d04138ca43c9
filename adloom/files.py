"""Files that belong to one person: readable by their owner only, on a disk that keeps its word."""

import hashlib
import os
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from adloom.errors import UsageError, WorkspaceError

__all__ = [
    "PIECE",
    "FileFacts",
    "Slice",
    "check_private",
    "look_at",
    "open_private",
    "refuse_network_disk",
]

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"9p", "afs", "cifs", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
#: Bytes read at a time, and kept of a file's beginning.
PIECE: Final = 1 << 20
HEAD: Final = 32


@dataclass(frozen=True)
class Slice:
    """A part of a file.

    Args:
        offset: How many bytes come before it.
        length: How many it has.
        sha256: Of them, in hex.
    """

    offset: int
    length: int
    sha256: str


@dataclass(frozen=True)
class FileFacts:
    """What identifies a file of the user's.

    Args:
        path: Where it lies, absolute.
        name: Its name without folders.
        size: Bytes.
        sha256: Of its content, in hex.
        md5: The same, for platforms that ask for it; it proves nothing.
        head: The first bytes, which tell what kind of file it is.
        slices: Its parts, where they were asked for; together they are the whole.
    """

    path: str
    name: str
    size: int
    sha256: str
    md5: str = ""
    head: bytes = b""
    slices: tuple[Slice, ...] = ()


def look_at(path: str, *, slice_size: int = 0) -> FileFacts:
    """Read a file once and say what identifies it.

    Args:
        path: Where it lies.
        slice_size: Also say what identifies each part of this many bytes, a multiple of `PIECE`;
            the last part takes the remainder along.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        place = Path(path).expanduser().absolute()
        with place.open("rb") as source:
            return _read_through(place, source, slice_size)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (RuntimeError, ValueError) as error:  # an unknown user's home, a NUL in the name
        raise UsageError(f"{path!r} is no place for a file: {error}.") from None


def _read_through(place: Path, source: BinaryIO, slice_size: int) -> FileFacts:
    """Read a file once, a piece at a time."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size, head = 0, b""
    slicing = _Slicing(slice_size, os.fstat(source.fileno()).st_size) if slice_size else None
    while piece := source.read(PIECE):
        head = head or piece[:HEAD]
        size += len(piece)
        sha256.update(piece)
        md5.update(piece)
        if slicing:
            slicing.take(piece)
    digests = sha256.hexdigest(), md5.hexdigest()
    return FileFacts(
        str(place), place.name, size, *digests, head, slicing.ended() if slicing else ()
    )


class _Slicing:
    """Tells the parts of a file from its pieces."""

    def __init__(self, size: int, total: int) -> None:
        self._size = size
        #: How many parts there are, the last one with the remainder.
        self._count = max(1, total // size)
        self._slices: list[Slice] = []
        self._start = self._place = 0
        self._digest = hashlib.sha256()

    def take(self, piece: bytes) -> None:
        is_full = self._place - self._start == self._size
        if is_full and len(self._slices) < self._count - 1:
            self._close()
        self._digest.update(piece)
        self._place += len(piece)

    def ended(self) -> tuple[Slice, ...]:
        if self._place > self._start:
            self._close()
        return tuple(self._slices)

    def _close(self) -> None:
        length = self._place - self._start
        self._slices.append(Slice(self._start, length, self._digest.hexdigest()))
        self._start, self._digest = self._place, hashlib.sha256()


def open_private(path: Path, content: bytes | None = None) -> None:
    """Make sure a file exists that only its owner may read.

    Args:
        path: The file; its folder is made (0700) if need be.
        content: Written into a file that must not exist yet; with None an existing file keeps its
            content, but is closed to others.

    Raises:
        WorkspaceError: The file cannot be made or opened.
    """
    flags = os.O_RDWR | os.O_CREAT | (os.O_EXCL if content is not None else 0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, flags, 0o600)
        try:
            if content is not None:
                os.write(descriptor, content)
                os.fsync(descriptor)
            elif os.name == "posix" and os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be opened: {error.strerror}.",
            hint="Choose another place, or change its owner or permissions.",
        ) from None


def check_private(path: Path) -> None:
    """Refuse a file that others could read or swap.

    Raises:
        WorkspaceError: It is missing, a link, somebody else's, or open to others.
    """
    try:
        found = path.lstat()
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(found.st_mode):
        raise WorkspaceError(f"{path} is not an ordinary file.", hint="Put the file itself there.")
    if os.name != "posix":  # elsewhere the folder's access list decides
        return
    if found.st_uid != os.geteuid():
        raise WorkspaceError(
            f"{path} belongs to somebody else.", hint=f"Take it over: chown {path}"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise WorkspaceError(f"{path} can be read by others.", hint=f"Close it: chmod 600 {path}")


def refuse_network_disk(folder: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Refuse a folder on a network file system, where SQLite's locks do not hold.

    Raises:
        WorkspaceError: It is one. Where the system does not tell, nothing is refused.
    """
    if not sys.platform.startswith("linux") or not mounts.exists():
        return
    kind = _file_system(str(folder.resolve()), mounts.read_text(errors="replace"))
    if kind in NETWORK_FILE_SYSTEMS:
        raise WorkspaceError(
            f"{folder} lies on a network file system ({kind}), where SQLite loses data.",
            hint="Put the workspace on a local disk.",
        )


def _file_system(folder: str, table: str) -> str | None:
    """The kind of the innermost mount that holds `folder`."""
    best, kind = "", None
    for line in table.splitlines():
        _, point, system, *_ = line.split(" ")
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, system
    return kind

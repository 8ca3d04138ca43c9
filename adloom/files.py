"""Files that belong to one person: readable by their owner only, on a disk that keeps its word."""

import hashlib
import os
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.errors import UsageError, WorkspaceError

__all__ = ["FileFacts", "check_private", "look_at", "open_private", "refuse_network_disk"]

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"9p", "afs", "cifs", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)


@dataclass(frozen=True)
class FileFacts:
    """What identifies a file of the user's.

    Args:
        path: Where it lies, absolute.
        name: Its name without folders.
        size: Bytes.
        sha256: Of its content, in hex.
    """

    path: str
    name: str
    size: int
    sha256: str


def look_at(path: str) -> FileFacts:
    """Read a file once and say what identifies it.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        place = Path(path).expanduser().absolute()
        with place.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            size = source.seek(0, os.SEEK_END)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (RuntimeError, ValueError) as error:  # an unknown user's home, a NUL in the name
        raise UsageError(f"{path!r} is no place for a file: {error}.") from None
    return FileFacts(str(place), place.name, size, digest)


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

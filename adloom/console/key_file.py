"""The file by which `adloom console` finds the server that is running, and may speak to it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adloom.errors import WorkspaceError
from adloom.files import check_private, open_private
from adloom.json_text import JsonError, dump, parse_strict
from adloom.secret import Secret

__all__ = ["KeyFile", "read_key_file", "write_key_file"]


@dataclass(frozen=True)
class KeyFile:
    """What such a file says.

    Args:
        address: Where the console is, for example `http://127.0.0.1:8917`.
        bearer: What to show there.
        pid: The process that wrote it; it may be gone.
    """

    address: str
    bearer: Secret
    pid: int


def write_key_file(path: Path, address: str, bearer: Secret) -> None:
    """Write the file, for its owner only; whoever reads it meanwhile sees the old or the new one.

    Raises:
        WorkspaceError: It cannot be written.
    """
    content = dump({"address": address, "bearer": bearer.reveal(), "pid": os.getpid()})
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    open_private(fresh, content)
    try:
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise WorkspaceError(f"{path} cannot be written: {error.strerror}.") from None


def read_key_file(path: Path) -> KeyFile:
    """Read the file.

    Raises:
        WorkspaceError: No console is running here, or the file is not one of ours, or others could
            read it.
    """
    if not path.exists():
        raise WorkspaceError("No console is running here.", hint="Start it: adloom serve")
    check_private(path)
    try:
        return _parsed(parse_strict(path.read_bytes()))
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}.") from None
    except (JsonError, KeyError, TypeError):
        raise WorkspaceError(
            f"{path} is not what a console wrote.",
            hint="Remove it and start the console again: adloom serve",
        ) from None


def _parsed(found: Any) -> KeyFile:
    match found:
        case {"address": str(address), "bearer": str(bearer), "pid": int(pid)}:
            return KeyFile(address, Secret(bearer), pid)
        case _:
            raise TypeError("something is missing")

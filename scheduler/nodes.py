"""Who is alive: every process that changes things holds a lock the kernel drops when it dies."""

import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from adloom.files import open_private

__all__ = ["Node"]


class Node:
    """This process, for as long as it works on a workspace.

    Args:
        folder: Where the locks of the workspace's processes lie.
    """

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(8)
        self._folder = folder
        self._lock = FileLock(self._path(self.id))

    def __enter__(self) -> Self:
        open_private(self._path(self.id))
        self._lock.acquire(timeout=0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()
        self._path(self.id).unlink(missing_ok=True)

    def is_alive(self, node: str) -> bool:
        """Whether another process of this machine still runs."""
        if node == self.id:
            return True
        path = self._path(node)
        if not path.exists():
            return False
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        path.unlink(missing_ok=True)
        return False

    def _path(self, node: str) -> Path:
        return self._folder / f"{node}.lock"

"""One runner for a workspace on one machine: a lock that the kernel drops when its process dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from adloom.errors import UsageError
from adloom.files import open_private
from scheduler.nodes import Node

__all__ = ["living", "runner_of", "sole_runner"]

LOCK: Final = "runner.lock"
#: Who holds it, for people.
NOTE: Final = "runner.txt"


@contextmanager
def sole_runner(locks: Path, now: datetime) -> Iterator[None]:
    """Be the only runner of a workspace for as long as the context lasts.

    Args:
        locks: Where the locks of the workspace's processes lie.
        now: The present.

    Raises:
        UsageError: Another process is.
    """
    open_private(locks / LOCK)
    lock = FileLock(locks / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(
            f"This workspace already has a runner: {_note(locks)}. Nothing was started.",
            hint="One is enough. Stop it first, or choose another workspace.",
        ) from None
    try:
        open_private(locks / NOTE)
        (locks / NOTE).write_text(f"process {os.getpid()}, since {now:%Y-%m-%d %H:%M} UTC")
        yield
    finally:
        (locks / NOTE).unlink(missing_ok=True)
        lock.release()


def runner_of(locks: Path) -> str | None:
    """Who runs the workspace's scenarios by their schedules; None if nobody does."""
    if not (locks / LOCK).exists():
        return None
    lock = FileLock(locks / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _note(locks)
    lock.release()
    return None


def living(locks: Path) -> list[str]:
    """The processes that change things in a workspace at this moment."""
    names = {path.stem for path in locks.glob("*.lock")} - {Path(LOCK).stem}
    asking = Node(locks)
    return sorted(name for name in names if asking.is_alive(name))


def _note(locks: Path) -> str:
    try:
        return (locks / NOTE).read_text().strip() or "another process"
    except OSError:
        return "another process"

"""A process that is killed at every step of adding rows, one step after the other.

Run: `python -m tests.appending.killed FOLDER FILE [--without-notes]`. Addition after addition, a
forked child is killed before, in the middle of, or after its first step, its second, and so on,
until one lives to its end. Then another child looks whether it happened and adds the row if not, as
the engine does. Prints what was seen as JSON; the file itself tells the rest.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlite_utils

from adloom.appending import Addition, append, is_appended
from adloom.appending.ledger import Ledger

MOST = 200
PATIENCE = 5.0


def die() -> None:
    """End here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(steps: int) -> None:
    """Let this process die at a step: before it, or, if it can be torn, in its middle."""
    left = [steps]

    def counted(step: Callable[..., Any], torn: Callable[..., Any] | None = None) -> Any:
        def stepping(*args: Any, **more: Any) -> Any:
            for way in (None, torn) if torn else (None,):
                left[0] -= 1
                if left[0] == 0:
                    if way is not None:
                        way(*args)
                    die()
            return step(*args, **more)

        return stepping

    write = os.write
    os.write = counted(write, lambda to, data: write(to, data[: len(data) // 2]))
    os.fsync = counted(os.fsync)
    Ledger._run = counted(Ledger._run)  # type: ignore[method-assign] # a step that is counted
    database: Any = sqlite_utils.Database
    database.execute = counted(database.execute)
    table: Any = sqlite_utils.db.Table
    table.insert_all = counted(table.insert_all)


def forked(work: Callable[[], None]) -> bool:
    """Work in a child; whether it lived to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and status:
        raise RuntimeError("a child has failed")
    return not os.WIFSIGNALED(status)


def main() -> None:
    """Add a row for each step at which one can be killed."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("file")
    options.add_argument("--without-notes", action="store_true")
    chosen = options.parse_args()
    folder, file = chosen.folder, chosen.file
    if chosen.without_notes:
        Ledger.planned = lambda _: None  # type: ignore[method-assign, assignment] # nobody mends
        Ledger.standing = lambda *_: None  # type: ignore[method-assign] # nobody remembers
    killed, found = 0, []
    for number in range(1, MOST):
        rows = [{"number": f"{number:04}", "text": 'Sömmer, "Berlin"\n' * 20}]
        addition = Addition(f"operation-{number}", rows)

        def dying(steps: int = number, addition: Addition = addition) -> None:
            deadly(steps)
            append(folder, file, addition, patience=PATIENCE)

        lived = forked(dying)
        killed += not lived
        happened = is_appended(folder, file, addition.key, patience=PATIENCE)
        found.append(happened)
        if happened is False:
            append(folder, file, addition, patience=PATIENCE)
        append(folder, file, addition, patience=PATIENCE)
        if lived:
            break
    sys.stdout.write(json.dumps({"additions": number, "killed": killed, "found": found}))


if __name__ == "__main__":
    main()

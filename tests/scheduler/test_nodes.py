"""Who is alive: locks that the kernel drops when a process dies, however it dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from scheduler.nodes import Node

HOLD = """
import sys
from pathlib import Path
from scheduler.nodes import Node
with Node(Path(sys.argv[1])) as node:
    print(node.id, flush=True)
    sys.stdin.read()
"""


def held(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> None:
    process.communicate()


def test_a_process_knows_itself_to_be_alive(tmp_path: Path) -> None:
    with Node(tmp_path) as node:
        assert node.is_alive(node.id)


def test_a_node_nobody_heard_of_is_dead(tmp_path: Path) -> None:
    with Node(tmp_path) as node:
        assert not node.is_alive("never")


def test_another_process_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    process, other = held(tmp_path)

    with Node(tmp_path) as node:
        before = node.is_alive(other)
        os.kill(process.pid, signal.SIGKILL)
        ended(process)
        after = node.is_alive(other)

    assert (before, after) == (True, False)


def test_a_process_that_leaves_cleans_up_behind_itself(tmp_path: Path) -> None:
    process, _ = held(tmp_path)
    ended(process)

    assert list(tmp_path.iterdir()) == []


def test_the_locks_are_for_their_owner_only(tmp_path: Path) -> None:
    with Node(tmp_path / "locks") as node:
        [lock] = (tmp_path / "locks").iterdir()

        assert lock.name == f"{node.id}.lock"
        assert lock.stat().st_mode & 0o777 == 0o600

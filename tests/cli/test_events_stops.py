"""`adloom events send` from a pipe, ended by hand, killed; and what it shows on the way."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from rich.console import Console

from adloom.cli.events_progress import SendingLine
from scheduler.outbox.entries import EventState
from tests.cli.events_seam import Desk, desk, purchase, running
from tests.cli.test_events_send import figures

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]


#: Runs a command that may write no file of more than three megabytes.
ON_A_SMALL_DISK = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
os.execv(sys.argv[1], sys.argv[1:])
"""


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        os.sched_yield()


def command(desk: Desk, *arguments: str) -> list[str]:
    workspace = ["--workspace", str(desk.folder)]
    return [sys.executable, "-m", "adloom", *workspace, "events", "send", *arguments]


def test_standard_input_is_sent_too(desk: Desk) -> None:
    lines = "".join(json.dumps(purchase(number)) + "\n" for number in range(3))

    done = subprocess.run(
        command(desk, "-"), input=lines.encode(), capture_output=True, check=False, timeout=30
    )

    assert done.returncode == 0, done.stderr.decode()
    assert 3 == desk.arrived()["distinct"]
    assert b"standard input: 3 records read" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_it_the_same_command_goes_on(signal_number: int, desk: Desk) -> None:
    padding = "x" * 1_500
    count = 12_000
    file = desk.lines(
        purchase(number, page={"url": f"https://shop.example.com/{padding}"})
        for number in range(count)
    )
    process = subprocess.Popen(
        command(desk, str(file)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_until(lambda: desk.arrived()["distinct"] >= 1_000)
    process.send_signal(signal_number)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    code = process.wait(20)
    arrived = desk.arrived()["distinct"]

    shown = desk.send(file)

    assert arrived < count, "it was over before it was ended"
    if signal_number == signal.SIGINT:
        assert code == 130
        assert f"Go on: adloom events send {file} --connection shop" in said
    assert shown.code == 0, shown.err
    assert [count, count, count] == figures(shown.records[0], "read", "accepted", "sent")
    assert count == desk.arrived()["distinct"]


def test_a_full_disk_ends_it_with_the_reason_and_nothing_is_lost(desk: Desk) -> None:
    count = 20_000
    file = desk.lines(map(purchase, range(count)))

    done = subprocess.run(
        [sys.executable, "-c", ON_A_SMALL_DISK, *command(desk, str(file), "--no-wait")],
        capture_output=True,
        check=False,
        timeout=60,
    )
    [lane] = desk.call("status", "--json").records
    kept = lane["waiting"]
    shown = desk.send(file)

    assert 2 == done.returncode, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert 0 < kept < count
    assert shown.code == 0, shown.err
    assert [count, count, 0] == figures(shown.records[0], "accepted", "sent", "known")
    assert count == desk.arrived()["distinct"]


def test_a_pipe_that_stays_open_keeps_nothing_waiting(desk: Desk) -> None:
    process = subprocess.Popen(
        command(desk, "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(purchase(1)).encode() + b"\n")
    process.stdin.flush()
    wait_until(lambda: desk.arrived()["distinct"] == 1)
    first = desk.arrived()["distinct"]
    process.stdin.write(json.dumps(purchase(2)).encode() + b"\n")
    process.stdin.close()

    assert 1 == first
    assert 0 == process.wait(20)
    assert 2 == desk.arrived()["distinct"]


def test_a_pipe_that_stays_open_does_not_keep_ctrl_c_waiting(desk: Desk) -> None:
    process = subprocess.Popen(
        command(desk, "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(json.dumps(purchase(1)).encode() + b"\n")
    process.stdin.flush()
    wait_until(lambda: desk.arrived()["distinct"] == 1)
    process.send_signal(signal.SIGINT)
    said = process.stderr.read().decode()
    process.stdin.close()
    process.stderr.close()

    assert 130 == process.wait(20)
    assert "Traceback" not in said
    assert "Fatal" not in said


def test_a_person_sees_how_far_it_has_come() -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, force_interactive=True, width=120)

    with SendingLine(console) as line:
        line.show(10, {EventState.SENT: 4, EventState.WAITING: 5, EventState.DEAD: 1}, 50, 100)
        line.show(20, {EventState.SENT: 19, EventState.WAITING: 0, EventState.DEAD: 1}, 100, 100)
        line.say("Told beside it.")

    assert "20 read · 19 sent · 0 waiting · 1 dead" in shown.getvalue()

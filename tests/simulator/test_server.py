import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from adloom.simulator import Options, Running, serve
from adloom.simulator.clock import SimulatedClock
from tests.simulator.client import Client
from tests.simulator.conftest import START

PROGRAM = """
import sys
from adloom.simulator import Options, serve
serve(Options(port=0, ads=20), lambda url: print(url, flush=True))
print("done", flush=True)
"""


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@contextmanager
def served() -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop_and_prints_nothing(number: signal.Signals) -> None:
    with served() as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        token = Client(url).control("POST", "token", {})["access_token"]
        code = Client(url, token).get("/user/info/")["code"]
        process.send_signal(number)
        out, err = process.communicate(timeout=10)

        assert code == 0
        assert (out, err, process.returncode) == ("done\n", "", 0)


def test_a_taken_port_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = Options(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            serve(options, print)
        with pytest.raises(OSError, match="in use"), Running(options):
            pass


def test_only_this_machine_is_listened_to_by_default() -> None:
    with Running() as simulator:
        assert simulator.url.startswith("http://127.0.0.1:")


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_another_address_is_listened_to_on_request() -> None:
    with Running(Options(host="::1", port=0)) as simulator:
        assert simulator.url.startswith("http://[::1]:")


def test_it_stops_while_an_answer_is_under_way() -> None:
    with Running(Options(port=0, faults=[{"kind": "drip", "seconds": 5}])) as simulator:
        host, _, port = simulator.url.removeprefix("http://").rpartition(":")
        wire = socket.create_connection((host, int(port)), timeout=5)
        wire.sendall(b"GET /open_api/v1.3/user/info/ HTTP/1.1\r\nHost: x\r\n\r\n")
        wire.recv(10)
    with wire:
        rest = b"x"
        while rest:
            try:
                rest = wire.recv(4096)
            except ConnectionResetError:
                break

    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, int(port)), timeout=1)


def test_the_same_start_gives_the_same_bytes() -> None:
    def first_page() -> bytes:
        with Running(Options(port=0, speed=0, seed=5, start=START)) as simulator:
            client = Client(simulator.url, simulator.token())
            account = next(iter(simulator.world.accounts))
            return client.send(
                "GET", "/open_api/v1.3/ad/get/", query=f"advertiser_id={account}"
            ).body

    assert first_page() == first_page()


def test_a_start_without_a_zone_is_utc() -> None:
    naive = START.replace(tzinfo=None)
    with Running(Options(port=0, speed=0, start=naive)) as simulator:
        assert simulator.clock.now() == START.timestamp()


def test_a_bug_of_the_simulator_is_not_swallowed(caplog: pytest.LogCaptureFixture) -> None:
    running = Running(Options(port=0, ads=0))
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(AttributeError))
        stack.enter_context(running)
        token = running.token()
        del running._state.limiter
        answer = Client(running.url, token).send("GET", "/open_api/v1.3/user/info/")

    assert answer.status == 500
    assert "the simulator failed" in caplog.text


# --- the clock ----------------------------------------------------------------------------------


def test_the_clock_runs_at_its_speed_and_jumps() -> None:
    real = [10.0]
    clock = SimulatedClock(1000, speed=60, real=lambda: real[0])
    real[0] += 2
    assert clock.now() == 1120
    clock.move(5)
    assert clock.now() == 1125
    clock.set_speed(1)
    real[0] += 2
    assert clock.now() == 1127


def test_the_clock_never_runs_backwards() -> None:
    clock = SimulatedClock(1000)
    with pytest.raises(ValueError, match="backwards"):
        clock.move(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.set_speed(-1)

"""What a test may not do: call the world, sleep, use the real home, differ from run to run."""

import ipaddress
import os
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

__all__ = [
    "LONGEST_SLEEP",
    "RefusedInTestsError",
    "move_home",
    "refuse_network",
    "refuse_sleep",
    "seed",
]

LONGEST_SLEEP: Final = 0.5
#: Where programs look for a person's own folders.
HOMES: Final = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "config",
    "LOCALAPPDATA": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "run",
    "XDG_STATE_HOME": "state",
}
#: What the machine of whoever runs the tests must not decide.
SURPRISES: Final = (
    "ADLOOM_ACCESS_TOKEN",
    "ADLOOM_ADDRESSES",
    "ADLOOM_APP_SECRET",
    "ADLOOM_KEY",
    "ADLOOM_PASSPHRASE",
    "ADLOOM_WORKSPACE",
    "ALL_PROXY",
    "DBUS_SESSION_BUS_ADDRESS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
)


class RefusedInTestsError(RuntimeError):
    """A test, or what it tests, wanted something that tests go without."""


def refuse_network(patch: pytest.MonkeyPatch) -> None:
    """Let sockets reach this machine only, and ask no name server."""
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    ask = socket.getaddrinfo

    def ask_nobody(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check(host)
        return ask(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", ask_nobody)


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(args[-1][0])
        return call(self, *args)

    return guarded


def _check(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        inside = ipaddress.ip_address(name).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise RefusedInTestsError(f"A test wanted to reach {name}; tests stay on this machine.")


def refuse_sleep(patch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long; time is a clock that tests move."""
    sleep = time.sleep

    def nap(seconds: float) -> None:
        if seconds > LONGEST_SLEEP:
            raise RefusedInTestsError(f"A test wanted to sleep for {seconds} seconds.")
        sleep(seconds)

    patch.setattr(time, "sleep", nap)


def move_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Make an empty folder the home, and forget what this machine has set for adloom."""
    for variable, folder in HOMES.items():
        place = home / folder
        place.mkdir(parents=True, exist_ok=True)
        patch.setenv(variable, str(place))
    for variable in SURPRISES:
        patch.delenv(variable, raising=False)
    assert str(home) == os.environ["HOME"]


def seed() -> None:
    """Let chance take the same course in every test."""
    random.seed(20_261_121)

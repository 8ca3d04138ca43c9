"""What a demonstration needs around it: a simulator of its own, and somebody who clicks *Allow*."""

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from adloom.errors import AdloomError

__all__ = ["Simulator", "click_allow", "free_port", "simulator_process"]

SECONDS: Final = 20.0


class Simulator:
    """A running simulator and its control endpoint.

    Args:
        url: Its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def effects(self) -> dict[str, Any]:
        """What it has counted."""
        found: dict[str, Any] = self._control("GET", "effects")
        return found

    def add_fault(self, rule: dict[str, Any]) -> None:
        """Make it misbehave from now on."""
        self._control("POST", "faults", [rule])

    def clear_faults(self) -> None:
        """Make it behave again."""
        self._control("DELETE", "faults")

    def _control(self, method: str, what: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own simulator on loopback
            f"{self.url}/_simulator/{what}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
            return json.load(answer)


@contextmanager
def simulator_process(*options: str) -> Iterator[Simulator]:
    """Start a simulator in a process of its own, and end it afterwards."""
    command = [sys.executable, "-m", "adloom", "simulator", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        words = process.stdout.readline().split()
        address = next((word for word in words if word.startswith("http://")), None)
        if address is None:
            raise AdloomError("The simulator did not start.", hint="Try it: adloom simulator")
        yield Simulator(address)
    finally:
        process.terminate()
        process.wait(SECONDS)
        if process.stdout is not None:
            process.stdout.close()


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Form(HTMLParser):
    """Reads where a page's form goes and what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the form's address, its hidden and ticked fields, and its first button."""
        names = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = names.get("action", "")
        kind = names.get("type", "text")
        chosen = kind == "hidden" or (kind == "checkbox" and "checked" in names)
        first = tag == "button" and not any(name == names.get("name") for name, _ in self.fields)
        if names.get("name") and ((tag == "input" and chosen) or first):
            self.fields.append((names["name"], names.get("value", "")))


def click_allow(address: str) -> None:
    """Do what a person does in the browser: open the consent page and agree."""
    with urllib.request.urlopen(address, timeout=SECONDS) as page:  # noqa: S310 - our own simulator
        form = _Form()
        form.feed(page.read().decode())
    data = urlencode(form.fields).encode()
    target = urljoin(address, form.action)
    with urllib.request.urlopen(target, data=data, timeout=SECONDS) as answer:  # noqa: S310 - as above
        answer.read()

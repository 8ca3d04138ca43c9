"""What a demonstration needs around it: a simulator of its own, and somebody who clicks *Allow*."""

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import urlencode, urljoin

import click

from adloom.cli.output import plain
from adloom.errors import AdloomError

__all__ = [
    "Screen",
    "Simulator",
    "SimulatorChild",
    "click_allow",
    "free_port",
    "simulator_process",
]

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

    def move(self, seconds: float) -> None:
        """Let time pass there."""
        self._control("POST", "clock", {"move": seconds})

    def faults(self) -> list[dict[str, Any]]:
        """How it misbehaves at the moment."""
        found: list[dict[str, Any]] = self._control("GET", "faults")
        return [one["rule"] for one in found]

    def add_fault(self, rule: Mapping[str, Any]) -> None:
        """Make it misbehave from now on."""
        self._control("POST", "faults", [rule])

    def clear_faults(self) -> None:
        """Make it behave again."""
        self._control("DELETE", "faults")

    def revoke(self, token: str) -> None:
        """Accept a token no longer, as if its owner had taken the grant back."""
        self._control("POST", "revoke", {"token": token})

    def spend(self, ad_id: str, amount: float) -> None:
        """Let an ad spend money now, without a result."""
        self._control("POST", "spend", {"ad_id": ad_id, "amount": amount})

    def changes_of(self, ad_id: str) -> int:
        """How often an ad was really changed."""
        return int(self.effects()["objects"].get(ad_id, 0))

    def running_ads(self, advertiser_id: str, count: int) -> list[str]:
        """Some ads that are being delivered, as somebody with a token of their own sees them."""
        token = self._control("POST", "token", {"advertiser_ids": [advertiser_id]})
        query = urlencode(
            {
                "advertiser_id": advertiser_id,
                "page_size": 100,
                "filtering": json.dumps(
                    {"primary_status": "STATUS_DELIVERY_OK", "campaign_automation_type": "MANUAL"}
                ),
            }
        )
        request = urllib.request.Request(  # noqa: S310 - our own simulator on loopback
            f"{self.url}/open_api/v1.3/ad/get/?{query}",
            headers={"Access-Token": token["access_token"]},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
            rows = json.load(answer)["data"]["list"]
        if len(rows) < count:
            raise AdloomError("The simulated account has too few running ads.")
        return [str(row["ad_id"]) for row in rows[-count:]]

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
    child = SimulatorChild(*options)
    try:
        yield child.simulator
    finally:
        child.end()


class SimulatorChild:
    """A simulator in a process of its own, which ends with this one, however that ends.

    Args:
        options: Of `adloom simulator`; without `--port` it takes any that is free.

    Raises:
        AdloomError: It did not start.
    """

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "adloom", "simulator", "--until-eof"]
        port = () if "--port" in options else ("--port", "0")
        self._process = subprocess.Popen(
            [*command, *port, *options],
            # It ends when this pipe does, which the system closes with our process.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # Ctrl-C is for us: what runs may need it until the end.
            start_new_session=True,
        )
        words = self._announced()
        address = next((word for word in words if word.startswith("http://")), None)
        if address is None:
            self.end()
            raise AdloomError("The simulator did not start.", hint="Try it: adloom simulator")
        self.simulator = Simulator(address)
        #: A pixel of its account, and a token that may send events to it.
        self.pixel, self.events_token = words[-5].rstrip(","), words[-1]

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _announced(self) -> list[str]:
        """What it says at its start, up to the token for events."""
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        words: list[str] = []
        for line in self._process.stdout:
            words += line.split()
            if "pixel" in line:
                break
        return words


class Screen:
    """Stands in for a team's chat: whatever is sent to its address appears on the screen.

    Args:
        port: Where it listens; 0 takes any port that is free.
    """

    def __init__(self, port: int = 0) -> None:
        self._told: list[str] = []
        self._changed = threading.Condition()
        screen = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                screen.show(json.loads(self.rfile.read(size)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
        self.address = f"json://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def show(self, message: Mapping[str, Any]) -> None:
        """Show a message."""
        title, text = plain(message.get("title")), plain(message.get("message"))
        click.secho(f"  ✉ {title}: {text}", fg="magenta", bold=True)
        with self._changed:
            self._told.append(title)
            self._changed.notify_all()

    def count(self, title: str) -> int:
        """How many messages with this title have come."""
        with self._changed:
            return self._told.count(title)

    def wait(self, title: str, seconds: float) -> None:
        """Wait for a message.

        Raises:
            AdloomError: None came.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: title in self._told, seconds):
                raise AdloomError(f"Nobody was told: {title}.", hint="Try again.")


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

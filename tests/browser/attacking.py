"""An attacker's site, and somebody who visits it while signed in to the console."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from tests.browser.chromium import chromium
from tests.browser.conftest import Served, link_of

__all__ = [
    "NAME",
    "REBOUND",
    "SECRET",
    "WHERE",
    "Victim",
    "attempt",
    "nothing_changing",
    "visiting",
]

NAME: Final = "evil.example"
REBOUND: Final = "rebound.example"
WHERE: Final = ("another site", "another port")
#: Stands in a scenario: something to be read, and something to be switched.
SECRET: Final = "only the owner may read this"
SCENARIO: Final = f"""\
name: private
description: {SECRET}
steps:
  - {{id: accounts, module: list_advertisers, connection: practice}}
"""
SWITCH: Final = re.compile(r'role="switch"[^>]*>')
PAGE: Final = b"<!doctype html><title>Win a prize</title><p>Win a prize</p>"
#: The attacker's names belong to this machine. Chromium's own guard of local addresses is off: it
#: is young, asks people for permission, and others do not have it.
OPTIONS: Final = (
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP {REBOUND} 127.0.0.1",
    "--disable-features=LocalNetworkAccessChecks",
)
#: Milliseconds in which an answer that is awaited comes.
PATIENCE: Final = 10_000


@dataclass
class Victim:
    """A browser whose owner is signed in to the console.

    Args:
        context: The browser's session.
        page: The console in it.
        served: The console.
        port: Where the attacker's site is, under every name.
        seen: The headers of the requests that it was sent.
    """

    context: BrowserContext
    page: Page
    served: Served
    port: int
    seen: list[dict[str, str]]

    def lured(self, where: str) -> Page:
        """A tab at the attacker's page."""
        page = self.context.new_page()
        page.goto(self.origin(where) + "/prize")
        return page

    def origin(self, where: str) -> str:
        """The attacker's address."""
        name = NAME if where == "another site" else "127.0.0.1"
        return f"http://{name}:{self.port}"

    def address(self, path: str) -> str:
        """A page of the console, or with `static …` a file of it."""
        if path.startswith("static "):
            icon = self.page.locator("link[rel=icon]").get_attribute("href") or ""
            return self.served.address + icon.replace("favicon.svg", path.removeprefix("static "))
        return self.served.address + path

    def owned(self, path: str) -> tuple[int, str]:
        """What the owner is answered at an address."""
        answer = self.context.request.get(self.served.address + path)
        return answer.status, answer.text()

    def state(self) -> dict[str, object]:
        """Everything an attack could have changed."""
        folder = self.served.practice.folder
        files = [*folder.glob("*.toml"), *folder.glob("scenarios/*"), *folder.glob("STOP")]
        marks = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        _, scenarios = self.owned("/scenarios")
        return {
            "files": marks,
            "changes": dict(self.served.practice.simulator.effects.changes),
            "executions": self.owned("/executions.json"),
            "connections": self.owned("/connections/practice")[0],
            "switches": SWITCH.findall(scenarios),
        }

    def answers(self, act: Callable[[], object], *, at_least: int = 0) -> list[int]:
        """The statuses that the console answers with while something is done."""
        found: list[int] = []

        def note(response: Response) -> None:
            if response.url.startswith(self.served.address):
                found.append(response.status)

        self.context.on("response", note)
        act()
        waited = 0
        while waited < 100 or (len(found) < at_least and waited < PATIENCE):
            self.page.wait_for_timeout(50)
            waited += 50
        self.context.remove_listener("response", note)
        return found


@contextmanager
def visiting(browser: Browser, served: Served) -> Iterator[Victim]:
    """Somebody signed in to a console, in a browser of their own that can be lured away."""
    folder = served.practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "private.yaml").write_text(SCENARIO)
    with _site() as (port, seen):
        own = browser.browser_type.launch(executable_path=chromium(), args=list(OPTIONS))
        context = own.new_context()
        page = context.new_page()
        page.goto(link_of(served))
        page.wait_for_url(served.address + "/")
        made = Victim(context, page, served, port, seen)
        while "private" not in made.owned("/scenarios")[1]:
            page.wait_for_timeout(100)
        yield made
        own.close()


@contextmanager
def nothing_changing(victim: Victim, before: dict[str, object]) -> Iterator[list[str]]:
    """Nothing is changed meanwhile; what is put into the list has nothing of the owner's."""
    read: list[str] = []
    yield read
    for page in victim.context.pages:
        if page is not victim.page:
            page.close()

    assert before == victim.state()
    assert [text for text in read if SECRET in text or "<nav" in text] == []


def attempt(page: Page, script: str, *given: object) -> str:
    """What a script of the attacker's page could read, or how it failed."""
    try:
        return str(page.evaluate(script, list(given)) or "")
    except Error as error:
        return f"failed: {error.message}"


@contextmanager
def _site() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server with the same page everywhere; `/away?to=ADDRESS` leads on with the same method."""
    seen: list[dict[str, str]] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers.items()))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            to = parse_qs(urlsplit(self.path).query).get("to")
            self.send_response(307 if to else 200)
            if to:
                self.send_header("Location", to[0])
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "0" if to else str(len(PAGE)))
            self.end_headers()
            self.wfile.write(b"" if to else PAGE)

        do_POST = do_GET  # noqa: N815 - what the base class looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1], seen
        finally:
            server.shutdown()
            thread.join()

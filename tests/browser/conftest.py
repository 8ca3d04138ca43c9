"""Journeys in a real Chromium, against `adloom serve` as users start it.

Pages are driven by role and label only, so that each journey also proves that somebody who cannot
see the page can do the same. A test fails on anything the browser complains about, and on any
request that leaves the machine. Pictures are kept where ADLOOM_SCREENSHOTS says.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from adloom.simulator import Options, Running
from tests.browser.chromium import chromium, is_required
from tests.browser.watching import Watched, axe_violations, shoot
from tests.seams.practice import Practice, practise

LINK = re.compile(r"http://127\.0\.0\.1:\d+/signin#\S+")
WIDE: ViewportSize = {"width": 1280, "height": 860}


# For a module, not for the session: as long as it is there, Playwright's event loop runs in this
# thread, and no other test of the same process could run one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None and not is_required():
        pytest.skip("NO CHROMIUM HERE: the console's journeys did not run. Install chromium.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=60, seed=11, speed=0)) as running:
        yield running


@dataclass
class Served:
    """A console that runs in a process of its own.

    Args:
        address: Where it is.
        link: Signs one browser in.
        practice: The simulator behind it, and its workspace.
        process: The server.
    """

    address: str
    link: str
    practice: Practice
    process: subprocess.Popen[str]


@contextmanager
def serving(practice: Practice, *options: str) -> Iterator[Served]:
    """Run `adloom serve` as long as the context lasts."""
    command = [sys.executable, "-m", "adloom", "--workspace", str(practice.folder), "serve"]
    command += ["--port", "0", "--no-browser", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    try:
        link = _link(process)
        yield Served(link.split("/signin")[0], link, practice, process)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _link(process: subprocess.Popen[str]) -> str:
    told: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        told.append(line)
        if found := LINK.search(line):
            return found[0]
    raise AssertionError("".join(told))


def practised(simulator: Running, folder: Path) -> Practice:
    """A workspace connected to a simulator."""
    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, practise(simulator, folder, deadline=3)).result()


@pytest.fixture(scope="module")
def served(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console that the tests of a module share."""
    practice = practised(simulator, tmp_path_factory.mktemp("browser") / "workspace")
    with serving(practice) as running:
        yield running


@dataclass
class Tab:
    """A signed-in browser tab.

    Args:
        page: The page in it.
        context: Its browser session.
        watched: What the browser complained about.
        served: The console it shows.
    """

    page: Page
    context: BrowserContext
    watched: Watched
    served: Served

    def go(self, path: str) -> Page:
        """Open a page of the console."""
        self.page.goto(self.served.address + path)
        return self.page

    def is_accessible(self) -> None:
        """Have axe look at the page in light and dark."""
        for scheme in ("light", "dark"):
            # Colours that are still on their way from one scheme to the other are nobody's fault.
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert axe_violations(self.page) == [], scheme
        self.page.emulate_media(color_scheme="light")

    def fits_a_phone(self) -> None:
        """The page is not wider than a phone."""
        self.page.set_viewport_size({"width": 390, "height": 800})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(WIDE)
        assert wide <= 390

    def shoot(self, name: str) -> None:
        """Keep a picture, where pictures are kept."""
        if folder := os.environ.get("ADLOOM_SCREENSHOTS"):
            shoot(self.page, Path(folder), name)


OpenTab = Callable[[Served], Tab]


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Signs browsers in; whatever they complain about fails the test at its end."""
    opened: list[Tab] = []

    def sign_in(served: Served) -> Tab:
        context = browser.new_context(
            viewport=WIDE, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        watched = Watched(context, served.address)
        page = context.new_page()
        page.goto(link_of(served))
        page.wait_for_url(served.address + "/")
        opened.append(Tab(page, context, watched, served))
        return opened[-1]

    yield sign_in
    for tab in opened:
        tab.context.close()
    faults = [fault for tab in opened for fault in tab.watched.faults]
    assert faults == []


def link_of(served: Served) -> str:
    """A link of its own for each browser, as `adloom console` makes it."""
    command = [sys.executable, "-m", "adloom", "--workspace", str(served.practice.folder)]
    command += ["console", "--no-browser"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = LINK.search(told)
    assert found is not None, told
    return found[0]


@pytest.fixture
def tab(open_tab: OpenTab, served: Served) -> Tab:
    """A signed-in tab at the start page of the shared console."""
    return open_tab(served)

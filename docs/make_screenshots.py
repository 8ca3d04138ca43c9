"""Make the README's pictures of the console: `.venv/bin/python -m docs.make_screenshots`.

With what the browser tests use, so that it works as long as they do: a simulator with a fixed seed,
a workspace connected to it, `adloom serve`, and the Chromium that is installed.
"""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from adloom.console.desk import Desk
from adloom.secret import Secret
from adloom.services.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from tests.browser.chromium import chromium
from tests.browser.conftest import Served, link_of, practised, serving
from tests.console.executed import Executed
from tests.seams.practice import Practice
from tests.seams.workspaces import connected

HERE = Path(__file__).parent
SIZE: ViewportSize = {"width": 1280, "height": 800}
NAME = "pause-expensive-ads"
EXAMPLE = HERE.parent / "scenarios" / "examples" / f"{NAME}.yaml"
SEED = 7
DAYS = 30


def main() -> None:
    """Take both pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Running(Options(port=0, ads=120, seed=SEED, speed=0)) as simulator,
    ):
        practice = practised(simulator, Path(folder) / "ads")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, prepare(practice)).result()
        with serving(practice) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium())
            page = browser.new_page(
                viewport=SIZE, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
            )
            page.goto(link_of(served))
            page.wait_for_url(served.address + "/")
            take(editor(page, served), "editor")
            take(reports(page, served), "reports")
            browser.close()


async def prepare(practice: Practice) -> None:
    """Let a scenario change something, and put a ready example in with this account."""
    workspace = Workspace.open(practice.folder)
    async with open_session(workspace, tell=lambda _: None, ask=lambda: Secret("")) as session:
        await connected(session, "team-chat", "notify", {"addresses": "json://127.0.0.1:9/"})
        made = Executed(Desk(session, await session.workshop()), practice)
        await made.run(made.text("pause-tired-ads", limit=2))
        text = EXAMPLE.read_text(encoding="utf-8")
        text = text.replace("7100000000000000001", practice.advertiser_id)
        made.put(NAME, text.replace("connection: acme", "connection: practice"))


def editor(page: Page, served: Served) -> Page:
    """The editor with a step of the example open."""
    page.goto(f"{served.address}/scenarios/{NAME}/edit")
    page.get_by_role("link", name="Step 3:").click()
    expect(page.get_by_role("heading", name="Switch it off")).to_be_visible()
    return page


def reports(page: Page, served: Served) -> Page:
    """A month of figures, with a mark where the scenario changed something."""
    today = datetime.now(UTC).date()
    days = {"days": "custom", "from": today - timedelta(days=DAYS), "to": today}
    page.goto(f"{served.address}/reports?{urlencode(days)}&compare=none")
    expect(page.get_by_role("img", name="chart")).to_be_visible()
    heading = page.get_by_role("heading", level=2).first
    heading.evaluate("(one) => { scrollTo(0, one.getBoundingClientRect().top - 24); }")
    return page


def take(page: Page, name: str) -> None:
    """Write a picture beside this file."""
    page.wait_for_load_state("networkidle")
    page.get_by_role("status").evaluate_all("them => them.forEach((one) => { one.hidden = true; })")
    page.screenshot(path=HERE / f"console-{name}.png", animations="disabled")


if __name__ == "__main__":
    main()

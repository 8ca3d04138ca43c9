"""The way from the start page to a result: without a mouse, on a slow line, by impatient hands."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, Tab
from tests.console.scenario_files import SEARCH

#: Milliseconds that every request takes longer on the slow line.
DELAY = 300
#: Where the focus is, whether one sees that, and what it is on.
FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
    return [[...document.querySelectorAll('*')].indexOf(one),
        // Within a date and time, the browser itself marks the part that is being typed.
        style.outlineStyle !== 'none' || style.boxShadow !== 'none' || /^date/.test(one.type),
        one.outerHTML.slice(0, 160)];
    }"""


@pytest.fixture
def slow(tab: Tab) -> Iterator[Tab]:
    """A tab whose requests take their time."""
    line = tab.context.new_cdp_session(tab.page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": DELAY, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    yield tab
    line.detach()


@pytest.fixture(scope="module")
def ads(served: Served) -> list[str]:
    """Ads that are switched on."""
    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, served.practice.running_ads()).result()


def tabbed_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus, as often as a person would put up with."""
    for _ in range(80):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} cannot be reached")


def executions(tab: Tab) -> int:
    """How many executions there are."""
    found = tab.context.request.get(tab.served.address + "/executions.json").json()
    rows = found["executions"] if isinstance(found, dict) else found
    return len(rows)


def test_a_module_is_run_without_a_mouse(tab: Tab) -> None:
    page = tab.page
    tabbed_to(page, page.get_by_role("link", name="Modules", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/modules")
    page.keyboard.press("/")
    page.keyboard.type("search ads")
    found = page.get_by_role("link", name="Search ads")
    expect(page.get_by_text("1 module", exact=True)).to_be_visible()
    tabbed_to(page, found)
    page.keyboard.press("Enter")
    page.wait_for_url("**/modules/search*ads*")
    tabbed_to(page, page.get_by_label("Advertiser", exact=True))
    page.keyboard.type(tab.served.practice.advertiser_id)
    run = page.get_by_role("button", name="Run once")
    tabbed_to(page, run)
    page.keyboard.press("Enter")
    rows = page.get_by_role("region", name="Rows")
    expect(rows).to_be_visible()
    tabbed_to(page, rows)

    expect(rows.get_by_role("row")).to_have_count(11)
    expect(rows).to_be_focused()


def test_whatever_is_reached_shows_that_it_is(tab: Tab) -> None:
    page = tab.go("/modules/search-ads")
    places: list[tuple[int, bool, str]] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        places.append(page.evaluate(FOCUSED))
    order = [place for place, _, _ in places]
    end = next((at for at in range(1, 40) if order[at] < order[at - 1]), 40)

    assert end > 20
    assert [] == [html for _, is_seen, html in places[:end] if not is_seen]


def test_on_a_slow_line_what_is_typed_and_pressed_counts(slow: Tab) -> None:
    page = slow.go("/modules")
    page.get_by_role("searchbox", name="Search").press_sequentially("search ads", delay=40)
    expect(page.get_by_text("1 module", exact=True)).to_be_visible()
    page.get_by_role("link", name="Search ads").click()
    page.get_by_label("Advertiser", exact=True).press_sequentially(
        slow.served.practice.advertiser_id, delay=30
    )
    page.get_by_label("Name contains").fill("nothing is called this")
    page.get_by_role("button", name="Run once").click()

    expect(page.get_by_text("It matched nothing.")).to_be_visible()
    expect(page.get_by_label("Name contains")).to_have_value("nothing is called this")


def test_a_change_that_is_pressed_twice_is_made_once(slow: Tab, ads: list[str]) -> None:
    before = executions(slow)
    page = slow.go(f"/modules/update-ad-status?ad_ids={ads[-1]}&status=DISABLE")
    page.get_by_label("Advertiser", exact=True).fill(slow.served.practice.advertiser_id)
    page.get_by_role("button", name="Run once").dblclick()
    apply = page.get_by_role("button", name="Make this change")
    expect(apply).to_be_visible()
    apply.dblclick()
    expect(
        page.get_by_role("region", name="What it changed").get_by_role("link", name="Execution")
    ).to_be_visible()

    assert 1 == slow.served.practice.simulator.effects.changed[ads[-1]]
    assert before + 1 == executions(slow)


def test_a_scenario_that_is_started_twice_runs_once(slow: Tab) -> None:
    folder = slow.served.practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    advertiser = slow.served.practice.advertiser_id
    text = SEARCH.format(name="twice", description="", advertiser=advertiser)
    (folder / "twice.yaml").write_text(text)
    page = slow.go("/scenarios")
    run = page.get_by_role("button", name="Run once twice")
    for _ in range(30):
        if run.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    before = executions(slow)
    run.dblclick()
    expect(page.get_by_role("dialog").get_by_text("went well")).to_be_visible()

    assert before + 1 == executions(slow)

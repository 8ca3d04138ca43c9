"""Every page of the console, in a workspace where everything has a hostile name."""

import re
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from adloom.simulator import Options, Running
from tests.browser.conftest import WIDE, Served, Tab, link_of, practised, serving
from tests.browser.filled import Filled, fill
from tests.browser.hostile import HOSTILE, make_hostile
from tests.browser.watching import AXE, Watched

STORE = quote(HOSTILE[0], safe="")
#: Every page by its address; names in braces are ids that the workspace knows.
PAGES = [
    "/", "/demo", "/scenarios", "/scenarios/new", "/scenarios/texts", "/scenarios/texts/schedule",
    "/scenarios/texts/edit", "/scenarios/texts/edit?step=0", "/scenarios/texts/edit?step=1",
    "/scenarios/texts/edit?step=2", "/scenarios/faulty/edit", "/plans", "/plans/{plan}",
    "/executions", "/executions?status=incomplete", "/executions?status=in+doubt",
    "/executions?status=held", "/executions/audit", "/executions/{plain}", "/executions/{watcher}",
    "/executions/{sick}", "/executions/{doubtful}", "/executions/{parked}",
    "/executions/{plain}/scenario", "/modules", "/modules/search-ads", "/modules/update-ad-status",
    "/modules/create-ad", "/modules/send-event", "/modules/make-api-call", "/connections",
    "/connections/new", "/connections/new/tiktok-business", "/connections/new/tiktok",
    "/connections/new/tiktok-events", "/connections/new/web", "/connections/new/notify",
    "/connections/practice", "/connections/practice/reconnect", "/connections/practice/remove",
    "/connections/shop", "/reports", "/reports?by=age", "/reports/saved", "/events",
    "/events/rejected", "/events/rejected/1", "/events/playground", "/events/test",
    "/events/verify", "/events/intake", "/gallery", "/gallery/pause-expensive-ads", "/imports",
    "/imports?from=tiktok", "/imports?from=rule", "/explorer", "/explorer/free",
    "/explorer/at/GET/campaign/get/", "/stores", "/stores/one?store={store}",
    "/stores/entry?store={store}&key={key}", "/settings", "/doctor", "/nowhere",
]  # fmt: skip
#: Where names of the account are to be seen, as the text that they are.
NAMED = [
    "/scenarios/texts", "/scenarios/texts/edit", "/plans/{plan}", "/connections/practice",
    "/connections", "/reports", "/events/rejected", "/stores", "/stores/one?store={store}",
    "/stores/entry?store={store}&key={key}",
]  # fmt: skip
SPRITE = files("adloom.console").joinpath("static/icons.svg").read_text()
DRAWN = set(re.findall(r'<symbol[^>]* id="([\w-]+)"', SPRITE))
#: Links that lead to a page which says why not: some executions cannot be made into a test, and a
#: scenario that cannot be read has no page but its editor.
EXPLAINED = re.compile(r"400 \S+/executions/[^/]+/test on")
#: What is looked at in a page, all at once.
LOOK = """() => ({
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    broken: [...document.images].filter((one) => one.complete && !one.naturalWidth)
        .map((one) => one.src),
    icons: [...document.querySelectorAll('use')].map((one) => one.getAttribute('href')),
    injected: document.querySelectorAll(
        '[onerror], img[src=x], [src*=had], main [hx-get="/settings"]').length,
    ids: [...document.querySelectorAll('[id]')].map((one) => one.id),
})"""
CONTRAST = "axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations']})"
EVERYTHING = "axe.run(document, {resultTypes: ['violations']})"

#: Where the links of some pages lead that are not answered well, six at a time.
VISIT = """async (pages) => { const found = new Map(), bad = [];
    const six = (work) => Promise.all(Array.from({length: 6}, work));
    await six(async () => { for (let at = pages.pop(); at; at = pages.pop()) {
        const text = await (await fetch(at)).text();
        const page = new DOMParser().parseFromString(text, 'text/html');
        for (const link of page.querySelectorAll('a[href]'))
            found.set(new URL(link.getAttribute('href'), new URL(at, location)).href
                .split('#')[0], at); } });
    const links = [...found.keys()].filter((link) => link.startsWith(location.origin));
    const outside = [...found.keys()].filter((link) => !link.startsWith(location.origin));
    const count = links.length;
    await six(async () => { for (let link = links.pop(); link; link = links.pop()) {
        const answer = await fetch(link);
        if (answer.status !== 200) bad.push(`${answer.status} ${link} on ${found.get(link)}`); } });
    return [count, bad, outside]; }"""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=60, seed=11, speed=0)) as running:
        make_hostile(running)
        yield running


@pytest.fixture(scope="module")
def filled(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill(practised(simulator, tmp_path_factory.mktemp("everywhere") / "workspace"))


@pytest.fixture(scope="module")
def served(filled: Filled) -> Iterator[Served]:
    with serving(filled.practice) as running:
        yield running


@pytest.fixture(scope="module")
def window(browser: Browser, served: Served) -> Iterator[Tab]:
    """One tab for all pages."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    watched = Watched(context, served.address)
    page = context.new_page()
    page.goto(link_of(served))
    page.wait_for_url(served.address + "/")
    tab = Tab(page, context, watched, served)
    page.goto(f"{served.address}/events")
    expect(page.get_by_role("link", name="See why")).to_be_visible(timeout=30_000)
    watched.faults.clear()
    yield tab
    context.close()


def address(path: str, filled: Filled) -> str:
    return path.format(**filled.ids, store=STORE, key=quote(HOSTILE[1], safe=""))


def violations(tab: Tab, run: str) -> list[str]:
    found = tab.page.evaluate(run)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(path: str, window: Tab, filled: Filled) -> None:
    page, watched = window.page, window.watched
    watched.allowed_statuses = {404} if path == "/nowhere" else set()
    window.go(address(path, filled))
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(LOOK)
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    bright = violations(window, EVERYTHING)
    # Colours are all that differs in the dark.
    page.emulate_media(color_scheme="dark")
    dark = violations(window, CONTRAST)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 800})
    narrow = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(WIDE)
    faults, watched.faults[:] = list(watched.faults), []

    assert faults == []
    assert 1 == seen["headings"]
    assert re.fullmatch(r"\S.* · adloom", seen["title"], re.DOTALL)
    assert [] == seen["broken"]
    assert {href.partition("#")[2] for href in seen["icons"]} <= DRAWN
    assert 0 == seen["injected"]
    assert sorted(set(seen["ids"])) == sorted(seen["ids"])
    assert [] == bright
    assert [] == dark
    assert narrow <= 390


@pytest.mark.parametrize("path", NAMED)
def test_a_hostile_name_is_shown_as_it_is(path: str, window: Tab, filled: Filled) -> None:
    window.go(address(path, filled))

    expect(window.page.get_by_text("{{7*7}}").first).to_be_attached()


def test_every_link_leads_somewhere(window: Tab, filled: Filled) -> None:
    window.go("/doctor")
    pages = [address(path, filled) for path in PAGES if path != "/nowhere"]
    count, bad, outside = window.page.evaluate(VISIT, pages)
    window.watched.faults.clear()

    assert count > 100
    assert [] == [one for one in bad if not EXPLAINED.match(one)]
    assert all(link.startswith("https://") for link in outside)

"""What other pages can do by windows, links, names and codes to somebody who is signed in: nothing.

The table of all attacks stands in `test_attacks.py`.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.attacking import (
    NAME,
    REBOUND,
    SECRET,
    WHERE,
    Victim,
    attempt,
    nothing_changing,
    visiting,
)
from tests.browser.conftest import Served, link_of

#: Reads and writes a window in every way one can think of.
GRASP = """() => { const found = [opened.closed, opened.length];
    for (const look of [() => opened.document.body.innerHTML, () => opened.location.href,
                        () => opened.postMessage('x', '*'), () => opened.focus(),
                        () => { opened.location = 'javascript:document.title="had"'; }])
        try { found.push(String(look())); } catch (error) { found.push(error.name); }
    return found; }"""
#: What a page under a rebound name asks for: it is of the same origin by now.
ASK = """async () => { const told = [];
    const asked = [['/settings', {}], ['/executions.json', {}], ['/health', {}],
        ['/static/x/app.js', {}],
        ['/settings/stop', {method: 'POST', headers: {'HX-Request': 'true'}}],
        ['/session', {method: 'POST', body: '{"code": "x"}',
                      headers: {'X-Adloom': '1', 'Content-Type': 'application/json'}}]];
    for (const [path, how] of asked) {
        const answer = await fetch(path, how);
        told.push([answer.status, await answer.text()]); }
    return told; }"""
FOLLOW = """([there]) => { const made = document.createElement('a');
    made.href = there; document.body.append(made); made.click(); }"""
#: Addresses at which a POST changes something.
CHANGING = ("/settings/stop", "/settings/sign-out-all", "/scenarios/private/enable",
            "/scenarios/private/run", "/scenarios/stop", "/session", "/demo/start",
            "/connections/practice/remove", "/scenarios/private/delete")  # fmt: skip
#: Those where a GET asks whether one is sure.
ASKING = ("/connections/practice/remove", "/scenarios/private/delete")


@pytest.fixture(scope="module")
def victim(browser: Browser, served: Served) -> Iterator[Victim]:
    with visiting(browser, served) as made:
        yield made


@pytest.fixture(scope="module")
def before(victim: Victim) -> dict[str, object]:
    return victim.state()


@pytest.fixture
def read(victim: Victim, before: dict[str, object]) -> Iterator[list[str]]:
    with nothing_changing(victim, before) as kept:
        yield kept


@pytest.mark.parametrize("where", WHERE)
def test_an_opened_window_is_out_of_reach(victim: Victim, where: str, read: list[str]) -> None:
    page = victim.lured(where)
    with page.context.expect_page() as opening:
        attempt(page, "([there]) => { window.opened = window.open(there, 'console'); }",
                victim.address("/scenarios"))  # fmt: skip
    opened = opening.value
    expect(opened.get_by_role("heading", level=1)).to_be_visible()
    opened.evaluate("addEventListener('message', () => { document.title = 'had'; })")
    found = page.evaluate(GRASP)
    read += map(str, found)
    opened.wait_for_timeout(200)

    assert [True, 0] == found[:2]
    assert opened.evaluate("window.opener") is None
    assert "Scenarios · adloom" == opened.title()
    expect(opened.get_by_text(SECRET)).to_be_visible()


@pytest.mark.usefixtures("read")
def test_a_window_that_the_console_opens_cannot_reach_back(victim: Victim) -> None:
    page = victim.context.new_page()
    page.goto(victim.address("/settings"))
    with page.context.expect_page() as opening:
        attempt(page, "([there]) => { window.open(there); }", victim.origin("another site"))

    assert opening.value.evaluate("window.opener") is None


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.usefixtures("read")
def test_a_followed_link_changes_nothing(victim: Victim, path: str) -> None:
    page = victim.lured("another site")
    there = victim.address(path) + "?why=a+prize&hidden=yes&name=private"
    statuses = victim.answers(lambda: attempt(page, FOLLOW, there), at_least=1)

    assert statuses[0] in ({200} if path in ASKING else {404, 405})


def test_a_rebound_name_is_not_the_consoles(victim: Victim, read: list[str]) -> None:
    port = urlsplit(victim.served.address).port
    origin = f"http://{REBOUND}:{port}"
    page = victim.context.new_page()
    # The attacker's own server gave this page away before its name was bound to this machine.
    page.route(f"{origin}/prize", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(f"{origin}/prize")
    told = page.evaluate(ASK)
    read += [text for _, text in told]
    page.goto(f"{origin}/settings")

    assert [421] * 6 == [status for status, _ in told]
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("The console does not answer under this address.")
    expect(page.get_by_text(f"Open http://127.0.0.1:{port}/ instead")).to_be_visible()


# --- signing in -----------------------------------------------------------------------------------


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(victim: Victim) -> None:
    port = urlsplit(victim.served.address).port
    [cookie] = [one for one in victim.context.cookies() if f"adloom_{port}_" in one["name"]]
    seen_by_scripts = victim.page.evaluate("document.cookie")
    victim.seen.clear()
    victim.lured("another site").close()

    assert {"httpOnly": True, "sameSite": "Lax", "domain": "127.0.0.1", "path": "/"}.items() <= (
        cookie.items()
    )
    assert cookie["name"] not in seen_by_scripts
    assert [one for one in victim.seen if "Cookie" in one] == []


def test_no_code_stays_behind_in_the_address_or_the_history(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda one: asked.append(f"{one.url} {one.headers}"))
    page = context.new_page()
    link = link_of(served)
    code = link.partition("#")[2]
    page.goto(link)
    page.wait_for_url(served.address + "/")

    assert served.address + "/" == page.url
    assert [one for one in asked if code in one] == []
    assert ["about:blank", f"{served.address}/"] == _history(page)
    context.close()


def _history(page: Page) -> list[str]:
    """Where a tab has been, as its browser keeps it."""
    known = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    return [entry["url"] for entry in known["entries"]]


def test_a_code_opens_nothing_unless_it_stands_behind_the_sign_in_address(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context()
    page = context.new_page()
    link = link_of(served)
    code = link.partition("#")[2]
    for way in ("/signin?{}", "/signin?code={}", "/?token={}", "/settings?next=/#{}"):
        page.goto(served.address + way.format(code), wait_until="networkidle")

        assert context.cookies() == []
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to adloom")
    page.goto(link)
    page.wait_for_url(served.address + "/")
    context.close()


def test_a_code_works_once(browser: Browser, served: Served) -> None:
    link = link_of(served)
    first, second = browser.new_context(), browser.new_context()
    page = first.new_page()
    page.goto(link)
    page.wait_for_url(served.address + "/")
    page = second.new_page()
    page.goto(link)

    expect(page.get_by_text("used already")).to_be_visible()
    assert second.cookies() == []
    first.close()
    second.close()


def test_signing_in_leads_to_no_other_site(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = context.new_page()
    code = link_of(served).partition("#")[2]
    page.goto(f"{served.address}/signin?next=//{NAME}/#{code}")
    page.wait_for_url(served.address + "/")
    context.close()

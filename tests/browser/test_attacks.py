"""What other pages can do to somebody who is signed in, tried in a real Chromium: nothing.

Every attack is made from two places, while the console is open and signed in in the same browser:
from another site (`evil.example`), and from another port of this machine, which for a browser is
the same site, so that it even sends the console's cookie along. Each is aimed at what would hurt
most: pulling the kill switch or signing the owner out, and reading the settings.

| attack | what stops it |
|---|---|
| form POST: urlencoded, text/plain, multipart, by a redirect that keeps the method | 403, Origin |
| form POST from a sandboxed frame or a `data:` page | 403, `Origin: null` |
| fetch with credentials: cors, no-cors, keepalive, sendBeacon | 403, Origin or Sec-Fetch-Site |
| fetch with our own header, DELETE, JSON | the preflight: 403, no CORS header |
| image, script, style sheet, module, object, embed, video, font, event source | 403, Sec-Fetch-Site |
| a static file as image or script | Cross-Origin-Resource-Policy |
| prefetch, preload | 403, Sec-Fetch-Site |
| speculation rules | like a followed link: let in from this machine only, nobody reads it |
| frame, for clickjacking | 403, frame-ancestors, X-Frame-Options |
| web socket | 403: there are none |
| top-level link with GET | let in, for links in mails; no GET changes anything |
| opened window: read, called, navigated to script, sent a message | Cross-Origin-Opener-Policy |
| rebound name, with the console's port | 421, Host |
| link with the code in its query, used code, code left in the history | not accepted, 401, cleared |
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.conftest import Served, link_of
from tests.browser.elsewhere import Elsewhere, elsewhere

NAME = "evil.example"
REBOUND = "rebound.example"
#: A scenario, so that there is something to be read and switched.
SECRET = "only the owner may read this"
SCENARIO = f"name: private\ndescription: {SECRET}\nsteps:\n  - {{id: say, module: list_advertisers, connection: practice}}\n"
WHERE = ["another site", "another port"]
SWITCHES = re.compile(r'role="switch"[^>]*>')

#: Scripts of the attacker's page. They get the console's address and their own, and return what
#: they could read.
ATTACKS: dict[str, str] = {
    "fetch cors": """async ([c]) => (await fetch(c + '/settings', {credentials: 'include'})).text()""",
    "fetch no-cors": """async ([c]) => (await fetch(c + '/settings',
        {credentials: 'include', mode: 'no-cors'})).text()""",
    "fetch POST no-cors": """async ([c]) => (await fetch(c + '/settings/stop', {method: 'POST',
        credentials: 'include', mode: 'no-cors', body: new URLSearchParams({why: 'x'})})).text()""",
    "fetch POST cors": """async ([c]) => (await fetch(c + '/settings/stop', {method: 'POST',
        credentials: 'include', body: new FormData()})).text()""",
    "fetch POST with htmx's header": """async ([c]) => (await fetch(c + '/settings/stop',
        {method: 'POST', credentials: 'include', headers: {'HX-Request': 'true'}})).text()""",
    "fetch POST with our own header": """async ([c]) => (await fetch(c + '/settings/stop',
        {method: 'POST', credentials: 'include', headers: {'X-Adloom': '1'}})).text()""",
    "fetch JSON": """async ([c]) => (await fetch(c + '/session', {method: 'POST', body: '{}',
        credentials: 'include', headers: {'Content-Type': 'application/json'}})).text()""",
    "fetch DELETE": """async ([c]) => (await fetch(c + '/session',
        {method: 'DELETE', credentials: 'include'})).text()""",
    "fetch keepalive": """async ([c]) => (await fetch(c + '/settings/stop', {method: 'POST',
        keepalive: true, credentials: 'include', mode: 'no-cors'})).text()""",
    "fetch by a redirect": """async ([c, o]) => (await fetch(o + '/away?to=' +
        encodeURIComponent(c + '/settings/stop'), {method: 'POST', credentials: 'include',
        mode: 'no-cors'})).text()""",
    "beacon": """async ([c]) => { navigator.sendBeacon(c + '/settings/stop', 'why=x'); return ''; }""",
    "event source": """([c]) => new Promise((done) => {
        const heard = new EventSource(c + '/executions/part', {withCredentials: true});
        heard.onmessage = (event) => done(event.data); heard.onopen = () => done('open');
        heard.onerror = () => done(''); })""",
    "web socket": """([c]) => new Promise((done) => {
        const socket = new WebSocket(c.replace('http', 'ws') + '/');
        socket.onmessage = (event) => done(event.data); socket.onopen = () => done('open');
        socket.onerror = () => done(''); })""",
    "import a module": """async ([c]) => Object.keys(await import(c + '/executions.json')).join()""",
    "speculation rules": """async ([c]) => { const rules = document.createElement('script');
        rules.type = 'speculationrules'; rules.textContent = JSON.stringify({prefetch:
        [{source: 'list', urls: [c + '/settings']}], prerender: [{source: 'list',
        urls: [c + '/scenarios']}]}); document.head.append(rules); return ''; }""",
}
#: Elements that load something by themselves: tag, attribute, what else, address.
ELEMENTS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "image": ("img", "src", {}, "/settings"),
    "script": ("script", "src", {}, "/executions.json"),
    "script with credentials": ("script", "src", {"crossorigin": "use-credentials"}, "/settings"),
    "style sheet": ("link", "href", {"rel": "stylesheet"}, "/settings"),
    "video": ("video", "src", {}, "/settings"),
    "object": ("object", "data", {}, "/settings"),
    "prefetch": ("link", "href", {"rel": "prefetch"}, "/settings"),
    "preload": ("link", "href", {"rel": "preload", "as": "image"}, "/settings"),
    "module preload": ("link", "href", {"rel": "modulepreload"}, "/settings"),
    "image of ours": ("img", "src", {}, "static favicon.svg"),
    "script of ours": ("script", "src", {}, "static app.js"),
}
LOADED = """([tag, attribute, others, address]) => new Promise((done) => {
    const made = document.createElement(tag);
    for (const name in others) made.setAttribute(name, others[name]);
    made.onload = made.onloadeddata = () => done('loaded');
    made.onerror = () => done('refused');
    made[attribute] = address;
    document.body.append(made);
    setTimeout(() => done('silence'), 500); })"""
#: A form, sent into a frame so that the attacker's page stays. Its body is all there is to choose.
FORM = """([action, kind, place]) => new Promise((done) => {
    const frame = document.createElement('iframe');
    frame.name = 'there';
    document.body.append(frame);
    const form = document.createElement('form');
    Object.assign(form, {method: 'POST', action, enctype: kind, target: 'there'});
    form.innerHTML = '<input name=why value="a prize"><input name=hidden value=yes>';
    document.body.append(form);
    frame.onload = () => done();
    form.submit();
    setTimeout(done, 3000); })"""
NULL_ORIGIN = {
    "a sandboxed frame": """([inner]) => { const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts allow-forms'; frame.srcdoc = inner;
        document.body.append(frame); }""",
    "a data page": """([inner]) => { const frame = document.createElement('iframe');
        frame.src = 'data:text/html,' + encodeURIComponent(inner);
        document.body.append(frame); }""",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Elsewhere]:
    with elsewhere() as running:
        yield running


@pytest.fixture(scope="module")
def misled(browser: Browser) -> Iterator[Browser]:
    """A browser for which the attacker's names belong to this machine."""
    rules = f"MAP {NAME} 127.0.0.1, MAP {REBOUND} 127.0.0.1"
    opened = browser.browser_type.launch(
        executable_path=_program(), args=[f"--host-resolver-rules={rules}"]
    )
    yield opened
    opened.close()


@dataclass
class Victim:
    """A browser whose owner is signed in to the console.

    Args:
        context: The browser's session.
        page: The console in it.
        served: The console.
        site: The attacker's server.
    """

    context: BrowserContext
    page: Page
    served: Served
    site: Elsewhere

    def lured(self, where: str) -> Page:
        """A tab at the attacker's page."""
        page = self.context.new_page()
        page.goto(self.origin(where) + "/prize")
        return page

    def origin(self, where: str) -> str:
        """The attacker's address."""
        name = NAME if where == "another site" else "127.0.0.1"
        return f"http://{name}:{self.site.port}"

    def address(self, path: str) -> str:
        """A page of the console, or a file of its."""
        if path.startswith("static "):
            folder = self.page.locator("link[rel=icon]").get_attribute("href") or ""
            return self.served.address + folder.rpartition("/")[0] + "/" + path[len("static ") :]
        return self.served.address + path

    def state(self) -> dict[str, object]:
        """What an attack could have changed."""
        folder = self.served.practice.folder
        kept = [*folder.glob("*.toml"), *folder.glob("scenarios/*"), *folder.glob("STOP")]
        return {
            "files": {path.name: _mark(path) for path in sorted(kept)},
            "changes": dict(self.served.practice.simulator.effects.changes),
            "signed in": self.context.request.get(self.served.address + "/settings").status,
            "switches": SWITCHES.findall(self.owned("/scenarios")),
        }

    def owned(self, path: str) -> str:
        """What the owner reads at an address."""
        return self.context.request.get(self.served.address + path).text()


@pytest.fixture(scope="module")
def victim(misled: Browser, served: Served, site: Elsewhere) -> Iterator[Victim]:
    folder = served.practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    (folder / "private.yaml").write_text(SCENARIO)
    context = misled.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(link_of(served))
    page.wait_for_url(served.address + "/")
    made = Victim(context, page, served, site)
    for _ in range(60):
        page.goto(served.address + "/scenarios")
        if page.get_by_role("switch", name="private").count():
            break
        page.wait_for_timeout(250)
    yield made
    context.close()


@pytest.fixture(params=WHERE)
def where(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def _program() -> str | None:
    from tests.browser.chromium import chromium

    return chromium()


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def untouched(victim: Victim) -> Iterator[list[str]]:
    """Nothing has changed at the end, and nothing that was read is the owner's."""
    before = victim.state()
    read: list[str] = []
    yield read
    for page in victim.context.pages:
        if page is not victim.page:
            page.close()

    assert before == victim.state()
    assert [text for text in read if SECRET in text or "Settings" in text] == []
    assert 200 == before["signed in"]


def answered(page: Page, victim: Victim, act: Callable[[], object]) -> list[int]:
    """The statuses that the console answered with while something was done."""
    found: list[int] = []

    def note(response: object) -> None:
        url, status = getattr(response, "url", ""), getattr(response, "status", 0)
        if str(url).startswith(victim.served.address):
            found.append(int(status))

    victim.context.on("response", note)
    try:
        act()
        page.wait_for_timeout(100)
    finally:
        victim.context.remove_listener("response", note)
    return found


def attempt(page: Page, script: str, given: list[object]) -> str:
    """What a script of the attacker's could read."""
    try:
        return str(page.evaluate(script, given) or "")
    except Error as error:
        return f"failed: {error.message}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_scripts_of_others_are_refused(
    victim: Victim, where: str, attack: str, untouched: list[str]
) -> None:
    page = victim.lured(where)
    given: list[object] = [victim.served.address, victim.origin(where)]
    statuses = answered(
        page, victim, lambda: untouched.append(attempt(page, ATTACKS[attack], given))
    )

    # A browser that is told to look ahead follows a link, only earlier; see the table.
    assert set(statuses) <= ({200, 403} if attack == "speculation rules" else {403, 405})
    assert untouched[0] == "" or untouched[0].startswith("failed: ")


@pytest.mark.parametrize("element", ELEMENTS)
def test_nothing_of_the_console_is_embedded(
    victim: Victim, where: str, element: str, untouched: list[str]
) -> None:
    tag, attribute, others, path = ELEMENTS[element]
    page = victim.lured(where)
    given: list[object] = [tag, attribute, others, victim.address(path)]
    statuses = answered(page, victim, lambda: untouched.append(attempt(page, LOADED, given)))

    assert set(statuses) <= {403}
    assert untouched[0] in {"refused", "silence"}


# --- forms and frames -----------------------------------------------------------------------------

KINDS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]


@pytest.mark.parametrize("kind", [*KINDS, "by a redirect"])
def test_forms_of_others_are_refused(
    victim: Victim, where: str, kind: str, untouched: list[str]
) -> None:
    page = victim.lured(where)
    stop = victim.address("/settings/stop")
    action = f"{victim.origin(where)}/away?to={stop}" if kind == "by a redirect" else stop
    given: list[object] = [action, KINDS[0] if kind == "by a redirect" else kind]
    statuses = answered(page, victim, lambda: untouched.append(attempt(page, FORM, given)))

    assert [403] == statuses
    assert_closed(page)


@pytest.mark.parametrize("kind", NULL_ORIGIN)
def test_pages_without_an_origin_are_refused(
    victim: Victim, where: str, kind: str, untouched: list[str]
) -> None:
    page = victim.lured(where)
    inner = (
        f"<form method=post action={victim.address('/settings/stop')}><input name=why></form>"
        f"<script>fetch('{victim.address('/settings/stop')}', {{method: 'POST', mode: 'no-cors',"
        " credentials: 'include'}).catch(() => 0).then(() => document.forms[0].submit())</script>"
    )

    def act() -> None:
        attempt(page, NULL_ORIGIN[kind], [inner])
        page.wait_for_event("response", lambda one: "navigate" in str(one.request.headers))

    statuses = answered(page, victim, act)

    assert {403} == set(statuses)
    assert_closed(page)


@pytest.mark.parametrize("tag", ["iframe", "object", "embed"])
def test_the_console_stands_in_no_frame_of_others(
    victim: Victim, where: str, tag: str, untouched: list[str]
) -> None:
    page = victim.lured(where)
    attribute = "data" if tag == "object" else "src"
    given: list[object] = [tag, attribute, {}, victim.address("/settings")]
    statuses = answered(page, victim, lambda: attempt(page, LOADED, given))

    assert set(statuses) <= {403}
    assert_closed(page)


def test_the_console_does_not_even_frame_itself(victim: Victim, untouched: list[str]) -> None:
    page = victim.context.new_page()
    page.goto(victim.address("/settings"))
    attempt(page, LOADED, ["iframe", "src", {}, victim.address("/")])

    assert_closed(page)


def assert_closed(page: Page) -> None:
    """No frame of a page shows anything of the console."""
    for frame in page.frames[1:]:
        shown = frame.evaluate("document.documentElement.outerHTML")
        assert "<nav" not in shown
        assert SECRET not in shown


# --- windows and links ----------------------------------------------------------------------------


def test_an_opened_window_is_out_of_reach(
    victim: Victim, where: str, untouched: list[str]
) -> None:
    page = victim.lured(where)
    with page.context.expect_page() as opening:
        page.evaluate("(c) => { window.opened = window.open(c + '/settings', 'console'); }",
                      victim.served.address)  # fmt: skip
    opened = opening.value
    expect(opened.get_by_role("heading", level=1)).to_be_visible()
    opened.evaluate("addEventListener('message', () => { document.title = 'had'; })")
    read = page.evaluate("""() => { const found = [opened.closed, opened.length];
        for (const look of [() => opened.document.body.innerHTML, () => opened.location.href,
                            () => opened.postMessage('x', '*'), () => opened.focus(),
                            () => { opened.location = 'javascript:document.title="had"'; }])
            try { found.push(String(look())); } catch (error) { found.push(error.name); }
        return found; }""")
    opened.wait_for_timeout(200)

    assert [True, 0] == read[:2]
    assert SECRET not in str(read)
    assert opened.evaluate("window.opener") is None
    assert opened.title() == "Settings · adloom"


def test_a_window_that_the_console_opened_by_link_has_no_opener(
    victim: Victim, untouched: list[str]
) -> None:
    page = victim.context.new_page()
    page.goto(victim.address("/settings"))
    with page.context.expect_page() as opening:
        page.evaluate("(there) => { window.open(there, '_blank'); }",
                      victim.origin("another site"))  # fmt: skip

    assert opening.value.evaluate("window.opener") is None


@pytest.mark.parametrize(
    "path",
    ["/settings/stop", "/scenarios/private/enable", "/scenarios/private/run", "/session",
     "/scenarios/stop", "/demo/start", "/connections/practice/remove", "/settings/sign-out-all"],
)  # fmt: skip
def test_a_followed_link_changes_nothing(
    victim: Victim, path: str, untouched: list[str]
) -> None:
    page = victim.lured("another site")

    def act() -> None:
        attempt(page, """([there]) => { const made = document.createElement('a');
            made.href = there; document.body.append(made); made.click(); }""",
            [victim.address(path) + "?why=a+prize&hidden=yes"])  # fmt: skip
        page.wait_for_url(victim.served.address + "/**", wait_until="commit")

    statuses = answered(page, victim, act)

    # One page asks whether a connection is to be removed; asking is all it does.
    assert statuses[0] in ({200} if path.endswith("/remove") else {404, 405})


def test_a_rebound_name_is_not_the_consoles(victim: Victim, untouched: list[str]) -> None:
    port = urlsplit(victim.served.address).port
    origin = f"http://{REBOUND}:{port}"
    page = victim.context.new_page()
    # The attacker's own server gave this page away before its name was bound to this machine.
    page.route(f"{origin}/prize", lambda route: route.fulfill(body="<title>Win</title>"))
    page.goto(f"{origin}/prize")
    told = page.evaluate("""async () => { const told = [];
        for (const [path, how] of [['/settings', {}], ['/executions.json', {}], ['/health', {}],
            ['/static/x/app.js', {}], ['/settings/stop', {method: 'POST',
            headers: {'HX-Request': 'true'}}], ['/session', {method: 'POST', body: '{"code": "x"}',
            headers: {'X-Adloom': '1', 'Content-Type': 'application/json'}}]]) {
            const answer = await fetch(path, how);
            told.push([answer.status, await answer.text()]); }
        return told; }""")
    untouched += [text for _, text in told]
    page.goto(f"{origin}/settings")

    assert [421] * 6 == [status for status, _ in told]
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The console does not answer under this address."
    )
    expect(page.get_by_text(f"Open http://127.0.0.1:{port}/ instead")).to_be_visible()


# --- signing in -----------------------------------------------------------------------------------


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(victim: Victim) -> None:
    port = urlsplit(victim.served.address).port
    [cookie] = [one for one in victim.context.cookies() if f"adloom_{port}_" in one["name"]]
    page = victim.context.new_page()
    page.goto(victim.address("/settings"))
    seen = page.evaluate("document.cookie")
    page.close()
    victim.site.seen.clear()
    victim.lured("another site").close()

    assert (True, "Lax", "127.0.0.1", "/") == (
        cookie["httpOnly"], cookie["sameSite"], cookie["domain"], cookie["path"],
    )  # fmt: skip
    assert cookie["name"] not in seen
    assert [one for one in victim.site.seen if "Cookie" in one] == []


def test_no_code_stays_behind_in_the_address_or_the_history(
    misled: Browser, served: Served
) -> None:
    context = misled.new_context()
    asked: list[str] = []
    context.on("request", lambda one: asked.append(one.url + str(one.headers)))
    page = context.new_page()
    link = link_of(served)
    page.goto(link)
    page.wait_for_url(served.address + "/")
    code = link.partition("#")[2]

    assert page.url == served.address + "/"
    assert [one for one in asked if code in one] == []
    page.go_back()
    assert code not in page.url
    context.close()


@pytest.mark.parametrize(
    "way", ["/signin?{}", "/signin?code={}", "/?token={}", "/?code={}", "/settings?next=/#{}"]
)
def test_a_code_elsewhere_than_behind_the_sign_in_address_opens_nothing(
    misled: Browser, served: Served, way: str
) -> None:
    context = misled.new_context()
    page = context.new_page()
    code = link_of(served).partition("#")[2]
    page.goto(served.address + way.format(code))
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to adloom")
    assert context.cookies() == []
    context.close()


def test_a_code_works_once(misled: Browser, served: Served) -> None:
    link = link_of(served)
    for number in range(2):
        context = misled.new_context()
        page = context.new_page()
        page.goto(link)
        if number == 0:
            page.wait_for_url(served.address + "/")
        else:
            expect(page.get_by_text("used already")).to_be_visible()
            assert context.cookies() == []
        context.close()


def test_signing_in_leads_nowhere_else(misled: Browser, served: Served, site: Elsewhere) -> None:
    context = misled.new_context()
    page = context.new_page()
    code = link_of(served).partition("#")[2]
    page.goto(f"{served.address}/signin?next=//{NAME}:{site.port}/#{code}")
    page.wait_for_url(served.address + "/")
    context.close()


def test_the_owner_can_do_what_the_attacks_could_not(victim: Victim) -> None:
    page = victim.page
    page.goto(victim.address("/settings"))
    status = page.evaluate("""async () => (await fetch('/settings/stop', {method: 'POST',
        headers: {'HX-Request': 'true'}, body: new URLSearchParams({why: 'mine'})})).status""")
    stop = victim.served.practice.folder / "STOP"

    assert status < 400
    assert stop.exists()
    stop.unlink()

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
| image, script, style sheet, module, object, embed, video, event source | 403, Sec-Fetch-Site |
| a static file as image or script | Cross-Origin-Resource-Policy |
| prefetch, preload | 403, Sec-Fetch-Site |
| speculation rules | like a followed link: let in from this machine only, nobody reads it |
| frame, for clickjacking | 403, frame-ancestors, X-Frame-Options |
| web socket | 403: there are none |
| top-level link with GET | let in, for links in mails; no GET changes anything |
| opened window: read, called, navigated to script, sent a message | Cross-Origin-Opener-Policy |
| rebound name, with the console's port | 421, Host |
| code in a link's query; used code; code in the history | not looked at; 401; taken out |
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.attacking import SECRET, WHERE, Victim, attempt, nothing_changing, visiting
from tests.browser.conftest import Served

#: Scripts of the attacker's page. They get the console's address and their own, and return what
#: they could read.
ATTACKS: dict[str, str] = {
    "fetch cors": """async ([c]) => (await fetch(c + '/settings',
        {credentials: 'include'})).text()""",
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
    "beacon": """async ([c]) => { navigator.sendBeacon(c + '/settings/stop', 'why=x');
        return ''; }""",
    "event source": """([c]) => new Promise((done) => {
        const heard = new EventSource(c + '/executions/part', {withCredentials: true});
        heard.onmessage = (event) => done(event.data); heard.onopen = () => done('open');
        heard.onerror = () => done(''); })""",
    "web socket": """([c]) => new Promise((done) => {
        const socket = new WebSocket(c.replace('http', 'ws') + '/');
        socket.onmessage = (event) => done(event.data); socket.onopen = () => done('open');
        socket.onerror = () => done(''); })""",
    "import a module": """async ([c]) =>
        Object.keys(await import(c + '/executions.json')).join()""",
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
KINDS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]
#: What runs in a frame that has no origin of its own.
NAMELESS = """<form method=post action=STOP><input name=why></form><script>
    fetch('STOP', {method: 'POST', mode: 'no-cors', credentials: 'include'})
        .catch(() => 0).then(() => document.forms[0].submit())</script>"""
NULL_ORIGIN = {
    "a sandboxed frame": """([inner]) => { const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts allow-forms'; frame.srcdoc = inner;
        document.body.append(frame); }""",
    "a data page": """([inner]) => { const frame = document.createElement('iframe');
        frame.src = 'data:text/html,' + encodeURIComponent(inner);
        document.body.append(frame); }""",
}


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
@pytest.mark.parametrize("attack", ATTACKS)
def test_scripts_of_others_are_refused(
    victim: Victim, where: str, attack: str, read: list[str]
) -> None:
    page = victim.lured(where)
    addresses = victim.served.address, victim.origin(where)
    statuses = victim.answers(lambda: read.append(attempt(page, ATTACKS[attack], *addresses)))

    # A browser that is told to look ahead only follows a link earlier; see the table.
    assert set(statuses) <= ({200, 403} if attack == "speculation rules" else {403, 405})
    assert read[0] == "" or read[0].startswith("failed: ")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("element", ELEMENTS)
def test_nothing_of_the_console_is_embedded(
    victim: Victim, where: str, element: str, read: list[str]
) -> None:
    tag, attribute, others, path = ELEMENTS[element]
    page = victim.lured(where)
    given = tag, attribute, others, victim.address(path)
    statuses = victim.answers(lambda: read.append(attempt(page, LOADED, *given)))

    assert set(statuses) <= {403}
    assert read[0] in {"refused", "silence"}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("kind", [*KINDS, "by a redirect"])
def test_forms_of_others_are_refused(
    victim: Victim, where: str, kind: str, read: list[str]
) -> None:
    page = victim.lured(where)
    stop = victim.address("/settings/stop")
    by_redirect = kind not in KINDS
    action = f"{victim.origin(where)}/away?to={stop}" if by_redirect else stop
    statuses = victim.answers(
        lambda: read.append(attempt(page, FORM, action, KINDS[0] if by_redirect else kind)),
        at_least=1,
    )

    assert [403] == statuses
    assert_closed(page)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("kind", NULL_ORIGIN)
def test_pages_without_an_origin_are_refused(
    victim: Victim, where: str, kind: str, read: list[str]
) -> None:
    page = victim.lured(where)
    inner = NAMELESS.replace("STOP", victim.address("/settings/stop"))
    statuses = victim.answers(
        lambda: read.append(attempt(page, NULL_ORIGIN[kind], inner)), at_least=1
    )
    # A form's answer may not stand in a frame, so an error page of the browser's own does.
    expect(page.frame_locator("iframe").get_by_text("refused to connect").first).to_be_attached()

    assert set(statuses) <= {403}
    assert_closed(page)


@pytest.mark.parametrize("where", [*WHERE, "the console"])
@pytest.mark.parametrize("tag", ["iframe", "object", "embed"])
@pytest.mark.usefixtures("read")
def test_the_console_stands_in_no_frame(victim: Victim, where: str, tag: str) -> None:
    page = victim.context.new_page()
    home = victim.address("/settings") if where == "the console" else victim.origin(where)
    page.goto(home)
    attribute = "data" if tag == "object" else "src"
    statuses = victim.answers(
        lambda: attempt(page, LOADED, tag, attribute, {}, victim.address("/scenarios"))
    )

    # What the console's own page asks for is answered, and shown in no frame all the same.
    assert set(statuses) <= ({200, 403} if where == "the console" else {403})
    assert_closed(page)


def assert_closed(page: Page) -> None:
    """No frame of a page shows anything of the console."""
    for frame in page.frames[1:]:
        shown = frame.evaluate("document.documentElement.outerHTML")
        assert "<nav" not in shown
        assert SECRET not in shown


def test_the_owner_can_do_what_the_attacks_could_not(victim: Victim) -> None:
    page = victim.context.new_page()
    page.goto(victim.address("/settings"))
    status = page.evaluate("""async () => (await fetch('/settings/stop', {method: 'POST',
        headers: {'HX-Request': 'true'}, body: new URLSearchParams({why: 'mine'})})).status""")
    stop = victim.served.practice.folder / "STOP"

    assert status in {200, 204}
    assert stop.exists()
    stop.unlink()
    page.close()

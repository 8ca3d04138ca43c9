"""Connections: listed, made by token and by consent, tried, renamed, renewed, removed."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adloom.cli.stage import Screen, click_allow
from adloom.console.desk import Desk
from adloom.services.connecting_consents import Pending
from connections.authorise import connect_with_token
from connections.connection import Connection, State
from connections.practice import DEMO_OFF, MARK
from connections.store import ConnectionStore
from tests.console.conftest import Console
from tests.console.test_start import HOSTILE, FakeDemo, written

#: The app that the practice connection uses, with a secret that the simulator remembers.
PRACTICE_APP = "7300000000000000001"
APP = "7300000000000000002"
SECRET = "a-secret-nobody-may-see-42"


@pytest.fixture(autouse=True)
async def closed(own_console: Console) -> AsyncIterator[None]:
    """Consents that are still under way are given up at the end."""
    yield
    await own_console.desk.jobs.settle()
    own_console.desk.consents.close()


def store_of(console: Console) -> ConnectionStore:
    return console.desk.session.wiring.store


def ads(console: Console, name: str = "acme", **more: str) -> dict[str, str]:
    """What somebody types to connect ad accounts."""
    return {
        "own.name": name,
        "set.app_id": APP,
        "set.host": console.practice.simulator.url,
        "secret.app_secret": SECRET,
        **more,
    }


async def began(console: Console, path: str, form: dict[str, str]) -> str:
    """Send the form; the address of the consent's page."""
    answer = await console.client.post(path, data=form)
    assert answer.status_code == 204, answer.text
    return answer.headers["HX-Redirect"]


def pending_of(desk: Desk, page: str) -> Pending:
    session = next(iter(desk.consents._pending.values())).owner
    return desk.consents.find(page.rsplit("/", 1)[1], session)


async def link_on(console: Console, page: str) -> str:
    found = re.search(r'href="([^"]+/portal/auth[^"]*)"', await console.get(page))
    assert found is not None
    return unescape(found[1])


async def agreed(link: str, *, decision: str = "allow", **fields: str | list[str]) -> str:
    """Decide on the simulator's page; where it sends the browser."""
    async with httpx.AsyncClient() as browser:
        form: dict[str, str | list[str]] = {"decision": decision, **fields}
        if not fields:
            shown = (await browser.get(link)).text
            form["advertiser_id"] = re.findall(r'name="advertiser_id" value="(\d+)"', shown)
        return (await browser.post(link, data=form)).headers["Location"]


async def visited(address: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.get(address)


# --- the list -------------------------------------------------------------------------------------


async def test_connections_are_listed_with_state_account_and_users(own_console: Console) -> None:
    written(own_console, "watcher")
    await own_console.desk.workshop.synchronise()
    text = await own_console.get("/connections")

    assert "practice" in text
    assert "Works" in text
    assert '/scenarios/watcher">watcher' in text
    assert "3 ad accounts" in text
    assert 'badge-demo">Demo' in text


async def test_a_connection_that_needs_its_owner_comes_first_and_says_why(
    own_console: Console,
) -> None:
    store = store_of(own_console)
    await store.save(Connection("aaa", "notify", {}, {"display_name": "Slack"}))
    await store.mark(await store.load("practice"), State.RECONNECT, "Its owner took it back.")
    text = await own_console.get("/connections")

    assert "Its owner took it back." in text
    assert text.index("/connections/practice") < text.index("/connections/aaa")


@pytest.mark.parametrize(("days", "said"), [(3.5, "Expires in 3 days"), (0.5, "Expires today")])
async def test_a_consent_that_ends_soon_is_told(
    own_console: Console, days: float, said: str
) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    facts = {"consent_ends_at": ends.isoformat()}
    settings = {"client_key": "k", "host": "production", "scopes": ["video.list"]}
    await store_of(own_console).save(Connection("mine", "tiktok", settings, facts))

    assert said in await own_console.get("/connections")


async def test_a_folder_that_is_missing_is_told_beside_its_field(own_console: Console) -> None:
    text = await own_console.post("/connections/new/files", 422, **{"own.name": "sheets"})

    assert re.search(r'id="f-set-folder-error"[^>]*>\s*Is missing', text)


async def test_a_private_address_is_told_beside_its_field_in_words(own_console: Console) -> None:
    form = {"own.name": "shop", "set.base_url": "http://127.0.0.1:9/", "set.login": "none"}
    text = await own_console.post("/connections/new/web", 422, **form)

    assert re.search(r'id="f-set-base_url-error"[^>]*>\s*127.0.0.1 is on this machine', text)
    assert "allow_private." not in text


async def test_names_from_a_platform_are_text(own_console: Console) -> None:
    store = store_of(own_console)
    old = await store.load("practice")
    named = [{"advertiser_id": "7", "name": HOSTILE}, {"advertiser_id": "8", "name": "x" * 300}]
    facts = {**old.account, "display_name": HOSTILE, "advertisers": named, "permissions": [HOSTILE]}
    await store.replace(replace(old, account=facts))

    for path in ("/connections", "/connections/practice", "/connections/practice/remove"):
        text = await own_console.get(path)
        assert "<img" not in text
        assert "{{7*7}}" in text or path.endswith("remove")


async def test_an_empty_list_says_what_connections_are(own_console: Console) -> None:
    await store_of(own_console).remove("practice")

    assert "No connections yet" in await own_console.get("/connections")


# --- made without a consent -----------------------------------------------------------------------


async def test_every_kind_has_a_form_and_says_how_to_get_what_it_takes(
    own_console: Console,
) -> None:
    text = await own_console.get("/connections/new")
    kinds = re.findall(r'href="/connections/new/([a-z-]+)"', text)

    assert len(kinds) == 8
    for kind in kinds:
        form = await own_console.get(f"/connections/new/{kind}")
        assert "Name" in form
        assert "--" not in re.sub(r"<[^>]+>", "", form)


async def test_a_token_that_was_brought_along_is_tried_and_saved(own_console: Console) -> None:
    token = own_console.practice.simulator.token(APP)
    form = {**ads(own_console), "secret.access_token": token}
    to = await own_console.goes_to("/connections/new/tiktok-business?with=token", **form)
    saved = await store_of(own_console).load("acme")
    text = await own_console.get(to)

    assert to == "/connections/acme"
    assert token not in text
    assert saved.secrets["access_token"].reveal() == token
    assert "acme works and is saved." in text


async def test_a_wrong_token_comes_back_as_the_form_and_nothing_is_saved(
    own_console: Console,
) -> None:
    form = {**ads(own_console), "secret.access_token": "wrong-token-1234567"}
    text = await own_console.post("/connections/new/tiktok-business?with=token", 422, **form)

    assert "Nothing was saved." in text
    assert "wrong-token-1234567" not in text
    assert f'value="{APP}"' in text
    assert await store_of(own_console).names() == ["practice"]


async def test_every_fault_of_a_form_stands_beside_its_field(own_console: Console) -> None:
    form = {"own.name": "Not A Name", "set.app_id": "no number", "set.requests_per_second": "-1"}
    text = await own_console.post("/connections/new/tiktok-business", 422, **form)

    assert text.count('aria-invalid="true"') == 4
    for name in ("own-name", "set-app_id", "set-requests_per_second", "secret-app_secret"):
        error = re.search(rf'id="f-{name}-error">([^<]*)<', text)
        assert error is not None, name
        assert error[1], name


@pytest.mark.parametrize("name", ["practice", "new", "consent"])
async def test_a_name_that_is_taken_is_told_at_its_field(own_console: Console, name: str) -> None:
    text = await own_console.post("/connections/new/tiktok-business", 422, **ads(own_console, name))

    assert re.search(r'id="f-own-name-error">[^<]+<', text)


async def test_the_secrets_follow_the_login_that_is_chosen(own_console: Console) -> None:
    async def asked_for(login: str) -> str:
        form = {"set.login": login}
        return (await own_console.client.post("/connections/new/web/secrets", data=form)).text

    none, header, oauth, odd = [
        await asked_for(login) for login in ("none", "header", "oauth", "odd")
    ]

    assert "Value of the header" not in none
    assert "Value of the header" in header
    assert "Client secret" in oauth
    assert odd.strip() == none.strip()


async def test_a_test_that_others_notice_is_asked_about_first(own_console: Console) -> None:
    with Screen() as screen:
        form = {"own.name": "team", "secret.addresses": screen.address}
        await own_console.goes_to("/connections/new/notify", **form)
        asked = await own_console.post("/connections/team/test")
        before = screen.count("adloom")
        done = await own_console.post("/connections/team/test", agreed="yes")

        assert "A test message goes to every address of it." in asked
        assert before == 0
        assert screen.count("adloom") == 1
        assert "It works." in done


# --- made by a consent ----------------------------------------------------------------------------


async def test_the_owner_agrees_and_the_browser_comes_back(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    waiting = await own_console.client.get(f"{page}/state")
    landed = await visited(await agreed(await link_on(own_console, page)))
    await own_console.settled()
    text = await own_console.get(page)
    over = await own_console.client.get(f"{page}/state")

    assert "Waiting for your answer" in waiting.text
    assert (landed.status_code, landed.headers["Location"]) == (303, f"http://127.0.0.1:8920{page}")
    assert over.headers["HX-Redirect"] == page
    assert "is connected" in text
    assert SECRET not in text
    assert (await store_of(own_console).load("acme")).secrets["app_secret"].reveal() == SECRET


async def test_a_pasted_address_does_as_well_and_works_once(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    address = await agreed(await link_on(own_console, page))
    to = await own_console.goes_to(f"{page}/paste", address=f"  {address}\n")
    again = await own_console.post(f"{page}/paste", 422, address=address)

    assert to == page
    assert "is connected" in await own_console.get(page)
    assert "answered already" in again


async def test_where_the_port_is_taken_pasting_still_works(own_console: Console) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", own_console.desk.session.workspace.settings.oauth.port))
        taken.listen()
        page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
        told = await own_console.get(page)
        address = await agreed(await link_on(own_console, page))
        await own_console.goes_to(f"{page}/paste", address=address)

        assert "in use by another program" in told
        assert "is connected" in await own_console.get(page)


async def test_an_answer_that_goes_elsewhere_is_pasted(own_console: Console) -> None:
    form = ads(own_console, **{"set.redirect_uri": "https://example.test/done"})
    page = await began(own_console, "/connections/new/tiktok-business", form)
    told = await own_console.get(page)
    address = await agreed(await link_on(own_console, page))
    await own_console.goes_to(f"{page}/paste", address=address)

    assert "is not on this machine" in told
    assert address.startswith("https://example.test/done?")
    assert "is connected" in await own_console.get(page)


async def test_an_owner_who_says_no_finds_the_form_as_it_was(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    await visited(await agreed(await link_on(own_console, page), decision="deny"))
    await own_console.settled()
    text = await own_console.get(page)

    assert "The consent was not given: its owner said no." in text
    assert "Nothing was saved." in text
    assert f'value="{APP}"' in text
    assert SECRET not in text
    assert "acme" not in await store_of(own_console).names()
    again = re.search(r'name="again" value="([^"]+)"', text)
    assert again is not None
    form = {**ads(own_console), "secret.app_secret": "", "again": again[1]}
    second = await began(own_console, "/connections/new/tiktok-business", form)
    await visited(await agreed(await link_on(own_console, second)))
    await own_console.settled()
    assert (await store_of(own_console).load("acme")).secrets["app_secret"].reveal() == SECRET


async def test_a_wrong_secret_is_told_after_the_consent(own_console: Console) -> None:
    form = ads(own_console, **{"set.app_id": PRACTICE_APP})
    page = await began(own_console, "/connections/new/tiktok-business", form)
    await visited(await agreed(await link_on(own_console, page)))
    await own_console.settled()
    text = await own_console.get(page)

    assert "do not match" in text
    assert "Nothing was saved." in text
    assert "acme" not in await store_of(own_console).names()


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "http://127.0.0.1:8917/callback?auth_code=stolen&state=guessed", HOSTILE],
)
async def test_a_foreign_answer_is_refused_and_the_waiting_goes_on(
    own_console: Console, address: str
) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    refused = await own_console.post(f"{page}/paste", 422, address=address)
    await own_console.goes_to(
        f"{page}/paste", address=await agreed(await link_on(own_console, page))
    )

    assert "does not belong to the consent" in refused
    assert "<img" not in refused
    assert "is connected" in await own_console.get(page)


async def test_two_consents_at_once_do_not_meet(own_console: Console) -> None:
    first = await began(own_console, "/connections/new/tiktok-business", ads(own_console, "one"))
    second = await began(own_console, "/connections/new/tiktok-business", ads(own_console, "two"))
    link_1, link_2 = await link_on(own_console, first), await link_on(own_console, second)
    landed_2 = await visited(await agreed(link_2, advertiser_id=own_console.practice.advertiser_id))
    wrong = await own_console.post(f"{first}/paste", 422, address=await agreed(link_2))
    landed_1 = await visited(await agreed(link_1))
    await own_console.settled()
    one, two = [await store_of(own_console).load(name) for name in ("one", "two")]

    assert landed_1.headers["Location"].endswith(first)
    assert landed_2.headers["Location"].endswith(second)
    assert "does not belong" in wrong
    assert (len(one.account["advertisers"]), len(two.account["advertisers"])) == (3, 1)


async def test_the_port_is_given_back_when_nothing_is_expected(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    address = await agreed(await link_on(own_console, page))
    await visited(address)
    await own_console.settled()

    with pytest.raises(httpx.ConnectError):
        await visited(address)


async def test_a_code_that_was_used_is_told(own_console: Console) -> None:
    first = await began(own_console, "/connections/new/tiktok-business", ads(own_console, "one"))
    address = await agreed(await link_on(own_console, first))
    await own_console.goes_to(f"{first}/paste", address=address)
    second = await began(own_console, "/connections/new/tiktok-business", ads(own_console, "two"))
    state = parse_qs(urlsplit(await link_on(own_console, second)).query)["state"][0]
    old = parse_qs(urlsplit(address).query)["state"][0]
    await own_console.goes_to(f"{second}/paste", address=address.replace(old, state))
    text = await own_console.get(second)

    assert "auth_code is used" in text
    assert "two" not in await store_of(own_console).names()


async def test_a_consent_belongs_to_the_browser_that_began_it(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    pending = pending_of(own_console.desk, page)
    pending.owner = "somebody else"
    shown = await own_console.client.get(page)
    pasted = await own_console.client.post(f"{page}/paste", data={"address": "x"})

    assert (shown.status_code, pasted.status_code) == (404, 404)
    assert "belongs to another browser" in shown.text


async def test_a_consent_that_takes_too_long_ends(own_console: Console) -> None:
    own_console.desk.consents.life = timedelta(seconds=0.05)
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    await own_console.settled()

    assert "No answer came within" in await own_console.get(page)


async def test_giving_up_ends_the_waiting(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    link = await link_on(own_console, page)
    to = await own_console.goes_to(f"{page}/stop")
    address = await agreed(link)

    assert to == "/connections"
    assert (await own_console.client.get(page)).status_code == 404
    with pytest.raises(httpx.ConnectError):
        await visited(address)


async def test_the_sandbox_has_no_consent_page(own_console: Console) -> None:
    form = ads(own_console, **{"set.host": "sandbox"})
    text = await own_console.post("/connections/new/tiktok-business", 422, **form)

    assert "sandbox has no consent page" in text
    assert "I have a token already" in text


# --- renewed, renamed, removed --------------------------------------------------------------------


async def test_a_connection_is_renewed_in_place(own_console: Console) -> None:
    store = store_of(own_console)
    old = await store.load("practice")
    await store.mark(old, State.RECONNECT, "It was taken back.")
    form = {"set.host": own_console.practice.simulator.url, "set.requests_per_second": "50"}
    page = await began(own_console, "/connections/practice/reconnect", form)
    await visited(await agreed(await link_on(own_console, page)))
    await own_console.settled()
    renewed = await store.load("practice")

    assert renewed.state is State.READY
    assert renewed.id == old.id
    assert renewed.secrets["access_token"] != old.secrets["access_token"]
    assert renewed.settings["requests_per_second"] == 50
    assert renewed.settings["host"] == old.settings["host"]


async def test_another_account_is_refused_when_renewing(own_console: Console) -> None:
    store = store_of(own_console)
    old = await store.load("practice")
    await store.replace(replace(old, account={**old.account, "identity": "somebody"}))
    page = await began(own_console, "/connections/practice/reconnect", {})
    await visited(await agreed(await link_on(own_console, page)))
    await own_console.settled()
    text = await own_console.get(page)

    assert "The consent came from another account" in text
    assert "the connection is as it was" in text
    assert (await store.load("practice")).secrets["access_token"] == old.secrets["access_token"]


async def test_secrets_are_shown_as_set_only(own_console: Console) -> None:
    page = await own_console.get("/connections/practice")
    form = await own_console.get("/connections/practice/reconnect")
    secrets = (await store_of(own_console).load("practice")).secrets.values()

    assert "App secret" in page
    assert "Leave it empty to keep it." in form
    for secret in secrets:
        assert secret.reveal() not in page + form


async def test_a_test_tells_what_is_wrong_and_where_to_go(own_console: Console) -> None:
    own_console.practice.simulator.grants.revoke_all()
    text = await own_console.post("/connections/practice/test")

    assert "/connections/practice/reconnect" in text
    assert "no longer accepts" in text
    assert "Needs reconnecting" in await own_console.get("/connections/practice")


async def test_a_demo_connection_without_its_demo_account_can_start_it(
    own_console: Console,
) -> None:
    own_console.desk.demo = FakeDemo()
    store = store_of(own_console)
    old = await store.load("practice")
    await store.replace(replace(old, account={**old.account, MARK: {"seed": 7}}))

    for text in (
        await own_console.get("/connections/practice"),
        await own_console.post("/connections/practice/test"),
    ):
        assert DEMO_OFF in text
        assert 'href="/demo">Start it' in text


async def test_a_demo_connection_can_be_made_to_go_wrong_on_its_page(own_console: Console) -> None:
    own_console.desk.demo = demo = FakeDemo()
    demo.address, demo.wrong = "http://127.0.0.1:1", frozenset({"slow"})
    store = store_of(own_console)
    old = await store.load("practice")
    plain = await own_console.get("/connections/practice")
    await store.replace(replace(old, account={**old.account, MARK: {"seed": 7}}))
    text = await own_console.get("/connections/practice")

    assert "Practise what goes wrong" not in plain
    assert "Practise what goes wrong" in text
    assert 'aria-pressed="true">On' in text


async def test_a_connection_is_renamed_and_its_scenarios_are_counted(own_console: Console) -> None:
    written(own_console, "watcher")
    await own_console.desk.workshop.synchronise()
    page = await own_console.get("/connections/practice")
    refused = await own_console.post("/connections/practice/rename", 422, name="Not A Name")
    to = await own_console.goes_to("/connections/practice/rename", name="fresh")

    assert "1 scenario says the old name" in page
    assert "use lower-case letters" in refused
    assert to == "/connections/fresh"
    assert await store_of(own_console).names() == ["fresh"]


async def test_removing_says_first_who_uses_it_and_then_gives_the_grant_back(
    own_console: Console,
) -> None:
    written(own_console, "watcher")
    await own_console.desk.workshop.synchronise()
    asked = await own_console.get("/connections/practice/remove")
    token = (await store_of(own_console).load("practice")).secrets["access_token"]
    to = await own_console.goes_to("/connections/practice/remove", revoke="yes")
    told = await own_console.get("/connections")

    assert "watcher" in asked
    assert to == "/connections"
    assert "TikTok has forgotten it too." in told
    fresh = Connection(
        "same",
        "tiktok-business",
        {
            "app_id": PRACTICE_APP,
            "host": own_console.practice.simulator.url,
            "requests_per_second": 50.0,
        },
        secrets={"access_token": token},
    )
    with pytest.raises(Exception, match="revoked"):
        await connect_with_token(fresh, own_console.desk.session.wiring)


async def test_a_connection_that_is_not_there_has_a_page_that_helps(own_console: Console) -> None:
    answer = await own_console.client.get("/connections/nobody", headers={"HX-Request": ""})

    assert answer.status_code == 404
    assert "There is no connection named" in answer.text


async def test_what_a_problem_says_is_needed_is_one_click_away(own_console: Console) -> None:
    assert "/connections/new/tiktok-events" in await own_console.get(
        "/connections", needs="tiktok-events"
    )
    assert "javascript" not in await own_console.get("/connections", needs="javascript:alert(1)")


async def test_the_owner_can_click_like_a_person(own_console: Console) -> None:
    page = await began(own_console, "/connections/new/tiktok-business", ads(own_console))
    link = await link_on(own_console, page)
    # The console that it leads back to does not listen in this test.
    with pytest.raises(OSError, match=r"refused|404"):
        await asyncio.to_thread(click_allow, link)
    await own_console.settled()

    assert "is connected" in await own_console.get(page)

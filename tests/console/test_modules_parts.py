"""Beside a run: the same as a command, as a scenario, lists of words, fields that are mapped."""

import html
import re

from scheduler.drafts import Drafts
from tests.console.conftest import Console
from tests.console.running import params, post, ran

# --- the same as a command, and as a scenario -----------------------------------------------------


async def test_the_same_as_a_command_follows_the_form(console: Console) -> None:
    form = params(console, name_contains="it's; rm -rf $HOME")
    text = await post(console, "/modules/search-ads/command", form | {"connection": "practice"})
    command = html.unescape(re.sub(r"<[^>]+>", "", text)).strip()

    assert command == (
        f"adloom run search-ads --advertiser-id={console.practice.advertiser_id}"
        " '--name-contains=it'\"'\"'s; rm -rf $HOME' --connection practice"
    )


async def test_a_scenario_begins_with_what_was_filled_in(own_console: Console) -> None:
    form = params(own_console, limit="5")
    first = await own_console.goes_to("/modules/search-ads/scenario", connection="practice", **form)
    second = await own_console.goes_to("/modules/search-ads/scenario")
    desk = own_console.desk
    drafts = Drafts(desk.workshop.database, desk.session.wiring.clock)
    draft = await drafts.load("search-ads")

    assert ("/scenarios/search-ads/edit", "/scenarios/search-ads-2/edit") == (first, second)
    assert "module: search_ads" in draft.text
    assert own_console.practice.advertiser_id in draft.text
    assert "connection: practice" in draft.text
    assert "Search ads" in await own_console.get(first)


# --- parts of forms -------------------------------------------------------------------------------


async def test_a_field_offers_what_the_account_has(console: Console) -> None:
    text = await console.get(
        "/choices/search-ads/advertiser_id", prefix="p.", connection="practice"
    )
    given = {"p.advertiser_id": console.practice.advertiser_id}
    campaigns = await console.get("/choices/search-ads/campaign_ids", prefix="p.", **given)

    assert f'<option value="{console.practice.advertiser_id}">' in text
    assert 'hx-target="#f-p-advertiser_id-note"' in text
    assert 2 <= campaigns.count("<option")


async def test_what_is_missing_for_a_list_is_said(console: Console) -> None:
    text = await console.get("/choices/search-ads/campaign_ids", prefix="p.")
    mapped = await console.get(
        "/choices/search-ads/campaign_ids", **{"prefix": "p.", "p.advertiser_id": "{{1.id}}"}
    )
    answer = await console.client.get("/choices/search-ads/limit")

    assert "fill in Advertiser first" in text
    assert "<option" not in text + mapped
    assert 404 == answer.status_code


async def test_a_list_that_cannot_be_had_says_why(console: Console) -> None:
    text = await console.get("/choices/search-ads/advertiser_id", connection="nobody")

    assert "There is no connection named" in html.unescape(text)
    assert "<option" not in text


async def test_a_field_becomes_text_and_back(console: Console) -> None:
    here = "/fields/search-ads/primary_status"
    chosen = {"prefix": "p.", "p.primary_status": "STATUS_ALL"}
    text = await console.get(here, **chosen, mapped="yes")
    back = await console.get(here, **chosen, mapped="no")
    missing = await console.client.get("/fields/search-ads/nothing?mapped=yes")

    assert 'value="STATUS_ALL"' in text
    assert "<select" not in text
    assert "<select" in back
    assert 404 == missing.status_code


async def test_no_page_holds_a_secret(console: Console) -> None:
    secrets = [one.reveal() for one in console.practice.connection.secrets.values()]
    planted = params(console, name_contains=secrets[0], limit="1")
    texts = [
        await console.get("/modules"),
        await ran(console, "search-ads", params(console)),
        await ran(console, "list-advertisers"),
        await ran(console, "make-api-call", {"p.path": "/user/info/"}),
        await console.get("/choices/search-ads/advertiser_id"),
        await post(console, "/modules/search-ads/command", planted),
    ]

    assert not [secret for secret in secrets for text in texts if secret in text]

"""The screen of modules: searched, tried, shown before anything changes, never twice."""

import asyncio
import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from adloom.console.jobs import Job
from adloom.console.screens.modules.running import MOST_WHOLE
from adloom.services.module_runs import Planned, Reading
from adloom.services.module_runs_rows import KeptRows
from modules import MODULES, all_modules, find_module
from scheduler.drafts import Drafts
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "w" * 300
RUN_AT = re.compile(r"/modules/runs/([\w-]+)")


def flat(text: str) -> str:
    """What a person reads, roughly."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


async def ran(console: Console, name: str, expect: int = 200, **form: str | list[str]) -> str:
    """Run a module once and wait for its end; its last fragment."""
    text = await console.post(f"/modules/{name}/run", expect=expect, **form)
    if expect != 200:
        return text
    await console.settled()
    return await console.get(f"/modules/runs/{run_id(text)}")


def run_id(text: str) -> str:
    found = RUN_AT.search(text)
    assert found is not None, text
    return found[1]


def params(console: Console, **values: str) -> dict[str, str | list[str]]:
    given = {"advertiser_id": console.practice.advertiser_id, **values}
    return {f"p.{name}": value for name, value in given.items()}


# --- the list -------------------------------------------------------------------------------------


async def test_every_module_is_listed_with_its_kind(console: Console) -> None:
    text = flat(await console.get("/modules"))

    assert all(one.title in text for one in all_modules())
    assert f"{len(MODULES)} modules" in text


async def test_the_list_is_searched_by_words_kind_app_and_verb(console: Console) -> None:
    by_words = await console.get("/modules", q="pixel LIST")
    by_kind = await console.get("/modules", kind="trigger", app="tiktok")
    by_verb = await console.get("/modules", verb="upload")

    assert ["/modules/list-pixels"] == re.findall(r'href="(/modules/[^"?]+)"', by_words)
    assert ["/modules/watch-videos"] == re.findall(r'href="(/modules/[^"?]+)"', by_kind)
    assert 3 == len(re.findall(r'href="/modules/upload-', by_verb))


async def test_as_one_types_only_the_list_comes_back_and_the_address_follows(
    console: Console,
) -> None:
    asked = {"HX-Target": "section#found"}
    answer = await console.client.get("/modules?q=budget&kind=", headers=asked)

    assert "<html" not in answer.text
    assert "/modules/update-campaign-budget" in answer.text
    assert "/modules?q=budget" == answer.headers["HX-Replace-Url"]


async def test_a_module_without_a_connection_says_that_it_needs_one(console: Console) -> None:
    text = flat(await console.get("/modules", q="List videos"))

    assert "needs a connection" in text
    assert "needs a connection" not in flat(await console.get("/modules", q="Search ads"))


async def test_nothing_found_leads_to_the_explorer(console: Console) -> None:
    text = await console.get("/modules", q=HOSTILE)

    assert "No module is like this" in text
    assert 'href="/explorer"' in text
    assert "<img src=x" not in text


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
async def test_every_module_has_a_page(console: Console, name: str) -> None:
    module = find_module(name)
    text = await console.get(f"/modules/{name.replace('_', '-')}")

    assert 1 == text.count("<h1")
    assert module.description in flat(text)
    assert all(field in text for field in module.bundle.model_fields)
    assert ("Run once</button>" in text) is (module.instant is None)


async def test_the_page_says_what_a_change_does_in_doubt_and_whether_it_can_be_undone(
    console: Console,
) -> None:
    text = flat(await console.get("/modules/make-api-call"))

    assert "nobody can tell whether it happened" in text
    assert "only its sender can take back" in text


async def test_a_module_that_waits_to_be_told_says_so(console: Console) -> None:
    text = flat(await console.get("/modules/watch-webhook"))

    assert "of use only as the first step of a scenario" in text


async def test_parameters_in_the_address_are_filled_in(console: Console) -> None:
    text = await console.get("/modules/search-ads", advertiser_id="71", name_contains=HOSTILE)

    assert 'value="71"' in text
    assert "<img src=x" not in text
    assert "adloom run search-ads --advertiser-id=71" in flat(text)


async def test_a_module_that_is_not_there_has_a_page_that_helps(console: Console) -> None:
    answer = await console.client.get("/modules/serch-ads", headers={"HX-Request": ""})

    assert 404 == answer.status_code
    assert "search-ads" in answer.text


# --- reading --------------------------------------------------------------------------------------


async def test_a_search_shows_its_bundles(console: Console) -> None:
    text = await ran(console, "search-ads", **params(console, limit="7"))

    assert re.search(r"1 page, 7 of \d+ rows in \d", flat(text))
    assert "hx-trigger" not in text.split("<header>")[0]
    assert 7 == text.count("<tr>") - 1


async def test_the_same_rows_are_there_as_json_and_for_download(console: Console) -> None:
    text = await ran(console, "search-ads", **params(console, limit="30"))
    here = f"/modules/runs/{run_id(text)}"
    shown = await console.get(here, view="json", page="2")
    rows = (await console.client.get(f"{here}/rows.json")).json()
    table = (await console.client.get(f"{here}/rows.csv")).text
    found = list(csv.DictReader(io.StringIO(table)))

    assert 30 == len(rows) == len(found)
    assert [row["ad_id"] for row in rows] == [row["ad_id"] for row in found]
    assert rows[25]["ad_id"] in shown
    assert rows[24]["ad_id"] not in shown
    assert "Rows 26 to 30" in flat(shown)


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(console: Console) -> None:
    given = params(console, advertiser_id="abc", name_contains="spring", limit="-1")
    answer = await console.client.post("/modules/search-ads/run", data=given)

    assert 422 == answer.status_code
    assert "#fields" == answer.headers["HX-Retarget"]
    assert 'value="spring"' in answer.text
    assert 2 <= answer.text.count('aria-invalid="true"')
    assert "Must be 0 or more." in answer.text


async def test_after_a_refusal_the_form_is_clean_again(console: Console) -> None:
    given = params(console, limit="2")
    again = await console.post("/modules/search-ads/run", **given, refused="yes")
    first = await console.post("/modules/search-ads/run", **given)

    assert 'hx-target="#fields"' in again
    assert 'value="2"' in again
    assert 'hx-target="#fields"' not in first


async def test_no_connection_of_the_kind_is_said_beside_the_choice(console: Console) -> None:
    text = await ran(console, "list-videos", expect=422)
    page = await console.get("/modules/list-videos")

    assert "There is no tiktok connection yet." in text
    assert 'href="/connections">Connect one' in page


async def test_what_the_platform_says_becomes_a_problem_with_a_way_on(console: Console) -> None:
    rule = {"kind": "code", "path": "/ad/get/", "code": 40002, "message": HOSTILE}
    console.practice.simulator.faults.add([rule])
    text = await ran(console, "get-ad", **params(console, ad_id="17"))

    assert 'role="alert"' in text
    assert "The platform refused it." in flat(text)
    assert "40002" in text
    assert "<img src=x" not in text


async def test_a_trigger_shows_what_a_first_cycle_would_hand_on(console: Console) -> None:
    given = {"p.advertiser_ids": console.practice.advertiser_id, "run.since": "2020-01-01T00:00"}
    text = await ran(console, "watch-ads", **given)
    wrong = await ran(console, "watch-ads", expect=422, **(given | {"run.since": "yesterday"}))

    assert "2 of" in flat(text)
    assert "is not a date" in flat(wrong).lower()


async def test_names_are_text_whatever_they_say(console: Console) -> None:
    job = await kept(console, [{"ad_id": "1", "ad_name": HOSTILE, "<b>odd</b>": {"x": HOSTILE}}])
    table = await console.get(f"/modules/runs/{job.id}")
    raw = await console.get(f"/modules/runs/{job.id}", view="json")

    assert "<img src=x" not in table + raw
    assert "&lt;img src=x" in table
    assert "{{7*7}}" in table
    assert "<b>odd" not in table + raw


async def test_a_huge_result_is_shown_in_part_and_downloaded_whole(console: Console) -> None:
    rows = [{"ad_id": str(number), "ad_name": f"=cmd{number}"} for number in range(10_000)]
    job = await kept(console, rows)
    text = await console.get(f"/modules/runs/{job.id}", page="8")
    table = (await console.client.get(f"/modules/runs/{job.id}/rows.csv")).text

    assert "the first 200 of 10,000 are shown here" in flat(text)
    assert len(text) < 30_000
    assert 10_001 == len(table.splitlines())
    assert "9999,'=cmd9999" == table.splitlines()[-1]


async def test_a_long_answer_is_cut_where_it_is_shown(console: Console) -> None:
    job = await kept(console, [{"body": "x" * 900_000}])
    text = await console.get(f"/modules/runs/{job.id}", view="json")

    assert "more characters: download them" in text
    assert len(text) < 250_000


async def test_secrets_in_rows_are_dots(console: Console) -> None:
    token = console.practice.connection.secrets["access_token"]
    job = await kept(
        console, [{"url": f"https://x.example/?a={token.reveal()}", "api_token": "abcdef"}]
    )
    text = await console.get(f"/modules/runs/{job.id}", view="json")
    whole = (await console.client.get(f"/modules/runs/{job.id}/rows.json")).text

    assert token.reveal() not in text + whole
    assert "abcdef" not in text + whole


async def test_a_run_can_be_cancelled_and_keeps_what_it_found(console: Console) -> None:
    reading = Reading(find_module("search_ads"), "practice", KeptRows())

    async def work(job: Job) -> Any:
        job.result = reading
        reading.rows.add([{"ad_id": "1"}])
        await asyncio.Event().wait()

    job = console.desk.jobs.start("Search ads", work)
    await asyncio.sleep(0)
    going = await console.get(f"/modules/runs/{job.id}")
    over = await console.post(f"/modules/runs/{job.id}/cancel")

    assert 'hx-trigger="every 700ms"' in going
    assert "so far" in flat(going)
    assert "every 700ms" not in over
    assert "then cancelled" in flat(over)
    assert job.cancelled


async def test_a_result_has_a_page_of_its_own(console: Console) -> None:
    job = await kept(console, [{"ad_id": "77"}])
    answer = await console.client.get(f"/modules/runs/{job.id}", headers={"HX-Request": ""})

    assert "<h1" in answer.text
    assert "77" in answer.text


async def test_rows_of_runs_long_past_are_let_go(own_console: Console) -> None:
    texts = [
        await ran(own_console, "list-advertisers", **{"p.limit": "1"})
        for _ in range(MOST_WHOLE + 1)
    ]
    oldest = f"/modules/runs/{run_id(texts[0])}"
    answer = await own_console.client.get(f"{oldest}/rows.csv")

    assert 400 == answer.status_code
    assert "no longer kept" in answer.text
    assert "rows.csv" not in await own_console.get(oldest)
    assert (
        200
        == (await own_console.client.get(f"/modules/runs/{run_id(texts[1])}/rows.csv")).status_code
    )


async def kept(console: Console, rows: list[dict[str, Any]]) -> Job:
    """A run that has found these rows."""

    async def work(_: Job) -> Reading:
        reading = Reading(find_module("search_ads"), "practice", KeptRows(("ad_id", "ad_name")))
        reading.rows.add(rows)
        reading.pages = 1
        return reading

    job = console.desk.jobs.start("Search ads", work)
    await job.wait()
    return job


# --- changing -------------------------------------------------------------------------------------


async def switched(console: Console, ad_ids: list[str], status: str = "DISABLE") -> str:
    """Ask for ads to be switched, and see the plan."""
    lines = {"p.ad_ids": "\n".join(ad_ids), "p.status": status}
    return await ran(console, "update-ad-status", **(params(console) | lines))


def changes(console: Console, ad_id: str) -> int:
    """How often an ad was really changed."""
    return console.practice.simulator.effects.changed[ad_id]


def plan_of(text: str) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


async def test_a_change_is_shown_before_it_is_made(console: Console) -> None:
    ads = (await console.practice.running_ads())[:2]
    before = [changes(console, ad) for ad in ads]
    text = await switched(console, ads)

    assert "Nothing has been changed yet." in text
    assert "Make these 2 changes" in flat(text)
    assert all(ad in text for ad in ads)
    assert before == [changes(console, ad) for ad in ads]


async def test_a_yes_makes_exactly_the_changes_shown_and_only_once(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    here, plan = f"/modules/runs/{run_id(text)}/apply", plan_of(text)
    first, second = await asyncio.gather(
        console.post(here, plan=plan), console.post(here, plan=plan)
    )
    third = await console.post(here, plan=plan)
    await console.settled()
    done = await console.get(f"/modules/runs/{run_id(third)}")

    assert run_id(first) == run_id(second) == run_id(third)
    assert 1 == changes(console, ad) - before
    assert f'href="/executions/{plan}"' in done
    assert "Done." in flat(done)


async def test_a_yes_to_another_plan_changes_nothing(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    refused = await console.post(
        f"/modules/runs/{run_id(text)}/apply", expect=400, plan="20200101-000000-abcdef"
    )

    assert "This yes belongs to another plan" in refused
    assert before == changes(console, ad)


async def test_an_old_plan_is_made_anew(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    planned = console.desk.jobs.find(run_id(text)).result
    assert isinstance(planned, Planned)
    planned.made_at -= timedelta(minutes=31)
    refused = await console.post(
        f"/modules/runs/{run_id(text)}/apply", expect=400, plan=plan_of(text)
    )

    assert "more than half an hour old" in refused
    assert before == changes(console, ad)


async def test_a_search_has_no_plan_to_say_yes_to(console: Console) -> None:
    job = await kept(console, [])
    refused = await console.post(f"/modules/runs/{job.id}/apply", expect=400, plan="x")

    assert "no plan to carry out" in refused


async def test_nothing_to_change_is_told(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    text = await switched(console, [ad], "ENABLE")

    assert "nothing to change" in flat(text)
    assert 'name="plan"' not in text


async def test_a_lost_answer_is_told_and_leads_to_its_execution(console: Console) -> None:
    rule = {"kind": "close", "method": "POST", "path": "/page/library/transfer/"}
    console.practice.simulator.faults.add([rule])
    form = {"p.method": "POST", "p.path": "/page/library/transfer/", "p.body": "{}"}
    text = await ran(console, "make-api-call", **form)
    sent = await console.post(f"/modules/runs/{run_id(text)}/apply", plan=plan_of(text))
    await console.settled()
    done = flat(await console.get(f"/modules/runs/{run_id(sent)}"))

    assert "Nobody knows whether it happened." in done
    assert f"Execution {plan_of(text)}" in done


async def test_a_change_that_is_being_made_is_not_cancelled(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    sent = await console.post(f"/modules/runs/{run_id(text)}/apply", plan=plan_of(text))
    await console.post(f"/modules/runs/{run_id(sent)}/cancel")
    await console.settled()

    assert "Cancel</button>" not in sent
    assert 1 == changes(console, ad) - before


# --- the same as a command, and as a scenario -----------------------------------------------------


async def test_the_same_as_a_command_follows_the_form(console: Console) -> None:
    form = params(console, name_contains="it's; rm -rf $HOME")
    text = await console.post("/modules/search-ads/command", **form, connection="practice")
    command = html.unescape(re.sub(r"<[^>]+>", "", text)).strip()

    assert command == (
        f"adloom run search-ads --advertiser-id={console.practice.advertiser_id}"
        " '--name-contains=it'\"'\"'s; rm -rf $HOME' --connection practice"
    )


async def test_a_scenario_begins_with_what_was_filled_in(own_console: Console) -> None:
    form = params(own_console, limit="5")
    first = await own_console.goes_to("/modules/search-ads/scenario", **form, connection="practice")
    second = await own_console.goes_to("/modules/search-ads/scenario")
    desk = own_console.desk
    drafts = Drafts(desk.workshop.database, desk.session.wiring.clock)
    draft = await drafts.load("search-ads")

    assert ("/scenarios/search-ads/edit", "/scenarios/search-ads-2/edit") == (first, second)
    assert "module: search_ads" in draft.text
    assert own_console.practice.advertiser_id in draft.text
    assert "connection: practice" in draft.text


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
        await ran(console, "search-ads", **params(console)),
        await ran(console, "list-advertisers"),
        await ran(console, "make-api-call", **{"p.path": "/user/info/"}),
        await console.get("/choices/search-ads/advertiser_id"),
        await console.post("/modules/search-ads/command", **planted),
    ]

    assert not [secret for secret in secrets for text in texts if secret in text]

"""The screen of modules: searched, tried, shown before anything changes, never twice."""

import asyncio
import csv
import io
import re
from typing import Any

import pytest

from adloom.console.jobs import Job
from adloom.console.screens.modules.running import MOST_WHOLE
from adloom.services.module_runs import Reading
from adloom.services.module_runs_rows import KeptRows
from modules import MODULES, all_modules, find_module
from tests.console.conftest import Console
from tests.console.running import HOSTILE, flat, kept, params, post, ran, run_id

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
    text = await ran(console, "search-ads", params(console, limit="7"))

    assert re.search(r"1 page, 7 of \d+ rows in \d", flat(text))
    assert "hx-trigger" not in text.split("<header>")[0]
    assert 7 == text.count("<tr>") - 1


async def test_the_same_rows_are_there_as_json_and_for_download(console: Console) -> None:
    text = await ran(console, "search-ads", params(console, limit="30"))
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
    again = await post(console, "/modules/search-ads/run", given | {"refused": "yes"})
    first = await post(console, "/modules/search-ads/run", given)

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
    text = await ran(console, "get-ad", params(console, ad_id="17"))

    assert 'role="alert"' in text
    assert "The platform refused it." in flat(text)
    assert "40002" in text
    assert "<img src=x" not in text


async def test_a_trigger_shows_what_a_first_cycle_would_hand_on(console: Console) -> None:
    given = {"p.advertiser_ids": console.practice.advertiser_id, "run.since": "2020-01-01T00:00"}
    text = await ran(console, "watch-ads", given)
    wrong = await ran(console, "watch-ads", expect=422, form=(given | {"run.since": "yesterday"}))

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
        await ran(own_console, "list-advertisers", {"p.limit": "1"}) for _ in range(MOST_WHOLE + 1)
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

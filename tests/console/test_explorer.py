"""The API explorer: endpoints found, requests shown without secrets, writes asked about first."""

import ast
import asyncio
import html
import re
import shlex
from typing import Any

import pytest

from adloom.catalogue import load
from adloom.console.screens.explorer.tree import MOST, tree_of
from adloom.services.api_calls_told import MOST_REMEMBERED, History
from scheduler.drafts import Drafts
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "w" * 300
CALL_AT = re.compile(r"/explorer/calls/([\w-]+)")
STATUS_PATH = "/campaign/status/update/"


def flat(text: str) -> str:
    """What a person reads, roughly."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def call_id(text: str) -> str:
    found = CALL_AT.search(text)
    assert found is not None, text
    return found[1]


def reading(console: Console, **more: str) -> dict[str, str | list[str]]:
    """A filled-in form that lists campaigns."""
    account = console.practice.advertiser_id
    return {"endpoint": "GET /campaign/get/", "p.advertiser_id": account, **more}


async def sent(console: Console, **form: str | list[str]) -> str:
    """Send a read and wait for its answer."""
    text = await console.post("/explorer/send", **form)
    await console.settled()
    return await console.get(f"/explorer/calls/{call_id(text)}")


# --- the list -------------------------------------------------------------------------------------


async def test_the_catalogue_is_searched_by_words_group_and_method(console: Console) -> None:
    by_words = await console.get("/explorer", q="campaign update")
    by_group = await console.get("/explorer", group="pixel", method="GET")
    everything = flat(await console.get("/explorer"))

    assert "/explorer/at/POST/campaign/update/" in by_words
    assert {"GET"} == set(re.findall(r"/explorer/at/(\w+)/pixel", by_group))
    assert f"{len(load().endpoints())} endpoints; the first 60 are listed" in everything


async def test_parameters_are_searched_too(console: Console) -> None:
    text = await console.get("/explorer", q="pixel_code")

    assert "/explorer/at/" in text


async def test_as_one_types_only_the_list_comes_back(console: Console) -> None:
    asked = {"HX-Target": "section#found"}
    answer = await console.client.get(f"/explorer?q={HOSTILE}", headers=asked)

    assert "<html" not in answer.text
    assert "No endpoint is like this" in answer.text
    assert answer.headers["HX-Replace-Url"].startswith("/explorer?q=%3Cimg")


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "GET/ad/get/",
        "POST/adgroup/create/",
        "POST/file/video/ad/upload/",
        "GET/report/integrated/get/",
    ],
)
async def test_an_endpoint_has_a_form_of_its_parameters(console: Console, path: str) -> None:
    method, _, rest = path.partition("/")
    endpoint = load().endpoint(method, f"/{rest}")
    assert endpoint is not None
    text = await console.get(f"/explorer/at/{path}")

    assert 1 == text.count("<h1")
    assert all(f'data-field="{one.name}"' in text for one in endpoint.params)


async def test_words_the_catalogue_knows_are_offered_and_others_are_taken(console: Console) -> None:
    page = await console.get("/explorer/at/GET/ad/get/")
    form = {
        "endpoint": "GET /ad/get/",
        "p.advertiser_id": "7",
        "p.filtering.primary_status": "NEW_WORD",
    }
    text = flat(await console.post("/explorer/preview", **form))

    assert 'value="STATUS_DELIVERY_OK"' in page
    assert "NEW_WORD" in text


async def test_an_endpoint_that_is_not_there_has_a_page_that_helps(console: Console) -> None:
    answer = await console.client.get("/explorer/at/GET/ads/get/", headers={"HX-Request": ""})

    assert 404 == answer.status_code
    assert "/ad/get/" in answer.text


async def test_any_path_can_be_called(console: Console) -> None:
    page = await console.get("/explorer/free")
    text = await sent(console, **{"p.method": "GET", "p.path": "v1.3/user/info"})

    assert 'name="p.path"' in page
    assert "HTTP 200" in flat(text)


# --- the request ----------------------------------------------------------------------------------


async def test_the_request_is_shown_as_others_would_make_it(console: Console) -> None:
    form = reading(console, **{"p.page_size": "5", "p.filtering.campaign_ids": "1\n2"})
    text = await console.post("/explorer/preview", **form)
    code = dict(re.findall(r'<code id="(as-\w+)">(.*?)</code>', text, re.DOTALL))
    python, curl, call = (html.unescape(code[f"as-{one}"]) for one in ("python", "curl", "call"))

    assert "••••" in text
    assert "/open_api/v1.3/campaign/get/?advertiser_id=" in flat(text)
    assert "httpx.request" in ast.unparse(ast.parse(python))
    assert 'os.environ["ACCESS_TOKEN"]' in python
    assert "$ACCESS_TOKEN" in curl
    assert ["adloom", "call", "GET", "/campaign/get/"] == shlex.split(call)[:4]
    assert 'filtering={"campaign_ids":["1","2"]}' in shlex.split(call)


async def test_a_body_is_shown_and_quoted(console: Console) -> None:
    form = {"endpoint": f"POST {STATUS_PATH}", "p.advertiser_id": "7"}
    form |= {"p.campaign_ids": "1", "p.operation_status": "it's <b>off</b>"}
    text = await console.post("/explorer/preview", **form)
    code = dict(re.findall(r'<code id="(as-\w+)">(.*?)</code>', text, re.DOTALL))
    python = ast.parse(html.unescape(code["as-python"]))
    bodies = [ast.literal_eval(one.value) for one in ast.walk(python)
              if isinstance(one, ast.keyword) and one.arg == "json"]  # fmt: skip

    assert "<b>off" not in text
    assert [
        {"advertiser_id": "7", "campaign_ids": ["1"], "operation_status": "it's <b>off</b>"}
    ] == bodies


async def test_what_is_missing_is_said_instead(console: Console) -> None:
    text = await console.post("/explorer/preview", endpoint="GET /campaign/get/")

    assert "Still needed or not right yet: advertiser_id." in flat(text)


async def test_parameters_may_be_written_as_json(console: Console) -> None:
    form = {"endpoint": "GET /campaign/get/", "p.advertiser_id": ""}
    text = await console.post("/explorer/preview", **form, raw='{"odd_one": [1]}')
    wrong = await console.post("/explorer/send", expect=422, **form, raw='{"odd_one": ')

    assert "odd_one=%5B1%5D" in text
    assert "Is not JSON" in wrong
    assert "{&#34;odd_one&#34;: " in wrong


# --- sending --------------------------------------------------------------------------------------


async def test_a_read_is_sent_at_once_and_its_answer_told(console: Console) -> None:
    text = await sent(console, **reading(console, **{"p.page_size": "2"}))
    told = flat(text)

    assert "0 done HTTP 200" in told
    assert "ms" in told
    assert "Request " in told
    assert re.search(r"Page 1 of \d+, \d+ rows in all", told)
    assert text.count("<details") >= 3


async def test_the_answer_is_there_raw_with_its_headers_and_to_be_kept(console: Console) -> None:
    text = await sent(console, **reading(console))
    here = f"/explorer/calls/{call_id(text)}"
    raw = html.unescape(await console.get(here, view="raw"))
    headers = await console.get(here, view="headers")
    [answer] = (await console.client.get(f"{here}/answer.json")).json()

    assert '"request_id"' in raw
    assert "content-type" in headers
    assert 0 == answer["body"]["code"]


async def test_a_refusal_is_told_with_what_the_platform_said(console: Console) -> None:
    rule = {"kind": "code", "path": "/campaign/get/", "code": 40002, "message": HOSTILE}
    console.practice.simulator.faults.add([rule])
    text = await sent(console, **reading(console))

    assert "40002" in flat(text)
    assert "The platform refused it." in text
    assert "<img src=x" not in text


async def test_a_form_that_is_wrong_comes_back_with_what_was_typed(console: Console) -> None:
    form = reading(console, **{"p.page": "two", "p.advertiser_id": ""})
    answer = await console.client.post("/explorer/send", data=form)

    assert 422 == answer.status_code
    assert "#fields" == answer.headers["HX-Retarget"]
    assert 'value="two"' in answer.text
    assert "Must be a whole number." in answer.text


async def writing(console: Console, **more: str) -> dict[str, str | list[str]]:
    """A filled-in form that switches a campaign off."""
    answer = await sent(console, **reading(console))
    job = console.desk.jobs.find(call_id(answer))
    rows = [one for one in job.result.answer.body["data"]["list"]
            if one["operation_status"] == "ENABLE"]  # fmt: skip
    form = {"p.advertiser_id": console.practice.advertiser_id, "p.operation_status": "DISABLE"}
    campaign = {"p.campaign_ids": str(rows[-1]["campaign_id"])}
    return {"endpoint": f"POST {STATUS_PATH}", **form, **campaign, **more}


async def test_a_write_asks_first_and_names_everything(console: Console) -> None:
    form = await writing(console)
    requests = console.practice.simulator.effects.requests.copy()
    text = await console.post("/explorer/send", **form)
    told = flat(text)

    assert "<dialog data-open" in text
    assert f"Send POST {STATUS_PATH}?" in told
    assert "practice" in told
    assert f"Account {'x'}" not in told
    assert console.practice.advertiser_id in told
    assert requests == console.practice.simulator.effects.requests


async def test_a_yes_sends_exactly_that_and_only_once(console: Console) -> None:
    form = await writing(console)
    text = await console.post("/explorer/send", **form)
    plan = re.findall(r'name="plan" value="([^"]+)"', text)[0]
    here = f"/explorer/calls/{call_id(text)}/apply"
    wrong = await console.post(here, expect=400, plan="another")
    before = console.practice.simulator.effects.requests[f"POST {STATUS_PATH}"]
    first, second = await asyncio.gather(
        console.post(here, plan=plan), console.post(here, plan=plan)
    )
    await console.settled()
    done = await console.get(f"/explorer/calls/{call_id(first)}")
    total = sum(
        count for path, count in console.practice.simulator.effects.requests.items()
        if path.startswith("POST") and path.endswith(STATUS_PATH)
    )  # fmt: skip

    assert "belongs to another plan" in wrong
    assert call_id(first) == call_id(second)
    assert f'href="/executions/{plan}"' in done
    assert "HTTP 200" in flat(done)
    assert before + 1 == total or total == 1


async def test_a_lost_answer_is_in_doubt_and_never_sent_again(console: Console) -> None:
    form = await writing(console)
    console.practice.simulator.faults.add([{"kind": "close", "path": STATUS_PATH, "when": "after"}])
    text = await console.post("/explorer/send", **form)
    plan = re.findall(r'name="plan" value="([^"]+)"', text)[0]
    going = await console.post(f"/explorer/calls/{call_id(text)}/apply", plan=plan)
    await console.settled()
    done = flat(await console.get(f"/explorer/calls/{call_id(going)}"))

    assert "No answer came." in done
    assert f"Execution {plan}" in done
    assert "Nobody knows" in done


# --- after it -------------------------------------------------------------------------------------


async def test_calls_are_remembered_and_can_be_made_again(console: Console) -> None:
    await sent(console, **reading(console, **{"p.page_size": "3"}))
    listed = await console.get("/explorer")
    number = max(map(int, re.findall(r"/explorer/again/(\d+)", listed)))
    again = await console.get(f"/explorer/again/{number}")
    gone = await console.client.get("/explorer/again/99999", headers={"HX-Request": ""})

    assert "Calls of this session" in listed
    assert 'value="3"' in again
    assert 404 == gone.status_code


async def test_only_the_latest_calls_are_remembered(console: Console) -> None:
    history = History()
    now = console.desk.session.wiring.clock.now()
    for number in range(MOST_REMEMBERED + 5):
        history.add({"method": "GET", "path": f"/{number}/"}, "practice", now)

    assert MOST_REMEMBERED == len(history.latest())
    assert history.find("5") is None
    assert "/54/" == history.latest()[0].path


async def test_a_call_becomes_a_step(own_console: Console) -> None:
    form = reading(own_console, **{"p.page_size": "3"})
    to = await own_console.goes_to("/explorer/scenario", **form, connection="practice")
    desk = own_console.desk
    drafts = Drafts(desk.workshop.database, desk.session.wiring.clock)
    draft = await drafts.load("make-an-api-call")

    assert "/scenarios/make-an-api-call/edit" == to
    assert "module: make_api_call" in draft.text
    assert "path: /campaign/get/" in draft.text


async def test_well_known_ids_are_offered(console: Console) -> None:
    given = {"prefix": "p.", "p.advertiser_id": console.practice.advertiser_id}
    text = await console.get("/explorer/choices/campaign_id", **given)
    missing = await console.get("/explorer/choices/campaign_id", prefix="p.")

    assert "<option" in text
    assert 'hx-target="#f-p-campaign_id-note"' in text
    assert "fill in Advertiser" in missing


async def test_no_page_holds_a_secret(console: Console) -> None:
    secrets = [one.reveal() for one in console.practice.connection.secrets.values()]
    form = {
        "endpoint": "POST /oauth2/access_token/",
        "p.app_id": "1",
        "p.secret": secrets[0],
    }
    typed = {"raw": f'{{"secret": "typed-secret-1", "note": "{secrets[-1]}"}}'}
    texts = [
        await console.post("/explorer/preview", **reading(console)),
        await console.post("/explorer/preview", **form, **typed),
        await console.post("/explorer/send", **form, **typed),
        await sent(console, **reading(console)),
        await console.get("/explorer"),
    ]

    assert not [one for one in (*secrets, "typed-secret-1") for text in texts if one in text]


# --- the tree -------------------------------------------------------------------------------------


def test_a_tree_shows_so_much_and_says_how_much_is_left() -> None:
    rows: list[Any] = [{"id": number, "tags": list(range(30))} for number in range(10_000)]
    tree = tree_of({"list": rows, "access_token": "x" * 40})

    def count(branch: Any) -> int:
        return 1 + sum(map(count, branch.children))

    assert count(tree) <= MOST + 50
    assert 10_000 - len(tree.children[0].children) == tree.children[0].more
    assert "x" * 40 not in repr(tree)

"""Calls sent from the API explorer: reads at once, writes after a yes, nothing secret on a page."""

import asyncio
import html
import re

from adloom.services.api_calls_told import MOST_REMEMBERED, History
from scheduler.drafts import Drafts
from tests.console.calling import STATUS_PATH, reading, sent
from tests.console.conftest import Console
from tests.console.running import HOSTILE, flat, post, run_id


async def test_a_read_is_sent_at_once_and_its_answer_told(console: Console) -> None:
    text = await sent(console, reading(console, {"p.page_size": "2"}))
    told = flat(text)

    assert "0 done HTTP 200" in told
    assert "ms" in told
    assert "Request " in told
    assert re.search(r"Page 1 of \d+, \d+ rows in all", told)
    assert text.count("<details") >= 3


async def test_the_answer_is_there_raw_with_its_headers_and_to_be_kept(console: Console) -> None:
    text = await sent(console, reading(console))
    here = f"/explorer/calls/{run_id(text)}"
    raw = html.unescape(await console.get(here, view="raw"))
    headers = await console.get(here, view="headers")
    [answer] = (await console.client.get(f"{here}/answer.json")).json()

    assert '"request_id"' in raw
    assert "content-type" in headers
    assert 0 == answer["body"]["code"]


async def test_a_refusal_is_told_with_what_the_platform_said(console: Console) -> None:
    rule = {"kind": "code", "path": "/campaign/get/", "code": 40002, "message": HOSTILE}
    console.practice.simulator.faults.add([rule])
    text = await sent(console, reading(console))

    assert "40002" in flat(text)
    assert "The platform refused it." in text
    assert "<img src=x" not in text


async def test_a_form_that_is_wrong_comes_back_with_what_was_typed(console: Console) -> None:
    form = reading(console, {"p.page": "two", "p.advertiser_id": ""})
    answer = await console.client.post("/explorer/send", data=form)

    assert 422 == answer.status_code
    assert "#fields" == answer.headers["HX-Retarget"]
    assert 'value="two"' in answer.text
    assert "Must be a whole number." in answer.text


async def writing(console: Console) -> dict[str, str | list[str]]:
    """A filled-in form that switches a campaign off."""
    answer = await sent(console, reading(console))
    job = console.desk.jobs.find(run_id(answer))
    rows = [one for one in job.result.answer.body["data"]["list"]
            if one["operation_status"] == "ENABLE"]  # fmt: skip
    form = {"p.advertiser_id": console.practice.advertiser_id, "p.operation_status": "DISABLE"}
    campaign = {"p.campaign_ids": str(rows[-1]["campaign_id"])}
    return {"endpoint": f"POST {STATUS_PATH}", **form, **campaign}


async def test_a_write_asks_first_and_names_everything(console: Console) -> None:
    form = await writing(console)
    requests = console.practice.simulator.effects.requests.copy()
    text = await post(console, "/explorer/send", form)
    told = flat(text)

    assert "<dialog data-open" in text
    assert f"Send POST {STATUS_PATH}?" in told
    assert "practice" in told
    assert f"Account {'x'}" not in told
    assert console.practice.advertiser_id in told
    assert requests == console.practice.simulator.effects.requests


async def test_a_yes_sends_exactly_that_and_only_once(console: Console) -> None:
    form = await writing(console)
    text = await post(console, "/explorer/send", form)
    plan = re.findall(r'name="plan" value="([^"]+)"', text)[0]
    here = f"/explorer/calls/{run_id(text)}/apply"
    wrong = await console.post(here, expect=400, plan="another")
    before = console.practice.simulator.effects.requests[f"POST {STATUS_PATH}"]
    first, second = await asyncio.gather(
        console.post(here, plan=plan), console.post(here, plan=plan)
    )
    await console.settled()
    done = await console.get(f"/explorer/calls/{run_id(first)}")
    total = sum(
        count for path, count in console.practice.simulator.effects.requests.items()
        if path.startswith("POST") and path.endswith(STATUS_PATH)
    )  # fmt: skip

    assert "belongs to another plan" in wrong
    assert run_id(first) == run_id(second)
    assert f'href="/executions/{plan}"' in done
    assert "HTTP 200" in flat(done)
    assert before + 1 == total or total == 1


async def test_a_lost_answer_is_in_doubt_and_never_sent_again(console: Console) -> None:
    form = await writing(console)
    console.practice.simulator.faults.add([{"kind": "close", "path": STATUS_PATH, "when": "after"}])
    text = await post(console, "/explorer/send", form)
    plan = re.findall(r'name="plan" value="([^"]+)"', text)[0]
    going = await console.post(f"/explorer/calls/{run_id(text)}/apply", plan=plan)
    await console.settled()
    done = flat(await console.get(f"/explorer/calls/{run_id(going)}"))

    assert "No answer came." in done
    assert f"Execution {plan}" in done
    assert "Nobody knows" in done


# --- after it -------------------------------------------------------------------------------------


async def test_calls_are_remembered_and_can_be_made_again(console: Console) -> None:
    await sent(console, reading(console, {"p.page_size": "3"}))
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
    form = reading(own_console, {"p.page_size": "3"})
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
        await post(console, "/explorer/preview", reading(console)),
        await post(console, "/explorer/preview", form | typed),
        await post(console, "/explorer/send", form | typed),
        await sent(console, reading(console)),
        await console.get("/explorer"),
    ]

    assert not [one for one in (*secrets, "typed-secret-1") for text in texts if one in text]

"""Executions in the console: found, looked into, traced, put right, taken back."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from html import unescape

import pytest

from adloom.json_text import dump
from adloom.secret import Secret
from adloom.simulator import Options, Running
from scheduler.records import Execution, Status
from tests.console.conftest import Console, opened_console
from tests.console.executed import ON, Executed

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "w" * 300


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    """An account in which many ads can be switched off before none is left."""
    with Running(Options(port=0, ads=400, seed=11, speed=0)) as running:
        yield running


@pytest.fixture
async def made(own_console: Console) -> AsyncIterator[Executed]:
    yield Executed(own_console.desk, own_console.practice)
    own_console.practice.simulator.faults.clear()


def words(html: str) -> str:
    """What a page says, without its markup."""
    main = html.partition("<main")[2] or html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


async def done(console: Console, path: str, head: str = "") -> str:
    """Do something and wait; what the page tells at the end."""
    first = await console.post(path, head=head)
    await console.settled()
    found = re.search(r'hx-get="(/executions/jobs/[^"]+)"', first)
    return await console.get(unescape(found[1])) if found else first


def effects(console: Console) -> bytes:
    """What has been changed so far."""
    return dump(console.practice.simulator.effects.as_json()["changes"])


async def status(console: Console, identity: str) -> str:
    return (await console.desk.workshop.journal.load(identity)).status.value


# --- the list -------------------------------------------------------------------------------------


async def test_without_executions_the_page_says_why_and_what_to_do(own_console: Console) -> None:
    text = words(await own_console.get("/executions"))

    assert "No executions yet" in text
    assert "See the scenarios" in text
    for tab, says in (
        ("incomplete", "Nothing is incomplete"),
        ("in doubt", "Nothing is in doubt"),
        ("held", "Nothing is held"),
    ):
        assert says in words(await own_console.get("/executions", status=tab))


async def test_the_list_is_filtered_by_its_address(own_console: Console, made: Executed) -> None:
    good = (await made.run(made.text("good", limit=1))).execution.id
    bad = (await made.stopped("bad")).execution.id
    [ad] = re.findall(r"\d{15,}", words(await own_console.get(f"/executions/{good}")))[:1]

    async def found(**query: str) -> list[str]:
        return [one["id"] for one in json.loads(await own_console.get("/executions.json", **query))]

    assert await found() == [bad, good]
    assert await found(scenario="good") == [good]
    assert await found(state="incomplete") == [bad]
    assert await found(start="by hand") == [bad, good]
    assert await found(start="schedule") == []
    assert await found(q="TIKTOK REFUSED") == [bad]
    assert await found(q=good[:-1]) == [good]
    assert await found(q=ad) == [good]
    assert await found(q="update_ad") == [bad, good]
    assert await found(q="100%") == []
    assert await found(since="2020-01-01", until="2020-12-31") == []
    assert await found(since="2020-01-01") == [bad, good]


async def test_a_list_that_nothing_fits_says_so(own_console: Console, made: Executed) -> None:
    await made.run(made.text("one", limit=1))

    assert "No execution fits" in words(await own_console.get("/executions", q="nowhere"))


@pytest.mark.parametrize(
    "query", [{"state": "asleep"}, {"start": "x"}, {"since": "soon"}, {"status": "x"}, {"at": "x"}]
)
async def test_an_address_that_means_nothing_is_refused_in_words(
    console: Console, query: dict[str, str]
) -> None:
    answer = await console.client.get("/executions", params=query)

    assert answer.status_code == 400
    assert "Nothing was sent and nothing was changed." in answer.text


async def test_pages_follow_each_other_without_gaps(own_console: Console) -> None:
    await put_executions(own_console, 120)
    seen: list[str] = []
    href: str | None = "/executions"
    pages = []
    while href:
        text = await own_console.get(href)
        pages.append(href)
        seen += re.findall(r'id="row-([^"]+)"', text)
        older = re.search(r'href="([^"]+)">Older', text)
        href = unescape(older[1]) if older else None
    newer = re.search(r'href="([^"]+)">.*Newer', await own_console.get(pages[2]))
    assert newer is not None
    back = re.findall(r'id="row-([^"]+)"', await own_console.get(unescape(newer[1])))

    assert len(pages) == 3
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 120
    assert back == seen[50:100]


async def put_executions(console: Console, count: int, status: Status = Status.RUNNING) -> None:
    """Rows as executions leave them, whose process lives."""
    clock, node = console.desk.workshop.clock, console.desk.workshop.node
    for number in range(count):
        one = Execution(f"x{number:06}", status, clock.now(), node.id, scenario="many")
        await console.desk.workshop.journal.begin(one)


async def test_a_list_with_running_ones_looks_again_and_one_without_does_not(
    own_console: Console, made: Executed
) -> None:
    await made.run(made.text("over", limit=1))
    still = await own_console.get("/executions")
    await put_executions(own_console, 1)
    moving = await own_console.get("/executions/part")

    assert "every 2s" not in still
    assert 'hx-get="/executions/part"' in moving


async def test_a_file_for_a_spreadsheet_holds_no_formula(own_console: Console) -> None:
    clock, node = own_console.desk.workshop.clock, own_console.desk.workshop.node
    one = Execution("x1", Status.FAILED, clock.now(), node.id, scenario="s", slot="=1+1")
    await own_console.desk.workshop.journal.begin(one)

    assert ",'=1+1," in await own_console.get("/executions.csv")


# --- one execution --------------------------------------------------------------------------------


async def test_a_page_tells_steps_changes_and_requests(
    own_console: Console, made: Executed
) -> None:
    ended = await made.run(made.text("told", limit=2))
    page = await own_console.get(f"/executions/{ended.execution.id}", step="pause")
    text = words(page)

    assert page.count("<h1") == 1
    assert "ads search-ads 1 2" in text
    assert "pause update-ad-status 2 2" in text
    assert text.count("ENABLE DISABLE Done") == 2
    assert "POST /ad/status/update/" in text
    assert "2 sent" in text
    assert "Bundles at pause" in text
    assert 'style="' not in page


async def test_a_dropped_bundle_says_why(own_console: Console, made: Executed) -> None:
    ended = await made.run(made.text("dropped", limit=1, when="ads.ad_id = 1"))
    text = words(await own_console.get(f"/executions/{ended.execution.id}", step="pause"))

    assert "ads 1 → pause Dropped" in text
    assert "ad_id" in text.partition("ads 1 → pause Dropped")[2]
    assert "It changed nothing." in text


async def test_an_execution_that_is_not_there_is_a_page_that_helps(console: Console) -> None:
    answer = await console.client.get("/executions/20200101-000000-abcdef")

    assert answer.status_code == 404
    assert "There is no execution named" in unescape(answer.text)


async def test_a_change_leads_back_to_its_bundle_and_a_bundle_to_its_changes(
    own_console: Console, made: Executed
) -> None:
    ended = await made.run(made.text("traced", limit=2))
    identity = ended.execution.id

    back = words(await own_console.get(f"/executions/{identity}/way?path=ads%3A1%3Epause"))
    on = words(await own_console.get(f"/executions/{identity}/way?path=ads%3A1"))
    first = words(await own_console.get(f"/executions/{identity}/way?path=ads"))

    assert "ads, bundle 2" in back
    assert "pause Done" in back
    assert back.count("ENABLE DISABLE Done") == on.count("ENABLE DISABLE Done") == 1
    assert "ads 2 → pause Done" in on
    assert "ads:0>pause" not in on
    assert first.count("ENABLE DISABLE Done") == 2


async def test_what_was_gathered_leads_back_to_every_bundle_and_each_of_them_on_to_it(
    own_console: Console, made: Executed
) -> None:
    trigger = await made.run(made.watching("gathers", limit=3))
    identity = trigger.execution.id
    keys = await own_console.desk.workshop.database.read(
        lambda work: work.run("SELECT id FROM inbox WHERE execution_id = ? ORDER BY id", identity)
    )
    item = keys[0]["id"]

    back = words(await own_console.get(f"/executions/{identity}/way?path=all%3A0%3Enote"))
    on = words(await own_console.get(f"/executions/{identity}/way?path={item}"))

    assert len(keys) == 3
    assert "Gathered from 3 bundles" in back
    assert "all 1 → note Done" in on


async def test_a_way_that_is_not_known_is_refused(own_console: Console, made: Executed) -> None:
    identity = (await made.run(made.text("known", limit=1))).execution.id
    answer = await own_console.client.get(f"/executions/{identity}/way", params={"path": HOSTILE})

    assert answer.status_code == 400
    assert "<img" not in answer.text


async def test_the_text_it_ran_is_shown_whatever_the_file_says_now(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("versions", limit=1))).execution.id
    made.put("versions", made.text("versions", limit=7))
    await own_console.desk.workshop.synchronise()
    text = words(await own_console.get(f"/executions/{identity}/scenario"))

    assert "limit: 1}" in text


async def test_what_is_confidential_is_not_shown_and_says_so(
    own_console: Console, made: Executed
) -> None:
    settings = "settings: {confidential: true}\n"
    ended = await made.run(made.text("sealed", limit=1, settings=settings))
    identity = ended.execution.id
    page = words(await own_console.get(f"/executions/{identity}", step="ads"))
    way = words(await own_console.get(f"/executions/{identity}/way?path=ads%3A0%3Epause"))

    assert "Confidential." in page
    assert "Record as a test" not in page
    assert "Handed on" not in page
    assert "Confidential" in way


async def test_hostile_names_and_planted_secrets_are_text_and_dots(
    own_console: Console, made: Executed
) -> None:
    planted = Secret("planted-secret-0123456789")
    ended = await made.run(made.text("hostile", limit=1))
    await spoil(own_console, ended.execution.id, HOSTILE, planted.reveal())
    pages = [
        await own_console.get(path)
        for path in (
            "/executions",
            f"/executions/{ended.execution.id}?step=ads",
            f"/executions/{ended.execution.id}?step=pause",
            f"/executions/{ended.execution.id}/way?path=ads%3A0%3Epause",
            f"/executions/{ended.execution.id}/way?path=ads",
            "/executions/audit",
            "/executions?status=incomplete",
            "/executions.csv",
            f"/executions/{ended.execution.id}.json",
        )
    ]

    assert all("<img src=x" not in page for page in pages[:7])
    assert all("planted-secret" not in page for page in pages)
    assert "{{7*7}}" in unescape(pages[1])
    assert "&lt;img src=x onerror=alert(1)&gt;" in pages[3]
    assert str(planted) == "•••6789"


async def spoil(console: Console, identity: str, name: str, secret: str) -> None:
    """Put hostile text and a secret wherever a journal could have come by them."""

    def work(work: object) -> None:
        run = work.run  # type: ignore[attr-defined] # a transaction
        bundle = dump([{"ad_id": "1", "ad_name": name, "access_token": "t-secret", "note": secret}])
        for row in run("SELECT operation_id, request FROM call"):
            request = json.loads(row["request"])
            request["changes"][0]["name"] = name
            request["query"] = {"note": secret}
            text = json.dumps(request)
            run("UPDATE call SET request = ? WHERE operation_id = ?", text, row["operation_id"])
        run("UPDATE step_run SET output = ?, given = ?", bundle.decode(), bundle.decode())
        run("UPDATE step_run SET trace = ?, error = ?", name, f"{name} {secret}")
        run("UPDATE call SET error = ?", f"{name} {secret}")
        run("UPDATE audit SET name = ?", name)
        run("UPDATE execution SET error = ? WHERE id = ?", f"{name} {secret}", identity)

    await console.desk.workshop.database.write(work)


# --- going on, giving up --------------------------------------------------------------------------


async def test_what_stopped_is_grouped_by_its_cause_with_its_input_and_the_fix(
    own_console: Console, made: Executed
) -> None:
    await made.stopped("sick", limit=2)
    await made.stopped("sick", limit=2)
    page = await own_console.get("/executions", status="incomplete")
    text = words(page)

    assert page.count("<article") == 1
    assert "4 bundles in 2 executions" in text
    assert "TikTok refused: No." in text
    assert '"status": "DISABLE"' in text
    assert "Open the step in the editor" in text
    assert "/scenarios/sick/edit?step=pause&amp;execution=" in page
    assert "Try all 2 again" in text


async def test_what_is_tried_again_by_itself_says_when(
    own_console: Console, made: Executed
) -> None:
    own_console.practice.simulator.faults.add(
        [{"kind": "code", "code": 50000, "path": "*/ad/get/"}]
    )
    await made.run(made.text("waits", limit=1))
    text = words(await own_console.get("/executions", status="incomplete"))

    assert "Next try in" in text
    assert "You need do nothing" in text


async def test_a_broken_connection_is_put_right_at_the_connections(
    own_console: Console, made: Executed
) -> None:
    rule = {"kind": "code", "code": 40105, "message": "Access token is incorrect."}
    own_console.practice.simulator.faults.add([rule])
    await made.run(made.text("locked", limit=1))
    text = words(await own_console.get("/executions", status="incomplete"))

    assert "Reconnect practice" in text


async def test_everything_of_a_cause_is_tried_again_and_only_once(
    own_console: Console, made: Executed
) -> None:
    ids = [(await made.stopped("again", limit=1)).execution.id for _ in range(2)]
    page = await own_console.get("/executions", status="incomplete")
    href = re.search(r'hx-post="(/executions/causes/\w+/resume\?seen=\w+)', page)
    assert href is not None

    answers = await asyncio.gather(*(own_console.post(href[1]) for _ in range(2)))
    await own_console.settled()
    [job] = own_console.desk.jobs.all()
    told = words(await own_console.get(f"/executions/jobs/{job.id}"))

    assert all(job.id in one for one in answers)
    assert "2 settled" in told
    assert [await status(own_console, one) for one in ids] == ["done", "done"]
    gone = words(await done(own_console, href[1]))
    assert "Nothing waits for this cause any more." in gone


async def test_what_stops_again_is_told_with_its_error(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.stopped("stubborn", limit=1)).execution.id
    rule = {"kind": "code", "code": 40002, "path": "*/ad/status/update/", "message": "Never."}
    own_console.practice.simulator.faults.add([rule])
    told = words(await done(own_console, f"/executions/{identity}/resume"))

    assert "It is incomplete." in told
    assert "Never." in told


async def test_giving_up_keeps_what_was_not_sent_from_being_sent(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.stopped("hopeless", limit=1)).execution.id
    page = await own_console.get(f"/executions/{identity}")
    told = words(await done(own_console, f"/executions/{identity}/drop"))
    again = words(await done(own_console, f"/executions/{identity}/drop"))
    resumed = words(await done(own_console, f"/executions/{identity}/resume"))

    assert "Give this execution up?" in page
    assert "is given up" in told
    assert "nothing to drop" in again
    assert "nothing to resume" in resumed
    assert await status(own_console, identity) == "dropped"
    assert "Nothing is incomplete" in words(
        await own_console.get("/executions/part?status=incomplete")
    )


async def test_a_cause_is_given_up_as_a_whole(own_console: Console, made: Executed) -> None:
    ids = [(await made.stopped("lost", limit=1)).execution.id for _ in range(2)]
    page = await own_console.get("/executions", status="incomplete")
    href = re.search(r'hx-post="(/executions/causes/\w+/drop\?seen=\w+)', page)
    assert href is not None
    told = words(await done(own_console, href[1]))

    assert "2 settled" in told
    assert [await status(own_console, one) for one in ids] == ["dropped", "dropped"]


async def test_a_running_one_can_be_stopped_and_what_it_would_have_sent_is_not(
    own_console: Console, made: Executed
) -> None:
    rule = {"kind": "slow", "seconds": 0.4, "path": "*/ad/get/", "after": 1}
    own_console.practice.simulator.faults.add([rule])
    before = effects(own_console)
    running = asyncio.create_task(made.run(made.text("long", limit=2)))
    identity = await first_running(own_console)
    page = await own_console.get(f"/executions/{identity}")
    told = words(await done(own_console, f"/executions/{identity}/drop"))
    await running

    assert "every 1s" in page
    assert "may still happen" in words(page)
    assert "is given up" in told
    assert await status(own_console, identity) == "dropped"
    assert effects(own_console) == before


async def first_running(console: Console) -> str:
    async with asyncio.timeout(20):
        while True:
            found = json.loads(await console.get("/executions.json", state="running"))
            if found:
                return str(found[0]["id"])
            await asyncio.sleep(0.01)


# --- in doubt, held -------------------------------------------------------------------------------


async def test_a_change_in_doubt_is_looked_up_without_being_settled(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.doubted("doubtful")).execution.id
    page = words(await own_console.get("/executions", status="in doubt"))
    told = words(await done(own_console, f"/executions/{identity}/look"))

    assert "What was sent" in page
    assert "ENABLE → DISABLE" in page
    assert "It happened: the platform shows it." in told
    assert await status(own_console, identity) == "in doubt"


async def test_what_has_happened_is_noted_and_not_sent_twice(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.doubted("settled")).execution.id
    before = effects(own_console)
    told = words(await done(own_console, f"/executions/{identity}/resume"))

    assert "It is done." in told
    assert effects(own_console) == before


async def test_on_a_persons_word_it_is_sent_again_or_closed(
    own_console: Console, made: Executed
) -> None:
    sent = (await made.doubted("resent")).execution.id
    closed = (await made.doubted("closed")).execution.id
    page = await own_console.get(f"/executions/{sent}")
    told = words(await done(own_console, f"/executions/{sent}/resume?again=yes"))
    await done(own_console, f"/executions/{closed}/drop")
    calls = words(await own_console.get(f"/executions/{sent}"))

    # It had happened, so that there was nothing left to send.
    assert "there are two of it then" in words(page)
    assert "It is done." in told
    assert "ENABLE DISABLE Not sent again" in calls
    assert [await status(own_console, one) for one in (sent, closed)] == ["done", "dropped"]


@pytest.mark.parametrize(("decision", "sent"), [("release", 2), ("dismiss", 1)])
async def test_what_a_limit_has_parked_is_let_through_or_dropped(
    own_console: Console, made: Executed, decision: str, sent: int
) -> None:
    identity = (await made.held("parked")).execution.id
    page = await own_console.get("/executions", status="held")
    href = re.search(rf'hx-post="(/executions/holds/[^"]+/{decision})', page)
    assert href is not None
    told = words(await done(own_console, href[1]))
    twice = words(await done(own_console, href[1]))

    assert "changes_per_run" in page
    assert "It is done." in told
    assert "There is no parked change named" in twice
    assert await status(own_console, identity) == "done"
    assert f"{sent} sent" in words(await own_console.get(f"/executions/{identity}"))


# --- undo, replay, test, audit --------------------------------------------------------------------


async def test_an_undo_is_looked_at_first_and_then_done_once(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("undone", limit=2))).execution.id
    preview = await done(own_console, f"/executions/{identity}/undo")
    href = re.search(r'hx-post="(/executions/[^"]+/undo/[^"?]+)', preview)
    assert href is not None

    first, second = await asyncio.gather(*(own_console.post(href[1]) for _ in range(2)))
    await own_console.settled()
    told = words(await own_console.post(href[1]))
    again = words(await done(own_console, f"/executions/{identity}/undo"))
    undos = json.loads(await own_console.get("/executions.json", start="undo"))

    assert "Undo these 2 changes" in words(preview)
    assert words(preview).count("DISABLE DISABLE ENABLE Goes back") == 2
    assert first == second or "jobs" in second
    assert "Taken back." in told
    assert len(undos) == 1
    assert "already undone" in again


async def test_what_was_changed_since_is_told_and_left_alone(
    own_console: Console, made: Executed
) -> None:
    result = await made.module(*(await made.practice.running_ads())[:2])
    identity = result.execution.id
    ad = result.execution.operations[0].calls[0].call.changes[0].id
    await made.module(ad, status="ENABLE")
    preview = await done(own_console, f"/executions/{identity}/undo")
    href = re.search(r'hx-post="(/executions/[^"]+/undo/[^"]+)&amp;from', preview)

    assert "Stays: already as it was" in words(preview)
    assert "Undo this change" in words(preview)
    assert href is None or "partial" not in href[1]


async def test_a_preview_of_something_else_cannot_be_carried_out(
    own_console: Console, made: Executed
) -> None:
    one = (await made.run(made.text("one", limit=1))).execution.id
    two = (await made.run(made.text("two", limit=1))).execution.id
    preview = await done(own_console, f"/executions/{one}/undo")
    href = re.search(r'hx-post="/executions/[^"]+/undo/([^"?]+)', preview)
    assert href is not None
    before = effects(own_console)
    told = words(await done(own_console, f"/executions/{two}/undo/{href[1]}"))

    assert "looked at too long ago" in told
    assert before == effects(own_console)


async def test_a_replay_tells_what_would_differ_and_sends_nothing(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("replayed", limit=1))).execution.id
    made.put("replayed", made.text("replayed", limit=1, params=ON))
    before = effects(own_console)
    same = words(await done(own_console, f"/executions/{identity}/replay"))
    other = words(await done(own_console, f"/executions/{identity}/replay?version=today"))

    assert "2 steps the same" in same
    assert "would differ" in other
    assert "ENABLE" in other
    assert effects(own_console) == before


async def test_a_test_is_recorded_as_a_file(own_console: Console, made: Executed) -> None:
    identity = (await made.run(made.text("recorded", limit=1))).execution.id
    answer = await own_console.client.get(f"/executions/{identity}/test")

    assert answer.status_code == 200
    assert f"''recorded-{identity}.test.yaml" in answer.headers["Content-Disposition"]
    assert "search_ads" in answer.text or "ads:" in answer.text


async def test_the_audit_is_verified_and_notices_what_was_altered(
    own_console: Console, made: Executed
) -> None:
    await made.run(made.text("audited", limit=1))
    head = re.search(r'id="head">([^<]+)', await own_console.get("/executions/audit"))
    assert head is not None
    whole = words(await done(own_console, "/executions/audit/verify", head=head[1]))
    await own_console.desk.workshop.database.write(
        lambda work: work.run("UPDATE audit SET new = '\"ENABLE\"'")
    )
    broken = words(await done(own_console, "/executions/audit/verify"))

    assert "The audit is as it was written." in whole
    assert "The head that you noted is part of it." in whole
    assert "The audit is not as it was written." in broken


async def test_a_restart_loses_nothing_but_running_jobs(made: Executed) -> None:
    identity = (await made.stopped("kept", limit=1)).execution.id
    async with opened_console(made.practice) as later:
        text = words(await later.get("/executions", status="incomplete"))
        answer = await later.client.get("/executions/jobs/nothing")

    assert identity in text
    assert answer.status_code == 404
    assert "Nobody can say here any more how this work stands." in answer.text
    assert "nothing was changed" not in answer.text
    assert '<div id="doing"' in answer.text


async def test_nothing_is_changed_by_looking(own_console: Console, made: Executed) -> None:
    identity = (await made.stopped("looked", limit=1)).execution.id
    for action in ("resume", "drop", "look", "replay", "undo"):
        answer = await own_console.client.get(f"/executions/{identity}/{action}")
        assert answer.status_code == 405

    assert await status(own_console, identity) == "incomplete"

"""The events screen: what waits and why, rejected events mended, tests, and the playground."""

import asyncio
import html
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from adloom.settings import EventIntakeSettings, EventSettings
from adloom.simulator import Running
from adloom.simulator.world.pixels import pixels_of
from modules.events.mapping import PRESETS
from scheduler.outbox.entries import Entry, Lane, Origin, Refusal
from tests.console.conftest import Console
from tests.seams.workspaces import connected

#: What must stand neither in a file nor on a page that lists events.
EMAIL = "canary.person@example.com"
PHONE = "+4915112345678"
CANARIES = (EMAIL, PHONE, "Canarina", "203.0.113.77")
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\"'" + "w" * 90
INTAKE = Origin("intake", "door")


def event(**more: Any) -> dict[str, Any]:
    """A purchase with everything that tells who it was."""
    return {
        "event": "Purchase",
        "event_time": int(time.time()) - 600,
        "event_id": "order-1",
        "user": {"email": EMAIL, "phone": PHONE, "first_name": "Canarina", "ip": "203.0.113.77"},
        "page": {"url": "https://shop.example.com/thanks"},
        "properties": {"currency": "EUR", "value": 30.5},
        **more,
    }


@pytest.fixture(autouse=True)
def _forgetful(simulator: Running) -> Iterator[None]:
    simulator.events.forget()
    yield
    simulator.faults.clear()
    simulator.events.partial = False


@pytest.fixture
async def shop(own_console: Console, simulator: Running) -> AsyncIterator[Console]:
    """A console whose workspace sends to a pixel; nobody else sends what waits."""
    pixel = pixels_of(next(iter(simulator.world.accounts)))[0].code
    secrets = {"access_token": simulator.token()}
    session = own_console.desk.session
    await connected(session, "shop", "tiktok-events", secrets, host=simulator.url, source_id=pixel)
    own_console.desk.running = False
    yield own_console
    await own_console.settled()


async def pixel_of(console: Console) -> str:
    known = await console.desk.session.wiring.store.all()
    return str(next(one.settings["source_id"] for one in known if one.name == "shop"))


async def put(console: Console, *names: str, connection: str = "shop", **content: Any) -> None:
    """Put events into the outbox, as if they had come in."""
    now = int(time.time())
    entries = [
        Entry(
            number.to_bytes(8) + name.encode()[:8].ljust(8),
            number,
            name,
            f"id-{number}",
            now,
            json.dumps(
                {
                    "event": name,
                    "event_id": f"id-{number}",
                    "event_time": now,
                    "user": {"ip": "203.0.113.77"},
                    "page": {"url": "https://shop.example.com/"},
                    **content,
                }
            ).encode(),
            str(number),
        )
        for number, name in enumerate(names, 1)
    ]
    lane = Lane(connection, "web", await pixel_of(console))
    await (await console.desk.session.outbox()).accept(lane, entries, INTAKE)


async def kill(console: Console, message: str = "data.0.properties: Not a valid object.") -> None:
    """Let TikTok refuse whatever waits."""
    faults = console.practice.simulator.faults
    faults.add([{"kind": "code", "code": 40002, "path": "/event/track/", "message": message}])
    await go_on(console)
    faults.clear()


async def dead(console: Console) -> list[int]:
    page = await console.get("/events/rejected")
    return [int(one) for one in re.findall(r'href="/events/rejected/(\d+)"', page)]


def sent(console: Console) -> list[dict[str, Any]]:
    """What TikTok got."""
    return [json.loads(body) for body in console.practice.simulator.events.latest]


def contents(folder: Path) -> list[tuple[str, bytes]]:
    """Every file below a folder."""
    return [(one.name, one.read_bytes()) for one in folder.rglob("*") if one.is_file()]


def texts(page: str) -> str:
    """What of a page people read."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return " ".join(plain.split())


async def tried(console: Console, text: str, mapping: str = "", way: str = "source:web") -> str:
    return await console.post("/events/playground/try", text=text, mapping=mapping, way=way)


# --- the outbox -----------------------------------------------------------------------------------


async def test_without_a_connection_the_page_says_how_to_begin(own_console: Console) -> None:
    page = await own_console.get("/events")

    assert "No connection for events yet" in page
    assert 'href="/connections"' in page
    assert 'href="/events/playground?sample=plain"' in page


async def test_what_waits_is_counted_and_the_page_asks_again(shop: Console) -> None:
    assert "No events yet" in await shop.get("/events")
    await put(shop, "Purchase", "Contact")

    page = await shop.get("/events")

    assert "Waiting 2" in texts(page)
    assert "New in 24 hours 2" in texts(page)
    assert "up to 800 requests a second" in texts(page)
    assert 'hx-get="/events/lanes"' in page


async def test_a_way_out_whose_connection_is_gone_says_so_with_the_way_out(shop: Console) -> None:
    await put(shop, "Purchase", connection="old-shop")

    page = texts(await shop.get("/events"))

    assert "There is no connection named old-shop any more" in page
    assert "Connections" in page


async def refused(console: Console, code: int) -> str:
    """Let TikTok refuse the connection; what the page says then."""
    await put(console, "Purchase")
    console.practice.simulator.faults.add(
        [{"kind": "code", "code": code, "path": "/event/track/", "message": "not for you"}]
    )
    await go_on(console)
    console.practice.simulator.faults.clear()
    return texts(await console.get("/events"))


async def go_on(console: Console) -> None:
    lane = (await (await console.desk.session.outbox()).counts())[0].lane
    facts = {"connection": lane.connection, "source": lane.source, "source_id": lane.source_id}
    await console.goes_to("/events/resume", **facts)
    await console.settled()


async def test_a_pause_is_told_with_its_reason_and_can_be_ended(shop: Console) -> None:
    paused = await refused(shop, 40001)
    await go_on(shop)
    after = texts(await shop.get("/events"))

    assert "Nothing goes out until somebody helps" in paused
    assert "Let them go on" in paused
    assert ("Sent 1" in after, "Paused" in after) == (True, False)


async def test_a_connection_that_needs_its_owner_is_led_to(shop: Console) -> None:
    paused = await refused(shop, 40105)

    assert "TikTok no longer accepts shop" in paused
    assert "Connect it again; the events go out by themselves." in paused
    assert "Let them go on" not in paused


async def test_tests_and_a_stop_are_warned_about(shop: Console, simulator: Running) -> None:
    session = shop.desk.session
    secrets = {"access_token": simulator.token()}
    told = {"host": simulator.url, "source_id": await pixel_of(shop)}
    await connected(session, "trial", "tiktok-events", secrets, test_event_code="TEST9", **told)
    await put(shop, "Purchase", connection="trial")
    stop = session.workspace.path / "STOP"
    await asyncio.to_thread(stop.write_text, "")

    page = texts(await shop.get("/events"))

    assert "The test event code TEST9 is on" in page
    assert "Everything is stopped, so events wait" in page


async def test_resuming_what_is_not_there_is_refused(shop: Console) -> None:
    told = await shop.post("/events/resume", 400, connection="x", source="web", source_id="y")

    assert "no longer go out this way" in told


# --- rejected events ------------------------------------------------------------------------------


async def test_rejected_events_are_grouped_explained_and_sent_again(shop: Console) -> None:
    await put(shop, "Purchase", "Contact")
    await kill(shop)
    page = texts(await shop.get("/events/rejected"))
    key = re.search(r'name="reason" value="(\w+)"', await shop.get("/events/rejected"))
    assert key is not None

    where = await shop.goes_to("/events/rejected/resend", reason=key[1])
    await shop.settled()

    assert "TikTok does not accept what is in it 2 events" in page
    assert "data.0.properties: Not a valid object." in page
    assert "What to do:" in page
    assert "/events/rejected" == where
    assert "Sent 2" in texts(await shop.get("/events"))
    assert "Nothing was rejected" in await shop.get("/events/rejected")


async def test_one_event_is_shown_without_what_nobody_should_see(shop: Console) -> None:
    await put(shop, "Purchase")
    await kill(shop)
    [number] = await dead(shop)

    page = await shop.get(f"/events/rejected/{number}")
    download = await shop.get("/events/rejected/download")

    assert "https://shop.example.com/" in page
    assert [False] * 2 == ["203.0.113.77" in one for one in (page, download)]
    [row] = [json.loads(line) for line in download.splitlines()]
    assert ("Purchase", "•••") == (row["event"], row["item"]["user"]["ip"])


async def test_one_event_is_put_right_hashed_and_sent(shop: Console) -> None:
    await put(shop, "Purchase", "Contact")
    await kill(shop)
    first, second = await dead(shop)

    await shop.goes_to(f"/events/rejected/{first}/mend", place="user.email", value=EMAIL)
    await shop.settled()

    assert [second] == await dead(shop)
    [item] = sent(shop)[-1]["data"]
    assert 64 == len(item["user"]["email"])


async def test_a_change_that_will_not_do_is_told_beside_its_field(shop: Console) -> None:
    await put(shop, "Purchase")
    await kill(shop)
    [number] = await dead(shop)

    place = await shop.post(f"/events/rejected/{number}/mend", 422, place="a..b", value="1")
    value = await shop.post(
        f"/events/rejected/{number}/mend", 422, place="properties.value", value="-4"
    )

    assert "is no place in an event" in place
    assert "must not be negative" in value
    assert 'value="properties.value"' in value
    assert [number] == await dead(shop)


async def test_dropped_events_are_gone_and_only_those(shop: Console) -> None:
    await put(shop, "Purchase", "Contact")
    await kill(shop)
    first, second = await dead(shop)

    await shop.goes_to("/events/rejected/drop", number=str(first))

    assert [second] == await dead(shop)
    assert "There is no rejected event" in await shop.post(
        f"/events/rejected/{first}/mend", 404, place="event", value="x"
    )


@pytest.mark.parametrize("form", [{}, {"number": "99"}, {"reason": "nothing"}, {"number": "x"}])
async def test_nothing_is_sent_or_dropped_where_nothing_is_meant(
    form: dict[str, str], shop: Console
) -> None:
    await put(shop, "Purchase")
    await kill(shop)

    for way in ("resend", "drop"):
        await shop.post(f"/events/rejected/{way}", 400, **form)

    assert 1 == len(await dead(shop))


async def test_records_that_never_became_events_show_digests_only(shop: Console) -> None:
    lane = Lane("shop", "web", await pixel_of(shop))
    refusals = [Refusal(str(line), line * 9, "ab" * 32, "event: is missing") for line in range(70)]
    outbox = await shop.desk.session.outbox()
    await outbox.accept(lane, [], Origin("file", f"/orders/{HOSTILE}.jsonl"), refusals=refusals)

    page = await shop.get("/events/rejected")

    assert "event: is missing 70 records" in texts(page)
    assert "The first 50 of 70" in page
    assert "abababababababab…" in page
    assert "<img src=x" not in page


async def test_hostile_names_are_text_everywhere(shop: Console) -> None:
    await put(shop, HOSTILE, connection="shop")
    await kill(shop, message=f"data.0.event: {HOSTILE} is not valid")
    [number] = await dead(shop)

    pages = [
        await shop.get(path)
        for path in ("/events", "/events/rejected", f"/events/rejected/{number}", "/events/lanes")
    ]
    pages.append(await tried(shop, json.dumps(event(event=HOSTILE, **{HOSTILE: 1}))))

    for page in pages:
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"alert\(1\)&gt;(\d+)", page)
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in pages[1]


# --- checks and tests -----------------------------------------------------------------------------


async def test_a_connection_is_checked_as_on_the_command_line(shop: Console) -> None:
    begun = await shop.post("/events/verify", connection="shop", code="TEST1")
    job = re.search(r"/events/jobs/([\w-]+)", begun)
    await shop.settled()
    assert job is not None
    told = texts(await shop.get(f"/events/jobs/{job[1]}"))

    assert "TikTok knows the token of shop" in told
    assert "TikTok took AdloomCredentialCheck" in told
    assert ["AdloomCredentialCheck"] == [one["event"] for one in sent(shop)[-1]["data"]]


async def test_a_broken_token_is_told_with_its_way_out(shop: Console) -> None:
    shop.practice.simulator.faults.add([{"kind": "code", "code": 40105, "message": "gone"}])
    begun = await shop.post("/events/verify", connection="shop", code="")
    await shop.settled()
    job = re.search(r"/events/jobs/([\w-]+)", begun)
    assert job is not None

    told = texts(await shop.get(f"/events/jobs/{job[1]}"))

    assert "Token:" in told
    assert "reconnect" in told


async def test_a_test_event_is_filled_in_sent_and_kept_nowhere(shop: Console) -> None:
    form = {
        "connection": "shop",
        "code": "TEST5",
        "e.event": "Contact",
        "e.page.url": "https://shop.example.com/",
        "e.user.email": EMAIL,
    }
    begun = await shop.post("/events/test", 200, **form)
    await shop.settled()
    job = re.search(r"/events/jobs/([\w-]+)", begun)
    assert job is not None
    told = texts(await shop.get(f"/events/jobs/{job[1]}"))

    [body] = sent(shop)
    assert "TikTok took it" in told
    assert ("TEST5", "Contact") == (body["test_event_code"], body["data"][0]["event"])
    assert 64 == len(body["data"][0]["user"]["email"])
    assert EMAIL not in told
    assert "No events yet" in await shop.get("/events")


async def test_a_test_event_that_will_not_do_is_told_beside_its_fields(shop: Console) -> None:
    form = {"connection": "shop", "e.event": "Purchase", "e.properties.value": "much"}

    without_code = await shop.post("/events/test", 422, **form)
    wrong = await shop.post("/events/test", 422, code="TEST5", **form)

    assert "without one it would be live" in html.unescape(without_code)
    assert "Must be a number" in wrong
    assert 'value="much"' in wrong
    assert [] == sent(shop)


async def test_what_tiktok_takes_in_part_is_told_honestly(shop: Console) -> None:
    shop.practice.simulator.faults.add(
        [
            {
                "kind": "code",
                "code": 20001,
                "path": "/event/track/",
                "message": "Part of it failed",
                "data": {"failed_events": [{"order_in_batch": 0, "error": "value is odd"}]},
            }
        ]
    )
    told = await sent_from_playground(shop, json.dumps(event()), code="TEST5")

    assert "did not take all of it" in told
    assert "value is odd" in told


async def sent_from_playground(console: Console, text: str, **form: str) -> str:
    begun = await console.post(
        "/events/playground/send", 200, text=text, **{"way": "connection:shop", **form}
    )
    job = re.search(r"/events/jobs/([\w-]+)", begun)
    await console.settled()
    assert job is not None
    return texts(await console.get(f"/events/jobs/{job[1]}"))


# --- the playground -------------------------------------------------------------------------------


async def test_the_playground_shows_what_goes_out_and_where_it_came_from(shop: Console) -> None:
    mapping = (
        "fields:\n  event: {value: Purchase}\n  user.email: buyer.mail\n"
        "  properties.value: total\n  properties.currency: {value: EUR}\n"
        '  page.url: {value: "https://shop.example.com/"}\n'
    )
    record = {"buyer": {"mail": EMAIL}, "total": 12.5, "note": "by hand"}
    page = await tried(shop, json.dumps(record), mapping, "connection:shop")

    said = texts(page)
    assert "user.email hashed from e-mail" in said
    assert "buyer.mail" in said
    assert "Not used: note" in said
    assert "so it is now" in said
    assert "it would be counted twice" in said
    assert "The mapping asks for no consent" in said
    assert EMAIL not in page
    assert f"--source web --source-id {await pixel_of(shop)}" in said


async def test_an_incoming_name_is_shown_with_what_it_becomes(console: Console) -> None:
    record = {"event": "Order Completed", "type": "track", "properties": {"order_id": "7"}}

    said = texts(await tried(console, json.dumps(record), "preset: segment\n"))

    assert "Order Completed → Purchase" in said or "page.url is missing" in said
    assert "--preset segment" in said


@pytest.mark.parametrize(
    ("granted", "otherwise", "words"),
    [
        (True, "skip", "says that the person has agreed"),
        (False, "skip", "nothing is sent"),
        (False, "without identifiers", "without anything that tells who it was"),
        (None, "skip", "is not in the record"),
    ],
)
async def test_consent_is_told(
    granted: bool | None, otherwise: str, words: str, console: Console
) -> None:
    mapping = f"consent:\n  field: user.agreed\n  granted: [true]\n  otherwise: {otherwise}\n"
    record = event()
    mapping += "fields:\n  user.email: user.email\n"
    if granted is not None:
        record["user"]["agreed"] = granted

    assert words in texts(await tried(console, json.dumps(record), mapping))


async def test_old_events_and_unknown_fields_are_told_with_their_places(console: Console) -> None:
    old = event(event_time=int(time.time()) - 40 * 86_400)
    old["properties"]["contents"] = [{"content_id": "a", "quantity": 0}]

    said = texts(await tried(console, json.dumps(old)))

    assert "Refused" in said
    assert "properties.contents[0].quantity must be more than 0" in said
    assert "event_time" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n  "event": "a",\n}', "line 3, column 1"),
        ('{"a": {"b": 1,\n "b": 2}}', "line 2, column 2: This is no JSON: the name"),
        ('{"a": NaN}', "line 1, column 7: This is no JSON: NaN"),
        ("[" * 50_000, "nested more than 64 deep"),
        ('{"a": "open', "no closing quotation mark"),
        ('{"a": 1} {"b": 2}', "column 10"),
        ('{"a": "' + "x" * 1_000_000 + '"}', "adloom events map FILE"),
        ("[1, 2]", "must be an object"),
    ],
)
async def test_text_that_is_no_event_is_told_with_its_place(
    text: str, words: str, console: Console
) -> None:
    said = texts(await tried(console, text))

    assert words in said
    assert len(said) < 3_000


async def test_lists_lines_and_envelopes_are_read_record_by_record(console: Console) -> None:
    lines = "\n".join(json.dumps(event(event_id=str(number))) for number in range(3))
    envelope = json.dumps({"batch": [event()] * 12, "sentAt": "now"})

    assert "Record 3" in await tried(console, lines)
    assert "2 more records are not looked at" in texts(await tried(console, envelope))


async def test_a_mapping_that_is_wrong_is_told_with_its_line(console: Console) -> None:
    mapping = "preset: segmnt\nevents:\n  Order Completed: [\n"
    said = texts(await tried(console, json.dumps(event()), mapping))
    unknown = texts(await tried(console, json.dumps(event()), "preset: segmnt\nfildes: {}\n"))
    answer = await console.client.post(
        "/events/playground/lint", data={"mapping": "preset: segmnt\n"}
    )

    assert "The mapping is not right yet" in said
    assert "Line 1" in unknown
    assert "Line 2" in unknown
    assert [1] == [one["line"] for one in answer.json()["problems"]]


@pytest.mark.parametrize(
    "sample", ["plain", "row", "ga4", "segment", "rudderstack", "commanders_act", "shopify"]
)
async def test_every_sample_goes_out_as_it_is(sample: str, console: Console) -> None:
    page = await console.post("/events/playground/sample", sample=sample, way="source:web")

    assert "1 event goes out" in texts(page)
    assert "Refused" not in page
    assert "Events of the last 28 days are taken." in texts(page)


@pytest.mark.parametrize("preset", sorted(PRESETS))
async def test_a_preset_can_be_loaded(preset: str, console: Console) -> None:
    page = await console.post("/events/playground/mapping", reads=f"preset:{preset}")

    assert f"preset: {preset}" in page


async def test_unknown_names_are_refused(console: Console) -> None:
    await console.post("/events/playground/sample", 404, sample="x")
    await console.post("/events/playground/mapping", 404, reads="file:../adloom.toml")
    await console.post("/events/playground/try", 404, text="{}", way="connection:nobody")


async def test_a_mapping_is_saved_loaded_and_never_overwritten(shop: Console) -> None:
    folder = shop.desk.session.workspace.mappings
    first = await shop.post(
        "/events/playground/save", file="orders", mapping="preset: ga4\n", digest=""
    )
    again = await shop.post(
        "/events/playground/save", 422, file="orders.yaml", mapping="preset: segment\n", digest=""
    )
    loaded = await shop.post("/events/playground/mapping", reads="file:orders.yaml")
    digest = re.search(r'name="digest" value="(\w+)"', loaded)
    assert digest is not None
    told = {"file": "orders.yaml", "digest": digest[1]}
    await shop.post("/events/playground/save", 200, mapping="preset: segment\n", **told)
    stale = await shop.post("/events/playground/save", 422, mapping="preset: shopify\n", **told)

    assert "Saved as mappings/orders.yaml" in first
    assert "there is a file orders.yaml already" in again
    assert "has been changed by somebody else" in stale
    assert "preset: segment\n" == await asyncio.to_thread((folder / "orders.yaml").read_text)
    assert ["orders.yaml"] == [one.name for one in folder.iterdir()]


@pytest.mark.parametrize("name", ["../evil.yaml", "/etc/x.yaml", "", "a b.yaml", ".hidden.yaml"])
async def test_a_file_stays_in_its_folder(name: str, shop: Console) -> None:
    page = await shop.post(
        "/events/playground/save", 422, file=name, mapping="preset: ga4\n", digest=""
    )

    assert "use letters, digits, dashes and underscores" in page
    assert not shop.desk.session.workspace.mappings.exists()


async def test_a_mapping_that_is_wrong_is_not_saved(shop: Console) -> None:
    page = await shop.post(
        "/events/playground/save", 422, file="a.yaml", mapping="preset: nope\n", digest=""
    )

    assert "is not right yet" in page


async def test_what_is_tried_can_be_sent_as_a_test_only(shop: Console) -> None:
    live = await shop.post(
        "/events/playground/send", 400, text=json.dumps(event()), way="connection:shop"
    )
    nothing = await shop.post(
        "/events/playground/send", 400, text="{", way="connection:shop", code="TEST2"
    )
    nowhere = await shop.post("/events/playground/send", 400, text="{}", way="source:web")
    told = await sent_from_playground(
        shop, json.dumps(event(test_event_code="OTHER")), code="TEST2"
    )

    assert "without one it would be live" in live
    assert "There is no event to send" in nothing
    assert "needs a connection" in nowhere
    assert "TikTok took it" in told
    assert ["TEST2"] == [body["test_event_code"] for body in sent(shop)]


async def test_nothing_typed_is_left_in_a_file_or_on_a_list(
    shop: Console, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    text = json.dumps(event())
    odd = json.dumps({"user": [EMAIL], "event": {"a": PHONE}})
    for way in ("source:web", "connection:shop"):
        await tried(shop, text, "", way)
        await tried(shop, text + "}", "", way)
        await tried(shop, odd, "preset: ga4\n", way)
    await sent_from_playground(shop, text, code="TEST2")
    await shop.post("/events/playground/save", 422, text=text, file=EMAIL, mapping="", digest="")
    pages = [await shop.get(one) for one in ("/events", "/events/rejected", "/events/intake")]

    left = await asyncio.to_thread(contents, tmp_path)
    found = [name for name, content in left if any(one.encode() in content for one in CANARIES)]
    assert found == []
    assert left
    assert [] == [canary for canary in CANARIES if canary in caplog.text]
    assert [] == [canary for canary in CANARIES for page in pages if canary in page]
    assert [] == [one.title for one in shop.desk.jobs.all() if EMAIL in repr(one)]


async def test_what_the_person_typed_is_not_even_quoted_back_by_a_hash(shop: Console) -> None:
    page = await tried(shop, json.dumps(event()))

    assert [] == [one for one in (EMAIL, PHONE, "Canarina") if one in page]


# --- addresses ------------------------------------------------------------------------------------


async def test_addresses_are_told_with_their_faults_and_how_to_add_one(shop: Console) -> None:
    session = shop.desk.session
    intake = {
        "door": EventIntakeSettings(secret="hook", connection="shop", preset="segment"),
        "side": EventIntakeSettings(secret="hook", connection="shop", mapping="gone.yaml"),
    }
    changed = session.workspace.settings.model_copy(update={"events": EventSettings(intake=intake)})
    object.__setattr__(session.workspace, "settings", changed)

    page = texts(await shop.get("/events/intake"))

    assert "/events/door" in page
    assert "there is no connection named 'hook'" in page
    assert "gone.yaml cannot be read" in page
    assert "Bearer SECRET" in page
    assert "[events.intake.NAME]" in page


async def test_without_addresses_the_page_says_how_to_have_one(console: Console) -> None:
    page = texts(await console.get("/events/intake"))

    assert "No address takes events" in page
    assert "adloom.toml" in page

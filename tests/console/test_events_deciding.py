"""The events screen: what a click does to events, and what it leaves alone."""

import asyncio
import re

import pytest

from adloom.console.screens.events.outbox import SENDING
from scheduler.outbox.entries import Lane, Origin, Refusal
from tests.console.conftest import Console
from tests.console.test_events_screen import dead, go_on, kill, pixel_of, put, sent, shop, texts

__all__ = ["shop"]

DOUBT = "Nobody knows whether TikTok took it, and after two days TikTok would count it once more."
#: A mapping file that takes YAML a second or so: every name in it stands there twice.
LARGE = "fields: {" + "a: [1, 2, {b: c}], " * 4_000 + "}"


async def doubted(console: Console, *names: str) -> None:
    """Dead events of which nobody knows whether TikTok has them."""
    await put(console, *names)
    await kill(console)
    outbox = await console.desk.session.outbox()
    await outbox.database.write(
        lambda work: work.run("UPDATE event_parcel SET reason = ? WHERE state = 'dead'", DOUBT)
    )


async def refuse(console: Console, *reasons: str) -> None:
    """Records that never became events, each for its reason."""
    outbox = await console.desk.session.outbox()
    refusals = [Refusal(str(line), line, "ab" * 32, why) for line, why in enumerate(reasons)]
    lane = Lane("shop", "web", await pixel_of(console))
    await outbox.accept(lane, [], Origin("file", "orders.jsonl"), refusals=refusals)


async def test_what_goes_on_is_what_waits_and_nothing_that_was_given_up(shop: Console) -> None:
    await doubted(shop, "Purchase")
    shop.practice.simulator.events.forget()
    await put(shop, "Contact", "Contact", "Contact")
    shop.practice.simulator.faults.add([{"kind": "code", "code": 40001, "path": "/event/track/"}])
    await go_on(shop)
    shop.practice.simulator.faults.clear()
    paused = texts(await shop.get("/events"))
    await go_on(shop)

    assert "Paused" in paused
    assert "What could not be sent stays until you decide." in paused
    assert {"Contact"} == {one["event"] for body in sent(shop) for one in body["data"]}
    assert 1 == len(set(await dead(shop)))


async def test_an_event_that_tiktok_may_have_is_sent_again_only_after_a_question(
    shop: Console,
) -> None:
    await doubted(shop, "Purchase", "Contact")
    first, *_ = await dead(shop)

    for path in ("/events/rejected", f"/events/rejected/{first}"):
        page = await shop.get(path)

        assert "What TikTok has already is counted twice." in page
        for form in re.findall(r"<form[^>]*resend[^>]*>.*?</form>", page, re.DOTALL):
            assert "Send again all the same" in form


async def test_one_that_tiktok_refused_is_sent_again_at_once(shop: Console) -> None:
    await put(shop, "Purchase")
    await kill(shop)

    page = await shop.get("/events/rejected")

    assert "all the same" not in page
    assert "Send it again" in page


@pytest.mark.parametrize("way", ["resend", "drop"])
async def test_what_came_in_since_the_page_was_made_is_not_touched(way: str, shop: Console) -> None:
    await put(shop, "Purchase", "Contact")
    await kill(shop)
    found = re.search(r'name="reason" value="(\w+)"', await shop.get("/events/rejected"))
    assert found is not None

    told = await shop.post(f"/events/rejected/{way}", 400, reason=found[1], count="1")

    assert "There are 2 of these by now, 1 more than were shown." in texts(told)
    assert 2 == len(await dead(shop))
    await shop.goes_to(f"/events/rejected/{way}", reason=found[1], count="2")


async def test_clicks_while_tiktok_is_away_start_no_crowd_of_senders(shop: Console) -> None:
    shop.practice.simulator.faults.add([{"kind": "http", "status": 502, "path": "/event/track/"}])
    await put(shop, "Purchase")
    lane = (await (await shop.desk.session.outbox()).counts())[0].lane
    facts = {"connection": lane.connection, "source": lane.source, "source_id": lane.source_id}

    for _ in range(6):
        await shop.goes_to("/events/resume", **facts)

    assert [True, True] == [one.running for one in shop.desk.jobs.all() if one.title == SENDING]
    await shop.desk.jobs.settle()


@pytest.mark.parametrize("number", ["0", "9" * 26, "9" * 5_000, "-1", "x"])
async def test_a_number_that_no_event_has_is_told_as_one_that_is_gone(
    number: str, shop: Console
) -> None:
    page = await shop.client.get(f"/events/rejected/{number}")
    mended = await shop.client.post(
        f"/events/rejected/{number}/mend", data={"place": "event", "value": "x"}
    )

    assert [404, 404] == [page.status_code, mended.status_code]
    assert "There is no rejected event" in page.text


async def test_a_number_that_is_too_long_is_not_cut_to_another_one(shop: Console) -> None:
    await put(shop, "Purchase")
    await kill(shop)
    [number] = await dead(shop)

    await shop.post("/events/rejected/drop", 400, number=f"{number:018d}0000")

    assert [number] == await dead(shop)


async def test_records_that_never_became_events_are_told_where_people_look_first(
    shop: Console,
) -> None:
    before = texts(await shop.get("/events"))
    await refuse(shop, "event_time: happened 90 days ago", "event_time: happened 91 days ago")

    assert "never became" not in before
    assert "2 records never became events" in texts(await shop.get("/events"))


async def test_reasons_that_differ_by_a_figure_are_one_and_many_are_cut(shop: Console) -> None:
    ages = [f"event_time: happened {age} days ago" for age in range(90, 190)]
    await refuse(shop, *ages, *(f"x{'z' * place}: is missing" for place in range(150)))

    page = texts(await shop.get("/events/rejected"))

    assert "event_time: happened … days ago 100 records" in page
    assert "There are 51 more reasons." in page


async def test_a_text_too_large_for_a_page_leads_to_the_command_line(shop: Console) -> None:
    page = await shop.post("/events/playground/try", text="x" * 3_000_000, way="source:web")

    assert "more than 1 MB" in page
    assert "adloom events map FILE" in page


async def test_what_is_loaded_is_what_the_page_says_it_is_read_as(shop: Console) -> None:
    page = await shop.post("/events/playground/sample", sample="shopify", way="source:web")

    assert '<option value="preset:shopify" selected>' in page


async def test_a_wrong_mapping_is_not_saved_and_its_line_is_told(shop: Console) -> None:
    told = await shop.post("/events/playground/save", 422, file="a", mapping="fields: 1\n")

    assert "the mapping is not right yet: line 1: fields: must be a mapping of names" in told


async def test_two_who_save_at_once_do_not_write_over_each_other(shop: Console) -> None:
    posts = [
        shop.client.post(
            "/events/playground/save",
            data={"file": "orders", "mapping": f"preset: {name}\n", "digest": ""},
        )
        for name in ("ga4", "segment", "shopify", "rudderstack")
    ]

    codes = sorted(one.status_code for one in await asyncio.gather(*posts))

    assert [200, 422, 422, 422] == codes


async def test_other_pages_are_answered_while_a_large_mapping_is_read(shop: Console) -> None:
    order: list[str] = []

    async def ask(name: str, path: str, **data: str) -> None:
        await shop.client.post(path, data=data) if data else await shop.client.get(path)
        order.append(name)

    slow = asyncio.create_task(ask("mapping", "/events/playground/lint", mapping=LARGE))
    await ask("health", "/health")
    await ask("health", "/health")
    await slow

    assert ["health", "health", "mapping"] == order

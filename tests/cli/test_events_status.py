"""`adloom events status`, `show`, `retry` and `drop`: what could not be sent, seen and mended."""

import hashlib
import json
from typing import Any

import pytest

from adloom.errors import InvalidParamsError
from adloom.services.event_mending import changed
from tests.cli.events_seam import CANARIES, Desk, desk, lead, purchase, running

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]

#: The simulator does not take an event whose page has no address; adloom does not ask for one.
UNWANTED = {"kind": "code", "code": 40002, "path": "/event/track/"}


def some_dead(desk: Desk, count: int = 2) -> list[int]:
    """Events that TikTok will not have; their numbers."""
    desk.simulator.faults.add([{**UNWANTED, "message": "data.0.properties: Not a valid object."}])
    desk.send(desk.lines(map(purchase, range(count))))
    desk.simulator.faults.clear()
    listed = desk.call("status", "--dead", "--json")
    return [row["id"] for row in listed.records]


def lanes(desk: Desk) -> list[dict[str, Any]]:
    return desk.call("status", "--json").records


def test_an_empty_outbox_is_nothing_to_worry_about(desk: Desk) -> None:
    shown = desk.call("status")

    assert (0, "") == (shown.code, shown.out)


def test_each_way_out_is_counted(desk: Desk) -> None:
    desk.send(desk.lines(map(purchase, range(3))))
    desk.send(desk.lines([purchase(7)], "more.jsonl"), "--no-wait")

    [lane] = lanes(desk)

    names = ("connection", "source", "source_id", "waiting", "sent", "dead", "paused")
    assert ["shop", "web", desk.pixel, 1, 3, 0, None] == [lane[name] for name in names]
    assert lane["oldest"]


def test_waiting_events_are_listed_with_where_they_came_from(desk: Desk) -> None:
    file = desk.lines([purchase(1), purchase(2)])
    desk.send(file, "--no-wait")

    shown = desk.call("status", "--waiting", "--limit", "1")

    [row] = shown.records
    assert ("Purchase", "order-1", "waiting") == (row["event"], row["event_id"], row["state"])
    assert (str(file), "1") == (row["origin"], row["place"])


def test_an_event_is_shown_as_it_goes_out_without_address_and_browser(desk: Desk) -> None:
    desk.send(desk.lines([purchase(1)]), "--no-wait")

    shown = desk.call("show", "1")
    missing = desk.call("show", "17")

    [row] = shown.records
    user = row["item"]["user"]
    assert ("•••", "•••") == (user["ip"], user["user_agent"])
    digest = hashlib.sha256(CANARIES[0].encode()).hexdigest()
    assert digest in (user["email"], *user["email"])
    assert 2 == missing.code
    assert "Event 17 neither waits" in missing.err


def test_dead_events_are_told_with_their_reason_and_sent_again(desk: Desk) -> None:
    numbers = some_dead(desk)
    listed = desk.call("status", "--dead").records

    shown = desk.call("retry", "--all")

    assert 2 == len(numbers)
    assert all("Not a valid object" in row["reason"] for row in listed)
    assert shown.code == 0, shown.err
    assert {"sent": 2, "waiting": 0, "dead": 0} == shown.records[0]
    assert 2 == desk.arrived()["distinct"]


def test_one_event_is_put_right_hashed_and_sent_and_its_reason_is_gone(desk: Desk) -> None:
    [first, second] = some_dead(desk)

    shown = desk.call(
        "retry", str(first), "--set", "properties.currency=USD",
        "--set", "user.email=someone.else@example.com",
    )  # fmt: skip

    assert shown.code == 0, shown.err
    [item] = [item for item in desk.items() if item["event_id"] == "order-0"][-1:]
    digest = hashlib.sha256(b"someone.else@example.com").hexdigest()
    assert "USD" == item["properties"]["currency"]
    assert digest in (item["user"]["email"], *item["user"]["email"])
    assert "someone.else" not in shown.out + shown.err
    assert [second] == [row["id"] for row in desk.call("status", "--dead").records]
    left = desk.bytes_left()
    assert [] == [name for name, content in left.items() if b"someone.else" in content]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("properties.contents[0].quantity=0", "properties.contents[0].quantity"),
        ("properties.contents[9].price=1", "no such place"),
        ("properties.currency", "write path=value"),
        ("=3", "is no place"),
        ("properties..currency=EUR", "is no place"),
        ("event=", "event"),
    ],
)
def test_a_change_that_will_not_do_changes_nothing(change: str, words: str, desk: Desk) -> None:
    [number] = some_dead(desk, 1)

    shown = desk.call("retry", str(number), "--set", change)

    assert shown.code == 2, shown.err
    assert words in shown.err
    assert [number] == [row["id"] for row in desk.call("status", "--dead").records]


def test_a_paused_connection_is_tried_again_after_it_was_renewed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.simulator.grants.revoke_all()
    desk.send(desk.lines([purchase(1)]))
    paused = lanes(desk)[0]["paused"]
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", desk.simulator.token())
    renewed = desk.bare("--workspace", str(desk.folder), "connections", "reconnect", "shop")

    shown = desk.call("retry", "--all")

    assert paused
    assert renewed.code == 0, renewed.err
    assert shown.code == 0, shown.err
    assert 1 == desk.arrived()["distinct"]


def test_what_is_dropped_is_never_sent(desk: Desk) -> None:
    [first, _] = some_dead(desk)
    unanswered = desk.call("drop", str(first))

    one = desk.call("drop", str(first), "--yes")
    rest = desk.call("drop", "--all-dead", "--yes")
    none = desk.call("drop", "--all-dead", "--yes")
    desk.call("retry", "--all")

    assert 2 == unanswered.code
    assert "--yes" in unanswered.err
    assert ["1 event dropped.\n", "1 event dropped.\n", ""] == [one.out, rest.out, none.out]
    assert 0 == desk.arrived()["distinct"]


def test_what_waits_for_a_connection_can_be_given_up_altogether(desk: Desk) -> None:
    desk.send(desk.lines(map(purchase, range(3))), "--no-wait")
    elsewhere = ("--source", "crm", "--source-id", "7400000000000000001")
    desk.send(desk.lines([lead(1)], "leads.jsonl"), "--no-wait", *elsewhere)
    unanswered = desk.call("drop", "--all-waiting")

    dropped = desk.call("drop", "--all-waiting", "--connection", "shop", "--yes")
    none = desk.call("drop", "--all-waiting", "--yes")
    desk.call("retry", "--all")

    assert 2 == unanswered.code
    assert "Drop 4 events for good?" in unanswered.err
    assert ("4 events dropped.\n", "") == (dropped.out, none.out)
    assert "No event waits" in none.err
    assert [] == desk.items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["drop", "--all-dead", "--all-waiting"], "do not go together"),
        (["drop", "1", "--all-waiting"], "Which events?"),
        (["retry"], "Which events?"),
        (["retry", "1", "--all"], "Which events?"),
        (["retry", "17"], "Event 17 neither waits"),
        (["retry", "--all", "--set", "event=Purchase"], "one event right at a time"),
        (["retry", "--all", "--connection", "shopp"], "No event goes out by 'shopp'"),
        (["drop"], "Which events?"),
        (["drop", "1", "--connection", "shop"], "--connection goes with --all-dead"),
        (["retry", "1"], "Event 1 neither waits"),
        (["drop", "1", "--yes"], "Event 1 neither waits"),
    ],
)
def test_what_is_unclear_is_asked_about_and_changes_nothing(
    arguments: list[str], words: str, desk: Desk
) -> None:
    desk.send(desk.lines([purchase(1)]))

    shown = desk.call(*arguments)

    assert shown.code == 2
    assert words in shown.err


def test_only_the_events_of_one_connection_are_tried_again(desk: Desk) -> None:
    some_dead(desk)

    shown = desk.call("retry", "--all", "--connection", "shop")

    assert shown.code == 0, shown.err
    assert 2 == desk.arrived()["distinct"]


ITEM = {"event": "Purchase", "properties": {"contents": [{"price": 1}]}}


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("event=Lead", ["event"], "Lead"),
        ("event_time=1790000000", ["event_time"], 1790000000),
        ("properties.value=12.5", ["properties", "value"], 12.5),
        ("properties.contents[0].price=2", ["properties", "contents", 0, "price"], 2),
        ("properties.description=a = b", ["properties", "description"], "a = b"),
        ("limited_data_use=true", ["limited_data_use"], True),
        ("user.external_id=0017", ["user", "external_id"], "0017"),
        ("page.url=https://shop.example.com/?a=1", ["page", "url"],
         "https://shop.example.com/?a=1"),
    ],
)  # fmt: skip
def test_a_change_names_a_place_and_a_value(text: str, path: list[Any], value: Any) -> None:
    made: Any = changed(ITEM, text)

    for step in path:
        made = made[step]
    assert value == made
    assert {"event": "Purchase", "properties": {"contents": [{"price": 1}]}} == ITEM


def test_nothing_at_all_takes_a_value_out() -> None:
    assert {"event": "Purchase"} == changed(ITEM, "properties=")


def test_a_change_of_what_is_no_list_is_refused_without_quoting_it() -> None:
    with pytest.raises(InvalidParamsError) as caught:
        changed({"user": {"email": "secret"}}, "user.email[0]=x")

    assert "secret" not in json.dumps(str(caught.value))

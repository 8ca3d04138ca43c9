import pytest

from adloom.simulator import Running
from tests.simulator.client import ROOT, Client, Row
from tests.simulator.making.event_steps import HOUR, NOW, counts, purchase, track

# --- counting and knowing again -----------------------------------------------------------------


def test_an_event_arrives(client: Client, simulator: Running, pixel: str) -> None:
    envelope = track(client, pixel, purchase())

    assert (envelope["code"], envelope["data"]) == (0, {})
    assert counts(client, f"web {pixel}") == {
        "received": 1,
        "distinct": 1,
        "merged": 0,
        "dropped": 0,
        "test": 0,
        "failed": 0,
        "events": {"Purchase": 1},
    }
    assert simulator.effects.changes["/event/track/"] == 1
    assert simulator.events.tally(f"web {pixel}").distinct == 1


@pytest.mark.parametrize(
    ("passed", "what"),
    [
        (0, "merged"),
        (300, "merged"),
        (301, "dropped"),
        (48 * HOUR, "dropped"),
        (48 * HOUR + 1, "distinct"),
    ],
)
def test_the_same_event_is_merged_then_dropped_then_new(
    client: Client, simulator: Running, pixel: str, passed: int, what: str
) -> None:
    track(client, pixel, purchase())
    simulator.clock.move(passed)
    track(client, pixel, purchase())
    wanted = {"distinct": 1, "merged": 0, "dropped": 0}
    wanted[what] += 1

    found = counts(client, f"web {pixel}")
    assert {name: found[name] for name in wanted} == wanted
    assert found["received"] == 2


def test_a_batch_may_hold_an_event_twice(client: Client, pixel: str) -> None:
    track(client, pixel, purchase(), purchase(), purchase("o-2"))
    found = counts(client, f"web {pixel}")

    assert (found["distinct"], found["merged"]) == (2, 1)


def test_an_event_is_another_by_its_name_its_id_or_its_source(
    client: Client, big: str, pixel: str
) -> None:
    other = client.get("/pixel/list/", advertiser_id=big)["data"]["pixels"][1]["pixel_code"]
    track(client, pixel, purchase(), purchase("o-2"), purchase(event="AddToCart"))
    track(client, other, purchase())

    assert counts(client, f"web {pixel}")["distinct"] == 3
    assert counts(client, f"web {other}")["distinct"] == 1


def test_events_without_an_id_are_always_new(client: Client, pixel: str) -> None:
    track(client, pixel, purchase(None), purchase(None))

    assert counts(client, f"web {pixel}")["distinct"] == 2


def test_test_events_are_kept_apart(client: Client, simulator: Running, pixel: str) -> None:
    track(client, pixel, purchase(), test_event_code="TEST1")
    track(client, pixel, purchase())
    found = counts(client, f"web {pixel}")

    assert (found["test"], found["received"], found["distinct"]) == (1, 1, 1)
    assert simulator.effects.changes["/event/track/"] == 1


def test_custom_names_and_unknown_fields_are_taken(client: Client, pixel: str) -> None:
    item = purchase(event="MembershipGranted", whatever={"x": 1})
    item["properties"]["travel_class"] = "eco"

    assert track(client, pixel, item)["code"] == 0
    assert counts(client, f"web {pixel}")["events"] == {"MembershipGranted": 1}


def test_what_was_received_can_be_forgotten(client: Client, pixel: str) -> None:
    track(client, pixel, purchase())
    client.control("DELETE", "events")
    again = client.control("GET", "events")
    track(client, pixel, purchase())

    assert again == {}
    assert counts(client, f"web {pixel}")["distinct"] == 1


def test_the_newest_requests_can_be_looked_at(client: Client, pixel: str) -> None:
    for number in range(25):
        track(client, pixel, purchase(f"o-{number}"))
    latest = client.control("GET", "events/latest")

    assert len(latest) == 20
    assert latest[-1]["data"] == [purchase("o-24")]


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": None}, "data.1.event: Not a valid string."),
        ({"event": ""}, "Missing required field(s): data.1.event."),
        ({"event_time": "now"}, "data.1.event_time: Not a valid integer."),
        ({"event_time": True}, "data.1.event_time: Not a valid integer."),
        ({"event_id": 5}, "data.1.event_id: Not a valid string."),
        ({"page": None}, "Missing required field(s): data.1.page.url."),
        ({"user": []}, "data.1.user: Not a valid object."),
        ({"user": {"email": 5}}, "data.1.user.email: Not a valid string or list."),
        (
            {"properties": {"contents": [{}, {"content_id": 7}]}},
            "data.1.properties.contents.1.content_id: Not a valid string.",
        ),
        (
            {"properties": {"value": "12"}},
            "data.1.properties.value: Not a valid integer or number.",
        ),
    ],
)
def test_a_bad_event_refuses_its_request_and_is_named(
    client: Client, simulator: Running, pixel: str, change: Row, message: str
) -> None:
    envelope = track(client, pixel, purchase(), {**purchase("o-2"), **change})

    assert envelope["code"] == 40002
    assert envelope["message"] == message
    assert not simulator.effects.changes.total()
    assert client.control("GET", "events") == {}


@pytest.mark.parametrize("name", ["event", "event_time"])
def test_an_event_has_a_name_and_a_time(client: Client, pixel: str, name: str) -> None:
    item = purchase()
    del item[name]
    envelope = track(client, pixel, item)

    assert envelope["code"] == 40002
    assert envelope["message"] == f"Missing required field(s): data.0.{name}."


@pytest.mark.parametrize(("size", "code"), [(0, 40002), (1, 0), (1000, 0), (1001, 40002)])
def test_a_request_has_one_to_a_thousand_events(
    client: Client, pixel: str, size: int, code: int
) -> None:
    items = [purchase(f"o-{number}") for number in range(size)]

    assert track(client, pixel, *items)["code"] == code
    assert sum(each["received"] for each in client.control("GET", "events").values()) == (
        0 if code else size
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"event_source": None}, "event_source"),
        ({"event_source": "pigeon"}, "event_source"),
        ({"event_source_id": None}, "event_source_id"),
        ({"data": None}, "data"),
        ({"data": {}}, "data"),
        ({"test_event_code": 5}, "test_event_code"),
    ],
)
def test_a_bad_request_is_refused_with_the_fields_name(
    client: Client, pixel: str, change: Row, named: str
) -> None:
    body = {"event_source": "web", "event_source_id": pixel, "data": [purchase()], **change}
    envelope = client.post("/event/track/", **body)

    assert envelope["code"] == 40002
    assert named in envelope["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_40002(client: Client, body: bytes) -> None:
    answer = client.send("POST", f"{ROOT}/event/track/", body=body)

    assert answer.json["code"] == 40002


def test_a_pixel_nobody_knows_and_one_the_token_does_not_cover_are_40001(
    simulator: Running, pixel: str, small: str
) -> None:
    client = Client(simulator.url, simulator.token(advertiser_ids=[small]))

    for code in ("CUNKNOWN", pixel):
        envelope = track(client, code, purchase())
        assert envelope["code"] == 40001
        assert envelope["message"] == f"No permission to operate pixel code: {code}."


def test_a_token_is_needed(simulator: Running, pixel: str) -> None:
    assert track(Client(simulator.url), pixel, purchase())["code"] == 40104


@pytest.mark.parametrize(
    ("source", "item", "code"),
    [
        ("app", {"app": {"app_id": "343200656"}}, 0),
        ("app", {}, 40002),
        ("offline", {}, 0),
        ("crm", {"lead": {"lead_id": "1"}}, 0),
        ("crm", {"user": {"email": "a" * 64}}, 0),
        ("crm", {}, 40002),
    ],
)
def test_every_source_has_needs_of_its_own(
    client: Client, source: str, item: Row, code: int
) -> None:
    event = {"event": "Purchase", "event_time": NOW, **item}
    body = {"event_source": source, "event_source_id": "7200000000000000005", "data": [event]}

    assert client.post("/event/track/", **body)["code"] == code

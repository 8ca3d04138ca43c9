import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.simulator.making.event_shapes import Event
from adloom.simulator.making.received import Received
from tests.simulator.client import Client, Row
from tests.simulator.making.event_steps import HOUR, NOW, counts, purchase, track

# --- partial success ----------------------------------------------------------------------------


@pytest.fixture
def partial(client: Client) -> None:
    """Bad events fail alone."""
    client.control("POST", "events", {"partial": True})


@pytest.mark.usefixtures("partial")
@pytest.mark.parametrize("first", [0, 1])
def test_bad_events_can_be_made_to_fail_alone(client: Client, pixel: str, first: int) -> None:
    client.control("POST", "events", {"first": first})
    bad = [purchase("o-2", event_time="now"), purchase("o-3", page=None)]
    envelope = track(client, pixel, purchase(), bad[0], purchase("o-4"), bad[1])

    assert envelope["code"] == 20001
    assert envelope["data"] == {
        "partial_failure": True,
        "failed_events": [
            {"order_in_batch": first + 1, "error": "data.1.event_time: Not a valid integer."},
            {
                "order_in_batch": first + 3,
                "error": "Missing required field(s): data.3.page.url.",
            },
        ],
    }
    found = counts(client, f"web {pixel}")
    assert (found["received"], found["distinct"], found["failed"]) == (2, 2, 2)


@pytest.mark.usefixtures("partial")
def test_good_events_are_no_partial_success(client: Client, pixel: str) -> None:
    assert track(client, pixel, purchase())["code"] == 0


@pytest.mark.parametrize("asked", [{}, {"partial": 1}, {"first": 2}])
def test_the_switch_takes_nothing_else(client: Client, asked: Row) -> None:
    assert "error" in client.control("POST", "events", asked)


# --- memory -------------------------------------------------------------------------------------


def event(name: str) -> Event:
    return Event("Purchase", NOW, name)


def test_memory_is_bounded() -> None:
    received = Received(generation=100)
    for number in range(1000):
        received.take("web X", [event(str(number))], NOW)
    fresh = received.take("web X", [event("999"), event("950"), event("0")], NOW)

    assert fresh == 1
    assert len(received._young) + len(received._old) <= 201


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30 * HOUR)), max_size=40))
def test_knowing_events_again_is_what_a_plain_list_would_do(steps: list[tuple[int, int]]) -> None:
    received, now = Received(), NOW
    first: dict[int, int] = {}
    wanted = {"distinct": 0, "merged": 0, "dropped": 0}
    for name, passed in steps:
        now += passed
        received.take("web X", [event(str(name))], now)
        since = now - first.get(name, -NOW)
        what = "merged" if since <= 300 else "dropped" if since <= 48 * HOUR else "distinct"
        wanted[what] += 1
        if what == "distinct":
            first[name] = now

    tally = received.tally("web X")
    assert {name: getattr(tally, name) for name in wanted} == wanted

"""What becomes of a request that came in: one bundle, known again by its id or by what it says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adloom.errors import UsageError
from adloom.fields import validate
from adloom.json_text import dump
from modules import find_module
from modules.base import ConnectionFacts, Incoming, Kind
from modules.watch_webhook import WatchWebhook, WatchWebhookParams
from scheduler.plan import Opened
from scheduler.reading import Reader
from tests.scheduler.world import World

TRIGGER = WatchWebhook()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def came(body: Any, number: str = "1", **more: Any) -> Incoming:
    return Incoming(number, body, NOW, content=dump(body), **more)


def key(incoming: Incoming, **values: Any) -> str:
    params = validate(WatchWebhookParams, values)
    (bundle,) = TRIGGER.accept(params, incoming)
    return TRIGGER.key(params, bundle)


def test_a_request_is_one_bundle() -> None:
    (bundle,) = TRIGGER.accept(
        WatchWebhookParams(), came([1, 2], headers={"x-a": "b"}, query={"c": "d"})
    )

    assert {
        "body": [1, 2],
        "headers": {"x-a": "b"},
        "query": {"c": "d"},
        "received_at": "2026-11-21T12:00:00+00:00",
    } == {name: value for name, value in bundle.items() if name != "request_id"}


def test_the_same_request_is_known_by_what_it_says() -> None:
    first = key(came({"a": 1}, "1", headers={"tiktok-signature": "t=1"}))

    assert first == key(came({"a": 1}, "2", headers={"tiktok-signature": "t=2"}))
    assert first != key(came({"a": 2}))
    assert first != key(came({"a": 1}, query={"x": "y"}))


def test_an_id_in_a_header_or_in_the_body_decides() -> None:
    by_header, by_field = {"id_header": "X-Event-Id"}, {"id_field": "data.id"}

    assert "id e-1" == key(came({"a": 1}, headers={"x-event-id": "e-1"}), **by_header)
    assert "id 17" == key(came({"data": {"id": 17}, "try": 1}), **by_field)
    assert "id 17" == key(came({"data": {"id": "17"}, "try": 2}), **by_field)
    assert key(came({}, query={"id": "x" * 300}, headers={"x-event-id": "x" * 300}), **by_header)


@pytest.mark.parametrize("body", [{}, [], None, {"data": "x"}, {"data": {"id": None}},
                                  {"data": {"id": True}}, {"data": {"id": ""}}])  # fmt: skip
def test_without_the_id_what_it_says_decides_again(body: Any) -> None:
    assert key(came(body), id_field="data.id").startswith("sha256 ")


def test_repeats_can_be_kept() -> None:
    assert key(came({}, "1"), repeats="keep") != key(came({}, "2"), repeats="keep")


def test_json_inside_text_is_unfolded_where_it_is_asked_for() -> None:
    params = WatchWebhookParams(unfold=["content", "deep.text", "none", "number"])
    body = {"content": '{"id": 7100000000000000001}', "deep": {"text": "no json"}, "number": 1}

    (bundle,) = TRIGGER.accept(params, came(body))

    assert {**body, "content": {"id": 7100000000000000001}} == bundle["body"]


async def test_there_is_nothing_to_read_without_a_scenario() -> None:
    world = World()
    module = find_module("watch_webhook")

    async def connect(_: str) -> Opened:
        return Opened(world, ConnectionFacts("push", "webhook"))

    with pytest.raises(UsageError, match="waits until it is told"):
        async for _ in Reader(world.clock, connect).read(module, {}, "push"):
            pass

    assert Kind.TRIGGER is module.kind

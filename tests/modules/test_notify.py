"""Notifications: one call an address, sent by the engine, repeated where they failed."""

import asyncio
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, RejectedError, UnknownOutcomeError, UsageError
from adloom.fields import validate
from adloom.json_text import parse_strict
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi
from connections.providers import notify as provider_file
from connections.providers.notify import Notify as Provider
from modules import find_module
from modules.base import ConnectionFacts
from modules.notify import NotifyParams
from scheduler.records import Status
from tests.connections.samples import of_kind
from tests.seams.wire_server import Asked, answer, by_path, says, stays_silent, wire_server
from tests.seams.workspaces import carried_out, connected, opened_workspace


def said_to(asked: list[Asked]) -> list[tuple[str, str, str]]:
    bodies = [(one.target, parse_strict(one.body)) for one in asked]
    return [(target, body["title"], body["message"]) for target, body in bodies]


def addresses(server: str, *paths: str) -> dict[str, str]:
    place = server.replace("http://", "json://")
    return {"addresses": " ".join(f"{place}/{path}" for path in paths)}


def message(shown: str, **more: Any) -> Request:
    body = {"address": 0, "shown": shown, "text": "Hi", "title": "", **more}
    return Request("POST", "/messages/", body=JsonBody(body))


async def test_a_message_goes_to_every_address_and_stands_in_the_journal(tmp_path: Path) -> None:
    async with (
        wire_server(says(answer(b"{}"))) as server,
        opened_workspace(tmp_path / "w") as session,
    ):
        await connected(session, "team", "notify", addresses(server.address, "one", "two"))
        result = await carried_out(session, "notify", "team", text="Paused Summer", title="adloom")
        stored = await (await session.journal()).load(result.execution.id)

    expected = [("/one", "adloom", "Paused Summer"), ("/two", "adloom", "Paused Summer")]
    assert expected == said_to(server.asked)
    assert Status.DONE is stored.status
    assert [("json://•••/one", True), ("json://•••/two", True)] == [
        (one["address"], one["sent"]) for one in result.records
    ]


async def test_a_dry_run_sends_nothing(tmp_path: Path) -> None:
    async with (
        wire_server(says(answer(b"{}"))) as server,
        opened_workspace(tmp_path / "w") as session,
    ):
        await connected(session, "team", "notify", addresses(server.address, "one"))
        plan = await (await session.engine()).plan(find_module("notify"), {"text": "Hi"}, "team")

    assert 0 == server.connected
    (call,) = plan.execution.operations[0].calls
    assert "Hi" == call.call.changes[0].new


async def test_an_address_that_fails_is_tried_again_and_the_others_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.sending.FIRST_PAUSE", 0.01)
    refuses = says(answer(b"canary", status="500 Internal Server Error"))
    replies = by_path(one=says(answer(b"{}")), canary_two=refuses)
    said: list[str] = []
    async with (
        wire_server(replies) as server,
        opened_workspace(tmp_path / "w", said=said) as session,
    ):
        await connected(session, "team", "notify", addresses(server.address, "one", "canary/two"))
        with caplog.at_level(logging.DEBUG):
            result = await carried_out(session, "notify", "team", text="Hi")

    assert ["/one", *["/canary/two"] * 4] == [one.target for one in server.asked]
    assert Status.FAILED is result.execution.status
    assert [True, False] == [one["sent"] for one in result.records]
    assert "json://•••/two did not take the message." == result.records[1]["error"]
    assert "canary" not in caplog.text + str(said) + str(result.records)


async def test_a_service_that_never_answers_is_given_up_in_time() -> None:
    async with wire_server(stays_silent) as server:
        connection = of_kind("notify", addresses(server.address, "slow"))
        begun = time.monotonic()
        with pytest.raises(UnknownOutcomeError) as caught:
            await Provider().send(connection, message("json://•••slow"), deadline=0.2)
        took = time.monotonic() - begun

    assert "json://•••slow was not done with the message within 0.2 seconds." == str(caught.value)
    assert took < 3
    await asyncio.to_thread(join_senders)


def join_senders() -> None:
    for thread in threading.enumerate():
        if thread.name == "notification":
            assert thread.daemon
            thread.join(10)


async def test_a_service_that_breaks_says_nothing_of_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        def add(self, _: Any) -> None: ...

        def notify(self, **_: Any) -> bool:
            raise ValueError("json://user:canary@host")

    monkeypatch.setattr(provider_file, "_apprise", Broken)
    connection = of_kind("notify", {"addresses": "json://localhost/canary"})

    with pytest.raises(Exception, match="did not take") as caught:
        await Provider().send(connection, message("json://•••nary"), deadline=5)

    assert caught.value.__cause__ is None
    assert "canary" not in str(caught.value)


async def test_nothing_goes_to_an_address_that_took_the_place_of_another() -> None:
    connection = of_kind("notify", {"addresses": "json://localhost/other"})

    for shown, place in (("json://•••/one", 0), ("json://•••ther", 1)):
        with pytest.raises(RejectedError, match="no longer has"):
            await Provider().send(connection, message(shown, address=place), deadline=1)


async def test_markdown_is_told_as_such(tmp_path: Path) -> None:
    async with (
        wire_server(says(answer(b"{}"))) as server,
        opened_workspace(tmp_path / "w") as session,
    ):
        place = server.address.replace("http://", "json://")
        await connected(session, "team", "notify", {"addresses": f"{place}/x?format=html"})
        await carried_out(session, "notify", "team", text="*Hi*", format="markdown")

    assert "<em>Hi</em>" in said_to(server.asked)[0][2]


async def test_nothing_is_read_from_an_address(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        connection = of_kind("notify", {"addresses": "json://localhost"})
        api = ConnectionApi(connection, session.wiring)

        with pytest.raises(UsageError, match="no API"):
            await api.get("/messages/")


async def test_a_connection_without_known_addresses_is_not_passed_over() -> None:
    from tests.modules.fake_api import FakeApi, context_for

    context = context_for(FakeApi())
    action = find_module("notify").action
    assert action is not None

    with pytest.raises(UsageError, match="any address"):
        await action.before(NotifyParams(text="Hi"), context)

    assert isinstance(context.connection, ConnectionFacts)


@pytest.mark.parametrize("values", [{}, {"text": " "}, {"text": "x" * 30_001}])
def test_a_message_says_something_and_not_too_much(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidParamsError, match="text"):
        validate(NotifyParams, values)

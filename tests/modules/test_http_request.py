"""Calling any web API: kept below its base address, judged by its status, repeated when allowed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import Session
from adloom.errors import InvalidParamsError, RejectedError
from adloom.fields import validate
from adloom.wire import JsonBody, Record, TextBody
from modules import find_module
from modules.base import Outcome
from modules.http_request import HttpRequest, HttpRequestParams
from scheduler.plan import Result
from scheduler.records import Status, call_from_json, call_to_json
from tests.modules.fake_api import FakeApi, context_for
from tests.seams.wire_server import (
    Reply,
    WireServer,
    answer,
    breaks_off,
    head,
    in_turn,
    says,
    wire_server,
)
from tests.seams.workspaces import carried_out, connected, opened_workspace

ACTION = HttpRequest()
FINE = says(answer(b'{"id": 7100000000000000001}', status="201 Created"))


def written(path: str = "/orders", method: str = "POST", **values: Any) -> HttpRequestParams:
    return validate(HttpRequestParams, {"path": path, "method": method, **values})


@asynccontextmanager
async def shop(
    folder: Path, reply: Reply, said: list[str] | None = None
) -> AsyncIterator[tuple[Session, WireServer]]:
    """A shop's API behind a secret header."""
    test = says(answer(b"{}"))
    async with (
        wire_server(in_turn(test, reply)) as server,
        opened_workspace(folder / "w", deadline=0.3, said=said) as session,
    ):
        settings = {"base_url": f"{server.address}/v1", "login": "header", "allow_private": True}
        secrets = {"header_value": "Bearer shop-canary-0123"}
        await connected(session, "shop", "web", secrets, **settings, requests_per_second=1000)
        server.asked.clear()
        yield session, server


async def read(session: Session, **values: Any) -> Record:
    pages = session.reader.read(find_module("http_request"), values, "shop")
    (record,) = [one async for page in pages for one in page.records]
    return dict(record)


def error(result: Result) -> str:
    return str(result.execution.operations[0].calls[0].error)


async def test_a_read_needs_no_plan_and_carries_the_secret_of_its_connection(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path, says(answer(b'{"sum": 12.50}'))) as (session, server):
        found = await read(session, path="orders/17", query={"days": [1, 2], "name": "ü &"})

    (asked,) = server.asked
    assert ("GET", "/v1/orders/17?days=%5B1%2C2%5D&name=%C3%BC+%26") == (asked.method, asked.target)
    assert "Bearer shop-canary-0123" == asked.headers["authorization"]
    assert (200, {"sum": 12.5}) == (found["status_code"], found["body"])
    assert "application/json; charset=utf-8" == found["headers"]["content-type"]


@pytest.mark.parametrize("length", ["Content-Length: 5000", "X-None: 1"])
async def test_a_head_brings_headers_and_no_body(length: str, tmp_path: Path) -> None:
    name, _, value = length.partition(": ")
    reply = says(head("200 OK", {"Content-Type": "application/json", name: value, "ETag": "x"}))
    async with shop(tmp_path, reply) as (session, _):
        found = await read(session, path="/orders", method="HEAD")

    assert ("x", "") == (found["headers"]["etag"], found["body"])


async def test_a_change_is_journalled_and_sent_once(tmp_path: Path) -> None:
    async with shop(tmp_path, FINE) as (session, server):
        values = {"headers": {"Idempotency-Key": "k-1"}, "body": {"sum": 12}}
        result = await carried_out(
            session, "http_request", "shop", path="/orders", method="POST", **values
        )

    assert Status.DONE is result.execution.status
    (asked,) = server.asked
    assert (b'{"sum":12}', "k-1") == (asked.body, asked.headers["idempotency-key"])
    assert (201, {"id": 7100000000000000001}) == (
        result.records[0]["status_code"],
        result.records[0]["body"],
    )


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({"form": {"a": "ü", "b": "1 2"}}, ("a=%C3%BC&b=1+2", "application/x-www-form-urlencoded")),
        ({"text": "<a/>", "headers": {"Content-Type": "text/xml"}}, ("<a/>", "text/xml")),
        ({"text": "plain"}, ("plain", "text/plain; charset=utf-8")),
    ],
)
def test_forms_and_texts_are_bodies_too(values: Record, body: tuple[str, str]) -> None:
    (call,) = ACTION.calls(written(**values), [])

    assert TextBody(*body) == call.request.body


def test_false_and_zero_are_bodies_and_nothing_is_none() -> None:
    given: list[Any] = [False, 0, [], None]
    bodies = [ACTION.calls(written(body=one), [])[0].request.body for one in given]

    assert [*(JsonBody(one) for one in given[:-1]), None] == bodies


async def test_a_status_that_is_expected_is_a_result(tmp_path: Path) -> None:
    reply = says(answer(b'{"error": "gone"}', status="404 Not Found"))
    async with shop(tmp_path, reply) as (session, _):
        found = await read(session, path="/orders/17", expect=[200, 404])
        deleted = await carried_out(
            session, "http_request", "shop", path="/orders/17", method="DELETE", expect=[204, 404]
        )
        with pytest.raises(RejectedError, match="HTTP 404"):
            await read(session, path="/orders/17")

    assert (404, {"error": "gone"}) == (found["status_code"], found["body"])
    assert Status.DONE is deleted.execution.status
    assert 404 == deleted.records[0]["status_code"]


async def test_a_success_of_another_kind_is_refused_or_for_a_person_to_see(tmp_path: Path) -> None:
    reply = says(answer(b"{}", status="202 Accepted"))
    async with shop(tmp_path, reply) as (session, server):
        with pytest.raises(RejectedError, match="HTTP 202; expected was 200, 201"):
            await read(session, path="/orders", expect=[201, 200])
        result = await carried_out(
            session, "http_request", "shop", path="/orders", method="POST", expect=[201]
        )

    assert Status.IN_DOUBT is result.execution.status
    assert 2 == len(server.asked)


@pytest.mark.parametrize(("repeatable", "status", "sent"), [(False, Status.IN_DOUBT, 1),
                                                            (True, Status.DONE, 2)])  # fmt: skip
async def test_a_change_nobody_knows_about_is_parked_unless_it_may_be_repeated(
    repeatable: bool, status: Status, sent: int, tmp_path: Path
) -> None:
    async with shop(tmp_path, in_turn(breaks_off, FINE)) as (session, server):
        result = await carried_out(
            session, "http_request", "shop", path="/o", method="PUT", repeatable=repeatable
        )

    assert status is result.execution.status
    assert sent == len(server.asked)


@pytest.mark.parametrize("repeatable", [True, False])
async def test_what_may_be_repeated_is_known_after_a_crash_as_well(repeatable: bool) -> None:
    (call,) = ACTION.calls(written(repeatable=repeatable, expect=[201]), [])
    again = call_from_json(call_to_json(call))

    verdict = await ACTION.look_up(again, context_for(FakeApi()))
    assert (Outcome.NOT_HAPPENED if repeatable else Outcome.UNKNOWN) is verdict
    assert (201,) == again.request.expect


@pytest.mark.parametrize(
    "path",
    ["https://evil.test/x", "//evil.test/", "/a/../../b", "/a/%2e%2e/b", "/a/%2E./b", "/a?b=1",
     "/a#b", "/a\\b", "/a b", "/a\r\nX: y", "/a%2fb", "/a%5cb", "/ü", "/" + "a" * 2001],
)  # fmt: skip
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(InvalidParamsError, match="path"):
        written(path)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Proxy-Authorization", "X-Auth", "X-Auth-Token", "Access-Token", "X-Api-Key",
     "ApiKey", "Cookie", "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect",
     "X-Shop-Secret", "X-Forwarded-For", "Accept-Encoding", "a b", "a:b", "", "ü"],
)  # fmt: skip
def test_a_header_that_is_not_for_a_call_is_refused(name: str) -> None:
    with pytest.raises(InvalidParamsError, match="headers"):
        written(headers={name: "x"})


@pytest.mark.parametrize("name", ["X-Author", "If-Match", "X-Request-Id", "Accept", "Prefer"])
def test_other_headers_are_the_calls_own_affair(name: str) -> None:
    assert {name.lower(): "x"} == written(headers={name: "x"}).headers


@pytest.mark.parametrize(
    "values",
    [
        {"headers": {"X-A": "b\r\nc"}},
        {"headers": {"X-A": "1", "x-a": "2"}},
        {"body": {}, "text": "x"},
        {"form": {}, "text": ""},
        {"method": "GET", "body": 1},
        {"method": "HEAD", "form": {}},
        {"method": "TRACE"},
        {"expect": [99]},
        {"text": "x" * 1_000_001},
    ],
)
def test_what_cannot_work_is_refused_at_once(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidParamsError):
        validate(HttpRequestParams, {"path": "/", "method": "POST", **values})

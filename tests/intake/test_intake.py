"""The intake: confirmed only once it is kept, nothing told to strangers, nothing taken unread."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from adloom.clock import FrozenClock
from adloom.errors import RejectedError, WorkspaceError
from adloom.intake import Hook, hook_for, intake_app
from adloom.json_text import dump
from adloom.simulator.webhooks.signing import creator_signature
from adloom.wire import Record
from connections.signatures import proof_for
from modules import find_module
from modules.base import Incoming
from tests.connections.samples import of_kind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "hook-secret-canary-0123"
KNOWN = {"authorization": f"Bearer {SECRET}"}
JSON = {**KNOWN, "content-type": "application/json"}


@dataclass
class Inbox:
    """Keeps what comes, or fails to."""

    kept: list[tuple[str, Record]] = field(default_factory=list)
    trouble: Exception | None = None

    async def keep(self, bundles: Any) -> None:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        self.kept += bundles


@dataclass
class Door:
    """An intake with one scenario, and somebody who knocks."""

    client: httpx.AsyncClient
    inbox: Inbox
    hooks: dict[str, Hook]
    clock: FrozenClock

    async def post(
        self, content: bytes = b"{}", path: str = "/hooks/orders", **headers: str
    ) -> httpx.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()} or JSON
        return await self.client.post(path, content=content, headers=told)


def hook(inbox: Inbox, clock: FrozenClock, status: int = 202, **settings: Any) -> Hook:
    module = find_module("watch_webhook")
    assert module.instant is not None
    connection = of_kind("webhook", {"client_secret": SECRET}, **settings)
    return hook_for(
        module.instant,
        module.params(),
        proves=proof_for(connection, clock.now),
        keep=inbox.keep,
        status=status,
    )


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    clock, inbox = FrozenClock(NOW), Inbox()
    hooks = {"orders": hook(inbox, clock)}
    app = intake_app(hooks, clock=clock, largest=1_000)
    carrier = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        yield Door(client, inbox, hooks, clock)


async def test_a_request_is_confirmed_once_it_is_kept(door: Door) -> None:
    answer = await door.post(b'{"order": 7100000000000000001}')

    assert (202, {"message": "taken"}) == (answer.status_code, answer.json())
    ((key, bundle),) = door.inbox.kept
    assert key == bundle["request_id"]
    assert {"order": 7100000000000000001} == bundle["body"]
    assert NOW.isoformat() == bundle["received_at"]
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (WorkspaceError("/secret/place is locked"), 503),
        (RejectedError("not like this"), 400),
        (RuntimeError("canary"), 500),
    ],
)
async def test_what_could_not_be_kept_is_not_confirmed(
    trouble: Exception, status: int, door: Door
) -> None:
    door.inbox.trouble = trouble
    answer = await door.post()

    assert status == answer.status_code
    assert status != 503 or answer.headers["retry-after"] == "30"
    assert not [word for word in ("Trace", "canary", "secret", "like") if word in answer.text]


async def test_strangers_learn_nothing_about_which_scenarios_there_are(door: Door) -> None:
    wrong = {"authorization": "Bearer x", "content-type": "application/json"}
    tries: list[dict[str, Any]] = [
        {"content": b"{}", **wrong},
        {"content": b"{}", "accept": "*/*"},
        {"content": b"no json", **wrong},
        {"content": b"x" * 1_001, **wrong},
        {"content": b"x", "content_type": "image/png"},
    ]

    for one in tries:
        known = await door.post(**one)
        unknown = await door.post(**one, path="/hooks/nothing")
        assert (known.status_code, known.text, known.headers) == (
            unknown.status_code, unknown.text, unknown.headers,
        )  # fmt: skip
        assert known.status_code == (413 if len(one["content"]) > 1_000 else 401)
    assert [] == door.inbox.kept


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_only_a_post_is_taken(method: str, door: Door) -> None:
    answers = [
        await door.client.request(method, f"/hooks/{name}", headers=JSON)
        for name in ("orders", "nothing")
    ]

    assert [405, 405] == [one.status_code for one in answers]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(
    "path",
    ["/", "/hooks", "/hooks/", "/hooks/orders/", "/hooks/orders/x", "/docs", "//hooks/orders"],
)
async def test_there_is_nothing_else(path: str, door: Door) -> None:
    answer = await door.client.post(f"http://intake{path}", headers=JSON, content=b"{}")

    assert (404, {"message": "not found"}) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/json", b'{"a": 1}', 202),
        ("application/json; charset=UTF-8", b"[]", 202),
        ("application/cloudevents+json", b"1", 202),
        ("application/json", b"", 400),
        ("application/json", b'{"a": 1, "a": 2}', 400),
        ("application/json", b"NaN", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 900, 400),
        ("application/json; charset=latin-1", b"{}", 415),
        ("application/x-www-form-urlencoded", b"a=1&b=%C3%BC&a=2&c=", 202),
        ("application/x-www-form-urlencoded", b"", 202),
        ("application/x-www-form-urlencoded", b"a&b", 400),
        ("application/x-www-form-urlencoded", b"a=%ff", 400),
        ("application/x-www-form-urlencoded", b"a=\xff", 400),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("text/plain", b"{}", 415),
        ("", b"{}", 415),
    ],
)
async def test_a_body_is_json_or_a_form_and_nothing_else(
    kind: str, content: bytes, status: int, door: Door
) -> None:
    answer = await door.post(content, **KNOWN, **({"content_type": kind} if kind else {}))

    assert status == answer.status_code
    assert (status == 202) is bool(door.inbox.kept)


async def test_fields_of_a_form_that_come_twice_are_a_list(door: Door) -> None:
    form = {**KNOWN, "content_type": "application/x-www-form-urlencoded"}
    await door.post(b"a=1&b=%C3%BC&a=2&a=3&c=", **form)

    assert {"a": ["1", "2", "3"], "b": "ü", "c": ""} == door.inbox.kept[0][1]["body"]


async def test_a_packed_body_is_refused(door: Door) -> None:
    answer = await door.post(b"{}", **JSON, content_encoding="gzip")

    assert 415 == answer.status_code


async def test_a_body_that_does_not_say_its_size_is_cut_at_the_limit(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    answer = await door.client.post("/hooks/orders", content=pieces(), headers=JSON)

    assert 413 == answer.status_code


@pytest.mark.parametrize("length", ["-1", "x", "99999999999"])
async def test_a_size_that_cannot_be_is_refused(length: str, door: Door) -> None:
    answer = await door.client.post(
        "/hooks/orders", content=b"{}", headers={**JSON, "content-length": length}
    )

    assert 413 == answer.status_code


async def test_a_body_that_never_ends_is_given_up(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adloom.intake.bodies.SLOWEST", 0.05)

    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await door.client.post("/hooks/orders", content=never(), headers=JSON)

    assert 408 == answer.status_code


async def test_three_hundred_in_ten_seconds_are_enough(door: Door) -> None:
    door.hooks["leads"] = hook(Inbox(), door.clock)
    statuses = [(await door.post(b'{"n": %d}' % number)).status_code for number in range(302)]
    other = await door.post(path="/hooks/leads")
    stranger = await door.post(b"{}", accept="*/*")
    last = await door.post()
    door.clock.move(10)
    again = await door.post()

    assert [202] * 300 + [429] * 2 == statuses
    assert (429, "10") == (last.status_code, last.headers["retry-after"])
    assert (202, 401, 202) == (other.status_code, stranger.status_code, again.status_code)
    assert 301 == len(door.inbox.kept)


async def test_strangers_wear_out_nobodys_patience_but_their_own(door: Door) -> None:
    statuses = [
        (await door.post(path=f"/hooks/{number}", accept="*/*")).status_code
        for number in range(301)
    ]
    known = await door.post(accept="*/*")
    owner = await door.post()

    assert [401] * 300 + [429] == statuses
    assert (429, 202) == (known.status_code, owner.status_code)


async def test_secrets_are_not_handed_on(door: Door) -> None:
    headers = {**JSON, "cookie": "a=canary", "x-api-token": "canary", "x-adloom-secret": "canary"}
    await door.client.post(
        "/hooks/orders?secret=canary&access_token=canary&x=1", content=b"{}", headers=headers
    )

    ((_, bundle),) = door.inbox.kept
    assert {"access_token": "•••", "x": "1"} == bundle["query"]
    assert "canary" not in dump(bundle).decode()
    assert SECRET not in dump(bundle).decode()


async def test_the_access_log_tells_neither_query_nor_header(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="adloom"):
        await door.client.post(f"/hooks/orders?secret={SECRET}", content=b"{}", headers=JSON)
        await door.client.get("/a%0AFAKE%20line%1b")

    lines = [one.getMessage() for one in caplog.records if one.name == "adloom.intake.access"]
    assert ["POST /hooks/orders 202 0 ms", "GET /a\\nFAKE line\\x1b 404 0 ms"] == lines
    assert SECRET not in caplog.text


async def test_signed_requests_are_taken_and_tiktok_hears_what_it_wants(door: Door) -> None:
    door.hooks["push"] = hook(door.inbox, door.clock, status=200, signature="tiktok")
    content = '{"event":"video.publish.completed","name":"ü"}'.encode()
    signature = creator_signature(SECRET, content, int(NOW.timestamp()))
    signed = {"content_type": "application/json", "tiktok_signature": signature}

    fine = await door.post(content, "/hooks/push", **signed)
    other = await door.post(content + b" ", "/hooks/push", **signed)
    secret = await door.post(content, "/hooks/push")

    assert (200, 401, 401) == (fine.status_code, other.status_code, secret.status_code)
    assert 1 == len(door.inbox.kept)


async def test_a_scenario_that_is_switched_off_is_gone_at_once(door: Door) -> None:
    del door.hooks["orders"]

    assert 401 == (await door.post()).status_code


async def test_a_request_that_yields_nothing_is_confirmed_too(door: Door) -> None:
    seen: list[Incoming] = []

    async def accept(incoming: Incoming) -> None:
        seen.append(incoming)

    door.hooks["orders"] = Hook(lambda *_: True, accept)

    assert [202, 202] == [(await door.post()).status_code for _ in range(2)]
    assert seen[0].id != seen[1].id


@pytest.mark.parametrize(("works", "status"), [(True, 200), (False, 503)])
async def test_health_is_what_is_said_about_it(works: bool, status: int) -> None:
    async def healthy() -> bool:
        return works

    carrier = httpx.ASGITransport(intake_app({}, healthy=healthy))
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        assert status == (await client.get("/healthz")).status_code

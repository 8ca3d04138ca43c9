"""The intake of events: confirmed only once they are safe, told what is wrong, never a value."""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx
import pytest

from adloom.clock import FrozenClock
from adloom.errors import WorkspaceError
from adloom.intake import EventHook, intake_app
from adloom.json_text import dump
from connections.signatures import proof_for
from modules.events.prepared import Prepared, Reading
from modules.events.problems import Problem, Severity
from scheduler.outbox.entries import Accepted, Entry, Lane, Origin
from tests.connections.samples import of_kind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "event-secret-canary-0123"
KNOWN = {"authorization": f"Bearer {SECRET}"}
JSON = {**KNOWN, "content-type": "application/json"}
LINES = {**KNOWN, "content-type": "application/x-ndjson"}
MAIL = "canary.alice@example.com"


class Simple:
    """Makes an event of whatever names one; the rest is refused or left out."""

    def read(self, record: Mapping[str, Any], *, now: int, seed: str) -> Reading:
        name = record.get("event")
        if name == "skip":
            return Reading(skipped="its person has not consented")
        if not isinstance(name, str):
            return Reading(problems=(Problem("event", "is missing"),))
        if name == "bug":
            raise ValueError(f"cannot read {record['user']}")
        odd = record.get("odd")
        warnings = (Problem("odd", "is unknown", Severity.WARNING),) if odd else ()
        event_id = str(record.get("event_id", hashlib.sha256(seed.encode()).hexdigest()[:20]))
        source_id = str(record.get("event_source_id", "PIXEL"))
        key = hashlib.sha256(f"{source_id}/{name}/{event_id}".encode()).digest()[:16]
        event = Prepared(
            event=name, event_id=event_id, event_time=now, source="web", source_id=source_id,
            test_event_code=record.get("test_event_code"), key=key, person=7,
            content=dump({"event": name, "event_id": event_id}),
        )  # fmt: skip
        return Reading(events=(event,), problems=warnings)


@dataclass
class Kept:
    """Keeps what comes, or fails to."""

    entries: dict[tuple[Lane, bytes], Entry] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    commits: int = 0
    trouble: Exception | None = None
    disk: asyncio.Event | None = None

    async def accept_many(
        self, parts: Sequence[tuple[Lane, Sequence[Entry]]], origin: Origin
    ) -> Accepted:
        await asyncio.sleep(0)
        if self.disk is not None:
            await self.disk.wait()
        if self.trouble is not None:
            raise self.trouble
        self.commits += 1
        self.origins.append(origin)
        before, given = len(self.entries), 0
        for lane, entries in parts:
            for entry in entries:
                given += 1
                self.entries.setdefault((lane, entry.key), entry)
        new = len(self.entries) - before
        return Accepted(new, given - new)

    @property
    def names(self) -> list[str]:
        return [one.event for one in self.entries.values()]


@dataclass
class Door:
    """An intake with one address, and somebody who knocks."""

    client: httpx.AsyncClient
    kept: Kept
    hooks: dict[str, EventHook]
    clock: FrozenClock
    woken: list[int]

    async def post(
        self, content: Any, path: str = "/events", headers: Mapping[str, str] = JSON
    ) -> httpx.Response:
        body = content if isinstance(content, bytes) else dump(content)
        return await self.client.post(path, content=body, headers=dict(headers))


def hook(
    name: str, kept: Kept, clock: FrozenClock, woke: Callable[[], None], **settings: Any
) -> EventHook:
    connection = of_kind("webhook", {"client_secret": SECRET}, **settings)
    proves = proof_for(connection, clock.now)
    return EventHook(name, "pixel", proves, Simple(), kept, kept=woke)


@asynccontextmanager
async def opened() -> AsyncIterator[Door]:
    clock, kept, woken = FrozenClock(NOW), Kept(), list[int]()
    hooks = {"shop": hook("shop", kept, clock, lambda: woken.append(1))}
    app = intake_app({}, events=hooks, clock=clock, largest_events=20_000, most_events=50)
    carrier = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        yield Door(client, kept, hooks, clock, woken)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with opened() as made:
        yield made


# --- what is taken --------------------------------------------------------------------------------


async def test_an_event_is_confirmed_once_it_is_kept(door: Door) -> None:
    answer = await door.post({"event": "Purchase", "event_id": "o-1"})

    ((lane, _),) = door.kept.entries
    assert 202 == answer.status_code
    assert {"accepted": 1, "known": 0, "skipped": 0, "refused": [], "warnings": []} == answer.json()
    assert Lane("pixel", "web", "PIXEL") == lane
    assert [Origin("intake", "shop")] == door.kept.origins
    assert ([1], "no-store") == (door.woken, answer.headers["cache-control"])


async def test_an_address_that_opens_after_the_intake_does_takes_events() -> None:
    clock, kept, hooks = FrozenClock(NOW), Kept(), dict[str, EventHook]()
    carrier = httpx.ASGITransport(intake_app({}, events=hooks, clock=clock))
    hooks["shop"] = hook("shop", kept, clock, lambda: None)
    async with httpx.AsyncClient(transport=carrier, base_url="http://intake") as client:
        answer = await client.post("/events/shop", content=dump({"event": "Lead"}), headers=JSON)

    assert 202 == answer.status_code
    assert ["Lead"] == kept.names


ONE, TWO = {"event": "Purchase", "event_id": "1"}, {"event": "Lead", "event_id": "2"}


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (dump([ONE, TWO]), JSON),
        (dump({"events": [ONE, TWO]}), JSON),
        (dump({"batch": [ONE, TWO], "sentAt": "2026-11-21T11:59:00Z", "writeKey": "x"}), JSON),
        (dump({"data": [ONE, TWO], "event_source": "web"}), JSON),
        (dump(ONE) + b"\n\r\n \n" + dump(TWO) + b"\n", LINES),
        (dump(ONE) + b"\r\n" + dump(TWO), {**KNOWN, "content-type": "application/jsonl"}),
        (dump([ONE, TWO]), {**KNOWN, "content-type": "application/cloudevents-batch+json"}),
        (b"\xef\xbb\xbf" + dump([ONE, TWO]), JSON),
    ],
)
async def test_events_come_in_many_wrappings(
    content: bytes, headers: dict[str, str], door: Door
) -> None:
    answer = await door.post(content, headers=headers)

    assert (202, 2) == (answer.status_code, answer.json()["accepted"])
    assert ["Purchase", "Lead"] == door.kept.names
    assert 1 == door.kept.commits


async def test_what_an_envelope_says_goes_for_its_events_unless_they_say_it_themselves(
    door: Door,
) -> None:
    own = {**TWO, "event_source_id": "OWN", "test_event_code": "T2"}
    await door.post({"data": [ONE, own], "event_source_id": "ALL", "test_event_code": "T1"})

    lanes = [(lane.source_id, lane.test_event_code) for lane, _ in door.kept.entries]
    assert [("ALL", "T1"), ("OWN", "T2")] == lanes


async def test_what_is_no_envelope_is_an_event_with_a_list_in_it(door: Door) -> None:
    answer = await door.post({"event": "Purchase", "client_id": "1", "events": [ONE, TWO]})

    assert (1, ["Purchase"]) == (answer.json()["accepted"], door.kept.names)


async def test_events_of_several_lanes_are_kept_in_one_transaction(door: Door) -> None:
    await door.post([ONE, {**TWO, "event_source_id": "OTHER"}])

    assert (1, 2) == (door.kept.commits, len({lane for lane, _ in door.kept.entries}))


async def test_nothing_at_all_is_taken_too(door: Door) -> None:
    answers = [await door.post([]), await door.post(b"\n", headers=LINES)]

    assert [202, 202] == [one.status_code for one in answers]
    assert (0, []) == (door.kept.commits, door.woken)


# --- what is refused ------------------------------------------------------------------------------


async def test_what_is_wrong_is_told_and_the_rest_is_taken(door: Door) -> None:
    answer = await door.post([ONE, {"event": 5}, 7, {"event": "skip"}, {**TWO, "odd": 1}])

    told = answer.json()
    assert (202, 2, 1) == (answer.status_code, told["accepted"], told["skipped"])
    assert [
        {"index": 1, "problems": [
            {"field": "event", "reason": "is missing", "severity": "error"}]},
        {"index": 2, "problems": [
            {"field": "", "reason": "must be an object", "severity": "error"}]},
    ] == told["refused"]  # fmt: skip
    assert [4] == [one["index"] for one in told["warnings"]]
    assert {"is missing": 1, "must be an object": 1} == door.hooks["shop"].refused


async def test_a_line_that_is_no_json_is_refused_alone(door: Door) -> None:
    content = b'{"a": NaN}\n' + dump(ONE) + b'\n{"event": "x"\n{"event": "\xff"}\n[]\n'
    answer = await door.post(content, headers=LINES)

    told = answer.json()
    assert (202, 1) == (answer.status_code, told["accepted"])
    assert [0, 2, 3, 4] == [one["index"] for one in told["refused"]]
    assert "no JSON" in told["refused"][0]["problems"][0]["reason"]


async def test_where_all_is_refused_nothing_is_taken(door: Door) -> None:
    answer = await door.post([{"event": 1}, 2])
    skipped = await door.post([{"event": "skip"}, 2])

    assert (422, 202) == (answer.status_code, skipped.status_code)
    assert [0, 1] == [one["index"] for one in answer.json()["refused"]]
    assert 0 == door.kept.commits


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b"[NaN]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"5", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"[" * 9_000, "application/json", 400),
        (b"{}", "application/json; charset=latin-1", 415),
        (b"{}", "text/plain", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
        (dump([ONE] * 51), "application/json", 413),
        (b"{}\n" * 51, "application/x-ndjson", 413),
        (b" " * 20_001, "application/json", 413),
    ],
)
async def test_what_cannot_be_read_is_refused_as_a_whole(
    content: bytes, kind: str, status: int, door: Door
) -> None:
    headers = {**KNOWN, **({"content-type": kind} if kind else {})}
    answer = await door.post(content, headers=headers)

    assert (status, 0) == (answer.status_code, door.kept.commits)


async def test_a_packed_body_is_refused(door: Door) -> None:
    assert 415 == (await door.post(b"{}", headers={**JSON, "content-encoding": "gzip"})).status_code


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_a_post_brings_events(method: str, door: Door) -> None:
    answers = [
        await door.client.request(method, path, headers=JSON)
        for path in ("/events", "/events/shop", "/events/nothing")
    ]

    assert {405} == {one.status_code for one in answers}


# --- who may --------------------------------------------------------------------------------------


async def test_strangers_learn_nothing_about_which_addresses_there_are(door: Door) -> None:
    wrong = {"authorization": "Bearer x", "content-type": "application/json"}
    tries: list[tuple[bytes, dict[str, str]]] = [
        (dump(ONE), wrong),
        (b"no json", wrong),
        (b"x" * 20_001, wrong),
        (b"", {"accept": "*/*"}),
        (dump(ONE), {**wrong, "content-type": "image/png"}),
    ]

    for content, headers in tries:
        answers = [
            await door.post(content, path, headers)
            for path in ("/events", "/events/shop", "/events/nothing")
        ]
        assert 1 == len({(one.status_code, one.text, str(one.headers)) for one in answers})
        assert answers[0].status_code == (413 if len(content) > 20_000 else 401)
    assert [] == door.kept.names


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/events/shop", JSON),
        ("/events", {"content-type": "application/json", "x-adloom-secret": SECRET}),
        (f"/events?secret={SECRET}", {"content-type": "application/json"}),
    ],
)
async def test_a_secret_may_come_in_several_places(
    path: str, headers: dict[str, str], door: Door
) -> None:
    assert 202 == (await door.post(ONE, path, headers)).status_code


async def test_among_several_addresses_the_short_one_is_the_default(door: Door) -> None:
    door.hooks["leads"] = hook("leads", door.kept, door.clock, lambda: None)
    without = await door.post(ONE)
    door.hooks["default"] = hook("default", door.kept, door.clock, lambda: None)
    statuses = [
        (await door.post(ONE, path)).status_code
        for path in ("/events", "/events/leads", "/events/shop")
    ]

    assert (401, [202, 202, 202]) == (without.status_code, statuses)
    assert ["default", "leads", "shop"] == [one.name for one in door.kept.origins]


async def test_where_nothing_takes_events_everybody_is_a_stranger(door: Door) -> None:
    door.hooks.clear()

    assert 401 == (await door.post(ONE)).status_code


SIGNED = {"signature": "sha256-base64", "signature_header": "X-Shopify-Hmac-Sha256"}


@pytest.mark.parametrize("spoil", ["nothing", "body", "signature", "hex", "bearer", "none"])
async def test_a_shop_proves_itself_by_its_signature(spoil: str, door: Door) -> None:
    door.hooks["orders"] = hook("orders", door.kept, door.clock, lambda: None, **SIGNED)
    content = dump(ONE)
    digest = hmac.new(SECRET.encode(), content, hashlib.sha256).digest()
    signature = {"signature": "A" * 44, "hex": digest.hex()}.get(
        spoil, base64.b64encode(digest).decode()
    )
    headers = {"content-type": "application/json", "x-shopify-hmac-sha256": signature}
    sent = {"bearer": JSON, "none": {"content-type": "application/json"}}.get(spoil, headers)

    answer = await door.post(content + b" " if spoil == "body" else content, "/events/orders", sent)

    assert (202 if spoil == "nothing" else 401) == answer.status_code


async def test_too_many_requests_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adloom.intake.events.MOST", 20)
    async with opened() as door:
        strangers = [(await door.post(ONE, headers={"a": "b"})).status_code for _ in range(301)]
        known = [(await door.post([])).status_code for _ in range(21)]
        last = await door.post(ONE)
        door.clock.move(10)
        again = await door.post(ONE)

    assert [401] * 300 + [429] == strangers
    assert [202] * 20 + [429] == known
    assert (429, "10") == (last.status_code, last.headers["retry-after"])
    assert 202 == again.status_code


# --- once -----------------------------------------------------------------------------------------


async def test_the_same_request_twice_changes_nothing(door: Door) -> None:
    nameless = [{"event": "Purchase"}, {"event": "Purchase"}, ONE]
    first = await door.post(nameless)
    second = await door.post(nameless)

    assert [(3, 0), (0, 3)] == [
        (one.json()["accepted"], one.json()["known"]) for one in (first, second)
    ]


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id", "X-Shopify-Event-Id"])
async def test_a_request_may_have_a_name_of_its_own(header: str, door: Door) -> None:
    nameless = {"event": "Purchase"}
    counts = [
        (await door.post(nameless, headers={**JSON, header: name})).json()["accepted"]
        for name in ("a", "b", "a")
    ]

    assert [1, 1, 0] == counts


async def test_a_name_of_a_request_is_not_endless(door: Door) -> None:
    answer = await door.post(ONE, headers={**JSON, "idempotency-key": "x" * 256})

    assert 400 == answer.status_code


async def test_equal_requests_to_other_addresses_are_others(door: Door) -> None:
    door.hooks["leads"] = hook("leads", door.kept, door.clock, lambda: None)
    counts = [
        (await door.post({"event": "Lead"}, f"/events/{name}")).json()["accepted"]
        for name in ("shop", "leads")
    ]

    assert [1, 1] == counts


# --- what cannot be kept --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "status", "pause"),
    [
        (WorkspaceError("events.db: the disk is full; nothing was changed."), 503, "30"),
        (WorkspaceError("events.db: another process has kept it locked."), 503, "30"),
        (RuntimeError(MAIL), 500, None),
    ],
)
async def test_what_could_not_be_kept_is_not_confirmed(
    trouble: Exception,
    status: int,
    pause: str | None,
    door: Door,
    caplog: pytest.LogCaptureFixture,
) -> None:
    door.kept.trouble = trouble
    failed = await door.post(ONE)
    door.kept.trouble = None
    again = await door.post(ONE)

    assert (status, pause) == (failed.status_code, failed.headers.get("retry-after"))
    assert {"message"} == set(failed.json())
    assert (202, 1) == (again.status_code, again.json()["accepted"])
    assert "could not be kept" in caplog.text
    assert MAIL not in caplog.text


async def test_a_disk_that_hangs_is_not_waited_for(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adloom.intake.events.SLOWEST", 0.05)
    door.kept.disk = asyncio.Event()

    answer = await door.post(ONE)

    assert (503, "30") == (answer.status_code, answer.headers["retry-after"])


async def test_while_the_disk_is_busy_only_so_many_wait(door: Door) -> None:
    door.kept.disk = asyncio.Event()
    posts = [
        asyncio.create_task(door.post({"event": "Lead", "event_id": str(number)}))
        for number in range(60)
    ]
    async with asyncio.timeout(5):
        early = [await one for one in islice(asyncio.as_completed(posts), 12)]
    door.kept.disk.set()
    late = await asyncio.gather(*posts)

    assert {(503, "1")} == {(one.status_code, one.headers["retry-after"]) for one in early}
    assert 48 == sum(one.status_code == 202 for one in late) == len(door.kept.entries)


# --- nothing personal -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        dump([{"event": 1, "user": {"email": MAIL}}]),
        dump([{"event": "bug", "user": {"email": MAIL}}]),
        dump({"event": "Lead", "user": {"email": MAIL}}) + b"}",
        dump([{"event": "skip", "user": {"email": MAIL}}, MAIL]),
        dump([{"event": "Lead", "odd": MAIL}]),
        MAIL.encode(),
    ],
)
async def test_nothing_of_what_was_sent_is_told_or_logged(
    content: bytes, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [
            await door.post(content, f"/events?email={MAIL}", headers) for headers in (JSON, LINES)
        ]

    told = "".join([*(one.text for one in answers), *(str(one.headers) for one in answers)])
    kept = "".join(map(str, door.kept.entries.values()))
    assert "canary" not in told + kept
    assert "canary" not in "".join(
        one.getMessage() for one in caplog.records if one.name.startswith("adloom")
    )

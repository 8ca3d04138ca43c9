"""Calls of one's own: five methods, one root, and the token nowhere but where it belongs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.fields import validate
from adloom.json_text import parse_strict
from adloom.settings import HttpSettings
from connections.api import ConnectionApi, Wiring
from connections.limits import Limiter
from connections.transport import Transport
from modules.make_api_call import MakeApiCall, MakeApiCallParams
from tests.connections.samples import business
from tests.modules.fake_api import FakeApi, context_for
from tests.seams.stores import NOON, open_store
from tests.seams.wire_server import WireServer, answer, envelope, says, wire_server

ACTION = MakeApiCall()
ROW = {"ad_id": "1700000000000001", "brand_new": [1, {"a": None}]}
ANSWER = {"list": [ROW], "page_info": {"page": 1, "total_number": 1}}
#: As the seed writes a path, with an old version, and without its slash.
WRITTEN = "/v1.2/ad/get"


@dataclass
class Line:
    """A connection, and what is at its other end."""

    api: ConnectionApi
    server: WireServer


@asynccontextmanager
async def line(folder: Path) -> AsyncIterator[Line]:
    clock = FrozenClock(NOON)
    async with (
        open_store(folder, clock=clock) as store,
        Transport() as transport,
        wire_server(says(answer(envelope(ANSWER)))) as server,
    ):
        limiter = Limiter(store.database, clock)
        wiring = Wiring(transport, limiter, store, clock, HttpSettings(deadline=5))
        saved = await store.save(business(host=server.address))
        yield Line(ConnectionApi(saved, wiring), server)


async def called(method: str, here: Line, **values: Any) -> Any:
    """Make a call as the engine does, and tell the body of its answer."""
    params = validate(MakeApiCallParams, {"path": WRITTEN, "method": method, **values})
    [call] = ACTION.calls(params, await ACTION.before(params, context_for(FakeApi())))
    send = here.api.change if ACTION.changes(params) else here.api.read
    return (await send(call.request)).body


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_arrives_with_all_it_has(method: str, tmp_path: Path) -> None:
    body = {} if method == "GET" else {"body": {"ad_ids": ["17"]}}
    values = {"query": {"fields": ["ad_id"]}, "headers": {"Accept-Language": "sv"}, **body}
    async with line(tmp_path) as here:
        told = await called(method, here, **values)
        [asked] = here.server.asked

    assert (method, "/open_api/v1.3/ad/get/") == (asked.method, asked.target.partition("?")[0])
    assert "fields=%5B%22ad_id%22%5D" in asked.target
    assert "sv" == asked.headers["accept-language"]
    assert "access-token-canary-5b6a7988" == asked.headers["access-token"]
    assert body.get("body") == (parse_strict(asked.body) if asked.body else None)
    assert ANSWER == told["data"]

"""Requests that may take longer than others: large uploads."""

import asyncio

import pytest

from adloom.clock import FrozenClock
from adloom.errors import UnknownOutcomeError
from adloom.settings import HttpSettings
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi, Wiring
from connections.limits import Limiter
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import business
from tests.seams.wire_server import Asked, answer, envelope, wire_server


async def hesitates(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.3)
    writer.write(answer(envelope({"video_id": "v1"})))


async def test_a_request_may_have_more_patience_than_the_others(
    store: ConnectionStore, transport: Transport, clock: FrozenClock
) -> None:
    upload = Request("POST", "/file/video/ad/upload/", body=JsonBody({}), patience=20.0)
    plain = Request("POST", "/file/video/ad/upload/", body=JsonBody({}))
    http = HttpSettings(deadline=0.1, visibility_lag=0.0)
    wiring = Wiring(transport, Limiter(store.database, clock), store, clock, http)

    async with wire_server(hesitates) as server:
        api = ConnectionApi(await store.save(business(host=server.address)), wiring)
        patient = await api.change(upload)
        with pytest.raises(UnknownOutcomeError, match=r"within 0\.1 seconds"):
            await api.change(plain)

    assert {"video_id": "v1"} == patient.data

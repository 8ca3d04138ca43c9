"""The intake on a port: on this machine only, saying little, giving up on who says nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from adloom.intake import Hook, intake_app, intake_server
from modules.base import Incoming
from tests.seams.wire_server import free_port


async def take(_: Incoming) -> None:
    return None


HOOKS = {"orders": Hook(lambda *_: True, take)}
JSON = {"content-type": "application/json"}


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    port = free_port()
    server = intake_server(intake_app(HOOKS), port=port)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield port
    finally:
        server.should_exit = True
        await running


async def test_it_listens_on_this_machine_and_says_little() -> None:
    async with serving() as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            health = await client.get("/healthz")
            taken = await client.post("/hooks/orders", content=b"{}", headers=JSON)
        outside = socket.gethostbyname(socket.gethostname())
        if not outside.startswith("127."):
            with pytest.raises(OSError):  # noqa: PT011 - however the system refuses
                socket.create_connection((outside, port), timeout=1).close()

    assert (200, 202) == (health.status_code, taken.status_code)
    assert not {"server", "x-powered-by"} & set(taken.headers)


async def test_a_body_that_is_announced_too_large_is_refused_unread() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /hooks/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 5000001\r\n\r\n{"
        )
        async with asyncio.timeout(5):
            line = await reader.readline()
        writer.close()

    assert line.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("size", [4_999_990, 5_000_001])
async def test_five_megabytes_are_the_limit(size: int) -> None:
    content = b'"' + b"x" * (size - 2) + b'"'
    async with serving() as port, httpx.AsyncClient() as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/hooks/orders", content=content, headers=JSON
        )

    assert (202 if size <= 5_000_000 else 413) == answer.status_code

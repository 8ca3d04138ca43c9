"""What goes over the wire when nothing is wrong with it, and what never leaves."""

import asyncio
import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from adloom.errors import RetryableError, UnknownOutcomeError, UsageError
from adloom.wire import FileBody
from connections.transport import Transport
from tests.connections.wires import TOKEN, RequestFor, changing, reading
from tests.seams.wire_server import (
    Asked,
    answer,
    chunked,
    head,
    in_turn,
    says,
    wire_server,
)

TEXT = '{"name": "Sommer ☀"}'.encode()


@pytest.mark.parametrize(
    "text",
    [
        answer(TEXT),
        answer(TEXT, status="502 Bad Gateway"),
        answer(gzip.compress(TEXT), headers={"Content-Encoding": "gzip"}),
        answer(zlib.compress(TEXT), headers={"Content-Encoding": "deflate"}),
        answer(
            gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]),
            headers={"Content-Encoding": "x-gzip"},
        ),
        answer(TEXT, headers={"Content-Encoding": "identity"}),
        chunked([TEXT[:5], TEXT[5:]]),
    ],
    ids=["plain", "502", "gzip", "deflate", "gzip in two streams", "identity", "chunked"],
)
async def test_a_whole_body_arrives_whole(transport: Transport, text: bytes) -> None:
    async with wire_server(says(text)) as server:
        found = await transport.exchange(reading(server.address))

    assert TEXT == found.body


@pytest.mark.parametrize(
    "text",
    [
        answer(b""),
        answer(b"", headers={"Content-Encoding": "gzip"}),
        head("204 No Content", {}),
        head("304 Not Modified", {}),
    ],
    ids=["no bytes", "no bytes, packed", "204", "304"],
)
async def test_an_empty_body_is_whole(transport: Transport, text: bytes) -> None:
    async with wire_server(says(text)) as server:
        found = await transport.exchange(reading(server.address))

    assert b"" == found.body


async def test_a_body_of_exactly_the_allowed_size_is_taken(transport: Transport) -> None:
    async with wire_server(says(answer(b"x" * 100_000))) as server:
        found = await transport.exchange(reading(server.address))

    assert 100_000 == len(found.body)


async def test_a_change_carries_its_body_and_says_who_it_is(transport: Transport) -> None:
    async with wire_server(says(answer())) as server:
        await transport.exchange(changing(server.address, headers={"content-type": "text/plain"}))
    asked = server.asked[0]

    assert b'{"status":"DISABLE"}' == asked.body
    assert "text/plain" == asked.headers["content-type"]
    assert asked.headers["user-agent"].startswith("adloom/")
    assert server.address.removeprefix("http://") == asked.headers["host"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sat, 21 Nov 2026 12:00:00 GMT", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 13:00:00 +0100", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 12:00:00", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("yesterday", None),
    ],
)
async def test_the_servers_clock_is_read(
    transport: Transport, date: str, expected: datetime | None
) -> None:
    async with wire_server(says(answer(headers={"Date": date}))) as server:
        found = await transport.exchange(reading(server.address))

    assert expected == found.served_at


async def test_a_server_without_a_clock_is_nothing_special(transport: Transport) -> None:
    async with wire_server(says(head("200 OK", {"Content-Length": "0"}))) as server:
        found = await transport.exchange(reading(server.address))

    assert found.served_at is None


# --- what never leaves ----------------------------------------------------------------------------


@pytest.mark.parametrize("request_for", [reading, changing])
@pytest.mark.parametrize("value", ["é", "a\nb: c", "a\x00b"])
async def test_a_header_that_cannot_be_sent_is_not_sent(
    transport: Transport, request_for: RequestFor, value: str
) -> None:
    async with wire_server(says(answer())) as server:
        with pytest.raises(UsageError, match="cannot be sent") as caught:
            await transport.exchange(request_for(server.address, headers={"x-odd": value + TOKEN}))

    assert [] == server.asked
    assert TOKEN not in str(caught.value)


async def test_an_address_that_is_too_long_is_not_called(transport: Transport) -> None:
    async with wire_server(says(answer())) as server:
        request = reading(server.address)
        object.__setattr__(request, "url", f"{request.url}?ids={'1,' * 40_000}")
        with pytest.raises(UsageError, match="too long"):
            await transport.exchange(request)

    assert 0 == server.connected


async def test_a_tunnel_the_proxy_refuses_leaves_the_platform_untouched() -> None:
    async with (
        wire_server(says(answer(b"", status="502 Bad Gateway"))) as proxy,
        Transport(proxy=proxy.address) as transport,
    ):
        with pytest.raises(RetryableError, match="through the proxy"):
            await transport.exchange(changing("https://business-api.tiktok.com"))

    assert ["CONNECT"] == [asked.method for asked in proxy.asked]
    assert TOKEN not in str(proxy.asked)


@pytest.mark.parametrize("proxy", ["localhost:8080", "nonsense", "socks5://127.0.0.1:1", ""])
def test_a_proxy_that_cannot_be_used_is_the_users_to_put_right(proxy: str) -> None:
    with pytest.raises(UsageError, match="proxy"):
        Transport(proxy=proxy)


async def test_a_change_given_up_by_its_caller_leaves_no_connection_behind(
    transport: Transport,
) -> None:
    arrived = asyncio.Event()

    async def hears(_: Asked, __: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with wire_server(in_turn(hears, says(answer()))) as server:
        task = asyncio.ensure_future(transport.exchange(changing(server.address)))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.exchange(changing(server.address))

    assert 2 == server.connected


# --- files ----------------------------------------------------------------------------------------


def upload(path: Path) -> FileBody:
    fields = {"advertiser_id": "7100000000000000001"}
    return FileBody(str(path), "video_file", "summer.mp4", sha256="", fields=fields)


async def test_a_file_travels_as_one_part_of_a_form(transport: Transport, tmp_path: Path) -> None:
    path = tmp_path / "local name.bin"
    path.write_bytes(b"\x00\x01 the video \xff")
    async with wire_server(says(answer())) as server:
        await transport.exchange(changing(server.address, file=upload(path)))
    asked = server.asked[0]

    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="advertiser_id"\r\n\r\n7100000000000000001\r\n' in asked.body
    assert b'name="video_file"; filename="summer.mp4"\r\nContent-Type: video/mp4' in asked.body
    assert b"\r\n\r\n\x00\x01 the video \xff\r\n" in asked.body
    assert b"local name" not in asked.body


async def test_a_file_that_is_gone_is_not_sent(transport: Transport, tmp_path: Path) -> None:
    async with wire_server(says(answer())) as server:
        with pytest.raises(UsageError, match="cannot be read"):
            await transport.exchange(changing(server.address, file=upload(tmp_path / "gone.mp4")))

    assert 0 == server.connected


async def test_a_file_that_shrinks_while_it_is_sent_leaves_the_outcome_unknown(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shrinking.mp4"
    path.write_bytes(b"x" * 1_000_000)

    class Shrinking(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            path.write_bytes(b"x")
            return await super().handle_async_request(request)

    async def listens(_: Asked, __: asyncio.StreamWriter) -> None:
        raise AssertionError("the request was never whole")

    async with wire_server(listens) as server, Transport(http=Shrinking()) as transport:
        with pytest.raises(UnknownOutcomeError, match="less than announced"):
            await transport.exchange(changing(server.address, file=upload(path)))

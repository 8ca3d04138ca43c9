"""Parts of files on the wire, and content that lies in no file."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import UsageError
from adloom.wire import FileBody, Request, SliceBody
from connections.curl import as_curl
from connections.outgoing import WireRequest
from connections.providers import provider_named
from connections.transport import Transport, WireAnswer
from tests.connections.samples import account
from tests.seams.wire_server import Asked, answer, says, wire_server

CONTENT = bytes(range(256)) * 40
Chunk = Callable[..., SliceBody]


@pytest.fixture
def chunk(tmp_path: Path) -> Chunk:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)

    def make(offset: int, length: int) -> SliceBody:
        digest = hashlib.sha256(CONTENT[offset : offset + length]).hexdigest()
        return SliceBody(str(path), offset, length, digest, "video/mp4")

    return make


def wired(request: Request, host: str) -> WireRequest:
    return provider_named("tiktok").wire(account(host=host), request, deadline=5.0)


async def sent(transport: Transport, **more: Any) -> tuple[Asked, WireAnswer]:
    """Put something to an address of the server's own, and see what arrives."""
    async with wire_server(says(answer(b"", status="206 Partial Content"))) as server:
        address = f"{server.address}/upload/?upload_id=1&upload_token=abc"
        request = Request("PUT", address, **more)
        found = await transport.exchange(wired(request, server.address))
    return server.asked[0], found


async def test_a_slice_goes_out_as_it_stands_and_without_the_token(
    transport: Transport, chunk: Chunk
) -> None:
    asked, found = await sent(
        transport, body=chunk(100, 5_000), headers={"content-range": "bytes 100-5099/10240"}
    )

    assert CONTENT[100:5_100] == asked.body
    assert ("PUT", "/upload/?upload_id=1&upload_token=abc") == (asked.method, asked.target)
    assert "video/mp4" == asked.headers["content-type"]
    assert "bytes 100-5099/10240" == asked.headers["content-range"]
    assert "5000" == asked.headers["content-length"]
    assert "authorization" not in asked.headers
    assert 206 == found.status


@pytest.mark.parametrize("change", [b"y" * len(CONTENT), CONTENT[:5_000]], ids=["other", "short"])
async def test_a_slice_that_is_not_what_was_planned_is_not_sent(
    transport: Transport, chunk: Chunk, tmp_path: Path, change: bytes
) -> None:
    body = chunk(100, 5_000)
    (tmp_path / "clip.mp4").write_bytes(change)

    async with wire_server(says(answer(b""))) as server:
        request = Request("PUT", f"{server.address}/upload/", body=body)
        with pytest.raises(UsageError, match="has changed since this was planned"):
            await transport.exchange(wired(request, server.address))

    assert not server.asked


async def test_a_file_that_is_gone_is_told(
    transport: Transport, chunk: Chunk, tmp_path: Path
) -> None:
    body = chunk(0, 10)
    (tmp_path / "clip.mp4").unlink()

    with pytest.raises(UsageError, match="cannot be read"):
        await sent(transport, body=body)


async def test_content_that_lies_nowhere_goes_out_in_a_form(transport: Transport) -> None:
    body = FileBody("", "sound_file", "tone.mp3", "", {"a": "b"}, content=b"ID3 content")

    asked, _ = await sent(transport, body=body)

    assert b'name="sound_file"; filename="tone.mp3"' in asked.body
    assert b"ID3 content" in asked.body
    assert b'name="a"' in asked.body
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_for_curl_the_slice_comes_from_standard_input(chunk: Chunk) -> None:
    request = Request("PUT", "http://127.0.0.1:1/upload/", body=chunk(0, 10))

    assert as_curl(wired(request, "http://127.0.0.1:1")).endswith("--data-binary @-")

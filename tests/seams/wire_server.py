"""A server on raw sockets that says exactly what it is told to, also what no library would send.

    async with wire_server(says(answer(b"{}"))) as server: ...

A reply is a coroutine function; it gets what was asked and a writer, and may say anything or
nothing (the faults of reliability.md §2.3).
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from adloom.json_text import dump

__all__ = [
    "Asked",
    "Reply",
    "WireServer",
    "answer",
    "breaks_off",
    "by_path",
    "chunked",
    "drips",
    "envelope",
    "free_port",
    "head",
    "in_turn",
    "says",
    "stays_silent",
    "wire_server",
]

JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Reply = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class WireServer:
    """A running server: its address, who connected, what they asked."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    connected: int = 0


@asynccontextmanager
async def wire_server(reply: Reply) -> AsyncIterator[WireServer]:
    """Serve until the block ends; each connection is kept for as many requests as it brings."""
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connected += 1
        try:
            while asked := await _read(reader):
                found.asked.append(asked)
                await reply(asked, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(converse(reader, writer))
        conversations.add(task)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    found = WireServer(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield found
    finally:
        server.close()
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    if "chunked" in headers.get("transfer-encoding", ""):
        return Asked(method, target, headers, await _read_chunks(reader))
    return Asked(
        method, target, headers, await reader.readexactly(int(headers.get("content-length", 0)))
    )


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


# --- what a server may say ------------------------------------------------------------------------


def answer(
    body: bytes = b"{}",
    *,
    status: str = "200 OK",
    content_type: str = JSON,
    length: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """An ordinary answer; `length` lies about how long its body is."""
    told = {
        "Content-Type": content_type,
        "Content-Length": str(len(body) if length is None else length),
        "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
        **(headers or {}),
    }
    return head(status, told) + body


def head(status: str, headers: Mapping[str, str]) -> bytes:
    """A status line and headers."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def envelope(
    data: object = None, *, code: int = 0, message: str = "OK", request_id: str = "r-1"
) -> bytes:
    """TikTok's envelope around some data."""
    told = {"code": code, "message": message, "request_id": request_id}
    return dump({**told, "data": {} if data is None else data})


def chunked(pieces: list[bytes], *, ended: bool = True) -> bytes:
    """An answer in chunks, which may miss its end."""
    told = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return head("200 OK", told) + body + (b"0\r\n\r\n" if ended else b"")


def says(*texts: bytes, closes: bool = False) -> Reply:
    """Say one text after the other as answers to one request after the other; repeat the last."""
    left = list(texts)

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        if closes:
            await writer.drain()
            writer.close()
            raise ConnectionResetError

    return reply


def in_turn(*replies: Reply) -> Reply:
    """Reply one way after the other; repeat the last."""
    left = list(replies)

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return reply


def by_path(**replies: Reply) -> Reply:
    """Reply by the end of the path, its slashes written as underscores: `user_info`."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        path = asked.target.partition("?")[0].strip("/").replace("/", "_")
        found = [one for name, one in replies.items() if path.endswith(name)]
        assert found, f"nobody expected {asked.method} {asked.target}"
        await found[0](asked, writer)

    return reply


def drips(text: bytes, *, first: bytes = b"", pause: float = 0.01) -> Reply:
    """Say a text byte by byte, each just before a reader would lose its patience."""

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        for place in range(len(text)):
            writer.write(text[place : place + 1])
            await writer.drain()
            await asyncio.sleep(pause)

    return reply


async def stays_silent(_: Asked, __: asyncio.StreamWriter) -> None:
    """Listen, and never answer."""
    await asyncio.Event().wait()


async def breaks_off(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Reset the connection."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise ConnectionResetError


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

"""Answers that are no proper HTTP: they are written past the server, byte by byte if need be."""

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from adloom.simulator.faults import Rule
from adloom.simulator.spoiling import Sent

__all__ = ["BROKEN", "BareProtocol", "break_off"]

EXTENSION: Final = "adloom.transport"
#: The kinds of faults that need the bare connection.
BROKEN: Final = (
    "close",
    "cut_chunked",
    "drip",
    "garbage",
    "no_length_cut",
    "reset",
    "truncate",
)
GARBAGE: Final = b"\x16\x03\x01\x02 this is not HTTP \x00\xff\r\n\r\n"
#: Makes closing a connection reset it.
NO_LINGER: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class _Silence(logging.Logger):
    """A logger that is not part of logging: broken connections are on purpose here."""

    def __init__(self) -> None:
        super().__init__("silence", logging.CRITICAL + 1)


class BareProtocol(H11Protocol):
    """HTTP/1.1, with the transport within reach of the application, and without a word."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ):
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _Silence()
        self.access_log = False
        application = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[EXTENSION] = self.transport
            await application(scope, receive, send)

        self.app = with_transport


async def break_off(rule: Rule, sent: Sent, scope: Scope, receive: Receive) -> None:
    """Answer in a way that HTTP does not allow, and wait until the connection is gone.

    Args:
        rule: What goes wrong.
        sent: What would have been the answer.
        scope: The request's; holds the transport.
        receive: The request's; tells when the connection is gone.
    """
    transport: asyncio.Transport = scope["extensions"][EXTENSION]
    half = sent.body[: len(sent.body) // 2]
    match rule.kind:
        case "reset":
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()
        case "garbage":
            transport.write(GARBAGE)
        case "truncate":
            transport.write(_head(sent, {"Content-Length": str(len(sent.body))}) + half)
        case "no_length_cut":
            transport.write(_head(sent, {"Connection": "close"}) + half)
        case "cut_chunked":
            chunk = b"%x\r\n%s\r\n%x\r\n" % (len(half), half, len(sent.body) - len(half))
            transport.write(_head(sent, {"Transfer-Encoding": "chunked"}) + chunk + b"{")
        case "drip":
            await _drip(rule, sent, transport)
        case _:
            pass
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def _head(sent: Sent, headers: Mapping[str, str]) -> bytes:
    """A status line and headers."""
    lines = [f"HTTP/1.1 {sent.status} {HTTPStatus(sent.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in {**sent.headers, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _drip(rule: Rule, sent: Sent, transport: asyncio.Transport) -> None:
    """Send the headers or the body a byte at a time."""
    head = _head(sent, {"Content-Length": str(len(sent.body))})
    drops = head + sent.body
    if rule.part == "body":
        transport.write(head)
        drops = sent.body
    for place in range(len(drops)):
        if transport.is_closing():
            return
        transport.write(drops[place : place + 1])
        await asyncio.sleep(rule.seconds)

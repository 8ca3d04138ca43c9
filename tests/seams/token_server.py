"""A platform whose refresh tokens rotate, and which takes a second use of one for theft."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adloom.errors import AuthorizationError, UnusableAnswerError
from adloom.json_text import dump, parse_strict
from adloom.secret import Secret
from connections.connection import Connection
from connections.outgoing import WireRequest
from connections.providers.base import Grant
from connections.transport import Transport
from tests.seams.wire_server import Asked, WireServer, answer, wire_server

__all__ = ["TokenServer", "renew_at", "token_server"]

REVOKED = 40107


@dataclass
class TokenServer:
    """What a platform knows about one grant.

    Args:
        life: Seconds for which an access token is good.
        grace: Whether the refresh token before the present one still works.
        slow: Seconds between taking a refresh token and telling the new one.
    """

    life: float = 7200.0
    grace: bool = False
    slow: float = 0.0
    granted: list[float] = field(default_factory=list)
    refused: int = 0
    revoked: bool = False
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    wire: WireServer | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self.wire is not None
        return self.wire.address

    @property
    def present(self) -> str:
        """The refresh token that works now."""
        return f"refresh-{len(self.granted)}"

    async def reply(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Renew a grant, or revoke it."""
        token = parse_strict(asked.body)["refresh_token"]
        before = f"refresh-{len(self.granted) - 1}"
        if self.revoked or token not in ({self.present, before} if self.grace else {self.present}):
            self.revoked = True
            self.refused += 1
            writer.write(answer(dump({"code": REVOKED, "message": "used already"})))
            return
        if token == self.present:
            self.granted.append(time.monotonic())
        told = {"code": 0, "number": len(self.granted), "expires_in": self.life}
        self.taken.set()
        await asyncio.sleep(self.slow)
        writer.write(answer(dump(told)))


@asynccontextmanager
async def token_server(**options: Any) -> AsyncIterator[TokenServer]:
    """Run one until the block ends."""
    server = TokenServer(**options)
    async with wire_server(server.reply) as server.wire:
        yield server


def renew_at(address: str, transport: Transport) -> Callable[[Connection], Awaitable[Grant]]:
    """Return what asks such a server for a new grant."""

    async def renew(connection: Connection) -> Grant:
        body = dump({"refresh_token": connection.secrets["refresh_token"].reveal()})
        request = WireRequest("POST", f"{address}/", content=body, changes=True, deadline=10)
        told = parse_strict((await transport.exchange(request)).body)
        if told["code"] == REVOKED:
            raise AuthorizationError("the refresh token was used already")
        if told["code"] != 0:
            raise UnusableAnswerError("no grant in it")
        tokens = {
            "access_token": Secret(f"access-{told['number']}"),
            "refresh_token": Secret(f"refresh-{told['number']}"),
        }
        return Grant(tokens, {}, timedelta(seconds=told["expires_in"]))

    return renew

"""An Open Platform with one account whose tokens rotate: an old one is refused or taken for theft.

Only the token that was handed out last is good; a refresh token used twice ends the grant.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from adloom.json_text import dump
from tests.seams.wire_server import Asked, WireServer, answer, wire_server

__all__ = ["OpenServer", "open_server"]


@dataclass
class OpenServer:
    """What the platform knows about the grant.

    Args:
        life: Seconds for which a token is said to be good.
        uses: So many requests are answered with one token, then it is refused; None for any number.
        trouble: What the next refreshes say instead of handing out a token.
    """

    life: float = 7200.0
    uses: int | None = None
    trouble: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    used: int = 0
    refused: int = 0
    revoked: bool = False
    granted: list[float] = field(default_factory=list)
    given_back: list[str] = field(default_factory=list)
    wire: WireServer | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self.wire is not None
        return self.wire.address

    def paths(self) -> list[str]:
        """What was asked for, without the query."""
        assert self.wire is not None
        return [asked.target.partition("?")[0] for asked in self.wire.asked]

    async def reply(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        if asked.target == "/v2/oauth/token/":
            writer.write(answer(dump(self._token(dict(parse_qsl(asked.body.decode()))))))
            return
        if asked.target == "/v2/oauth/revoke/":
            self.given_back.append(dict(parse_qsl(asked.body.decode()))["token"])
            writer.write(answer(b""))
            return
        good = not self.revoked and asked.headers.get("authorization") == f"Bearer {self.access}"
        self.used += 1
        if not good or (self.uses is not None and self.used > self.uses):
            self.refused += 1
            error = {"code": "access_token_invalid", "message": "Invalid.", "log_id": "L1"}
            body = dump({"data": {}, "error": error})
            writer.write(answer(body, status="401 Unauthorized"))
            return
        data = {"user": {"open_id": "open-1", "display_name": "Ada"}, "number": self.number}
        error = {"code": "ok", "message": "", "log_id": "L2"}
        writer.write(answer(dump({"data": data, "error": error})))

    @property
    def access(self) -> str:
        """The access token that works now."""
        return f"act.canary-{self.number:04}"

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if self.trouble:
            return self.trouble.pop(0)
        if self.revoked or form.get("refresh_token") != f"rft.canary-{self.number:04}":
            self.revoked = True
            return {"error": "invalid_grant", "error_description": "Used already.", "log_id": "L3"}
        self.number += 1
        self.used = 0
        self.granted.append(time.monotonic())
        return {
            "access_token": self.access,
            "refresh_token": f"rft.canary-{self.number:04}",
            "expires_in": self.life,
            "refresh_expires_in": 15_552_000,
            "open_id": "open-1",
            "scope": "user.info.basic,video.list",
            "token_type": "Bearer",
        }


@asynccontextmanager
async def open_server(**options: Any) -> AsyncIterator[OpenServer]:
    """Run one until the block ends."""
    server = OpenServer(**options)
    async with wire_server(server.reply) as server.wire:
        yield server

"""What a module is given: parameters, a platform to read from, and a moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from adloom.files import FileFacts
from adloom.rows import Shape
from adloom.sound import SoundFacts
from adloom.wire import Answer, Page, Record, Request

__all__ = ["Api", "ConnectionFacts", "Context", "Listen", "LookAt", "Params"]


class Params(BaseModel):
    """What a module is given. Every field has a title and a one-sentence description."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Api(Protocol):
    """What a module may do with a platform: read. Changes go through the engine as `Call`s."""

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Read once."""
        ...

    def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Read a listing page by page; rows are told apart by `key`, which may hold an object.

        Rows that have the `shape` already may come undecoded.
        """
        ...

    async def read(self, request: Request) -> Answer:
        """Send any request that changes nothing."""
        ...

    async def accounts(self) -> list[Record]:
        """List the accounts the grant covers now, by id and name."""
        ...


class LookAt(Protocol):
    """Looks at a file; see `adloom.files.look_at`."""

    def __call__(self, path: str, *, slice_size: int = 0) -> FileFacts:
        """Say what identifies a file, and each part of it."""
        ...


class Listen(Protocol):
    """Listens to a sound; see `adloom.sound.listen_to`."""

    def __call__(self, path: str, content: bytes | None = None) -> Awaitable[SoundFacts]:
        """Decode a sound to its end: a file, or content that lies nowhere."""
        ...


@dataclass(frozen=True)
class ConnectionFacts:
    """What a module may know about the connection it works with.

    Args:
        name: The user's name for it.
        provider: The platform.
        account: Who granted what, as the platform told it.
        settings: How it is set up, without its secrets.
    """

    name: str
    provider: str
    account: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a module receives besides its parameters.

    Args:
        api: Reads from the platform.
        file: Looks at a file of the user's.
        sound: Listens to a sound file of the user's, to its end.
        connection: Facts about the connection.
        now: The moment of the operation; the same when it is replayed.
        operation_id: Unique; the same when it is resumed.
        say: Told what the user should know, a sentence at a time.
        pause: Waits for some seconds, where a platform takes its time.
    """

    api: Api
    connection: ConnectionFacts
    now: datetime
    operation_id: str
    file: LookAt
    sound: Listen
    say: Callable[[str], None] = lambda _: None
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

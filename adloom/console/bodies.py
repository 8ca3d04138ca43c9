"""Bodies of requests, as long as they are not too large."""

import asyncio
from contextlib import suppress
from typing import Final

from starlette.types import Message, Receive

__all__ = ["LARGEST", "LARGEST_OF_STRANGERS", "LimitedBody"]

#: Bytes of a body, and of one from somebody who is not signed in.
LARGEST: Final = 12_000_000
LARGEST_OF_STRANGERS: Final = 16_000
#: What is read and forgotten after that: a browser shows an answer only once it has sent all.
DROPPED: Final = 8
DROPPED_SECONDS: Final = 10.0


class LimitedBody:
    """Receives a request until it is too large; then, for whoever reads it, it is cut off.

    Args:
        receive: Where it comes from.
        largest: Bytes it may have.
    """

    def __init__(self, receive: Receive, largest: int) -> None:
        self.is_too_large = False
        self._receive = receive
        self._largest = largest
        self._size = 0

    async def __call__(self) -> Message:
        """The next part."""
        if self.is_too_large:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size <= self._largest:
            return message
        if message.get("more_body", False):
            await self.drop()
        self.is_too_large = True
        return {"type": "http.disconnect"}

    async def drop(self) -> None:
        """Read on for a while without keeping anything: it is too large."""
        self.is_too_large = True
        left = self._largest * DROPPED
        with suppress(TimeoutError):
            async with asyncio.timeout(DROPPED_SECONDS):
                while left > 0:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return

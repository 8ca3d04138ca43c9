"""A line for each request: what was asked and what was answered, never a query or a header."""

import logging
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["AccessLog"]

logger = logging.getLogger("adloom.intake.access")

LONGEST_PATH: Final = 200


class AccessLog:
    """Writes the line.

    Args:
        app: What answers.
        monotonic: Seconds that never run backwards.
    """

    def __init__(self, app: ASGIApp, *, monotonic: Callable[[], float]) -> None:
        self._app = app
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._monotonic(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            # As text with its signs escaped: a path must not make lines of its own.
            path = ascii(scope["path"][:LONGEST_PATH])[1:-1]
            took = (self._monotonic() - begun) * 1000
            logger.info("%s %s %d %.0f ms", scope["method"], path, status, took)

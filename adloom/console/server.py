"""The console on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import ASGIApp
from uvicorn import Config, Server

__all__ = ["PORT", "console_server"]

PORT: Final = 8920
LOOPBACK: Final = "127.0.0.1"
#: Fifty tabs, each with the six connections a browser opens at most, and some more.
AT_ONCE: Final = 1_000
KEEP_ALIVE: Final = 30
LARGEST_HEAD: Final = 1 << 16


def console_server(app: ASGIApp, *, host: str = LOOPBACK, port: int = PORT) -> Server:
    """A server for the console; `await server.serve()` runs it until `should_exit` is set.

    Args:
        app: The console.
        host: Where it listens.
        port: Which port; 0 takes any that is free.
    """
    config = Config(
        app,
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="off",
        # Addresses of pages may name accounts; whoever wants a log puts a proxy in front.
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=KEEP_ALIVE,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
    return _Guest(config)


class _Guest(Server):
    """A server in somebody else's process, to whom signals belong; `should_exit` ends it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

"""The intake on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import ASGIApp
from uvicorn import Config, Server

__all__ = ["PORT", "intake_server"]

PORT: Final = 8918
LOOPBACK: Final = "127.0.0.1"
#: Requests at a time; each may hold a body of some megabytes.
AT_ONCE: Final = 64
KEEP_ALIVE: Final = 10
LARGEST_HEAD: Final = 1 << 15


def intake_server(app: ASGIApp, *, host: str = LOOPBACK, port: int = PORT) -> Server:
    """A server for the application; `await server.serve()` runs it until `should_exit` is set.

    Args:
        app: The application.
        host: Where it listens: on this machine only, unless something else is asked for. Beyond
            it, a proxy with TLS belongs in front.
        port: Which port.
    """
    config = Config(
        app,
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="off",
        # What is logged is for the intake to say; uvicorn would write queries too.
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

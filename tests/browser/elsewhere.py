"""Pages that are not the console's: what somebody else serves while the console is open."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

__all__ = ["Elsewhere", "elsewhere"]

PAGE: Final = b"<!doctype html><title>Win a prize</title><main id=place>Win a prize</main>"


@dataclass
class Elsewhere:
    """Another site.

    Args:
        port: Where it listens, on every loopback address it was given.
        seen: The headers of the requests it was sent, with the path as `:path`.
    """

    port: int
    seen: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Serve an empty page at every path; `/away?to=ADDRESS` redirects and keeps the method."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            site.seen.append({":path": self.path, **dict(self.headers.items())})
            length = int(self.headers.get("Content-Length", 0))
            self.rfile.read(length)
            to = parse_qs(asked.query).get("to")
            self.send_response(307 if to else 200)
            if to:
                self.send_header("Location", to[0])
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"" if to else PAGE)

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        site = Elsewhere(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()

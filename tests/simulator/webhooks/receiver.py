"""Somebody who receives webhooks."""

import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 10


@dataclass(frozen=True)
class Received:
    """One request, by lower-case header names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Receiver:
    """Listens at a port of this machine and remembers what comes.

    Args:
        statuses: What it answers with, in turn; the last one for ever.
        certificate: A file with a certificate and its key, to listen with TLS.
    """

    def __init__(self, *statuses: int, certificate: Path | None = None):
        self.received: list[Received] = []
        self._statuses = list(statuses or (200,))
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = False
        self.scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self._server.server_port}/hooks?from=tiktok"

    def wait(self, count: int = 1) -> list[Received]:
        """What came, once so much has come."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.received) >= count, PATIENCE)
            return list(self.received)

    def _take(self, received: Received) -> int:
        with self._arrived:
            self.received.append(received)
            self._arrived.notify_all()
            return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = take(Received(self.command, self.path, headers, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as inherited
                """Say nothing."""

        return Answering

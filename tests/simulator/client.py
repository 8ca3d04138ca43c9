"""A client that is written from the sheets, with nothing but the standard library."""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = "/open_api/v1.3"

Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back, by lower-case header names."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Talks to one simulator.

    Args:
        url: Its address.
        token: Sent as `Access-Token`; empty sends none.
    """

    def __init__(self, url: str, token: str = ""):
        self.url = url
        self.token = token

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request with the path as it is."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            target = f"{path}?{query}" if query else path
            given = {"Access-Token": self.token} if self.token else {}
            connection.request(method, target, body or None, {**given, **(headers or {})})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **params: Any) -> Row:
        """The envelope of a GET below the root; lists and objects become JSON text."""
        given = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        found: Row = self.send("GET", ROOT + path, query=urlencode(given)).json
        return found

    def post(self, path: str, **body: Any) -> Row:
        """The envelope of a POST below the root."""
        headers = {"Content-Type": "application/json"}
        sent = json.dumps(body).encode()
        found: Row = self.send("POST", ROOT + path, body=sent, headers=headers).json
        return found

    def control(self, method: str, name: str, asked: Any = None) -> Any:
        """What `/_simulator/` says."""
        body = b"" if asked is None else json.dumps(asked).encode()
        return self.send(method, f"/_simulator/{name}", body=body).json

    def rows(self, path: str, **params: Any) -> list[Row]:
        """Every row of a listing, page by page."""
        found: list[Row] = []
        for page in range(1, 10_000):
            data = self.get(path, **{"page_size": 1000, **params}, page=page)["data"]
            found += data["list"]
            if page >= data["page_info"]["total_page"]:
                return found
        raise AssertionError("the listing has no end")


def raw(url: str, request: bytes) -> bytes:
    """Everything that a bare connection yields after a request, until it closes."""
    where = urlsplit(url)
    received = b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as wire:
        wire.sendall(request)
        while part := wire.recv(65536):
            received += part
    return received

"""Requests exactly as they are written, down to a header that stands twice or not at all."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

__all__ = ["Answer", "knock", "knock_by_socket"]

Pairs = Sequence[tuple[str, str]]


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    def header(self, name: str) -> str | None:
        found = self.all(name)
        assert len(found) <= 1, f"{name} stands {len(found)} times"
        return found[0] if found else None

    @property
    def text(self) -> str:
        return self.body.decode()


async def knock(
    app: ASGIApp, method: str, path: str, headers: Pairs = (), body: Iterable[bytes] = ()
) -> Answer:
    """Send one request, its body in pieces."""
    answer = Answer()
    coming = _pieces(list(body))
    await app(_scope(method, path, headers), lambda: anext(coming), _taking(answer))
    return answer


async def knock_by_socket(app: ASGIApp, headers: Pairs) -> list[Message]:
    """Ask for a web socket; what is said to that."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    await app({**_scope("GET", "/", headers), "type": "websocket"}, receive, send)
    return said


def _scope(method: str, path: str, headers: Pairs) -> dict[str, Any]:
    before, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": before,
        "raw_path": before.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "state": {},
    }


async def _pieces(body: list[bytes]) -> AsyncIterator[Message]:
    for place, piece in enumerate(body or [b""], 1):
        yield {"type": "http.request", "body": piece, "more_body": place < len(body)}
    while True:
        yield {"type": "http.disconnect"}


def _taking(answer: Answer) -> Any:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert answer.status == 0, "it was answered twice"
            answer.status = message["status"]
            answer.headers = [(one.decode(), other.decode()) for one, other in message["headers"]]
        else:
            assert answer.status, "a body without a beginning"
            answer.body += message.get("body", b"")

    return send

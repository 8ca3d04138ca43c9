"""A platform that answers from a file of tests; whatever it is not told of, it refuses."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from adloom.errors import UnforeseenError
from adloom.rows import Shape
from adloom.wire import Answer, Page, Record, Request
from modules.base import ConnectionFacts, Module
from scenarios.testing.model import Connection

__all__ = ["ScriptedApi", "facts_of"]

#: What is assumed of connections that a test says nothing about.
ASSUMED: Final[Mapping[str, Mapping[str, Any]]] = {
    "tiktok-events": {"source": "web", "source_id": "SOURCE"},
}


@dataclass
class ScriptedApi:
    """Answers reads.

    Args:
        reads: The answers by path: a list of rows, or the data of an answer.
        unknown: Paths that were asked for and have no answer.
    """

    reads: Mapping[str, Any]
    unknown: list[str] = field(default_factory=list)
    settle_seconds: ClassVar[float] = 0.0
    visibility_lag: ClassVar[float] = 0.0

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Read once."""
        return await self.read(Request("GET", path, query or {}))

    async def read(self, request: Request) -> Answer:
        """Answer any request that changes nothing."""
        found = self._found(request.path)
        data = {"list": found} if isinstance(found, list) else found
        return Answer(200, {}, {"code": 0, "message": "OK", "data": data}, data, code=0)

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],  # noqa: ARG002 - Api's signature; rows come as they are given
        *,
        key: str,  # noqa: ARG002 - as above
        page_size: int,
        shape: Shape | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[Record]]:
        """Read a listing: every row it was given, whatever is asked for."""
        found = self._found(path)
        rows = found if isinstance(found, list) else found.get("list", [])
        for start in range(0, max(len(rows), 1), page_size):
            page = [dict(row) for row in rows[start : start + page_size]]
            yield Page(page, len(rows), start + page_size < len(rows))

    async def accounts(self) -> list[Record]:
        """The accounts a grant covers."""
        found = self._found("accounts")
        return list(found) if isinstance(found, list) else []

    async def change(self, request: Request) -> Answer:
        """Refuse: nothing is sent."""
        raise AssertionError(f"{request.path} would have been sent")

    def changes(self, request: Request) -> bool:
        """Whether a request may change something."""
        return request.method not in ("GET", "HEAD")

    def _found(self, path: str) -> Any:
        for one in (path, path.rstrip("/"), f"{path}/"):
            if one in self.reads:
                return self.reads[one]
        self.unknown.append(path)
        raise UnforeseenError(f"It reads {path}, and the test does not say what it finds there.")


def facts_of(name: str, module: Module, given: Connection | None) -> ConnectionFacts:
    """What a module is told of a connection: what the test says, and as little else as can be."""
    known = given or Connection()
    provider = known.provider or module.provider
    account = {"addresses": [name]} if provider == "notify" else {}
    settings = {**ASSUMED.get(provider, {}), **known.settings}
    return ConnectionFacts(name, provider, {**account, **known.account}, settings)

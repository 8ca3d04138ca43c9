"""A platform in memory: lists of rows behind paths, and a record of what was asked."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adloom.errors import AdloomError
from adloom.files import look_at
from adloom.rows import Shape
from adloom.sound import listen_to
from adloom.wire import Answer, Page, Record, Request
from modules.base import ConnectionFacts, Context

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

Rows = Callable[[Mapping[str, Any]], list[Record]]


@dataclass
class FakeApi:
    """Answers listings from functions of the query; keeps every question."""

    listings: dict[str, Rows] = field(default_factory=dict)
    granted: list[Record] = field(default_factory=list)
    answers: dict[str, Answer | AdloomError] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        return await self.read(Request("GET", path, query or {}))

    async def read(self, request: Request) -> Answer:
        self.asked.append(request)
        answer = self.answers[request.path]
        if isinstance(answer, AdloomError):
            raise answer
        return answer

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,  # noqa: ARG002 - rows come decoded here
    ) -> AsyncIterator[Page[Record]]:
        self.asked.append(Request("GET", path, {**query, "page_size": page_size, "key": key}))
        rows = self.listings[path](query)
        for start in range(0, max(len(rows), 1), page_size):
            more = start + page_size < len(rows)
            yield Page([dict(row) for row in rows[start : start + page_size]], len(rows), more)

    async def accounts(self) -> list[Record]:
        return self.granted


def context_for(api: FakeApi, said: list[str] | None = None) -> Context:
    facts = ConnectionFacts("acme", "tiktok-business", {"permissions": [2]})
    say = said.append if said is not None else lambda _: None
    return Context(api, facts, NOW, "operation-1", look_at, listen_to, say)


def ad_row(number: int, **more: Any) -> Record:
    """A row as `/ad/get/` sends it, cut to what the tests look at."""
    return {
        "ad_id": str(1_700_000_000_000_000 + number),
        "ad_name": f"Ad {number}",
        "adgroup_id": "1700000000000100",
        "campaign_id": "1700000000000010",
        "operation_status": "ENABLE",
        "secondary_status": "AD_STATUS_DELIVERY_OK",
        "create_time": "2026-11-01 00:00:00",
        "modify_time": "2026-11-02 00:00:00",
        **more,
    }


def by_ids(rows: list[Record]) -> Rows:
    """A listing that honours the id filters, as TikTok does."""

    def answer(query: Mapping[str, Any]) -> list[Record]:
        filtering = query.get("filtering") or {}
        columns = {
            "ad_ids": "ad_id",
            "ad_ids_v2": "smart_plus_ad_id",
            "campaign_ids": "campaign_id",
        }
        found = rows
        for name, column in columns.items():
            if name in filtering:
                found = [row for row in found if str(row.get(column)) in filtering[name]]
        if "RESERVATION_TOP_VIEW" in filtering.get("buying_types", []):
            return [row for row in found if row.get("topview")]
        return [row for row in found if not row.get("topview")]

    return answer

"""A creator's account in memory: prepared pages, prepared answers, and a grant."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adloom.rows import Shape
from adloom.wire import Answer, Page, Record, Request
from modules.base import ConnectionFacts, Context
from tests.modules.fake_api import NOW, FakeApi, context_for

SCOPES = ("video.list", "video.upload", "video.publish", "share.sound.create")


@dataclass
class CreatorApi(FakeApi):
    """Answers listings with prepared pages, and each path with its prepared data in turn."""

    videos: Sequence[Page[Any]] = ()
    data: dict[str, list[Any]] = field(default_factory=dict)

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,  # noqa: ARG002 - rows come decoded here
    ) -> AsyncIterator[Page[Record]]:
        self.asked.append(Request("POST", path, {**query, "page_size": page_size, "key": key}))
        for page in self.videos:
            yield replace(page, records=[dict(row) for row in page.records])

    async def read(self, request: Request) -> Answer:
        if not (prepared := self.data.get(request.path)):
            return await super().read(request)
        self.asked.append(request)
        data = prepared.pop(0) if len(prepared) > 1 else prepared[0]
        return Answer(200, {}, {"data": data}, data, NOW)


def creator_context(
    api: FakeApi, said: list[str] | None = None, scopes: Sequence[str] = SCOPES
) -> Context:
    facts = ConnectionFacts("creator", "tiktok", {"permissions": list(scopes)})
    return replace(context_for(api, said), connection=facts)


def video_row(number: int, **more: Any) -> Record:
    """A video as TikTok lists it; a higher number is younger by a minute."""
    return {
        "id": str(7_500_000_000_000_000_000 + number),
        "create_time": 1_795_000_000 + 60 * number,
        "title": f"Video {number}",
        "cover_image_url": f"https://covers.example.com/{number}.jpeg?x-expires=1",
        **more,
    }

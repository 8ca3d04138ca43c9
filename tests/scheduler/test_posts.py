"""A video on its way in chunks: cut off anywhere, only what is missing is sent again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from adloom.clock import FrozenClock
from adloom.database import Database, open_database
from adloom.errors import AdloomError, RejectedError, UnknownOutcomeError
from adloom.files import PIECE as CHUNK
from adloom.secret import redact
from adloom.wire import Answer, Request, SliceBody
from modules import find_module
from modules.base import ConnectionFacts
from scheduler.engine import Engine
from scheduler.journal import Journal
from scheduler.nodes import Node
from scheduler.plan import Opened
from scheduler.reading import Reader
from scheduler.records import CallState, Execution, Status
from scheduler.schema import MIGRATIONS
from tests.modules.creators import SCOPES, CreatorApi
from tests.modules.fake_api import NOW
from tests.scheduler.world import PlainSealer

CREATOR: Final = "/v2/post/publish/creator_info/query/"
STATUS: Final = "/v2/post/publish/status/fetch/"
TOKEN: Final = "made-up-by-the-platform"
LOST: Final = UnknownOutcomeError("No answer.")
CONTENT: Final = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * (3 * CHUNK // 256)
DONE, PLANNED, INTENT, FAILED = (
    CallState.DONE,
    CallState.PLANNED,
    CallState.INTENT,
    CallState.FAILED,
)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many chunks, but less to carry around."""
    monkeypatch.setattr("modules.create_video_post.CHUNK", CHUNK)


class Cut(BaseException):
    """The process ends here."""


@dataclass
class Studio(CreatorApi):
    """A platform that takes a video in chunks; its answers may be lost, or the sender end.

    Troubles come by call: the first is the beginning, the next the first chunk.
    """

    before: list[BaseException | None] = field(default_factory=list)
    after: list[BaseException | None] = field(default_factory=list)
    posts: dict[str, bytes] = field(default_factory=dict)
    looks: int = 0
    settle_seconds: float = 35.0
    visibility_lag: float = 5.0

    def __post_init__(self) -> None:
        self.data[CREATOR] = [{"privacy_level_options": ["SELF_ONLY"]}]

    def changes(self, request: Request) -> bool:
        return request.method == "PUT" or request.path.endswith("/init/")

    async def read(self, request: Request) -> Answer:
        if request.path != STATUS:
            return await super().read(request)
        self.looks += 1
        [content] = [self.posts[one] for one in self.posts if one in str(request.body)]
        data = {"status": "PROCESSING_UPLOAD", "uploaded_bytes": len(content)}
        return Answer(200, {}, {"data": data}, data, NOW)

    async def change(self, request: Request) -> Answer:
        _raise_next(self.before)
        answer = self._begin() if request.method == "POST" else self._take(request)
        _raise_next(self.after)
        return answer

    def _begin(self) -> Answer:
        name = f"v_pub_file~v2.{len(self.posts)}"
        self.posts[name] = b""
        address = f"https://upload.example.com/?upload_id={name}&upload_token={TOKEN}"
        data = {"publish_id": name, "upload_url": address}
        return Answer(200, {}, {"data": data, "error": {"code": "ok"}}, data, NOW)

    def _take(self, request: Request) -> Answer:
        found = re.search(rf"upload_id=(\S+)&upload_token={TOKEN}$", request.path)
        assert found
        assert isinstance(request.body, SliceBody)
        if request.body.offset != len(self.posts[found[1]]):
            raise RejectedError("not the next bytes (416)")
        end = request.body.offset + request.body.length
        self.posts[found[1]] += CONTENT[request.body.offset : end]
        return Answer(206, {}, None, None, NOW)


def _raise_next(troubles: list[BaseException | None]) -> None:
    if troubles and (trouble := troubles.pop(0)) is not None:
        raise trouble


@dataclass
class Desk:
    """An engine on a studio."""

    engine: Engine
    journal: Journal
    database: Database
    clock: FrozenClock
    said: list[str]


@asynccontextmanager
async def desk(folder: Path, studio: Studio) -> AsyncIterator[Desk]:
    """A process of its own; another one may have been here before."""
    facts = ConnectionFacts("creator", "tiktok", {"permissions": list(SCOPES)})
    clock, said = FrozenClock(NOW), list[str]()

    async def connect(_: str) -> Opened:
        return Opened(studio, facts)

    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal") as database:
        journal = Journal(database, PlainSealer(), clock)
        with Node(folder / "locks") as node:
            engine = Engine(Reader(clock, connect, said.append), journal, node)
            yield Desk(engine, journal, database, clock, said)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Summer.mp4"
    path.write_bytes(CONTENT)
    return path


async def published(at: Desk, file: Path, **more: Any) -> Any:
    values = {"file": str(file), **more}
    plan = await at.engine.plan(find_module("create_video_post"), values, "creator")
    return await at.engine.apply(plan)


def states(execution: Execution) -> list[CallState]:
    return [one.state for operation in execution.operations for one in operation.calls]


async def test_every_chunk_is_a_call_of_its_own_and_nobody_looks(
    tmp_path: Path, file: Path
) -> None:
    studio = Studio()

    async with desk(tmp_path, studio) as at:
        result = await published(at, file)
        [written] = await at.journal.all()

    assert {"v_pub_file~v2.0": CONTENT} == studio.posts
    assert [DONE] * 4 == states(written)
    assert [
        {
            "publish_id": "v_pub_file~v2.0",
            "post_ids": [],
            "status": "PROCESSING_UPLOAD",
            "uploaded_bytes": len(CONTENT),
        }
    ] == result.records
    assert 0 == studio.looks
    assert not any("does not show" in text for text in at.said)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
async def test_a_process_that_ends_between_chunks_is_taken_on_from_there(
    tmp_path: Path, file: Path, when: str, place: int
) -> None:
    studio = Studio()
    setattr(studio, when, [None] * place + [Cut()])
    async with desk(tmp_path, studio) as at:
        with pytest.raises(Cut):
            await published(at, file)
        [left] = await at.journal.all()
        assert [DONE] * place + [INTENT] == states(left)

    async with desk(tmp_path, studio) as at:
        [result] = await at.engine.recover()

    # A beginning whose answer was lost is sent again: nothing is posted without bytes.
    *forgotten, complete = studio.posts.values()
    assert CONTENT == complete
    assert ([b""] if (when, place) == ("after", 0) else []) == forgotten
    assert Status.DONE is result.execution.status
    assert [DONE] * 4 == states(result.execution)
    assert len(CONTENT) == result.records[0]["uploaded_bytes"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_chunk_without_an_answer_is_sent_again_only_if_it_is_not_there(
    tmp_path: Path, file: Path, when: str
) -> None:
    studio = Studio()
    setattr(studio, when, [None, None, LOST])

    async with desk(tmp_path, studio) as at:
        result = await published(at, file)

    assert {"v_pub_file~v2.0": CONTENT} == studio.posts
    assert Status.DONE is result.execution.status
    assert 1 == studio.looks
    assert sum(at.clock.slept) >= studio.settle_seconds


async def test_after_a_chunk_that_is_refused_no_other_is_sent(tmp_path: Path, file: Path) -> None:
    studio = Studio(before=[None, None, RejectedError("expired (403)")])

    async with desk(tmp_path, studio) as at:
        result = await published(at, file)

    assert [DONE, DONE, FAILED] == states(result.execution)
    assert Status.FAILED is result.execution.status
    assert CHUNK == result.records[0]["uploaded_bytes"]


async def test_a_post_whose_beginning_is_refused_has_no_name(tmp_path: Path, file: Path) -> None:
    refused: AdloomError = RejectedError("spam_risk_too_many_posts")

    async with desk(tmp_path, Studio(before=[refused])) as at:
        result = await published(at, file)

    assert [] == result.records
    assert Status.FAILED is result.execution.status


async def test_a_video_tiktok_fetches_waits_for_a_person_if_nobody_knows(tmp_path: Path) -> None:
    studio = Studio(after=[LOST])

    async with desk(tmp_path, studio) as at:
        values = {"video_url": "https://media.example.com/clip.mp4"}
        plan = await at.engine.plan(find_module("create_video_post"), values, "creator")
        result = await at.engine.apply(plan)

    assert Status.IN_DOUBT is result.execution.status
    assert 1 == len(studio.posts)


async def test_the_address_for_uploads_is_sealed_in_the_journal(tmp_path: Path, file: Path) -> None:
    async with desk(tmp_path, Studio()) as at:
        await published(at, file)
        rows = await at.database.read(
            lambda work: work.run("SELECT request, answer FROM call ORDER BY seq")
        )
        [written] = await at.journal.all()

    shown = " ".join(f"{row['request']} {row['answer']}" for row in rows)
    assert TOKEN not in shown
    assert "upload_id=v_pub_file~v2.0&upload_token=•••" in shown
    kept = written.operations[0].calls[1].call.request
    assert kept.path.endswith(f"upload_token={TOKEN}")
    assert TOKEN not in str(redact(kept.path))

"""A platform that lists late, out of order and from stale replicas (reliability.md §3.2)."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal

from adloom.errors import RetryableError
from adloom.wire import Answer, Page, Record, Request
from connections.providers.tiktok_listing import walk
from modules.base import Context, Params, Trigger, Watching
from modules.bundles import Bundle
from scheduler.cursor import begin, poll
from scheduler.watches import GLANCE, Ask, Batch, Position, Scan, View

START = datetime(2026, 11, 1, tzinfo=UTC)

Mode = Literal["created", "updated"]


class Watched(Params):
    """How the model is watched."""

    by: Mode = "created"


class Models(Trigger[Watched, Bundle]):
    """Watches the model; its pages are fetched by the bench, page by page."""

    def watching(self, params: Watched) -> Watching:
        return Watching(params.by)

    def sources(self, params: Watched) -> list[str]:  # noqa: ARG002 - Trigger's signature
        return ["model"]

    def fetch(
        self,
        params: Watched,
        context: Context,
        source: str,
        since: datetime | None,
        until: datetime | None = None,
    ) -> AsyncIterator[Page[Bundle]]:
        raise NotImplementedError

    def key(self, bundle: Record) -> str:
        return str(bundle["id"])

    def at(self, params: Watched, bundle: Record) -> datetime:
        stamp: datetime = bundle["create_time" if params.by == "created" else "modify_time"]
        return stamp

    def watched(self, bundle: Record) -> Record:
        return {"content": bundle["content"]}


@dataclass
class Version:
    """One state of an item, from the moment it comes into view."""

    visible_at: int
    row: Record | None


@dataclass
class Model:
    """The platform. Time is in whole seconds since `START`."""

    chance: Random
    late: int = 10
    skew: int = 2
    stale: int = 0
    ahead: int = 0
    inclusive: bool = True
    page_size: int = 3
    now: int = 0
    items: dict[str, list[Version]] = field(default_factory=dict)
    faults: float = 0.0

    def moment(self, seconds: int) -> datetime:
        return START + timedelta(seconds=seconds)

    def stamp(self) -> int:
        """A stamp by one of the platform's clocks, which differ a little."""
        ahead = self.ahead if self.ahead and self.chance.random() < 0.2 else 0
        return self.now - self.chance.randint(0, self.skew) + ahead

    def create(self, stamp: int | None = None) -> None:
        name = f"{len(self.items):03}"
        at = self.moment(self.stamp() if stamp is None else stamp)
        row = {"id": name, "create_time": at, "modify_time": at, "content": 0}
        self.items[name] = [Version(self._shown(), row)]

    def update(self, name: str, *, content: bool) -> None:
        """Change an item, perhaps without a new stamp if the second is the same."""
        last = self.items[name][-1]
        if last.row is None:
            return
        at = max(self.moment(self.stamp()), last.row["modify_time"])
        more = int(content)
        row = {**last.row, "modify_time": at, "content": last.row["content"] + more}
        self.items[name].append(Version(max(self._shown(), last.visible_at), row))

    def delete(self, name: str) -> None:
        shown = max(self._shown(), self.items[name][-1].visible_at)
        self.items[name].append(Version(shown, None))

    def _shown(self) -> int:
        return self.now + self.chance.randint(0, self.late)

    def visible(self, moment: int) -> list[Record]:
        """What a replica knows that has caught up to a moment."""
        rows = []
        for versions in self.items.values():
            known = [one for one in versions if one.visible_at <= moment]
            if known and known[-1].row is not None:
                rows.append(known[-1].row)
        return rows

    def answer(self, request: Request, column: str) -> Answer:
        """One page, from some replica, in an order of its own where stamps are equal."""
        if self.chance.random() < self.faults:
            raise RetryableError("The model is out of order.")
        since = request.query.get("since")
        replica = self.now - self.chance.randint(0, self.stale)
        rows = [
            row
            for row in self.visible(replica)
            if since is None or row[column] > since or (self.inclusive and row[column] == since)
        ]
        self.chance.shuffle(rows)
        rows.sort(key=lambda row: row[column], reverse=bool(request.query["newest_first"]))
        page, size = request.query["page"], request.query["page_size"]
        total = len(rows)
        info = {"total_number": total, "total_page": -(-total // size), "page": page}
        data = {"list": rows[(page - 1) * size : page * size], "page_info": info}
        served = self.moment(self.now)
        self.now += self.chance.randint(0, 1)
        return Answer(200, {}, {}, data, served)


def stepped(
    model: Model, since: datetime | None, column: str, between: Callable[[], None]
) -> Iterator[Page[Record]]:
    """Walk through a listing of the model without an event loop: it never waits for anything."""
    newest_first = model.chance.random() < 0.5

    async def send(request: Request) -> Answer:
        between()
        return model.answer(request, column)

    query = {"since": since, "newest_first": newest_first}
    pages = walk(
        send, Request("GET", "/model/", query), list_key="list", key="id",
        page_size=model.page_size,
    )  # fmt: skip
    while True:
        try:
            pages.__anext__().__await__().send(None)
        except StopIteration as page:
            yield page.value
        except StopAsyncIteration:
            return


@dataclass
class Bench:
    """A watch on the model, with an inbox that refuses what it has had."""

    model: Model
    by: Mode
    limit: int
    overlap: timedelta
    inbox: dict[str, Record] = field(default_factory=dict)
    position: Position = field(default_factory=Position)
    baseline: Position = field(default_factory=Position)
    #: Everything handed on, in order.
    order: list[list[Any]] = field(default_factory=list)
    between: Callable[[], None] = lambda: None
    #: A scan that takes longer is given up, in seconds.
    deadline: int = 40

    @property
    def view(self) -> View:
        return View(Models(), Watched(by=self.by))

    @property
    def column(self) -> str:
        return "create_time" if self.by == "created" else "modify_time"

    def begin(self) -> bool:
        """Start from now on; False if the listing never held still."""
        steps = begin(self.view, overlap=self.overlap, now=self.model.moment(self.model.now))
        position = self.driven(steps)
        if position is None:
            return False
        self.position = self.baseline = position
        return True

    def was_there(self, row: Record) -> bool:
        """Whether a version belongs to the baseline."""
        known = self.baseline.seen.get(row["id"])
        if known is None or self.by == "created":
            return known is not None
        return known.at == row["modify_time"] and self.view.digest(row) in known.digests

    def poll(self) -> Batch:
        """Poll once and commit."""
        steps = poll(
            self.position,
            self.view,
            limit=self.limit,
            overlap=self.overlap,
            now=self.model.moment(self.model.now),
        )
        batch: Batch = self.driven(steps)
        self.commit(batch)
        return batch

    def commit(self, batch: Batch) -> None:
        for item in batch.items:
            assert item.key not in self.inbox, f"{item.key} was handed on twice"
            self.inbox[item.key] = dict(item.bundle)
        self.order.append([item.at for item in batch.items])
        self.position = batch.position

    def driven(self, steps: Any) -> Any:
        """Answer what a cursor asks for."""
        pages: Iterator[Page[Record]] = iter(())
        started = self.model.now
        ask: Ask = next(steps)
        try:
            while True:
                if self.model.now - started > self.deadline:
                    raise RetryableError("The scan took too long.")
                if isinstance(ask, Scan):
                    pages = stepped(self.model, ask.since, self.column, self.between)
                elif ask is GLANCE:
                    now = self.model.moment(self.model.now)
                    pages = stepped(self.model, now, self.column, self.between)
                ask = steps.send(next(pages, None))
        except StopIteration as end:
            return end.value

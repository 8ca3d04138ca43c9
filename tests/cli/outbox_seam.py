"""What a test puts into the outbox of a workspace, and what it finds there."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from adloom.cli.session import Session, open_session
from adloom.database import Transaction
from adloom.settings import Workspace
from scheduler.outbox.entries import Accepted, Entry, Lane, Origin

__all__ = ["INTAKE", "LANE", "change", "contents", "entry", "in_workspace", "put"]

ResultT = TypeVar("ResultT")
LANE = Lane("shop", "web", "CPIXEL")
INTAKE = Origin("intake", "door")


def in_workspace(folder: Path, work: Callable[[Session], Awaitable[ResultT]]) -> ResultT:
    """Do something in an open workspace."""

    async def run() -> ResultT:
        async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
            return await work(session)

    return asyncio.run(run())


def entry(number: int, **content: Any) -> Entry:
    """An event; the same for the same number."""
    event_id = f"order-{number}"
    now = int(datetime.now(UTC).timestamp())
    item = {"event": "Purchase", "event_id": event_id, "event_time": now, **content}
    key = number.to_bytes(16)
    return Entry(key, number, "Purchase", event_id, now, json.dumps(item).encode(), str(number))


def put(folder: Path, *entries: Entry, lane: Lane = LANE) -> Accepted:
    """Put events into the outbox."""

    async def work(session: Session) -> Accepted:
        return await (await session.outbox()).accept(lane, entries, INTAKE)

    return in_workspace(folder, work)


def contents(folder: Path) -> list[str]:
    """The ids of the events that lie in the outbox, opened."""

    async def work(session: Session) -> list[str]:
        outbox = await session.outbox()
        items = [json.loads(await outbox.content(one.id)) for one in await outbox.held()]
        return [item["event_id"] for item in items]

    return in_workspace(folder, work)


def change(folder: Path, sql: str, *values: Any) -> list[Any]:
    """Run a statement in the outbox's database."""

    async def work(session: Session) -> list[Any]:
        def run(transaction: Transaction) -> list[Any]:
            return [tuple(row) for row in transaction.run(sql, *values)]

        return await (await session.outbox()).database.write(run)

    return in_workspace(folder, work)

"""What keeps a scenario from losing bundles or doing things twice, each to be taken away.

Whoever counts has to notice that it is gone; otherwise the counting proves nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from unittest.mock import patch

from adloom.database import Transaction
from modules import all_modules
from modules.base import OnDoubt
from scheduler.history import History, StepRun
from scheduler.journal import Journal
from scheduler.watch_store import Source, StoredWatch, WatchStore, new_ids
from scheduler.watches import Batch

__all__ = ["PROTECTIONS", "without"]


@contextmanager
def _no_intents() -> Iterator[None]:
    async def forget(self: Journal, *_: Any) -> datetime:
        return self._clock.now()

    with patch.object(Journal, "intent", forget):
        yield


@contextmanager
def _no_looking() -> Iterator[None]:
    with ExitStack() as undo:
        for module in all_modules():
            if module.action is not None:
                undo.enter_context(
                    patch.object(type(module.action), "on_doubt", OnDoubt.REPEAT),
                )
        yield


@contextmanager
def _inbox_apart() -> Iterator[None]:
    commit = WatchStore.commit

    async def apart(self: WatchStore, source: Source, watch: StoredWatch, batch: Batch) -> bool:
        moved = await commit(self, source, watch, replace(batch, items=[]))
        now = self._clock.now()

        def work(work: Transaction) -> None:
            for item, identity in zip(batch.items, new_ids(now, len(batch.items)), strict=True):
                self._hand_on(work, source, watch.epoch, item, identity)

        await self._database.write(work)
        return moved

    with patch.object(WatchStore, "commit", apart):
        yield


@contextmanager
def _history_late() -> Iterator[None]:
    async def at_last(_: History) -> None:
        pass

    with (
        patch.object(History, "send", lambda _: None),
        patch.object(History, "flush", at_last),
    ):
        yield


@contextmanager
def _nothing_known() -> Iterator[None]:
    async def nothing(_: History) -> Mapping[str, StepRun]:
        return {}

    with patch.object(History, "known", nothing):
        yield


@contextmanager
def _store_apart() -> Iterator[None]:
    def later(self: History, _: Transaction, run: StepRun) -> None:
        self.add(run)

    with patch.object(History, "write_in", later):
        yield


#: By name: how to take it away.
PROTECTIONS: Final[Mapping[str, Callable[[], Any]]] = {
    "intents": _no_intents,
    "looking-up": _no_looking,
    "one-hand-off": _inbox_apart,
    "history-first": _history_late,
    "known-steps": _nothing_known,
    "store-with-history": _store_apart,
}


@contextmanager
def without(protection: str | None) -> Iterator[None]:
    """Take a protection away for a while."""
    if protection is None:
        yield
        return
    with PROTECTIONS[protection]():
        yield

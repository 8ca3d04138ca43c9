"""The cursor with one protection taken away: each must lose or repeat something.

A protection whose removal goes unnoticed would mean that the histories are too tame
(reliability.md §3.6).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from unittest.mock import patch

from scheduler import cursor
from scheduler.cursor import _Scanned
from scheduler.watches import Memory, Position
from tests.scheduler.histories import Settings

__all__ = ["ABLATIONS", "Ablation", "without"]

Ablation = Callable[[], Any]


def _no_own_filter() -> Any:
    return patch.object(_Scanned, "_is_settled", lambda *_: False)


def _no_rest() -> Any:
    return patch.object(_Scanned, "_leave", lambda *_: None)


def _no_future_guard() -> Any:
    def horizon(self: _Scanned, date: datetime, overlap: timedelta) -> datetime | None:  # noqa: ARG001 - as it is
        return self._latest - overlap if self._latest else self._position.settled

    return patch.object(_Scanned, "_horizon", horizon)


def _pruned_too_soon() -> Any:
    def is_past(self: _Scanned, key: str, memory: Memory, position: Position) -> bool:  # noqa: ARG001 - as it is
        settled = position.settled
        return bool(settled and memory.at and memory.at < settled + timedelta(seconds=20))

    return patch.object(_Scanned, "_is_past", is_past)


def _no_content() -> Any:
    def is_news(self: _Scanned, known: Memory, at: datetime, digest: str) -> bool:  # noqa: ARG001 - as it is
        return known.at is None or at > known.at

    return patch.object(_Scanned, "_is_news", is_news)


def _backwards() -> Any:
    def is_news(self: _Scanned, known: Memory, at: datetime, digest: str) -> bool:  # noqa: ARG001 - as it is
        return at != known.at or digest not in known.digests

    return patch.object(_Scanned, "_is_news", is_news)


def _no_whole_check() -> Any:
    whole = _Scanned.batch

    def batch(self: _Scanned, **how: Any) -> Any:
        return whole(self, **{**how, "whole": True})

    return patch.object(_Scanned, "batch", batch)


def _no_confirmation() -> Any:
    def moved(self: _Scanned, position: Position, date: datetime, overlap: timedelta) -> Position:
        limits = [one for one in (self._horizon(date, overlap), self._before_rest()) if one]
        settled = cursor._later(position.settled, min(limits) if limits else None)
        return Position(settled, settled, position.polls, position.seen)

    return patch.object(_Scanned, "_moved", moved)


@contextmanager
def without(*ablations: Ablation) -> Iterator[None]:
    """Take protections away for a while."""
    if not ablations:
        yield
        return
    with ablations[0](), without(*ablations[1:]):
        yield


CREATED: Final = Settings("created")
UPDATED: Final = Settings("updated")

#: By name: what is taken away, and the histories that have to notice.
ABLATIONS: Final[dict[str, tuple[tuple[Ablation, ...], Settings]]] = {
    "no overlap, new items": ((), Settings("created", overlap=0)),
    "no overlap, changes": ((), Settings("updated", overlap=0)),
    "an overlap shorter than what is late": ((), Settings("created", overlap=6)),
    "no check of the whole, no confirmation, new items": (
        (_no_whole_check, _no_confirmation),
        CREATED,
    ),
    "no check of the whole, no confirmation, changes": (
        (_no_whole_check, _no_confirmation),
        UPDATED,
    ),
    "no filter of our own, new items": ((_no_own_filter,), CREATED),
    "no filter of our own, changes": ((_no_own_filter,), UPDATED),
    "what waits beyond the limit forgotten, no confirmation": (
        (_no_rest, _no_confirmation),
        CREATED,
    ),
    "what was seen forgotten too soon": ((_pruned_too_soon,), CREATED),
    "what was seen forgotten too soon, changes": ((_pruned_too_soon,), UPDATED),
    "no look at the content": ((_no_content,), UPDATED),
    "older versions told": ((_backwards,), Settings("updated", stale=6)),
    "no guard against the future, no confirmation": (
        (_no_future_guard, _no_confirmation),
        Settings("created", ahead=500),
    ),
}

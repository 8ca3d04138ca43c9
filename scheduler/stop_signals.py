"""Signals that ask a process to end, as a call in its event loop."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

__all__ = ["stop_signals"]

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_signals(stop: Callable[[], None], *, watched: bool = True) -> Iterator[None]:
    """Have `stop` called for Ctrl-C and for a request to end, instead of ending at once.

    Args:
        stop: Called once for each signal.
        watched: Whether to do so at all.
    """
    loop = asyncio.get_running_loop()

    def call(_: int, __: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    before = {one: signal.signal(one, call) for one in SIGNALS} if watched else {}
    try:
        yield
    finally:
        for one, known in before.items():
            signal.signal(one, known)

"""A request that failed leaves nothing behind in memory: bodies are large."""

import gc
import weakref

import pytest

from adloom.errors import AdloomError, RetryableError, UnknownOutcomeError
from adloom.wire import Answer, Request
from scheduler.outbox.entries import Lane
from scheduler.outbox.requests import send
from tests.seams.event_pixel import refusal

LANE = Lane("shop", "web", "CPIXEL")


class Wire:
    """Stands for what a request becomes on its way."""


class Failing:
    """Fails with an error that its own traceback leads back to.

    Args:
        reason: The error; None is a refusal of the event.
    """

    def __init__(self, reason: type[AdloomError] | None) -> None:
        self._reason = reason
        self.wires: list[weakref.ref[Wire]] = []

    async def change(self, request: Request) -> Answer:
        """Keep something where the traceback leads to, and fail."""
        wire = Wire()
        self.wires.append(weakref.ref(wire))
        error = self._reason(request.path) if self._reason else refusal("data.0: no")
        raise error


@pytest.mark.parametrize("reason", [None, RetryableError, UnknownOutcomeError])
async def test_a_request_that_failed_is_forgotten_at_once(
    reason: type[AdloomError] | None,
) -> None:
    api = Failing(reason)
    gc.disable()
    try:
        await send(api, LANE, [b"{}"], {}, first_index=0, stopped=lambda: False)
        left = [wire() for wire in api.wires]
    finally:
        gc.enable()

    assert left
    assert not any(left)

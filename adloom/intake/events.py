"""Where events come in: `POST /events` and `POST /events/{name}`.

Whoever does not know the secret of an address learns nothing, not even which addresses there are.
Who does is answered once what they sent is safe on the disk, with what is wrong with the rest of
it: fields and reasons, never a value. What could not be kept may be sent again: an event that is
known already changes nothing.
"""

import asyncio
import hashlib
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adloom.clock import Clock
from adloom.errors import AdloomError
from adloom.intake.bodies import read_content
from adloom.intake.event_bodies import records_of, with_topic
from adloom.intake.event_reading import Reads, Sorted, sort_records
from adloom.intake.rates import Rate
from adloom.intake.refusals import PAUSE, STRANGER, UNSTORED, Refusal, answer
from adloom.intake.strangers import headers_of, secret_of_nobody
from connections.signatures import Proves
from scheduler.outbox.entries import Accepted, Entry, Lane, Origin

__all__ = ["DEFAULT", "EventHook", "EventIntake", "Keeps"]

logger = logging.getLogger(__name__)

#: The address that `POST /events` means, where there are several.
DEFAULT: Final = "default"
#: Requests in so many seconds, for each address; for all strangers together.
MOST: Final = 20_000
MOST_STRANGE: Final = 300
SECONDS: Final = 10.0
STRANGERS: Final = "strangers"
#: Requests that wait for the disk at a time; those beyond are asked to come again.
MOST_WAITING: Final = 48
#: Seconds the disk may take.
SLOWEST: Final = 20.0
SOON: Final = "1"
#: What names a request, so that its sender may send it again: ours, and what others call it.
NAMES: Final = ("idempotency-key", "webhook-id", "x-shopify-event-id", "x-shopify-webhook-id")
LONGEST_NAME: Final = 255
SEED_CHARACTERS: Final = 16
MOST_FRAMES: Final = 4


class Keeps(Protocol):
    """Keeps events until they are sent; the outbox does."""

    async def accept_many(
        self, parts: Sequence[tuple[Lane, Sequence[Entry]]], origin: Origin
    ) -> Accepted:
        """Keep events, all or none; returns once they are safe on the disk."""
        ...


@dataclass(frozen=True)
class EventHook:
    """One address that takes events.

    Args:
        name: Its name.
        connection: The connection that its events go out by.
        proves: Whether a request comes from who knows the secret; in constant time.
        reads: Makes events of what is sent.
        outbox: Keeps them.
        topic_header: The header that says what a request is about, where its sender has one. Who
            sends so reads no answer, and gives an address up that refuses too often: it hears 202
            even where everything was refused.
        kept: Told when there is something to send.
        refused: Counts why something was refused, for whoever looks after the address.
    """

    name: str
    connection: str
    proves: Proves
    reads: Reads
    outbox: Keeps
    topic_header: str | None = None
    kept: Callable[[], None] = lambda: None
    refused: Counter[str] = field(default_factory=Counter)


class EventIntake:
    """Takes requests that bring events.

    Args:
        hooks: The addresses by their names; it may change while it is used.
        clock: The time.
        largest: Bytes a body may have.
        most: Events a body may have.
    """

    def __init__(
        self, hooks: Mapping[str, EventHook], clock: Clock, *, largest: int, most: int
    ) -> None:
        self._hooks = hooks
        self._clock = clock
        self._largest = largest
        self._most = most
        self._known = Rate(MOST, SECONDS, clock.monotonic)
        self._strangers = Rate(MOST_STRANGE, SECONDS, clock.monotonic)
        self._nobody = secret_of_nobody()
        self._waiting = 0

    async def take(self, request: Request) -> Response:
        """Take one request; it is confirmed once what it brings is safe."""
        try:
            return await self._take(request)
        except Refusal as refusal:
            return answer(refusal.status, refusal.text, refusal.headers)
        except AdloomError as error:
            logger.warning("Events could not be kept: %s", error)
        except TimeoutError:
            logger.warning("Events could not be kept: the disk takes longer than %g s.", SLOWEST)
        except Exception as error:  # noqa: BLE001 - told below
            bug = _place_of(error)
            logger.error("Events could not be kept: a bug, %s", bug)  # noqa: TRY400 - its text may quote what was sent
            return answer(500, "our fault")
        return answer(503, "not now", {"retry-after": PAUSE})

    async def _take(self, request: Request) -> Response:
        content = await read_content(request, largest=self._largest)
        hook = self._hook(request, content)
        records = records_of(request, content, most=self._most)
        if topic := request.headers.get(hook.topic_header or ""):
            records = [with_topic(one, topic) for one in records]
        seed = f"{hook.name}/{_name_of(request, content)}"
        now = int(self._clock.now().timestamp())
        found = await sort_records(
            records, hook.reads, connection=hook.connection, now=now, seed=seed
        )
        hook.refused.update(found.reasons)
        accepted = await self._keep(hook, found)
        told = {"accepted": accepted.new, "known": accepted.known, **found.told()}
        refuses = found.is_all_refused and hook.topic_header is None
        return JSONResponse(told, 422 if refuses else 202, UNSTORED)

    def _hook(self, request: Request, content: bytes) -> EventHook:
        """The address that is meant, if its sender may use it."""
        name = request.path_params.get("name")
        if name is None:
            name = next(iter(self._hooks)) if len(self._hooks) == 1 else DEFAULT
        hook = self._hooks.get(name)
        proves = hook.proves if hook else self._nobody
        proved = proves(headers_of(request), dict(request.query_params), content)
        if hook is None or not proved:
            _count(self._strangers, STRANGERS)
            raise Refusal(*STRANGER)
        _count(self._known, name)
        return hook

    async def _keep(self, hook: EventHook, found: Sorted) -> Accepted:
        if not found.lanes:
            return Accepted(0, 0)
        if self._waiting >= MOST_WAITING:
            raise Refusal(503, "busy", {"retry-after": SOON})
        self._waiting += 1
        try:
            async with asyncio.timeout(SLOWEST):
                accepted = await hook.outbox.accept_many(found.parts, Origin("intake", hook.name))
        finally:
            self._waiting -= 1
        hook.kept()
        return accepted


def _count(rate: Rate, name: str) -> None:
    if not rate.allows(name):
        raise Refusal(429, "too many", {"retry-after": f"{rate.seconds:.0f}"})


def _name_of(request: Request, content: bytes) -> str:
    """What tells a request from others: the name its sender gave it, else all that it holds."""
    given = next((one for name in NAMES if (one := request.headers.get(name, "").strip())), None)
    if given is not None and len(given) > LONGEST_NAME:
        raise Refusal(400, f"a request's name has {LONGEST_NAME} signs at most")
    named = b"named " + given.encode() if given else b"holds " + content
    return hashlib.sha256(named).hexdigest()[:SEED_CHARACTERS]


def _place_of(error: BaseException) -> str:
    """Where something went wrong and of which kind it is, without its words."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    way = " > ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames)
    return f"{type(error).__name__} at {way}"

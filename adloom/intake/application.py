"""The application that takes requests from outside.

Nobody learns from it which scenarios there are: whoever does not know a secret gets the same answer
whatever name they try.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.clock import Clock, SystemClock
from adloom.errors import AdloomError, RejectedError
from adloom.intake.access import AccessLog
from adloom.intake.bodies import LARGEST, parsed, read_content
from adloom.intake.events import EventHook, EventIntake
from adloom.intake.hooks import Hook
from adloom.intake.rates import Rate
from adloom.intake.refusals import PAUSE, STRANGER, Refusal, answer
from adloom.intake.strangers import SECRET_PARAMETER, headers_of, secret_of_nobody
from adloom.secret import redact
from modules.base import Incoming

__all__ = ["intake_app"]

logger = logging.getLogger(__name__)

#: Requests in so many seconds, for each scenario (platforms.md §1.3); for all strangers together.
MOST: Final = 300
SECONDS: Final = 10.0
STRANGERS: Final = "strangers"
#: Events in one request.
MOST_EVENTS: Final = 1_000
#: What carries a secret and is never handed on.
SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-adloom-secret"}
)

Healthy = Callable[[], Awaitable[bool]]


def intake_app(
    hooks: Mapping[str, Hook],
    *,
    events: Mapping[str, EventHook] | None = None,
    clock: Clock | None = None,
    healthy: Healthy | None = None,
    largest: int = LARGEST,
    largest_events: int = LARGEST,
    most_events: int = MOST_EVENTS,
) -> Starlette:
    """Make the application: `POST /hooks/{scenario}`, `POST /events/{name}` and `GET /healthz`.

    Args:
        hooks: The addresses by the names of their scenarios; it may change while it is used.
        events: The addresses that take events, by their names; it may change too.
        clock: The time.
        healthy: Whether what is behind it works.
        largest: Bytes a body may have.
        largest_events: Bytes a body with events may have.
        most_events: Events a body may have.
    """
    clock = clock or SystemClock()
    intake = _Intake(hooks, clock, largest)
    taking = EventIntake(
        {} if events is None else events, clock, largest=largest_events, most=most_events
    )

    async def healthz(_: Request) -> Response:
        works = healthy is None or await healthy()
        return answer(200, "ok") if works else answer(503, "not now")

    async def unknown(_: Request, __: Exception) -> Response:
        return answer(404, "not found")

    async def wrong_method(_: Request, __: Exception) -> Response:
        return answer(405, "send a POST", {"allow": "POST"})

    app = Starlette(
        routes=[
            Route("/hooks/{scenario}", intake.take, methods=["POST"]),
            Route("/events", taking.take, methods=["POST"]),
            Route("/events/{name}", taking.take, methods=["POST"]),
            Route("/healthz", healthz, methods=["GET"]),
        ],
        exception_handlers={404: unknown, 405: wrong_method},
    )
    app.router.redirect_slashes = False
    app.add_middleware(AccessLog, monotonic=intake.clock.monotonic)
    return app


class _Intake:
    """Takes requests.

    Args:
        hooks: The addresses.
        clock: The time.
        largest: Bytes a body may have.
    """

    def __init__(self, hooks: Mapping[str, Hook], clock: Clock, largest: int) -> None:
        self.clock = clock
        self._hooks = hooks
        self._largest = largest
        self._known = Rate(MOST, SECONDS, clock.monotonic)
        self._strangers = Rate(MOST, SECONDS, clock.monotonic)
        self._nobody = Hook(secret_of_nobody(), _never)

    async def take(self, request: Request) -> Response:
        """Take one request; it is confirmed once it is safe."""
        try:
            status = await self._take(request)
        except Refusal as refusal:
            return answer(refusal.status, refusal.text, refusal.headers)
        except RejectedError:
            return answer(400, "not understood")
        except AdloomError as error:
            logger.warning("A request could not be kept: %s", error)
            return answer(503, "not now", {"retry-after": PAUSE})
        except Exception:
            logger.exception("A request could not be kept")
            return answer(500, "our fault")
        return answer(status, "taken")

    async def _take(self, request: Request) -> int:
        name = request.path_params["scenario"]
        content = await read_content(request, largest=self._largest)
        hook = self._hooks.get(name)
        headers, query = headers_of(request), dict(request.query_params)
        proved = (hook or self._nobody).proves(headers, query, content)
        if hook is None or not proved:
            self._count(self._strangers, STRANGERS)
            raise Refusal(*STRANGER)
        self._count(self._known, name)
        incoming = Incoming(
            id=secrets.token_hex(12),
            body=parsed(request, content),
            received_at=self.clock.now(),
            headers=_without_secrets(headers, SECRET_HEADERS),
            query=_without_secrets(query, frozenset({SECRET_PARAMETER})),
            content=content,
        )
        await hook.accept(incoming)
        return hook.status

    def _count(self, rate: Rate, name: str) -> None:
        if not rate.allows(name):
            raise Refusal(429, "too many", {"retry-after": f"{rate.seconds:.0f}"})


def _without_secrets(values: Mapping[str, str], secret: frozenset[str]) -> Mapping[str, str]:
    kept: Any = redact({name: value for name, value in values.items() if name not in secret})
    found: Mapping[str, str] = kept
    return found


async def _never(_: Incoming) -> None:
    raise AssertionError("nobody knows this secret")

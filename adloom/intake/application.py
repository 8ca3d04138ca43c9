"""The application that takes requests from outside.

Nobody learns from it which scenarios there are: whoever does not know a secret gets the same answer
whatever name they try.
"""

import hashlib
import hmac
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
from adloom.intake.hooks import Hook
from adloom.intake.rates import Rate
from adloom.intake.refusals import Refusal, answer
from adloom.secret import redact
from modules.base import Incoming

__all__ = ["intake_app"]

logger = logging.getLogger(__name__)

#: Requests in so many seconds, for each scenario (platforms.md §1.3); for all strangers together.
MOST: Final = 300
SECONDS: Final = 10.0
STRANGERS: Final = "strangers"
#: What carries a secret and is never handed on.
SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-adloom-secret"}
)
SECRET_PARAMETER: Final = "secret"  # noqa: S105 - the name, not the secret
#: Seconds after which it may be tried again where it could not be kept.
PAUSE: Final = "30"

Healthy = Callable[[], Awaitable[bool]]


def intake_app(
    hooks: Mapping[str, Hook],
    *,
    clock: Clock | None = None,
    healthy: Healthy | None = None,
    largest: int = LARGEST,
) -> Starlette:
    """Make the application: `POST /hooks/{scenario}` and `GET /healthz`.

    Args:
        hooks: The addresses by the names of their scenarios; it may change while it is used.
        clock: The time.
        healthy: Whether what is behind it works.
        largest: Bytes a body may have.
    """
    intake = _Intake(hooks, clock or SystemClock(), largest)

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
        self._nobody = Hook(_secret_of_nobody(), _never)

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
        headers, query = _headers(request), dict(request.query_params)
        proved = (hook or self._nobody).proves(headers, query, content)
        if hook is None or not proved:
            self._count(self._strangers, STRANGERS)
            raise Refusal(401, "no or another secret", {"www-authenticate": "Bearer"})
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


def _headers(request: Request) -> dict[str, str]:
    """Headers by their lower-case names; one that comes several times is joined."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _without_secrets(values: Mapping[str, str], secret: frozenset[str]) -> Mapping[str, str]:
    kept: Any = redact({name: value for name, value in values.items() if name not in secret})
    found: Mapping[str, str] = kept
    return found


def _secret_of_nobody() -> Callable[[Mapping[str, str], Mapping[str, str], bytes], bool]:
    """Does for a scenario that is not there what is done for one that is, and says no."""
    secret = secrets.token_bytes(32)

    def proves(headers: Mapping[str, str], query: Mapping[str, str], content: bytes) -> bool:
        given = f"{headers.get('authorization')} {query.get(SECRET_PARAMETER)}".encode()
        digest = hmac.new(secret, given + content, hashlib.sha256).digest()
        return hmac.compare_digest(digest, secret)

    return proves


async def _never(_: Incoming) -> None:
    raise AssertionError("nobody knows this secret")

"""The console's door: who may knock, with what, and what every answer carries.

A page on the web can make a browser send requests to this machine, and with a rebound name it can
even read the answers. So a request is let in only if it names this console, comes from one of its
pages or from a person, is marked as sent by its scripts where it changes something, and shows a
cookie or the bearer (reliability.md §4.8, console.md §8).
"""

import logging
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adloom.console.bodies import LARGEST, LARGEST_OF_STRANGERS, LimitedBody
from adloom.console.refusals import (
    BAD_LENGTH,
    ELSEWHERE,
    METHOD,
    OUR_FAULT,
    SIGNED_OUT,
    STRANGE_BODY,
    TWICE,
    UNMARKED,
    Refusal,
    other_host,
    other_origin,
    refusal_answer,
    too_large,
)
from adloom.console.sessions import Access, ConsoleSession

__all__ = ["HEADERS", "OPEN_PATHS", "Guard"]

logger = logging.getLogger(__name__)

#: What can be had without being signed in; one that ends with a slash stands for all below it.
OPEN_PATHS: Final = ("/signin", "/session", "/static/", "/health")
#: What every answer carries.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: Files that may be kept by a browser, as long as they say so themselves.
STATIC: Final = "/static/"
READING: Final = frozenset({"GET", "HEAD"})
CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BODIES: Final = frozenset(
    {"", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
)
#: Headers that decide something, and so may not say two things.
SINGLE: Final = (
    "host",
    "origin",
    "authorization",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "content-length",
    "content-type",
)
#: A web socket that is refused: "policy violation".
REFUSED_SOCKET: Final = 1008


class Guard:
    """Lets requests in, or says why not. It belongs around the whole application.

    The views find who asks as `request.state.session`: a `ConsoleSession`, or None on an open path
    without one.

    Args:
        app: What it guards.
        access: Who may use the console.
        hosts: What `Host` may say, see `allowed_hosts`.
        origins: What `Origin` may say, see `allowed_origins`.
        open_paths: What can be had without being signed in.
        largest: Bytes a body may have.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        hosts: Sequence[str],
        origins: Sequence[str],
        open_paths: Sequence[str] = OPEN_PATHS,
        largest: int = LARGEST,
    ) -> None:
        self._app = app
        self._access = access
        self._hosts = tuple(host.lower() for host in hosts)
        self._origins = frozenset(origins)
        self._open = frozenset(open_paths)
        self._below = tuple(path for path in open_paths if path.endswith("/"))
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _Answer(scope, send))
        else:
            await send({"type": "websocket.close", "code": REFUSED_SOCKET})

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        headers = Headers(scope=scope)
        session = self._session_of(scope, headers)
        refusal = self._refusal(scope["method"], headers)
        if refusal is None and session is None and not self._is_open(scope["path"]):
            refusal = SIGNED_OUT
        if refusal is not None:
            await self._refuse(refusal, scope, receive, answer)
            return
        largest = self._largest if session else min(self._largest, LARGEST_OF_STRANGERS)
        body = LimitedBody(receive, largest)
        if int(headers.get("content-length", "0")) > largest:
            await body.drop()
        else:
            scope = {**scope, "state": {**scope.get("state", {}), "session": session}}
            await self._pass_on(scope, body, answer)
        if body.is_too_large and not answer.has_begun:
            await self._refuse(too_large(largest), scope, receive, answer)

    async def _pass_on(self, scope: Scope, body: LimitedBody, answer: "_Answer") -> None:
        async def unless_too_large(message: Message) -> None:
            if not body.is_too_large or answer.has_begun:
                await answer(message)

        try:
            await self._app(scope, body, unless_too_large)
        except ClientDisconnect:
            return  # gone, or cut off because it was too large
        except Exception:
            if not answer.has_begun:
                await self._refuse(OUR_FAULT, scope, body, answer)
            raise

    async def _refuse(
        self, refusal: Refusal, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        logger.info("Refused with %d: %s", refusal.status, refusal.title)
        page = refusal_answer(refusal, Headers(scope=scope), has_password=self._access.has_password)
        await page(scope, receive, answer)

    def _refusal(self, method: str, headers: Headers) -> Refusal | None:
        """Why a request is not let in, whoever sent it."""
        return (
            _ambiguous(headers)
            or self._misdirected(headers)
            or self._foreign(method, headers)
            or _unmarked(method, headers)
        )

    def _misdirected(self, headers: Headers) -> Refusal | None:
        """Another name for this machine may be one that somebody else has bound to it."""
        host = headers.get("host", "")
        return None if host.lower() in self._hosts else other_host(host, self._hosts[0])

    def _foreign(self, method: str, headers: Headers) -> Refusal | None:
        """Pages of other sites, and of other servers on this machine, may only lead here."""
        origin = headers.get("origin")
        # Never compared with Host: after rebinding these two are equal.
        if origin is not None and origin not in self._origins:
            return other_origin(origin)
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return None
        is_followed_link = (
            method in READING
            and headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest") == "document"
        )
        return None if is_followed_link else ELSEWHERE

    def _session_of(self, scope: Scope, headers: Headers) -> ConsoleSession | None:
        """Who shows a bearer is judged by it alone, whatever the browser's cookie says."""
        shown = headers.get("authorization")
        if shown is not None:
            scheme, _, bearer = shown.partition(" ")
            return self._access.script_of(bearer.strip()) if scheme.lower() == "bearer" else None
        cookie = Request(scope).cookies.get(self._access.cookie)
        return self._access.session_of(cookie) if cookie else None

    def _is_open(self, path: str) -> bool:
        return path in self._open or path.startswith(self._below)


def _ambiguous(headers: Headers) -> Refusal | None:
    if any(len(headers.getlist(name)) > 1 for name in SINGLE):
        return TWICE
    length = headers.get("content-length", "0")
    return None if length.isascii() and length.isdigit() else BAD_LENGTH


def _unmarked(method: str, headers: Headers) -> Refusal | None:
    """What changes something carries what no form and no simple request of a page can."""
    if method in READING:
        return None
    if method not in CHANGING:
        return METHOD
    marks = (
        headers.get("hx-request") == "true",
        headers.get("x-adloom") == "1",
        headers.get("authorization", "").lower().startswith("bearer "),
    )
    if not any(marks):
        return UNMARKED
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if kind in BODIES else STRANGE_BODY


class _Answer:
    """Sends an answer with what every answer carries."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._may_be_kept = scope["path"].startswith(STATIC)
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        await self._send(message)

    def _headers(self, own: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Ours in place of the application's; nothing that would let other sites read along."""
        ours = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
        names = {name.lower() for name, _ in own}
        if not (self._may_be_kept and b"cache-control" in names):
            ours[b"cache-control"] = b"no-store"
        # A policy of the application's own stays beside ours: a browser obeys both.
        replaced = ours.keys() - {b"content-security-policy"}
        kept = [
            (name, value)
            for name, value in own
            if name.lower() not in replaced and not name.lower().startswith(b"access-control-")
        ]
        return [*kept, *ours.items()]

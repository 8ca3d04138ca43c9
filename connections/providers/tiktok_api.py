"""TikTok's API for Business as it speaks to every kind of connection: wire, envelope, listings."""

from collections.abc import AsyncIterator
from typing import Any, Final

from adloom.catalogue import load
from adloom.errors import RejectedError, UnusableAnswerError
from adloom.json_text import JsonError, parse_fast, parse_strict
from adloom.paths import check_path
from adloom.rows import Shape, listing_decoder
from adloom.secret import scrub
from adloom.wire import Answer, Page, Record, Request
from connections.connection import Connection
from connections.hosts import Origin, base_address
from connections.outgoing import Credential, WireRequest
from connections.providers.base import Send
from connections.providers.encoding import as_json, wired
from connections.providers.http_codes import quoted
from connections.providers.tiktok_codes import verdict, verdict_without_envelope
from connections.providers.tiktok_listing import walk
from connections.providers.tiktok_settings import HOSTS, host_of
from connections.transport import WireAnswer

__all__ = ["BusinessApi"]

ROOT: Final = "/open_api/v1.3"
PARTIAL: Final = 20001
#: A report that is too much for TikTok; the same request again would be too (business_api.md §8.6).
TOO_HEAVY: Final = ("/report/integrated/get/", 50002)


class BusinessApi:
    """What all kinds of connections to the API for Business share."""

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Address, encode and authorise a request (business_api.md §1.1)."""
        base = base_address(connection.settings["host"], HOSTS)
        token = connection.secrets.get("access_token")
        return wired(
            request,
            f"{base}{ROOT}{check_path(request.path)}",
            text=as_json,
            changes=self.changes(request),
            deadline=deadline,
            credential=Credential("access-token", token, (Origin.of(base),)) if token else None,
        )

    def changes(self, request: Request) -> bool:
        """A GET reads; anything else changes, unless the catalogue knows better."""
        if request.method == "GET":
            return False
        known = load().endpoint(request.method, request.path)
        return known.changes if known else True

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Open TikTok's envelope; its code decides, whatever the HTTP status (§1.2)."""
        changes = self.changes(request)
        try:
            body = _parse(request, answer.body)
        except JsonError as error:
            return _without_json(connection, request, answer, error, changes=changes)
        if not isinstance(body, dict) or not isinstance(body.get("code"), int):
            raise verdict_without_envelope(answer, host_of(connection), changes=changes)
        code, request_id = body["code"], body.get("request_id")
        read = Answer(
            status=answer.status,
            headers=answer.headers,
            body=body,
            data=body.get("data"),
            served_at=answer.served_at,
            code=code,
            request_id=request_id,
            partial=code == PARTIAL,
        )
        if code not in (0, PARTIAL):
            problem = verdict(
                code,
                scrub(str(body.get("message", "")))[:500],
                request_id=request_id,
                connection=connection.name,
                changes=changes,
            )
            if (request.path, code) == TOO_HEAVY and request.query.get("page", 1) == 1:
                hint = "Ask for fewer days or fewer columns."
                problem = RejectedError(str(problem), code=code, request_id=request_id, hint=hint)
            problem.answer = read
            raise problem
        return read

    async def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Walk through a listing."""
        known = load().endpoint("GET", request.path)
        list_key = (known.list_key if known else None) or "list"
        largest = (known.page_size_max if known else None) or page_size
        size = min(page_size, largest)
        async for page in walk(
            send, request, list_key=list_key, key=key, page_size=size, shape=shape
        ):
            yield page


def _parse(request: Request, body: bytes) -> Any:
    """Read a body: rows that only pass through stay undecoded, tokens are read strictly."""
    if request.rows and (listing := listing_decoder(request.rows)(body)):
        return listing
    bulk = request.method == "GET" and not request.path.startswith("/oauth2/")
    return parse_fast(body) if bulk else parse_strict(body)


def _without_json(
    connection: Connection, request: Request, answer: WireAnswer, error: JsonError, *, changes: bool
) -> Answer:
    """Downloads are text by nature; anything else without JSON is a fault.

    A report without any row still names its columns, and broken JSON is no text.
    """
    kind = answer.headers.get("content-type", "")
    is_text = "html" not in kind and answer.body.strip()[:1] not in (b"", b"{", b"[")
    if answer.status == 200 and "download" in request.path and is_text:  # noqa: PLR2004 - HTTP's OK
        text = answer.body.decode(errors="replace")
        return Answer(answer.status, answer.headers, text, text, answer.served_at)
    if "json" in kind and answer.status == 200 and not changes:  # noqa: PLR2004 - HTTP's OK
        raise UnusableAnswerError(
            f"{host_of(connection)} sent JSON that cannot be trusted: {error}.",
            details=quoted(answer),
        )
    raise verdict_without_envelope(answer, host_of(connection), changes=changes)

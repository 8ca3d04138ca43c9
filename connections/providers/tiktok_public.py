"""TikTok's public pages: what anybody may ask without an account.

(open_platform_and_events.md §I.4)
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from adloom.errors import ApiError, RejectedError, UnusableAnswerError, UsageError
from adloom.json_text import JsonError, parse_strict
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.hosts import Origin, base_address
from connections.outgoing import WireRequest
from connections.providers.base import Send
from connections.providers.encoding import joined, wired
from connections.providers.http_codes import status_verdict
from connections.providers.tiktok_codes import verdict_without_envelope
from connections.providers.without_consent import WithoutConsent
from connections.transport import WireAnswer

__all__ = ["PublicSettings", "TikTokPublic"]

HOSTS: Final = {"production": "https://www.tiktok.com"}
EMBEDDING: Final = "/oembed"
BAD_REQUEST: Final = 400
#: Something to ask for when a connection is tried.
TIKTOKS_OWN: Final = "https://www.tiktok.com/@tiktok"


class PublicSettings(BaseModel):
    """What a connection to TikTok's public pages needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        default="production",
        title="Host",
        description="'production', or the address of a simulator.",
    )
    requests_per_second: float = Field(
        # TikTok names no limit for these pages; this one is a guess on the careful side.
        default=4.0,
        gt=0,
        le=10_000,
        title="Requests per second",
        description="How fast all processes together may ask for public pages.",
    )


class TikTokPublic(WithoutConsent):
    """TikTok's public pages, without any account or token."""

    name: ClassVar[str] = "tiktok-public"
    title: ClassVar[str] = "TikTok's public pages"
    settings_model: ClassVar[type[BaseModel]] = PublicSettings
    secret_titles: ClassVar[Mapping[str, str]] = {}
    anonymous: ClassVar[bool] = True

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Address and encode a request; there is no token to add.

        Raises:
            UsageError: It is anything else than `GET /oembed`.
        """
        if (request.method, request.path) != ("GET", EMBEDDING):
            raise UsageError(f"Of TikTok's public pages adloom only reads {EMBEDDING}.")
        url = base_address(connection.settings["host"], HOSTS) + EMBEDDING
        return wired(request, url, text=joined, changes=False, deadline=deadline, credential=None)

    def changes(self, request: Request) -> bool:
        """A GET reads; nothing else is ever sent."""
        return request.method != "GET"

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:  # noqa: ARG002 - one limit for all
        """One limit for all of it."""
        return {f"{_host(connection)}/public": connection.settings["requests_per_second"]}

    def pauses(
        self,
        connection: Connection,
        request: Request,  # noqa: ARG002 - one limit for all
        error: ApiError,
    ) -> Mapping[str, float]:
        """Rest all of it."""
        return {f"{_host(connection)}/public": error.retry_after or 1.0}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Read a bare answer; HTTP 400 is all TikTok says about whatever is wrong."""
        host = _host(connection)
        if answer.status == BAD_REQUEST:
            raise RejectedError(
                "TikTok does not show this address: the post may be deleted, private or blocked "
                "in its region, or it is no address of TikTok's. TikTok does not say which.",
                code=BAD_REQUEST,
                hint="Open it in a browser to see.",
            )
        if answer.status > BAD_REQUEST:
            text = f"{host} answered with HTTP {answer.status}."
            raise status_verdict(answer, text, changes=self.changes(request))
        try:
            body = parse_strict(answer.body)
        except JsonError as error:
            if "json" not in answer.headers.get("content-type", ""):
                raise verdict_without_envelope(answer, host, changes=False) from None
            text = f"{host} sent JSON that cannot be trusted: {error}."
            raise UnusableAnswerError(text) from None
        if not isinstance(body, dict):
            raise UnusableAnswerError(f"{host} sent something else than an object.")
        return Answer(answer.status, answer.headers, body, body, answer.served_at)

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Ask for a page; any answer of TikTok's will do."""
        try:
            await send(Request("GET", EMBEDDING, {"url": TIKTOKS_OWN}))
        except RejectedError as error:
            if error.code != BAD_REQUEST:
                raise
        return {"display_name": f"the public pages of {_host(connection)}"}


def _host(connection: Connection) -> str:
    return Origin.of(base_address(connection.settings["host"], HOSTS)).host

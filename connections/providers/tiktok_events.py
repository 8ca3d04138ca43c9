"""TikTok's Events API 2.0: one data source of Events Manager and its access token.

It speaks like the rest of the API for Business (open_platform_and_events.md §II.1, §II.7).
"""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    MissingPermissionError,
    RetryableError,
)
from adloom.rows import Shape
from adloom.wire import Answer, Page, Record, Request
from connections.connection import Connection
from connections.providers.base import Send
from connections.providers.tiktok_api import BusinessApi
from connections.providers.tiktok_settings import host_of
from connections.providers.without_consent import WithoutConsent
from connections.transport import WireAnswer

__all__ = ["EventsSettings", "TikTokEvents"]

#: A thousand a second is the limit of every tier (§II.7); one pixel may meet its own earlier.
DEFAULT_RATE: Final = 800.0
#: Only these prove that a token is bad: one made for a pixel may not see its user at all.
PROOFS: Final = (40102, 40104, 40105)
SOURCES: Final = {
    "web": "Pixel",
    "app": "TikTok app",
    "offline": "Offline event set",
    "crm": "CRM event set",
}

SourceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class EventsSettings(BaseModel):
    """What a connection to TikTok's Events API needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Literal["web", "app", "offline", "crm"] = Field(
        default="web",
        title="Event source",
        description="Where the events happen.",
    )
    source_id: SourceId = Field(
        title="Source id",
        description="Pixel code for web, TikTok App ID for app, else the event set's id.",
    )
    test_event_code: SourceId | None = Field(
        default=None,
        title="Test event code",
        description="Sends events to Events Manager's Test Events tab; leave it out for live ones.",
    )
    host: str = Field(
        default="production",
        title="Host",
        description="'production', 'sandbox', or the address of a simulator.",
    )
    requests_per_second: float = Field(
        default=DEFAULT_RATE,
        gt=0,
        le=1000,
        title="Requests per second",
        description="How fast all processes together may send events to this source.",
    )

    @model_validator(mode="after")
    def _no_store_id(self) -> Self:
        if self.source == "app" and not self.source_id.isdigit():
            raise ValueError(
                "source_id: for the source app it is the TikTok App ID, a number from Events "
                "Manager, not the app's id in a store"
            )
        return self


class TikTokEvents(BusinessApi, WithoutConsent):
    """A data source of TikTok's Events Manager."""

    name: ClassVar[str] = "tiktok-events"
    title: ClassVar[str] = "TikTok events"
    settings_model: ClassVar[type[BaseModel]] = EventsSettings
    secret_titles: ClassVar[Mapping[str, str]] = {"access_token": "Access token"}
    guide: ClassVar[tuple[str, ...]] = (
        "Open TikTok Events Manager and choose Data Sources.",
        "Open your pixel, app, offline or CRM event set; its page shows its id: --source-id.",
        "Under Settings, at Access Token Generation, generate a token and copy it.",
        "To try without live data, take the code from the Test Events tab: --test-event-code.",
        "Paste the token when adloom asks for it, and remove the test code before going live.",
    )

    def notes(self, connection: Connection) -> list[str]:
        """Whether events are live."""
        code = connection.settings.get("test_event_code")
        if not code:
            return ["No test event code is on: events are live."]
        where = "events show up in Events Manager's Test Events tab"
        return [f"The test event code {code} is on: {where}. Take it out before you go live."]

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:  # noqa: ARG002 - one limit for all
        """One limit for the source, whatever is asked (§II.7)."""
        return {_source(connection): connection.settings["requests_per_second"]}

    def pauses(
        self,
        connection: Connection,
        request: Request,  # noqa: ARG002 - one limit for all
        error: ApiError,
    ) -> Mapping[str, float]:
        """Rest the source."""
        return {_source(connection): error.retry_after or 1.0}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Open the envelope; a token is replaced by a new one, not by a consent."""
        try:
            return super().read(connection, request, answer)
        except MissingPermissionError as error:
            error.hint = (
                f"Look whether {connection.settings['source_id']} is the source this token was made"
                f" for in Events Manager: adloom connections reconnect {connection.name}"
            )
            raise
        except AuthorizationError as error:
            error.hint = (
                "Generate a new token in Events Manager: "
                f"adloom connections reconnect {connection.name}"
            )
            raise

    def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Walk through a listing of the API for Business, if the token may see it."""
        return BusinessApi.pages(self, send, request, key=key, page_size=page_size, shape=shape)

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Ask who the token belongs to; no event is sent (§II.7, credential check b).

        An answer that the token may not see its user says that TikTok knows the token.
        """
        try:
            await send(Request("GET", "/user/info/"))
        except RetryableError:
            raise
        except AdloomError as error:
            answered = error.answer.code if isinstance(error.answer, Answer) else None
            if answered is None or answered in PROOFS:
                raise
        settings = connection.settings
        return {"display_name": f"{SOURCES[settings['source']]} {settings['source_id']}"}


def _source(connection: Connection) -> str:
    settings = connection.settings
    return f"{host_of(connection)}/events/{settings['source']}/{settings['source_id']}"

"""What a connection to TikTok ads is told, and how its requests are addressed and counted."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from adloom.fields import Id
from adloom.wire import FileBody, JsonBody, Request
from connections.connection import Connection
from connections.hosts import Origin, base_address

__all__ = [
    "DEFAULT_RATE",
    "HOSTS",
    "SANDBOX_RATE",
    "TikTokSettings",
    "host_of",
    "limited_keys",
]

HOSTS: Final = {
    "production": "https://business-api.tiktok.com",
    "sandbox": "https://sandbox-ads.tiktok.com",
}
# A 20-per-second app still meets throttling in practice (business_api.md §1.5).
DEFAULT_RATE: Final = 8.0
SANDBOX_RATE: Final = 1.0


class TikTokSettings(BaseModel):
    """What a connection to TikTok ads needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: Id = Field(
        title="App id",
        description="Id of your app, from its page in TikTok's developer portal.",
    )
    host: str = Field(
        default="production",
        title="Host",
        description="'production', 'sandbox', or the address of a simulator.",
    )
    redirect_uri: str | None = Field(
        default=None,
        title="Redirect address",
        description="Where the consent page sends its answer; it must be registered on the app.",
    )
    requests_per_second: float = Field(
        default=DEFAULT_RATE,
        gt=0,
        le=10_000,
        title="Requests per second",
        description="How fast all processes together may call TikTok with this app.",
    )


def limited_keys(connection: Connection, request: Request) -> tuple[str, str, str | None]:
    """The keys a request is limited by: its app, the app's endpoint, the advertiser's endpoint."""
    host = host_of(connection)
    app = f"{host}/app/{connection.settings['app_id']}"
    advertiser = request.query.get("advertiser_id") or _fields(request).get("advertiser_id")
    return (
        app,
        f"{app}{request.path}",
        f"{host}/advertiser/{advertiser}{request.path}" if advertiser else None,
    )


def host_of(connection: Connection) -> str:
    """The machine a connection talks to, for messages and keys."""
    return Origin.of(base_address(connection.settings["host"], HOSTS)).host


def _fields(request: Request) -> Mapping[str, Any]:
    """What a body says by name."""
    match request.body:
        case JsonBody(dict() as value):
            return value
        case FileBody(fields=fields):
            return fields
        case _:
            return {}

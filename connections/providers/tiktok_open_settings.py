"""What a connection to a TikTok account is told, and how its requests are addressed and counted.

Facts are from open_platform_and_events.md §I.1, §I.2, §I.5 and §I.6.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from adloom.errors import UsageError
from adloom.fields import Advanced
from connections.connection import Connection
from connections.hosts import Origin, base_address

__all__ = [
    "KNOWN_SCOPES",
    "OAUTH",
    "SOUND",
    "TikTokAccountSettings",
    "api_base",
    "check_upload_address",
    "consent_base",
    "is_address",
    "limited",
    "sound_base",
]

API: Final = {"production": "https://open.tiktokapis.com"}
CONSENT: Final = {"production": "https://www.tiktok.com"}
LEGACY: Final = {"production": "https://open-api.tiktok.com"}
UPLOAD_HOSTS: Final = ".tiktokapis.com"
HTTPS: Final = ("https", 443)

OAUTH: Final = "/v2/oauth/"
SOUND: Final = "/share/sound/upload/"

DEFAULT_SCOPES: Final = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
KNOWN_SCOPES: Final = (*DEFAULT_SCOPES, "video.upload", "video.publish", "share.sound.create")

MINUTE: Final = 60
SHARE_OF_A_LIMIT: Final = 0.8
#: Requests per minute of one app at one endpoint.
PER_APP: Final = dict.fromkeys(("/v2/user/info/", "/v2/video/list/", "/v2/video/query/"), 600)
#: Requests per minute of one account at one endpoint.
PER_USER: Final = {
    "/v2/post/publish/creator_info/query/": 20,
    "/v2/post/publish/video/init/": 6,
    "/v2/post/publish/inbox/video/init/": 6,
    "/v2/post/publish/content/init/": 6,
    "/v2/post/publish/status/fetch/": 30,
}


def _words(value: Any) -> Any:
    """Scopes are separated by commas wherever TikTok writes them."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return [word.strip() for item in value for word in item.split(",") if word.strip()]
    return value


class TikTokAccountSettings(BaseModel):
    """What a connection to a TikTok account needs to know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_key: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,128}$",
        title="Client key",
        description="Key of your app, from its page on developers.tiktok.com.",
    )
    host: str = Field(
        default="production",
        title="Host",
        description="'production', or the address of a simulator.",
    )
    scopes: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,64}$")]], BeforeValidator(_words)
    ] = Field(
        default=list(DEFAULT_SCOPES),
        min_length=1,
        title="Scopes",
        description="What to ask the account's owner for; the app must be approved for it.",
    )
    redirect_uri: str | None = Field(
        default=None,
        max_length=511,
        title="Redirect address",
        description="Where the consent page sends its answer; it must be registered on the app.",
    )
    requests_per_second: float = Field(
        default=PER_APP["/v2/video/list/"] / MINUTE * SHARE_OF_A_LIMIT,
        gt=0,
        le=10_000,
        title="Requests per second",
        description="How fast all processes together may call TikTok with this app.",
    )
    legacy_sound_host: Annotated[str | None, Advanced()] = Field(
        default=None,
        title="Host for sounds",
        description="Where sounds are uploaded to; TikTok's old address unless it stands here.",
    )


def api_base(settings: Mapping[str, Any]) -> str:
    """Where API and tokens are."""
    return base_address(settings["host"], API)


def consent_base(settings: Mapping[str, Any]) -> str:
    """Where the consent page is."""
    return base_address(settings["host"], CONSENT)


def sound_base(settings: Mapping[str, Any]) -> str:
    """Where the first API still takes sounds, if it does (§I.5)."""
    return base_address(settings.get("legacy_sound_host") or settings["host"], LEGACY)


def is_address(path: str) -> bool:
    """Whether a request names a whole address instead of a path."""
    return "://" in path


def check_upload_address(settings: Mapping[str, Any], address: str) -> str:
    """Return an address that TikTok gave for an upload.

    It needs no token and gets none (§I.6); still, no file is sent to just anywhere.

    Raises:
        UsageError: It is not TikTok's.
    """
    origin = Origin.of(address)
    tiktoks = origin.host.endswith(UPLOAD_HOSTS) and (origin.scheme, origin.port) == HTTPS
    if not tiktoks and origin != Origin.of(api_base(settings)):
        raise UsageError(f"{origin.host} is not one of TikTok's hosts for uploads.")
    return address


def limited(connection: Connection, path: str) -> tuple[dict[str, float | None], str | None]:
    """What a request counts against, and which of it rests after a throttling answer.

    Limits are sliding windows of a minute (§I.2); they are kept to by steady spacing.
    """
    if is_address(path):
        return {}, None
    app = f"{Origin.of(api_base(connection.settings)).host}/app/{connection.settings['client_key']}"
    endpoint = f"{app}{path}"
    rates: dict[str, float | None] = {
        app: connection.settings["requests_per_second"],
        endpoint: _per_second(PER_APP.get(path)),
    }
    if path not in PER_USER:
        return rates, endpoint
    user = connection.account.get("identity") or connection.id
    own = f"{app}/user/{user}{path}"
    return rates | {own: _per_second(PER_USER[path])}, own


def _per_second(per_minute: int | None) -> float | None:
    return None if per_minute is None else per_minute / MINUTE * SHARE_OF_A_LIMIT

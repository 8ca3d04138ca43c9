"""TikTok's API for Business, version 1.3: ads, ad groups, campaigns, reports."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from adloom.catalogue import load
from adloom.errors import ApiError, AuthorizationError, UnusableAnswerError
from adloom.fields import Id
from adloom.json_text import JsonError, dump, parse_fast, parse_strict
from adloom.paths import check_path
from adloom.secret import Secret, scrub
from adloom.wire import Answer, FileBody, JsonBody, Page, Record, Request, TextBody
from connections.connection import Connection
from connections.hosts import base_address
from connections.providers.base import Grant, Send
from connections.providers.tiktok_codes import verdict, verdict_without_envelope
from connections.providers.tiktok_listing import walk
from connections.transport import Credential, Origin, WireAnswer, WireRequest

__all__ = ["TikTokBusiness"]

ROOT: Final = "/open_api/v1.3"
HOSTS: Final = {
    "production": "https://business-api.tiktok.com",
    "sandbox": "https://sandbox-ads.tiktok.com",
}
# A 20-per-second app still meets throttling in practice (business_api.md §1.5).
DEFAULT_RATE: Final = 8.0
SANDBOX_RATE: Final = 1.0
SHARE_OF_A_LIMIT: Final = 0.8
PARTIAL: Final = 20001
THROTTLED_ADVERTISER: Final = 40133
MOST_ACCOUNTS_PER_CALL: Final = 100


class Settings(BaseModel):
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


class TikTokBusiness:
    """TikTok ads, authorised by an advertiser in TikTok's portal."""

    name: ClassVar[str] = "tiktok-business"
    title: ClassVar[str] = "TikTok ads"
    settings_model: ClassVar[type[BaseModel]] = Settings
    secret_titles: ClassVar[Mapping[str, str]] = {"app_secret": "App secret"}
    refreshes: ClassVar[bool] = False

    # --- the wire -------------------------------------------------------------------------------

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Address, encode and authorise a request (business_api.md §1.1)."""
        base = base_address(connection.settings["host"], HOSTS)
        url = f"{base}{ROOT}{check_path(request.path)}"
        if query := {
            name: _text(value) for name, value in request.query.items() if value is not None
        }:
            url = f"{url}?{urlencode(query)}"
        headers = dict(request.headers)
        content = b""
        match request.body:
            case JsonBody(value):
                content = dump(value)
                headers["content-type"] = "application/json"
            case TextBody(text, content_type):
                content = text.encode()
                headers["content-type"] = content_type
            case FileBody() | None:
                pass
        token = connection.secrets.get("access_token")
        credential = Credential("access-token", token, (Origin.of(base),)) if token else None
        return WireRequest(
            method=request.method,
            url=url,
            headers=headers,
            content=content,
            file=request.body if isinstance(request.body, FileBody) else None,
            changes=self.changes(request),
            deadline=deadline,
            credential=credential,
        )

    def changes(self, request: Request) -> bool:
        """A GET reads; anything else changes, unless the catalogue knows better."""
        if request.method == "GET":
            return False
        known = load().endpoint(request.method, request.path)
        return known.changes if known else True

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Per app, per app and endpoint, per advertiser and endpoint (business_api.md §1.5)."""
        app, endpoint, advertiser = _limited(connection, request)
        sandbox = connection.settings["host"] == "sandbox"
        known = load().endpoint(request.method, request.path)
        own = known.per_second * SHARE_OF_A_LIMIT if known and known.per_second else None
        overall = connection.settings.get("requests_per_second", DEFAULT_RATE)
        rates = {app: SANDBOX_RATE if sandbox else overall, endpoint: own}
        return rates | ({advertiser: None} if advertiser else {})

    def pauses(
        self, connection: Connection, request: Request, error: ApiError
    ) -> Mapping[str, float]:
        """Rest the advertiser for its own code, otherwise the app on this endpoint."""
        _, endpoint, advertiser = _limited(connection, request)
        key = advertiser if error.code == THROTTLED_ADVERTISER and advertiser else endpoint
        return {key: error.retry_after or 1.0}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Open TikTok's envelope; its code decides, whatever the HTTP status (§1.2)."""
        changes = self.changes(request)
        bulk = request.method == "GET" and not request.path.startswith("/oauth2/")
        try:
            body = (parse_fast if bulk else parse_strict)(answer.body)
        except JsonError as error:
            return _without_json(connection, request, answer, error, changes=changes)
        if not isinstance(body, dict) or not isinstance(body.get("code"), int):
            raise verdict_without_envelope(answer, _host(connection), changes=changes)
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
            problem.answer = read
            raise problem
        return read

    async def pages(
        self, send: Send, request: Request, *, key: str, page_size: int
    ) -> AsyncIterator[Page[Record]]:
        """Walk through a listing."""
        known = load().endpoint("GET", request.path)
        list_key = (known.list_key if known else None) or "list"
        largest = (known.page_size_max if known else None) or page_size
        size = min(page_size, largest)
        async for page in walk(send, request, list_key=list_key, key=key, page_size=size):
            yield page

    # --- consent (business_api.md §2.1) ----------------------------------------------------------

    def consent_address(self, settings: Mapping[str, Any], state: str) -> str:
        """The portal's page, as requests-oauthlib builds it, in TikTok's words."""
        from requests_oauthlib import OAuth2Session

        session = OAuth2Session(settings["app_id"], redirect_uri=self.redirect_uri(settings))
        portal = f"{base_address(settings['host'], HOSTS)}/portal/auth"
        address, _ = session.authorization_url(portal, state=state, app_id=settings["app_id"])
        return address

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Where the portal sends the owner back to."""
        return str(settings["redirect_uri"])

    def read_callback(self, query: Mapping[str, str]) -> Secret:
        """The code is called `auth_code`, and once more `code`."""
        code = query.get("auth_code") or query.get("code")
        if not code:
            reason = query.get("error_description") or query.get("error") or "no code came back"
            raise AuthorizationError(f"The consent was not given: {reason[:200]}.")
        return Secret(code)

    async def exchange(self, send: Send, connection: Connection, code: Secret) -> Grant:
        """Trade the code for a token that does not expire."""
        secret = connection.secrets["app_secret"]
        body = {
            "app_id": connection.settings["app_id"],
            "secret": secret.reveal(),
            "auth_code": code.reveal(),
        }
        answer = await send(Request("POST", "/oauth2/access_token/", body=JsonBody(body)))
        data = answer.data if isinstance(answer.data, dict) else {}
        if not isinstance(token := data.get("access_token"), str) or not token:
            raise UnusableAnswerError("TikTok's answer holds no access token.")
        return Grant(
            secrets={"app_secret": secret, "access_token": Secret(token)},
            account={"permissions": data.get("scope", [])},
            issued_at=answer.served_at,
        )

    async def refresh(self, send: Send, connection: Connection) -> Grant:  # noqa: ARG002 - Provider
        """These tokens do not end, so there is nothing to refresh."""
        raise AuthorizationError(
            "A TikTok ads token cannot be refreshed.",
            hint=f"Renew the consent: adloom connections reconnect {connection.name}",
        )

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Ask who granted, and which accounts."""
        user = (await send(Request("GET", "/user/info/"))).data or {}
        facts: dict[str, Any] = {
            "identity": _identity(user),
            "display_name": user.get("display_name"),
        }
        if connection.settings["host"] != "sandbox":  # not served there (§1.6)
            facts["advertisers"] = await self.accounts(send, connection)
        return facts

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:
        """Ask which advertiser accounts the owner granted; they may have become fewer."""
        query = {
            "app_id": connection.settings["app_id"],
            "secret": connection.secrets["app_secret"].reveal(),
        }
        granted = await send(Request("GET", "/oauth2/advertiser/get/", query=query))
        rows = granted.data.get("list", []) if isinstance(granted.data, dict) else []
        return [
            {
                "advertiser_id": str(row["advertiser_id"]),
                "name": str(row.get("advertiser_name", "")),
            }
            for row in rows
        ]

    async def revoke(self, send: Send, connection: Connection) -> None:
        """Tell TikTok to forget the token."""
        body = {
            "app_id": connection.settings["app_id"],
            "secret": connection.secrets["app_secret"].reveal(),
            "access_token": connection.secrets["access_token"].reveal(),
        }
        await send(Request("POST", "/oauth2/revoke_token/", body=JsonBody(body)))


def _without_json(
    connection: Connection, request: Request, answer: WireAnswer, error: JsonError, *, changes: bool
) -> Answer:
    """Downloads are text by nature; anything else without JSON is a fault."""
    kind = answer.headers.get("content-type", "")
    if answer.status == 200 and "download" in request.path and "html" not in kind:  # noqa: PLR2004
        text = answer.body.decode(errors="replace")
        return Answer(answer.status, answer.headers, text, text, answer.served_at)
    if "json" in kind and answer.status == 200 and not changes:  # noqa: PLR2004 - HTTP's OK
        raise UnusableAnswerError(
            f"{_host(connection)} sent JSON that cannot be trusted: {error}.",
            details=answer.body[:2_000].decode(errors="replace"),
        )
    raise verdict_without_envelope(answer, _host(connection), changes=changes)


def _limited(connection: Connection, request: Request) -> tuple[str, str, str | None]:
    """The keys a request is limited by: its app, the app's endpoint, the advertiser's endpoint."""
    body = request.body.value if isinstance(request.body, JsonBody) else {}
    advertiser = request.query.get("advertiser_id") or (
        body.get("advertiser_id") if isinstance(body, dict) else None
    )
    app = f"{_host(connection)}/app/{connection.settings['app_id']}"
    return (
        app,
        f"{app}{request.path}",
        (f"{_host(connection)}/advertiser/{advertiser}{request.path}" if advertiser else None),
    )


def _host(connection: Connection) -> str:
    return Origin.of(base_address(connection.settings["host"], HOSTS)).host


def _text(value: Any) -> str:
    """Lists and objects travel as JSON text, everything else as it is (§1.1)."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict() | list() | tuple():
            return dump(value).decode()
        case _:
            return str(value)


def _identity(user: Mapping[str, Any]) -> str:
    """A stable mark of the person, which is not their name or address."""
    return hashlib.sha256(str(user.get("core_user_id", "")).encode()).hexdigest()[:16]

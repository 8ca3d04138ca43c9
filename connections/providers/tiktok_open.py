"""TikTok's Open Platform, version 2: a creator's own account, videos, posts and sounds.

A token goes into the header at the API, into the address where the first API takes sounds, and
nowhere else: not to the token endpoints, not to the addresses files are uploaded to.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel

from adloom.errors import ApiError, AuthorizationError, UnusableAnswerError
from adloom.paths import check_path
from adloom.rows import Shape
from adloom.secret import Secret
from adloom.wire import Answer, JsonBody, Page, Record, Request, TextBody
from connections.connection import Connection
from connections.hosts import Origin
from connections.outgoing import Credential, WireRequest
from connections.providers.base import Code, Grant, Provider, Send, lifetime
from connections.providers.encoding import joined, wired
from connections.providers.tiktok_open_envelope import READS, opened
from connections.providers.tiktok_open_listing import walk
from connections.providers.tiktok_open_settings import (
    KNOWN_SCOPES,
    OAUTH,
    SOUND,
    TikTokAccountSettings,
    api_base,
    check_upload_address,
    consent_base,
    is_address,
    limited,
    sound_base,
)
from connections.transport import WireAnswer

__all__ = ["TikTokAccount"]

CONSENT_PAGE: Final = "/v2/auth/authorize/"
FORM: Final = "application/x-www-form-urlencoded"
#: What is asked about an account, by the scope that covers it (§I.3).
FIELDS: Final = {
    "user.info.basic": ("open_id", "display_name"),
    "user.info.profile": ("username",),
}


class TikTokAccount(Provider):
    """A creator's TikTok account, authorised by its owner."""

    name: ClassVar[str] = "tiktok"
    title: ClassVar[str] = "TikTok account"
    settings_model: ClassVar[type[BaseModel]] = TikTokAccountSettings
    secret_titles: ClassVar[Mapping[str, str]] = {"client_secret": "Client secret"}
    permissions: ClassVar[tuple[str, ...]] = KNOWN_SCOPES
    refreshes: ClassVar[bool] = True

    def notes(self, connection: Connection) -> list[str]:
        """What was not granted, and when the consent ends."""
        granted = connection.account.get("permissions", [])
        missing = [scope for scope in connection.settings["scopes"] if scope not in granted]
        told = [f"Its owner did not agree to {', '.join(missing)}."] if missing else []
        if ends := connection.account.get("consent_ends_at"):
            told.append(f"The consent ends on {str(ends)[:10]}, unless it is used before.")
        return told

    # --- the wire -------------------------------------------------------------------------------

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Address, encode and authorise a request (§I.2, §I.5, §I.6)."""
        url, credential = _placed(connection, request.path)
        return wired(
            request,
            url,
            text=joined,
            changes=self.changes(request),
            deadline=deadline,
            credential=credential,
        )

    def changes(self, request: Request) -> bool:
        """A GET reads, and so do the few POSTs that ask; everything else may change something."""
        return request.method != "GET" and (request.method, request.path) not in READS

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Per app, per app and endpoint, and for posts per account and endpoint (§I.2, §I.6)."""
        return limited(connection, request.path)[0]

    def pauses(
        self, connection: Connection, request: Request, error: ApiError
    ) -> Mapping[str, float]:
        """Rest the narrowest thing that is limited."""
        key = limited(connection, request.path)[1]
        return {key: error.retry_after or 1.0} if key else {}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Open the envelope that belongs to the path."""
        return opened(connection, request, answer, changes=self.changes(request))

    def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,  # noqa: ARG002 - pages of twenty rows are decoded at once
    ) -> AsyncIterator[Page[Record]]:
        """Walk through a listing."""
        return walk(send, request, key=key, page_size=page_size)

    # --- consent (§I.1) -------------------------------------------------------------------------

    def consent_address(self, settings: Mapping[str, Any], state: str, verifier: Secret) -> str:
        """The consent page's address as requests-oauthlib builds it, in TikTok's words.

        The challenge is the digest in hex, not in base64. TikTok asks for one where the answer
        comes back to this machine; that it is no hindrance elsewhere is assumed.
        """
        from requests_oauthlib import OAuth2Session

        page = f"https://www.tiktok.com{CONSENT_PAGE}"
        session = OAuth2Session(
            settings["client_key"],
            redirect_uri=self.redirect_uri(settings),
            scope=",".join(settings["scopes"]),
        )
        address, _ = session.authorization_url(
            page,
            state=state,
            client_key=settings["client_key"],
            code_challenge=hashlib.sha256(verifier.reveal().encode()).hexdigest(),
            code_challenge_method="S256",
        )
        query = [pair for pair in parse_qsl(address.partition("?")[2]) if pair[0] != "client_id"]
        # oauthlib takes https only; `base_address` decides where http will do.
        return f"{consent_base(settings)}{CONSENT_PAGE}?{urlencode(query)}"

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Where the consent page sends the owner back to."""
        return str(settings["redirect_uri"])

    def read_callback(self, query: Mapping[str, str]) -> Code:
        """The code, decoded as it has to be for the exchange, and what was agreed to."""
        if query.get("error") or not (code := query.get("code")):
            reason = query.get("error_description") or query.get("error") or "no code came back"
            raise AuthorizationError(f"The consent was not given: {reason[:200]}.")
        return Code(Secret(code), scopes=_scopes(query.get("scopes")))

    async def exchange(self, send: Send, connection: Connection, code: Code) -> Grant:
        """Trade the code for an access token and the refresh token that goes with it."""
        form = {
            "grant_type": "authorization_code",
            "code": code.text.reveal(),
            "redirect_uri": self.redirect_uri(connection.settings),
            **({"code_verifier": code.verifier.reveal()} if code.verifier else {}),
        }
        return _grant(await send(_form("token", connection, form)), code.scopes)

    async def refresh(self, send: Send, connection: Connection) -> Grant:
        """Trade the refresh token, which then is used up, for the next pair."""
        if (token := connection.secrets.get("refresh_token")) is None:
            raise AuthorizationError(
                "The token has ended, and there is none to refresh it with.",
                hint=f"Renew the consent: adloom connections reconnect {connection.name}",
            )
        form = {"grant_type": "refresh_token", "refresh_token": token.reveal()}
        return _grant(await send(_form("token", connection, form)), ())

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Ask who granted; where that was left out, ask whatever the grant covers."""
        granted = connection.account.get("permissions", [])
        fields = [field for scope in granted for field in FIELDS.get(scope, ())]
        known = connection.secrets.get("open_id")
        facts: dict[str, Any] = {"identity": _identity(known.reveal() if known else None)}
        if fields:
            answer = await send(Request("GET", "/v2/user/info/", {"fields": fields}))
            user = answer.data.get("user") if isinstance(answer.data, dict) else None
            user = user if isinstance(user, dict) else {}
            facts["display_name"] = user.get("display_name") or user.get("username")
            facts["identity"] = _identity(user.get("open_id")) or facts["identity"]
            facts["username"] = user.get("username")
        elif "video.list" in granted:
            body = JsonBody({"max_count": 1})
            await send(Request("POST", "/v2/video/list/", {"fields": ["id"]}, body))
        return facts

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:  # noqa: ARG002 - a grant covers one account
        """The one account whose owner agreed."""
        account = connection.account
        return [{"id": account.get("identity"), "name": account.get("display_name")}]

    async def revoke(self, send: Send, connection: Connection) -> None:
        """Tell TikTok to forget the token."""
        form = {"token": connection.secrets["access_token"].reveal()}
        await send(_form("revoke", connection, form))


def _placed(connection: Connection, path: str) -> tuple[str, Credential | None]:
    """The address of a request, and the token in the one place where it belongs."""
    settings, token = connection.settings, connection.secrets.get("access_token")
    if is_address(path):
        return check_upload_address(settings, path), None
    base = sound_base(settings) if path == SOUND else api_base(settings)
    url = base + check_path(path)
    if token is None or path.startswith(OAUTH):
        return url, None
    origins = (Origin.of(base),)
    if path != SOUND:
        return url, Credential("authorization", token, origins, scheme="Bearer")
    open_id = connection.secrets.get("open_id", Secret(""))
    return url, Credential(None, token, origins, query={"open_id": open_id, "access_token": token})


def _form(endpoint: str, connection: Connection, fields: Mapping[str, str]) -> Request:
    """A request to the token endpoints, in the app's name."""
    client = {
        "client_key": connection.settings["client_key"],
        "client_secret": connection.secrets["client_secret"].reveal(),
    }
    return Request(
        "POST", f"{OAUTH}{endpoint}/", body=TextBody(urlencode({**client, **fields}), FORM)
    )


def _grant(answer: Answer, agreed: tuple[str, ...]) -> Grant:
    """Read a token answer; its lifetimes are the only ones that count."""
    data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    names = ("access_token", "refresh_token", "open_id")
    secrets = {name: Secret(data[name]) for name in names if _is_text(data.get(name))}
    if "access_token" not in secrets:
        raise UnusableAnswerError("TikTok's answer holds no access token.")
    scopes = _scopes(data.get("scope")) or agreed
    return Grant(
        secrets=secrets,
        account={"permissions": list(scopes)} if scopes else {},
        life=lifetime(data.get("expires_in")),
        renewable_for=lifetime(data.get("refresh_expires_in")),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _scopes(text: Any) -> tuple[str, ...]:
    words = text.split(",") if isinstance(text, str) else []
    return tuple(word.strip() for word in words if word.strip())


def _identity(open_id: Any) -> str | None:
    """A stable mark of the account as this app sees it; None if unknown."""
    return hashlib.sha256(str(open_id).encode()).hexdigest()[:16] if open_id else None

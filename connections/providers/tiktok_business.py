"""TikTok's API for Business, version 1.3: ads, ad groups, campaigns, reports."""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from pydantic import BaseModel

from adloom.catalogue import load
from adloom.errors import ApiError, AuthorizationError, UnusableAnswerError, UsageError
from adloom.secret import Secret
from adloom.wire import JsonBody, Record, Request
from connections.connection import Connection
from connections.hosts import base_address
from connections.providers.base import Code, Grant, Provider, Send
from connections.providers.tiktok_api import BusinessApi
from connections.providers.tiktok_listing import rows_of
from connections.providers.tiktok_settings import (
    DEFAULT_RATE,
    HOSTS,
    SANDBOX_RATE,
    TikTokSettings,
    limited_keys,
)

__all__ = ["TikTokBusiness"]

SHARE_OF_A_LIMIT: Final = 0.8
THROTTLED_ADVERTISER: Final = 40133


class TikTokBusiness(BusinessApi, Provider):
    """TikTok ads, authorised by an advertiser in TikTok's portal."""

    name: ClassVar[str] = "tiktok-business"
    title: ClassVar[str] = "TikTok ads"
    settings_model: ClassVar[type[BaseModel]] = TikTokSettings
    secret_titles: ClassVar[Mapping[str, str]] = {"app_secret": "App secret"}
    takes_token: ClassVar[bool] = True

    # --- limits ---------------------------------------------------------------------------------

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Per app, per app and endpoint, per advertiser and endpoint (business_api.md §1.5)."""
        app, endpoint, advertiser = limited_keys(connection, request)
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
        _, endpoint, advertiser = limited_keys(connection, request)
        key = advertiser if error.code == THROTTLED_ADVERTISER and advertiser else endpoint
        return {key: error.retry_after or 1.0}

    # --- consent (business_api.md §2.1) ----------------------------------------------------------

    def consent_address(
        self,
        settings: Mapping[str, Any],
        state: str,
        verifier: Secret,  # noqa: ARG002 - the portal knows no PKCE
    ) -> str:
        """The portal's page, as requests-oauthlib builds it, in TikTok's words."""
        from requests_oauthlib import OAuth2Session

        session = OAuth2Session(settings["app_id"], redirect_uri=self.redirect_uri(settings))
        portal = HOSTS["production"]
        address, _ = session.authorization_url(
            f"{portal}/portal/auth", state=state, app_id=settings["app_id"]
        )
        # oauthlib takes https only; `base_address` decides where http will do.
        return base_address(settings["host"], HOSTS) + address.removeprefix(portal)

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Where the portal sends the owner back to."""
        return str(settings["redirect_uri"])

    def read_callback(self, query: Mapping[str, str]) -> Code:
        """The code is called `auth_code`, and once more `code`."""
        code = query.get("auth_code") or query.get("code")
        if not code:
            reason = query.get("error_description") or query.get("error") or "no code came back"
            raise AuthorizationError(f"The consent was not given: {reason[:200]}.")
        return Code(Secret(code))

    async def exchange(self, send: Send, connection: Connection, code: Code) -> Grant:
        """Trade the code for a token that does not expire."""
        secret = connection.secrets["app_secret"]
        body = {
            "app_id": connection.settings["app_id"],
            "secret": secret.reveal(),
            "auth_code": code.text.reveal(),
        }
        answer = await send(Request("POST", "/oauth2/access_token/", body=JsonBody(body)))
        data = answer.data if isinstance(answer.data, dict) else {}
        if not isinstance(token := data.get("access_token"), str) or not token:
            raise UnusableAnswerError("TikTok's answer holds no access token.")
        return Grant(
            secrets={"app_secret": secret, "access_token": Secret(token)},
            account={"permissions": data.get("scope", [])},
        )

    async def refresh(self, send: Send, connection: Connection) -> Grant:  # noqa: ARG002 - Provider
        """These tokens do not end, so there is nothing to refresh."""
        raise AuthorizationError(
            "A TikTok ads token cannot be refreshed.",
            hint=f"Renew the consent: adloom connections reconnect {connection.name}",
        )

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Ask who granted, and which accounts."""
        answer = await send(Request("GET", "/user/info/"))
        user = answer.data if isinstance(answer.data, dict) else {}
        facts: dict[str, Any] = {
            "identity": _identity(user),
            "display_name": user.get("display_name"),
        }
        # The sandbox does not serve the list (§1.6), and it takes the app's secret.
        if connection.settings["host"] != "sandbox" and "app_secret" in connection.secrets:
            facts["advertisers"] = await self.accounts(send, connection)
        return facts

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:
        """Ask which advertiser accounts the owner granted; they may have become fewer."""
        _need_app_secret(connection, "Listing the granted accounts")
        query = {
            "app_id": connection.settings["app_id"],
            "secret": connection.secrets["app_secret"].reveal(),
        }
        granted = await send(Request("GET", "/oauth2/advertiser/get/", query=query))
        return [
            {
                "advertiser_id": str(row["advertiser_id"]),
                "name": str(row.get("advertiser_name", "")),
            }
            for row in rows_of(granted, "list")
            if row.get("advertiser_id")
        ]

    async def revoke(self, send: Send, connection: Connection) -> None:
        """Tell TikTok to forget the token."""
        _need_app_secret(connection, "Revoking a grant")
        body = {
            "app_id": connection.settings["app_id"],
            "secret": connection.secrets["app_secret"].reveal(),
            "access_token": connection.secrets["access_token"].reveal(),
        }
        await send(Request("POST", "/oauth2/revoke_token/", body=JsonBody(body)))


def _need_app_secret(connection: Connection, what: str) -> None:
    if "app_secret" not in connection.secrets:
        raise UsageError(
            f"{what} takes the app's secret, which {connection.name!r} was made without.",
            hint="Make the connection with a consent instead of a token.",
        )


def _identity(user: Mapping[str, Any]) -> str | None:
    """A stable mark of the person, which is not their name or address; None if unknown."""
    known = user.get("core_user_id")
    return hashlib.sha256(str(known).encode()).hexdigest()[:16] if known else None

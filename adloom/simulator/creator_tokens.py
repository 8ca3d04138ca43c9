"""Tokens of the Open Platform, which expire and rotate (open_platform_and_events.md part I.1)."""

import hashlib
import hmac
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from adloom.simulator.envelope import Plain, Refusal
from adloom.simulator.grants import Grants

__all__ = ["Ask", "CreatorTokens", "Holder", "open_id_of"]

#: Lifetimes in seconds, as the newest pages tell them.
ACCESS_LIFE: Final = 7200
REFRESH_LIFE: Final = 180 * 86_400
CLIENT_LIFE: Final = 7200
CODE_LIFE: Final = 600
REMEMBERED: Final = 1000
JSON: Final = "application/json; charset=utf-8"
VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}")

Form = Mapping[str, str]


class _OAuthError(Exception):
    """An OAuth error: its name and a description."""

    def __init__(self, name: str, description: str):
        super().__init__(description)
        self.name = name
        self.description = description


@dataclass(frozen=True)
class Ask:
    """What a consent was asked for; a code belongs to exactly this."""

    client_key: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None


@dataclass(frozen=True)
class Holder:
    """A granted account: whose, for whom, for what, until when.

    Args:
        client_key: The app.
        open_id: The creator, as this app sees them.
        scopes: What was granted.
        expires: Simulated UNIX seconds.
    """

    client_key: str
    open_id: str
    scopes: tuple[str, ...]
    expires: float


class CreatorTokens:
    """Codes, access tokens and refresh tokens of creators' accounts.

    Args:
        grants: Knows apps and their secrets, and makes up new tokens.
        now: Simulated UNIX seconds.
    """

    def __init__(self, grants: Grants, now: Callable[[], float]):
        self._grants = grants
        self._now = now
        self._codes: dict[str, tuple[Ask, tuple[str, ...], float]] = {}
        self._refresh: dict[str, Holder] = {}
        self._access: dict[str, Holder] = {}
        #: Who withdrew what they had allowed, for webhooks: client keys and open ids.
        self.removed: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def consent(self, ask: Ask, scopes: Sequence[str]) -> str:
        """Remember that a creator agreed to `scopes`, and return the code for it."""
        # Codes hold characters that arrive percent-encoded and are decoded before the exchange.
        code = f"{self._grants.mint('code')}*0!4627.va"
        self._codes[code] = (ask, tuple(scopes), self._now() + CODE_LIFE)
        return code

    def token(self, body: bytes, log_id: str) -> Plain:
        """`POST /v2/oauth/token/`: flat JSON, errors included, always with HTTP 200 (assumed)."""
        try:
            form = _form(body)
            grant_type = form.get("grant_type", "")
            self._check_client(form)
            return _json(self._granted(grant_type, form))
        except _OAuthError as fault:
            return _error(fault, log_id)

    def revoke(self, body: bytes, log_id: str) -> Plain:
        """`POST /v2/oauth/revoke/`: nothing in the answer; an unknown token is fine (assumed)."""
        try:
            form = _form(body)
            self._check_client(form)
        except _OAuthError as fault:
            return _error(fault, log_id)
        self.withdraw(form.get("token", ""))
        return _json({})

    def withdraw(self, token: str) -> None:
        """End everything that was granted with an access token; an unknown one is fine."""
        session = self._access.pop(token, None)
        if session is None:
            return
        for known in (self._access, self._refresh):
            for other in [name for name, found in known.items() if _same(found, session)]:
                del known[other]
        self.removed.append((session.client_key, session.open_id))

    def holder_of(self, token: str) -> Holder | None:
        """Whose access token this is and what it allows; None if it is wrong or has expired."""
        holder = self._access.get(token)
        return holder if holder is not None and self._now() < holder.expires else None

    def issue(
        self, client_key: str, scopes: Sequence[str], open_id: str | None = None
    ) -> dict[str, Any]:
        """Tokens without any consent.

        Args:
            client_key: The app.
            scopes: What they allow.
            open_id: The creator; by default the one that consents show.
        """
        return self._session(client_key, open_id or open_id_of(client_key), tuple(scopes))

    def _granted(self, grant_type: str, form: Form) -> dict[str, Any]:
        if grant_type == "authorization_code":
            return self._exchange(form)
        if grant_type == "refresh_token":
            return self._renew(form)
        if grant_type == "client_credentials":
            token = f"clt.{self._grants.mint('client_token')}"
            return {"access_token": token, "expires_in": CLIENT_LIFE, "token_type": "Bearer"}
        raise _OAuthError("unsupported_grant_type", f"Unsupported grant_type {grant_type!r}.")

    def _check_client(self, form: Form) -> None:
        """The client comes as `client_key`; `client_id` is not understood."""
        client_key = form.get("client_key", "")
        if not client_key:
            raise _OAuthError("invalid_request", "client_key is missing.")
        try:
            self._grants.check_secret(client_key, form.get("client_secret", ""))
        except Refusal:
            raise _OAuthError("invalid_client", "Client key or secret is incorrect.") from None

    def _exchange(self, form: Form) -> dict[str, Any]:
        ask, scopes, expires = self._codes.pop(form.get("code", ""), (None, (), 0.0))
        if ask is None or self._now() >= expires or ask.client_key != form["client_key"]:
            raise _OAuthError("invalid_grant", "Authorization code is expired or was used.")
        if form.get("redirect_uri") != ask.redirect_uri:
            raise _OAuthError(
                "invalid_request",
                "Redirect_uri is not matched with the uri when requesting code.",
            )
        if ask.challenge is not None:
            _check_verifier(form.get("code_verifier", ""), ask.challenge)
        return self._session(ask.client_key, open_id_of(ask.client_key), scopes)

    def _renew(self, form: Form) -> dict[str, Any]:
        """A refresh token works once; the answer holds the next one."""
        session = self._refresh.get(form.get("refresh_token", ""))
        right = session is not None and session.client_key == form["client_key"]
        if session is None or not right or self._now() >= session.expires:
            raise _OAuthError("invalid_grant", "Refresh token is invalid or expired.")
        del self._refresh[form["refresh_token"]]
        return self._session(session.client_key, session.open_id, session.scopes)

    def _session(self, client_key: str, open_id: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        access = f"act.{self._grants.mint('creator_access')}"
        refresh = f"rft.{self._grants.mint('creator_refresh')}"
        now = self._now()
        self._access[access] = Holder(client_key, open_id, scopes, now + ACCESS_LIFE)
        self._refresh[refresh] = Holder(client_key, open_id, scopes, now + REFRESH_LIFE)
        return {
            "access_token": access,
            "expires_in": ACCESS_LIFE,
            "open_id": open_id,
            "refresh_expires_in": REFRESH_LIFE,
            "refresh_token": refresh,
            "scope": ",".join(scopes),
            "token_type": "Bearer",
        }


def open_id_of(client_key: str) -> str:
    """The one creator whom consents show, as an app sees them."""
    found = hashlib.sha256(f"creator for {client_key}".encode()).hexdigest()
    return f"-000{found[:32]}"


def _same(one: Holder, other: Holder) -> bool:
    return (one.client_key, one.open_id) == (other.client_key, other.open_id)


def _form(body: bytes) -> Form:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise _OAuthError("invalid_request", "The body is not a form.") from None


def _check_verifier(verifier: str, challenge: str) -> None:
    """The challenge is the lower-case hex digest of the verifier, not base64url."""
    digest = hashlib.sha256(verifier.encode()).hexdigest()
    if not VERIFIER.fullmatch(verifier) or not hmac.compare_digest(digest, challenge):
        raise _OAuthError("invalid_request", "Code verifier or code challenge is invalid.")


def _json(data: Mapping[str, Any]) -> Plain:
    return Plain(200, msgspec.json.encode(data), JSON, {"Cache-Control": "no-store"}, "ok")


def _error(fault: _OAuthError, log_id: str) -> Plain:
    told = {"error": fault.name, "error_description": fault.description, "log_id": log_id}
    return Plain(200, msgspec.json.encode(told), JSON, {"Cache-Control": "no-store"}, fault.name)

"""Connections as the tests need them: invented names, invented ids, planted secrets."""

from datetime import UTC, datetime, timedelta
from typing import Any

from adloom.secret import Secret
from connections.connection import Connection
from connections.providers import provider_named

__all__ = ["NOW", "account", "business", "of_kind"]

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def business(name: str = "acme", **more: Any) -> Connection:
    """A TikTok ads connection; `host` goes into its settings."""
    settings = {
        "app_id": "7200000000000000001",
        "host": more.pop("host", "production"),
        "redirect_uri": "http://127.0.0.1:8917/callback",
        "requests_per_second": 1000.0,
        **more.pop("settings", {}),
    }
    told: dict[str, Any] = {
        "account": {"identity": "0011223344556677", "permissions": [2]},
        "secrets": {
            "app_secret": Secret("app-secret-canary-1f2e3d4c"),
            "access_token": Secret("access-token-canary-5b6a7988"),
        },
        **more,
    }
    return Connection(name=name, provider="tiktok-business", settings=settings, **told)


def account(name: str = "me", *, host: str = "production", **more: Any) -> Connection:
    """A connection to a TikTok account whose tokens were granted a moment ago."""
    settings = {
        "client_key": "awsample0123",
        "host": host,
        "scopes": ["user.info.basic", "video.list"],
        "redirect_uri": "http://127.0.0.1:8917/callback",
        "requests_per_second": 10_000.0,
        "legacy_sound_host": None,
        **more.pop("settings", {}),
    }
    told: dict[str, Any] = {
        "account": {
            "identity": "0011223344556677",
            "permissions": ["user.info.basic", "video.list"],
        },
        "secrets": {
            "client_secret": Secret("client-secret-canary-77aa"),
            "access_token": Secret("act.canary-0000"),
            "refresh_token": Secret("rft.canary-0000"),
            "open_id": Secret("open-id-canary-0001"),
        },
        "issued_at": NOW,
        "expires_at": NOW + timedelta(hours=2),
        **more,
    }
    return Connection(name=name, provider="tiktok", settings=settings, **told)


def of_kind(kind: str, secrets: dict[str, str] | None = None, **settings: Any) -> Connection:
    """A connection of any kind, the rest of its settings as they are by default."""
    model = provider_named(kind).settings_model
    told = model.model_validate(settings).model_dump(mode="json")
    sealed = {name: Secret(text) for name, text in (secrets or {}).items()}
    return Connection(name="some", provider=kind, settings=told, secrets=sealed)

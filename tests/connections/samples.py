"""Connections as the tests need them: invented names, invented ids, planted secrets."""

from datetime import UTC, datetime
from typing import Any

from adloom.secret import Secret
from connections.connection import Connection

__all__ = ["NOW", "business"]

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

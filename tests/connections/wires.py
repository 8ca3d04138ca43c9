"""Requests for the wire, as the tests of connections need them."""

from collections.abc import Callable
from typing import Any

from adloom.secret import Secret
from connections.hosts import Origin
from connections.outgoing import Credential, WireRequest

__all__ = ["TOKEN", "RequestFor", "changing", "reading"]

RequestFor = Callable[..., WireRequest]

TOKEN = "token-7f3a9c1e5b2d8460-canary"


def reading(address: str, **more: Any) -> WireRequest:
    """A GET with a token for its own origin."""
    return _request("GET", address, **more)


def changing(address: str, **more: Any) -> WireRequest:
    """A POST with a token for its own origin."""
    return _request("POST", address, content=b'{"status":"DISABLE"}', changes=True, **more)


def _request(method: str, address: str, **more: Any) -> WireRequest:
    origin = Origin.of(address)
    credential = Credential("access-token", Secret(TOKEN), (origin,))
    told: dict[str, Any] = {"deadline": 5.0, "credential": credential, **more}
    return WireRequest(method, f"{address}/open_api/v1.3/ad/get/", **told)

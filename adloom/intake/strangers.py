"""What is asked of whoever knocks: which headers they bring, and what a stranger is told."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request

__all__ = ["SECRET_PARAMETER", "headers_of", "secret_of_nobody"]

SECRET_PARAMETER: Final = "secret"  # noqa: S105 - the name, not the secret


def headers_of(request: Request) -> dict[str, str]:
    """Headers by their lower-case names; one that comes several times is joined."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def secret_of_nobody() -> Callable[[Mapping[str, str], Mapping[str, str], bytes], bool]:
    """Does for an address that is not there what is done for one that is, and says no."""
    secret = secrets.token_bytes(32)

    def proves(headers: Mapping[str, str], query: Mapping[str, str], content: bytes) -> bool:
        given = f"{headers.get('authorization')} {query.get(SECRET_PARAMETER)}".encode()
        digest = hmac.new(secret, given + content, hashlib.sha256).digest()
        return hmac.compare_digest(digest, secret)

    return proves

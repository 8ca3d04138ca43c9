"""Signatures of webhooks (business_api.md §6)."""

import hashlib
import hmac
import json

__all__ = ["business_signature", "creator_signature"]


def business_signature(secret: str, body: bytes) -> str:
    """What `X-Open-Signature` says: over the body with all but ASCII escaped as JSON does.

    Args:
        secret: Of the app.
        body: As it is sent, in UTF-8.
    """
    escaped = "".join(
        character if character.isascii() else json.dumps(character)[1:-1]
        for character in body.decode()
    )
    return _digest(secret, escaped.encode())


def creator_signature(secret: str, body: bytes, at: int) -> str:
    """What `Tiktok-Signature` says.

    Args:
        secret: Of the client.
        body: As it is sent.
        at: When, in UNIX seconds.
    """
    return f"t={at},s={_digest(secret, str(at).encode() + b'.' + body)}"


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()

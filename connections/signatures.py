"""Whether a request that came in proves that its sender knows our secret; in constant time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from adloom.secret import Secret
from connections.connection import Connection

__all__ = ["SECRET_HEADER", "SECRET_PARAMETER", "Proves", "proof_for"]

#: Says of headers (lower-case names), query and content of a request whether they prove it.
Proves = Callable[[Mapping[str, str], Mapping[str, str], bytes], bool]

#: Where the secret itself may stand, besides `Authorization: Bearer …`.
SECRET_HEADER: Final = "x-adloom-secret"  # noqa: S105 - the name, not the secret
SECRET_PARAMETER: Final = "secret"  # noqa: S105 - the name, not the secret
#: Headers of TikTok's signatures (business_api.md §6).
TIKTOK_ADS: Final = "x-open-signature"
TIKTOK: Final = "tiktok-signature"
#: TikTok delivers for 72 hours; whether it signs each attempt anew is not known.
OLDEST: Final = timedelta(hours=73)
#: Clocks differ.
YOUNGEST: Final = timedelta(minutes=5)


def proof_for(connection: Connection, now: Callable[[], datetime]) -> Proves:
    """How requests prove themselves to a connection of the kind webhook.

    Args:
        connection: Says how they are signed, and holds the secret.
        now: Our own time.
    """
    secret = connection.secrets["client_secret"]
    header = (connection.settings.get("signature_header") or "").lower()

    def proves(headers: Mapping[str, str], query: Mapping[str, str], content: bytes) -> bool:
        match connection.settings["signature"]:
            case "sha256":
                return _signed(secret, headers.get(header, ""), content)
            case "sha256-base64":
                return _equal(headers.get(header, "").strip(), _digest_base64(secret, content))
            case "tiktok-ads":
                return _signed(secret, headers.get(header or TIKTOK_ADS, ""), _escaped(content))
            case "tiktok":
                return _signed_then(secret, headers.get(header or TIKTOK, ""), content, now())
            case _:
                return _brought(secret, headers, query)

    return proves


def _brought(secret: Secret, headers: Mapping[str, str], query: Mapping[str, str]) -> bool:
    """Whether the secret itself came along, in one of the places for it."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    given = [bearer, headers.get(SECRET_HEADER, ""), query.get(SECRET_PARAMETER, "")]
    # All three are compared, whatever the first one says.
    return sum(_equal(one, secret.reveal()) for one in given) > 0


def _signed(secret: Secret, signature: str, content: bytes) -> bool:
    return _equal(signature.strip().lower().removeprefix("sha256="), _digest(secret, content))


def _signed_then(secret: Secret, signature: str, content: bytes, now: datetime) -> bool:
    """`t=…,s=…`: the moment is signed with the content, and must not be too long ago."""
    parts = [part.strip().partition("=") for part in signature.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()):
        return False
    digest = _digest(secret, moments[0].encode() + b"." + content)
    signatures = [value.lower() for name, _, value in parts if name == "s"]
    fits = sum(_equal(one, digest) for one in signatures) > 0
    try:
        age = now - datetime.fromtimestamp(int(moments[0]), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return fits and -YOUNGEST <= age <= OLDEST


def _escaped(content: bytes) -> bytes:
    """The content with all but ASCII escaped as in JSON, in lower case, as TikTok signs it."""
    text = content.decode(errors="replace")
    return "".join(one if one.isascii() else json.dumps(one)[1:-1] for one in text).encode()


def _digest(secret: Secret, signed: bytes) -> str:
    return hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest()


def _digest_base64(secret: Secret, signed: bytes) -> str:
    return base64.b64encode(bytes.fromhex(_digest(secret, signed))).decode()


def _equal(given: str, wanted: str) -> bool:
    """Compare without telling by the time it takes how much is right, nor how long it is."""
    ours, theirs = (
        hashlib.sha256(one.encode(errors="surrogatepass")).digest() for one in (wanted, given)
    )
    return hmac.compare_digest(ours, theirs)

"""Functions that write text in other ways, and digests."""

import base64
import binascii
import hashlib
import hmac
from typing import Any, Final
from urllib.parse import quote, unquote

from adloom.mapping.functions.declare import Functions, Run
from adloom.mapping.misfit import MisfitError
from adloom.mapping.values import as_text

__all__ = ["ENCODINGS"]

ENCODINGS: Final = Functions("Encodings")

#: What browsers leave as it is.
_UNQUOTED: Final = "!'()*~"


@ENCODINGS.declare(
    "encodeURL(text: text) -> text",
    "As it may stand in an address.",
    {'encodeURL("a b&c")': "a%20b%26c"},
)
def encode_url(text: str) -> str:
    """Percent-encode."""
    return quote(text, safe=_UNQUOTED, errors="replace")


@ENCODINGS.declare(
    "decodeURL(text: text) -> text",
    "What stands in an address, as text.",
    {'decodeURL("a%20b%26c")': "a b&c"},
)
def decode_url(text: str) -> str:
    """Undo percent-encoding."""
    return unquote(text, errors="replace")


@ENCODINGS.declare("base64(value: any) -> text", "In Base64.", {'base64("hello")': "aGVsbG8="})
def base64_(value: Any) -> str:
    """Write bytes in Base64."""
    return base64.b64encode(_bytes(value)).decode()


@ENCODINGS.declare(
    "toBinary(value: any; [encoding: word]) -> any",
    "The bytes a text stands for: utf8, base64 or hex. For a digest or toString; bytes are no "
    "parameter.",
    {'toString(toBinary("aGVsbG8="; "base64"))': "hello", 'base64(toBinary("ff00"; hex))': "/wA="},
)
def to_binary(value: Any, encoding: str = "utf8") -> bytes:
    """Read bytes."""
    try:
        match encoding.lower():
            case "base64":
                return base64.b64decode(as_text(value), validate=True)
            case "hex":
                return bytes.fromhex(as_text(value))
            case "utf8" | "utf-8" | "":
                return _bytes(value)
            case _:
                pass
    except (binascii.Error, ValueError):
        raise MisfitError(f"This is no {encoding}.") from None
    raise MisfitError(f"There is no encoding {encoding[:20]!r} here.", "utf8, base64 or hex.")


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else as_text(value).encode(errors="replace")


def _digest(name: str, example: str) -> Run:
    """Declare one digest function."""

    @ENCODINGS.declare(
        f"{name}(value: any; [encoding: word]; [key: any]; [keyEncoding: word]) -> text",
        f"The {name.upper()} digest in hex or base64; with a key, its HMAC.",
        {f'substring({name}("hello"); 0; 8)': example},
    )
    def digest(
        value: Any, encoding: str = "hex", key: Any = None, key_encoding: str = "utf8"
    ) -> str:
        content = _bytes(value)
        if key is None:
            made = hashlib.new(name, content, usedforsecurity=False).digest()
        else:
            made = hmac.digest(to_binary(key, key_encoding), content, name)
        if encoding.lower() not in ("hex", "base64", ""):
            raise MisfitError(f"There is no encoding {encoding[:20]!r} here.", "hex or base64.")
        return base64.b64encode(made).decode() if encoding.lower() == "base64" else made.hex()

    return digest


md5 = _digest("md5", "5d41402a")
sha1 = _digest("sha1", "aaf4c61d")
sha256 = _digest("sha256", "2cf24dba")
sha512 = _digest("sha512", "9b71d224")

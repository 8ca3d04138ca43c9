"""The texts that TikTok wants hashed, brought into their one form, and their SHA-256 digests.

Every `normalise_…` returns the form that is hashed (or, for places, sent as it is), never an empty
text; what cannot be used is a ValueError whose message is for the user and quotes nothing.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Final
from unicodedata import category, normalize

from modules.events.options import HashPolicy

__all__ = [
    "EMPTY_DIGEST",
    "hashed",
    "is_digest",
    "normalise_country",
    "normalise_email",
    "normalise_external_id",
    "normalise_name",
    "normalise_place",
    "normalise_zip_code",
    "sendable",
    "text_of",
]

DIGEST_LENGTH: Final = 64
HEX_DIGITS: Final = "0123456789abcdefABCDEF"
#: SHA-256 of the empty text: it would make one person of everybody without a value.
EMPTY_DIGEST: Final = sha256(b"").hexdigest()
#: Floats beyond hold no exact whole numbers any more.
FIRST_INEXACT: Final = 2.0**53

_NOT_IN_EMAIL: Final = r"\x00-\x20\x7f\s@<>(),;:\"\\"
_LABEL: Final = rf"[^{_NOT_IN_EMAIL}'.]+"
_is_email: Final = re.compile(rf"[^{_NOT_IN_EMAIL}]+@{_LABEL}(?:\.{_LABEL})+").fullmatch
#: What scripts write where they have no id; hashed, it would make one person of many.
_NO_ID: Final = frozenset({"undefined", "null", "none", "nan", "[object object]"})
LONGEST_NO_ID: Final = max(map(len, _NO_ID))
#: Stands where a character was lost on the way; a digest with it in matches nobody.
_LOST: Final = "\ufffd"
#: Letters of Latin alphabets that do not come apart into a plain letter and a mark.
_PLAIN_LATIN: Final = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\u0131": "i",  # dotless, of Turkish
    }
)


# --- digests --------------------------------------------------------------------------------------


def is_digest(text: str) -> bool:
    """Whether the text looks like a SHA-256 digest: 64 hex digits of either case."""
    return len(text) == DIGEST_LENGTH and not text.strip(HEX_DIGITS)


def hashed(normalise: Callable[[str], str], policy: HashPolicy) -> Callable[[str], str]:
    """What makes a digest of a stripped text, by the user's policy for its field.

    Args:
        normalise: Brings the text into the form that is hashed.
        policy: automatic passes on what looks like a digest; hash takes it for a text like any
            other; hashed takes nothing else.
    """

    def always(text: str) -> str:
        if not text.isascii() and _LOST in text:
            raise ValueError("has a character that was lost on the way (U+FFFD)")
        return sha256(normalise(text).encode()).hexdigest()

    def automatic(text: str) -> str:
        if len(text) == DIGEST_LENGTH and is_digest(text):
            return _lower_digest(text)
        return always(text)

    return {"automatic": automatic, "hash": always, "hashed": _given_digest}[policy]


def _given_digest(text: str) -> str:
    if not is_digest(text):
        raise ValueError("must be a SHA-256 digest: 64 hex digits")
    return _lower_digest(text)


def _lower_digest(text: str) -> str:
    """A digest somebody else made: one in capitals may match nobody (§V)."""
    digest = text.lower()
    if digest == EMPTY_DIGEST:
        raise ValueError("is the SHA-256 digest of an empty text")
    return digest


# --- texts ----------------------------------------------------------------------------------------


def text_of(value: object) -> str:
    """The text of a value of JSON, stripped: numbers become their digits, without `.0`."""
    match value:
        case str():
            return value.strip()
        case bool():
            raise ValueError("must be text or a number")
        case int():
            return str(value)
        case float() | Decimal() if math.isfinite(value):
            return _digits_of(value)
        case _:
            raise ValueError("must be text or a number")


def _digits_of(number: float | Decimal) -> str:
    if isinstance(number, float) and abs(number) >= FIRST_INEXACT:
        raise ValueError("is a number too large to be exact: write it as text")
    return str(int(number)) if number == int(number) else str(number)


def sendable(text: str) -> str:
    """The text itself, if it can be sent as it is: it is Unicode, and no e-mail address."""
    if not text:
        raise ValueError("is empty")
    if "@" in text or "%40" in text:
        raise ValueError("has an @: an e-mail address is never sent as it is")
    if not text.isascii():
        text.encode()
    return text


def normalise_email(text: str) -> str:
    """Composed (NFC), stripped, lower case; it must look like an address (§II.3)."""
    text = text.strip().lower()
    if not text.isascii():
        text = _composed(text) if text.isprintable() else ""
    if not _is_email(text):
        raise ValueError("is not an e-mail address")
    return text


def normalise_external_id(text: str) -> str:
    """Stripped, otherwise as it is: the documentation knows no rule of case (§II.2)."""
    text = text.strip()
    if not text or (len(text) <= LONGEST_NO_ID and text.lower() in _NO_ID):
        raise ValueError("is not an id, but what a script writes where it has none")
    return text


def normalise_name(text: str) -> str:
    """Lower case without punctuation or symbols; diacritics and single spaces stay (§II.2)."""
    text = text.strip().lower()
    if text.isascii() and text.isalpha():
        return text
    kept = "".join(char for char in _composed(text) if char.isspace() or category(char)[0] in "LMN")
    return _something(normalize("NFC", " ".join(kept.split())))


def normalise_zip_code(text: str) -> str:
    """Lower case without spaces or dashes (§II.2)."""
    text = text.strip().lower()
    if text.isascii() and text.isalnum():
        return text
    kept = (char for char in text if not char.isspace() and category(char) != "Pd")
    return _something("".join(kept))


def normalise_place(text: str) -> str:
    """A city or state: lower case, letters and digits only, sent as it is (§II.2).

    The documentation wants no special characters, and does not say what becomes of a Latin letter
    with a diacritic. It becomes the plain letter, as in third parties' tests: `São Paulo` is
    `saopaulo`. Other scripts keep theirs.
    """
    text = sendable(text).strip().lower()
    if text.isascii() and text.isalnum():
        return text
    kept: list[str] = []
    for char in normalize("NFD", text.translate(_PLAIN_LATIN)):
        kind = category(char)[0]
        on_plain_letter = kind == "M" and (not kept or kept[-1].isascii())
        if kind in "LMN" and not on_plain_letter:
            kept.append(char)
    return _something(normalize("NFC", "".join(kept)))


def normalise_country(text: str) -> str:
    """A country's two letters (ISO 3166-1 alpha-2) in lower case, sent as they are (§II.2)."""
    text = normalise_place(text)
    if len(text) != len("us") or not (text.isascii() and text.isalpha()):
        raise ValueError("must be a country's two letters (ISO 3166), for example us")
    return text


def _composed(text: str) -> str:
    """NFC before and after lower case: some letters come apart in it."""
    return normalize("NFC", normalize("NFC", text).lower())


def _something(text: str) -> str:
    if not text:
        raise ValueError("has no letters or digits")
    return text

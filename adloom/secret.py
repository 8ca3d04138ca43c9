"""Values that must never be seen: they print as dots and are scrubbed from every log line."""

import base64
import hmac
import json
import logging
import re
import threading
import weakref
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

__all__ = ["RedactingFilter", "Secret", "is_harmless", "redact", "scrub", "silence_wire_logs"]

SHOWN: Final = 4
MIN_LENGTH_TO_SHOW: Final = 16
# Shorter values would turn ordinary words of a log into dots.
MIN_LENGTH_TO_SCRUB: Final = 4
# A piece of base64 has to be longer than that to mean anything.
MIN_PIECE_OF_BASE64: Final = 8
# These libraries write addresses, tokens or codes at DEBUG or INFO (reliability.md §4.5).
TALKATIVE: Final = ("httpx", "httpcore", "oauthlib", "requests_oauthlib", "urllib3", "requests")

_WORDS: Final = r"(?:token|secret|password|passphrase|authorization|auth_code|cookie)s?"
_NAMES: Final = re.compile(rf"(^|[_-]){_WORDS}$")
_ANY_NAME: Final = re.compile(_WORDS, re.IGNORECASE)
#: A parameter of an address; what is dots already stays so.
_IN_ADDRESS: Final = re.compile(
    rf"([?&](?:[\w.-]*[_-])?{_WORDS}=)(?!•••)[^&#\s\"'<>]+", re.IGNORECASE
)

_live: "weakref.WeakSet[Secret]" = weakref.WeakSet()
# The set may be read by one thread's log line while another thread makes a secret.
_live_lock: Final = threading.RLock()


class Secret:
    """A value that prints as `•••1234` and leaves only through `reveal`.

    Every living secret is known to `scrub`, so that a log line, a traceback or a crash file which
    quotes it by accident shows dots instead.

    Args:
        value: The text to hide.
    """

    __slots__ = ("__weakref__", "_forms", "_value")

    def __init__(self, value: str):
        self._value = value
        self._forms: frozenset[str] | None = None
        with _live_lock:
            _live.add(self)

    def reveal(self) -> str:
        """The text itself: for the wire and the vault, nowhere else."""
        return self._value

    def forms(self) -> frozenset[str]:
        """The text in each form it could take in a log line; none if it is too short to matter."""
        if self._forms is None:
            long_enough = len(self._value) >= MIN_LENGTH_TO_SCRUB
            self._forms = frozenset(_forms(self._value)) if long_enough else frozenset()
        return self._forms

    def __str__(self) -> str:
        tail = self._value[-SHOWN:] if len(self._value) >= MIN_LENGTH_TO_SHOW else ""
        return f"•••{tail}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        ours, theirs = (one.reveal().encode(errors="surrogatepass") for one in (self, other))
        return hmac.compare_digest(ours, theirs)

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


def scrub(text: str) -> str:
    """Return `text` with dots in place of every living secret, in each form it could take.

    Values of telling names in addresses (`?upload_token=…`) become dots as well: a platform may
    have made them up.
    """
    with _live_lock:
        living = list(_live)
    found = [(form, str(secret)) for secret in living for form in secret.forms() if form in text]
    # Longest first: a secret that begins like another one must not leave the rest of it behind.
    for form, dots in sorted(found, key=lambda pair: len(pair[0]), reverse=True):
        text = text.replace(form, dots)
    return _IN_ADDRESS.sub(r"\1•••", text) if "=" in text and ("?" in text or "&" in text) else text


def is_harmless(text: str) -> bool:
    """Whether JSON text holds nothing that `redact` would change, without looking closely.

    One look at a whole record costs less than one at each of its values; in doubt it is False.
    """
    if _ANY_NAME.search(text) or ("=" in text and ("?" in text or "&" in text)):
        return False
    with _live_lock:
        living = list(_live)
    return not any(form in text for secret in living for form in secret.forms())


def _forms(value: str) -> set[str]:
    """The value as it stands, as Python quotes it, in an address, in JSON and in base64."""
    raw = value.encode(errors="replace")
    return {
        value,
        repr(value)[1:-1],
        repr(raw)[2:-1],
        quote(raw, safe=""),
        quote_plus(raw),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        *_base64_forms(raw),
    }


def _base64_forms(raw: bytes) -> set[str]:
    """What base64 makes of the value, alone and in the middle of more, as in `name:secret`."""
    forms = {base64.b64encode(raw).decode()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # Characters at the edges also depend on the neighbours.
        forms.add(encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6])
    forms = {form for form in forms if len(form) >= MIN_PIECE_OF_BASE64}
    return forms | {form.replace("+", "-").replace("/", "_") for form in forms}


def redact(value: object) -> object:
    """Return JSON data with the values under telling names (`access_token`, …) dotted out.

    For showing and storing what a person or a platform sent; living secrets inside other texts are
    scrubbed as well.
    """
    match value:
        case dict():
            return {
                key: "•••" if _is_telling(key) and item not in (None, "") else redact(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [redact(item) for item in value]
        case Secret():
            return str(value)
        case str():
            return scrub(value)
        case _:
            return value


def _is_telling(key: object) -> bool:
    return isinstance(key, str) and bool(_NAMES.search(key.lower()))


class RedactingFilter(logging.Filter):
    """Scrubs whatever a handler is about to write.

    It belongs on handlers: a filter on a logger does not see the records of its children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Render the record once, scrubbed, with its traceback; let it through."""
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - a log line that does not fit must not stop anything
            message = f"{record.msg!r} with {record.args!r}"
        if record.exc_info:
            message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
            record.exc_info = None
        record.msg, record.args, record.exc_text = scrub(message), None, None
        return True


def silence_wire_logs() -> None:
    """Keep the HTTP and OAuth libraries from writing addresses and tokens below WARNING."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)

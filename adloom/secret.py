"""Values that must never be seen: they print as dots and are scrubbed from every log line."""

import base64
import hmac
import json
import logging
import re
import weakref
from typing import Final, NoReturn
from urllib.parse import quote, quote_plus

__all__ = ["RedactingFilter", "Secret", "redact", "scrub", "silence_wire_logs"]

SHOWN: Final = 4
MIN_LENGTH_TO_SHOW: Final = 16
# Shorter values would turn ordinary words of a log into dots.
MIN_LENGTH_TO_SCRUB: Final = 4
# These libraries write addresses, tokens or codes at DEBUG or INFO (reliability.md §4.5).
TALKATIVE: Final = ("httpx", "httpcore", "oauthlib", "requests_oauthlib", "urllib3", "requests")

_live: "weakref.WeakSet[Secret]" = weakref.WeakSet()


class Secret:
    """A value that prints as `•••1234` and leaves only through `reveal`.

    Every living secret is known to `scrub`, so that a log line, a traceback or a crash file which
    quotes it by accident shows dots instead.

    Args:
        value: The text to hide.
    """

    __slots__ = ("__weakref__", "_value")

    def __init__(self, value: str):
        self._value = value
        _live.add(self)

    def reveal(self) -> str:
        """The text itself: for the wire and the vault, nowhere else."""
        return self._value

    def __str__(self) -> str:
        tail = self._value[-SHOWN:] if len(self._value) >= MIN_LENGTH_TO_SHOW else ""
        return f"•••{tail}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


def scrub(text: str) -> str:
    """Return `text` with every living secret, in each form it could take, replaced by dots."""
    for secret in list(_live):
        if len(secret.reveal()) < MIN_LENGTH_TO_SCRUB:
            continue
        for form in _forms(secret.reveal()):
            if form in text:
                text = text.replace(form, str(secret))
    return text


def _forms(value: str) -> list[str]:
    """The value as it stands, in an address, in JSON and in base64, longest first."""
    encoded = base64.b64encode(value.encode()).decode()
    forms = {
        value,
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        encoded,
        encoded.rstrip("="),
        base64.urlsafe_b64encode(value.encode()).decode(),
    }
    return sorted(forms, key=len, reverse=True)


_NAMES = re.compile(r"(^|[_-])(token|secret|password|passphrase|authorization|auth_code|cookie)s?$")


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
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{logging.Formatter().formatException(record.exc_info)}"
            record.exc_info = None
        record.msg, record.args, record.exc_text = scrub(message), None, None
        return True


def silence_wire_logs() -> None:
    """Keep the HTTP and OAuth libraries from writing addresses and tokens below WARNING."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)

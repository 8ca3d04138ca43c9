"""Checks: what single values must be like, and what an event of each source must carry.

The readers take a value that is not empty and return it as TikTok wants it, None if nothing is
left of it, or raise `Unfit`. They never quote what they refuse: it may belong to a person.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from modules.events.options import EventSource, Options
from modules.events.problems import Problem, Severity

__all__ = [
    "MOST_DEPTH",
    "TOO_MANY",
    "TOO_MUCH",
    "EventChecks",
    "Reader",
    "Unfit",
    "holds_email",
    "is_empty",
    "is_number",
    "read_address",
    "read_count",
    "read_custom",
    "read_flag",
    "read_key",
    "read_number",
    "read_said",
    "read_text",
    "without_surrogates",
]

#: A `data[]` item.
Item = Mapping[str, Any]
#: Turns a value into what is sent; None leaves it out.
Reader = Callable[[Any], Any]

#: Objects and lists within a value of the user's own (our own bound).
MOST_DEPTH: Final = 6
#: From here on JSON readers begin to lose digits; no order costs as much.
TOO_MUCH: Final = 10**15
#: Nor has one as many pieces.
TOO_MANY: Final = 10**9
_NUMBERS: Final = (int, float, Decimal)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DIGITS: Final = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_EMAIL: Final = re.compile(r"[\w.+-](?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_WHOLE_EMAIL: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,200}(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_PERSONAL_NAMES: Final = """
    birthday birthdate dateofbirth email emails emailaddress firstname fullname lastname
    mobilenumber mobilephone phone phones phonenumber phonenumbers telephone
"""
_PERSONAL: Final = frozenset(_PERSONAL_NAMES.split())
_NOT_A_LETTER: Final = re.compile(r"[\W\d_]+")
_INT64: Final = 2**63
_FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Unfit(ValueError):  # noqa: N818 - says what the value is; it never leaves this package
    """A value that is not sent, or not as it came.

    Args:
        reason: Why, continuing a sentence that begins with the field's name.
        severity: Whether the whole event stays behind, or only the value.
        instead: What is sent in its place; None leaves it out.
    """

    def __init__(
        self, reason: str, severity: Severity = Severity.ERROR, *, instead: str | None = None
    ):
        super().__init__(reason)
        self.reason = reason
        self.severity = severity
        self.instead = instead

    def at(self, field: str) -> Problem:
        """The problem it is, for the field the value stands in."""
        return Problem(field, self.reason, self.severity)


def is_empty(value: Any) -> bool:
    """Whether a value is left out everywhere: None, and text, lists and objects without content."""
    return value is None or (not value and isinstance(value, str | dict | list | tuple))


def without_surrogates(text: str) -> str:
    """Text that can be written as UTF-8: half of a pair becomes the replacement character."""
    return _SURROGATE.sub("\ufffd", text)


def holds_email(text: str) -> bool:
    """Whether an e-mail address stands in a text, or in an address of a page."""
    return ("@" in text or "%40" in text) and _EMAIL.search(text) is not None


def is_number(value: Any) -> bool:
    """Whether a value is a number with an end: neither NaN nor infinite, nor beyond all bounds."""
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return False
    try:
        return math.isfinite(value)
    except (ValueError, OverflowError):  # a signalling NaN; a whole number beyond any float
        return False


def read_text(value: Any) -> str | None:
    """Text without blanks around it; a number becomes the text it is."""
    if isinstance(value, str):
        text = value.strip()
        return (text if text.isascii() else without_surrogates(text)) or None
    if is_number(value):
        return str(value)
    raise Unfit("must be text")


def read_said(value: Any) -> str | None:
    """Text that people write or type; not sent if it holds an e-mail address."""
    text = read_text(value)
    if text and holds_email(text):
        raise Unfit("holds an e-mail address; left out", Severity.WARNING)
    return text


def read_address(value: Any) -> str | None:
    """The address of a page, in full; an e-mail address within it is taken out."""
    text = read_text(value)
    if text and holds_email(text):
        cleaned = _WHOLE_EMAIL.sub("removed", text)
        raise Unfit("held an e-mail address; taken out", Severity.WARNING, instead=cleaned)
    if text and "://" not in text:
        raise Unfit("is not a full address, with https://", Severity.WARNING, instead=text)
    return text


def read_number(value: Any) -> int | float | None:
    """A number that is not negative, also where it comes as text."""
    if isinstance(value, float) and 0 <= value < TOO_MUCH:
        return value  # nearly all of them
    number = _signed(value)
    if number is not None and number < 0:
        raise Unfit("must not be negative")
    return number


def _signed(value: Any) -> int | float | None:
    if isinstance(value, str):
        value = _number_in(value.strip())
        if value is None:
            return None
    if not is_number(value):
        raise Unfit("must be a number")
    if abs(value) >= TOO_MUCH:
        raise Unfit("is too large")
    return float(value) if isinstance(value, Decimal) else value


def _number_in(text: str) -> int | float | None:
    if not text:
        return None
    if not _DIGITS.fullmatch(text):
        raise Unfit("must be a number: digits, with a point before the decimals and nothing else")
    return float(text) if "." in text else int(text)


def read_count(value: Any) -> int | None:
    """A whole number of things, at least one."""
    number = _signed(value)
    if number is None:
        return None
    if number <= 0:
        raise Unfit("must be more than 0")
    if number != int(number):
        raise Unfit("must be a whole number")
    if number >= TOO_MANY:
        raise Unfit("is too large")
    return int(number)


def read_flag(value: Any) -> bool | None:
    """True or false, also as 1 or 0, yes or no, and as text."""
    if isinstance(value, str):
        value = _FLAGS.get(value.strip().lower(), value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return value == 1
    raise Unfit("must be true or false")


def read_custom(value: Any, depth: int = 0) -> Any:
    """A value of the user's own, without what is empty; personal data is not sent."""
    if isinstance(value, str):
        return read_said(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        if not (is_number(value) and -_INT64 <= value < _INT64):
            raise Unfit("must be a number that is neither NaN nor infinite nor too large")
        return value if isinstance(value, int) else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if depth >= MOST_DEPTH:
        raise Unfit(f"is nested more than {MOST_DEPTH} levels deep")
    if isinstance(value, dict):
        filled = ((key, one) for key, one in value.items() if not is_empty(one))
        pairs = [(read_key(key), read_custom(one, depth + 1)) for key, one in filled]
        return {key: one for key, one in pairs if one is not None} or None
    if not isinstance(value, list | tuple):
        raise Unfit("must be text, a number, true or false, a list or an object")
    read = (read_custom(one, depth + 1) for one in value if not is_empty(one))
    return [one for one in read if one is not None] or None


def read_key(key: Any) -> str:
    """The name of a property of the user's own; refused if it promises personal data."""
    name = without_surrogates(str(key))
    if _NOT_A_LETTER.sub("", name).casefold() in _PERSONAL or holds_email(name):
        raise Unfit("is personal data, which belongs in user; left out", Severity.WARNING)
    return name


def _page_named(item: Item) -> bool:
    return "url" in item.get("page", ())


def _app_named(item: Item) -> bool:
    return "app_id" in item.get("app", ())


def _person_named(item: Item) -> bool:
    user = item.get("user", ())
    return "email" in user or "phone" in user or "external_id" in user


def _lead_named(item: Item) -> bool:
    user = item.get("user", ())
    return "lead_id" in item.get("lead", ()) or "email" in user or "phone" in user


#: Per source: whether an event has what it needs, and what to say if not (§II.1, AC-072, AC-120).
_REQUIRED: Final[dict[EventSource, tuple[Callable[[Item], bool], str, str]]] = {
    "web": (_page_named, "page.url", "is missing; web events name their page"),
    "app": (_app_named, "app.app_id", "is missing; app events name the app's id in its store"),
    "offline": (_person_named, "user", "must hold an e-mail, telephone number or external id"),
    "crm": (_lead_named, "lead.lead_id", "is missing, and so are e-mail and telephone number"),
}


_NO_CURRENCY: Final = Problem("properties.currency", "is missing", Severity.WARNING)
_NO_VALUE: Final = Problem("properties.value", "is missing", Severity.WARNING)
_NO_CONTENT: Final = Problem(
    "properties.contents", "has no content_id; TikTok cannot tell the product", Severity.WARNING
)


class EventChecks:
    """What a whole event of one source must carry.

    Args:
        options: What the user decided.
        source: The event source.
    """

    def __init__(self, options: Options, source: EventSource):
        self._has_required, field, reason = _REQUIRED[source]
        refused = options.incomplete == "refuse"
        self._missing = Problem(field, reason, Severity.ERROR if refused else Severity.WARNING)
        self._is_app = source == "app"

    def check(self, item: Item, problems: list[Problem], *, purchase: bool, product: bool) -> None:
        """Add what is wrong with an item whose single values are all right.

        Args:
            item: The item.
            problems: Where to add what is wrong.
            purchase: Whether it is a sale: it should have a value and a currency (AC-112).
            product: Whether it is about products: an app's should say which (AC-120).
        """
        if not self._has_required(item):
            problems.append(self._missing)
        properties = item.get("properties", ())
        if "currency" not in properties and (purchase or "value" in properties):
            _add_unless_told(_NO_CURRENCY, problems)
        if purchase and "value" not in properties:
            _add_unless_told(_NO_VALUE, problems)
        if product and self._is_app and "content_ids" not in properties:
            problems.append(_NO_CONTENT)


def _add_unless_told(missing: Problem, problems: list[Problem]) -> None:
    """Say that something is missing, unless it is so because what was there is no good."""
    if all(one.field != missing.field for one in problems):
        problems.append(missing)

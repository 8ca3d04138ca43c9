"""Functions that take text and give text."""

import html
import re
import unicodedata
from typing import Any, Final

from adloom.mapping.bounds import LONGEST_LIST, LONGEST_TEXT
from adloom.mapping.evaluation import Evaluation
from adloom.mapping.functions.declare import Functions
from adloom.mapping.misfit import MisfitError
from adloom.mapping.operators import equal
from adloom.mapping.patterns import Pattern, pattern_in
from adloom.mapping.values import as_text

__all__ = ["TEXT"]

TEXT: Final = Functions("Text")

#: Emoji and the marks that modify them; no pattern here goes over a text more than once.
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\U00002600-\U000027bf\U00002b00-\U00002bff\U00002300-\U000023ff"
    "\U0000fe0f\U0000200d\U000020e3\U000e0020-\U000e007f]+"
)
_TAG: Final = re.compile(r"<[^<>]*>")
_WORD: Final = re.compile(r"\S+")


@TEXT.declare(
    "length(value: any) -> number",
    "How many characters a text has, items a list, fields an object.",
    {'length("hello")': "5", "length(ad.tags)": "3", "length(ad.nothing)": "0"},
)
def length(value: Any) -> int:
    """Count what the value holds."""
    return len(value) if isinstance(value, list | dict | bytes) else len(as_text(value))


@TEXT.declare("lower(text: text) -> text", "In small letters.", {'lower("Hello")': "hello"})
def lower(text: str) -> str:
    """Small letters."""
    return text.lower()


@TEXT.declare("upper(text: text) -> text", "In capitals.", {'upper("Hello")': "HELLO"})
def upper(text: str) -> str:
    """Capitals."""
    return text.upper()


@TEXT.declare(
    "capitalize(text: text) -> text",
    "With a capital first letter; the others stay.",
    {'capitalize("make money")': "Make money"},
)
def capitalize(text: str) -> str:
    """A capital first letter."""
    return text[:1].upper() + text[1:]


@TEXT.declare(
    "startcase(text: text) -> text",
    "Every word with a capital first letter, the rest small.",
    {'startcase("hello WORLD")': "Hello World"},
)
def startcase(text: str) -> str:
    """A capital for every word."""
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


@TEXT.declare(
    "trim(text: text) -> text", "Without blanks around it.", {'trim("  hello ")': "hello"}
)
def trim(text: str) -> str:
    """No blanks around."""
    return text.strip()


@TEXT.declare(
    "replace(text: text; search: text; replacement: text) -> text",
    "With every occurrence replaced. A search like /…/g is a pattern; without g it finds the "
    "first one only; $1 is its first group.",
    {
        'replace("Hello"; "l"; "r")': "Herro",
        'replace("+49 (30) 12"; "/[^0-9]/g"; "")': "493012",
        r'replace("Ann Lee"; "/(\w+) (\w+)/"; "$2, $1")': "Lee, Ann",
    },
    timed=True,
)
def replace(evaluation: Evaluation, text: str, search: str, replacement: str) -> str:
    """Replace plain text, or what a pattern finds."""
    pattern: Pattern | None = pattern_in(search)
    if pattern:
        return pattern.replace(text, replacement, evaluation.spend)
    if not search:
        return text
    growth = text.count(search) * (len(replacement) - len(search))
    if len(text) + growth > LONGEST_TEXT:
        raise MisfitError(f"This would be longer than {LONGEST_TEXT:,} characters.")
    return text.replace(search, replacement)


@TEXT.declare(
    "substring(text: text; start: whole; [end: whole]) -> text",
    "From one character to before another, counted from 0 (though items are counted from 1).",
    {'substring("Hello"; 0; 3)': "Hel", 'substring("Hello"; 1)': "ello"},
)
def substring(text: str, start: int, end: int | None = None) -> str:
    """Cut; numbers out of range are brought into it, and put in order, as in Make."""
    first = min(max(start, 0), len(text))
    last = len(text) if end is None else min(max(end, 0), len(text))
    return text[min(first, last) : max(first, last)]


@TEXT.declare(
    "split(text: text; separator: text) -> list",
    "Taken apart into a list; without a separator into characters.",
    {'split("a,b,c"; ",")': '["a","b","c"]', 'split("abc"; "")': '["a","b","c"]'},
)
def split(text: str, separator: str) -> list[str]:
    """Take apart."""
    if (text.count(separator) if separator else len(text)) > LONGEST_LIST:
        raise MisfitError(f"This would be more than {LONGEST_LIST:,} items.")
    return text.split(separator) if separator else list(text)


@TEXT.declare(
    "indexOf(text: text; search: text; [start: whole]) -> number",
    "Where a text stands in another, counted from 0; -1 if it does not.",
    {'indexOf("Hello"; "l")': "2", 'indexOf("Hello"; "x")': "-1", 'indexOf("Hello"; "l"; 3)': "3"},
)
def index_of(text: str, search: str, start: int = 0) -> int:
    """Look for a text."""
    return text.find(search, max(start, 0))


@TEXT.declare(
    "contains(in: any; search: any; [ignoreCase: boolean]) -> boolean",
    "Whether a text contains another, or a list an item.",
    {
        'contains("Hello World"; "Hello")': "true",
        'contains("Hello"; "hello"; true)': "true",
        'contains(ad.tags; "a")': "true",
        "contains(ad.nothing; 1)": "false",
    },
)
def contains(found: Any, search: Any, ignore_case: bool = False) -> bool:
    """Look for a text in a text, or for an item in a list."""
    if isinstance(found, list):
        if ignore_case:
            wanted = as_text(search).lower()
            return any(as_text(item).lower() == wanted for item in found)
        return any(equal(item, search) for item in found)
    text, wanted = as_text(found), as_text(search)
    return wanted.lower() in text.lower() if ignore_case else wanted in text


@TEXT.declare(
    "toString(value: any) -> text",
    "The value as text: numbers without trailing zeros, dates by ISO 8601, lists as JSON.",
    {"toString(ad.spend)": "12.3", "toString(ad.tags)": '["b","a","b"]'},
)
def to_string(value: Any) -> str:
    """Write as text."""
    return as_text(value)


@TEXT.declare(
    "stripHTML(text: text) -> text", "Without tags.", {'stripHTML("<b>Hello</b>")': "Hello"}
)
def strip_html(text: str) -> str:
    """No tags."""
    return _TAG.sub("", text)


@TEXT.declare(
    "escapeHTML(text: text) -> text",
    "With the signs of HTML escaped.",
    {'escapeHTML("<b>")': "&lt;b&gt;"},
)
def escape_html(text: str) -> str:
    """Escape for HTML."""
    return html.escape(text)


@TEXT.declare(
    "ascii(text: text; [removeDiacritics: boolean]) -> text",
    "Without what is not ASCII; on wish letters lose their diacritics only.",
    {'ascii("èasy")': "asy", 'ascii("èasy"; true)': "easy"},
)
def ascii_(text: str, remove_diacritics: bool = False) -> str:
    """ASCII only."""
    form = unicodedata.normalize("NFKD", text) if remove_diacritics else text
    return form.encode("ascii", "ignore").decode()


@TEXT.declare(
    "replaceEmojiCharacters(text: text; [replacement: text]) -> text",
    "With emoji replaced, or removed.",
    {'replaceEmojiCharacters("Hi 🎉!"; "*")': "Hi *!"},
)
def replace_emoji(text: str, replacement: str = "") -> str:
    """Replace every run of emoji."""
    if len(text) * len(replacement) > LONGEST_TEXT:
        raise MisfitError(f"This could be longer than {LONGEST_TEXT:,} characters.")
    return _EMOJI.sub(lambda _: replacement, text)

"""Telephone numbers in the one form that TikTok hashes: E.164 with its + (§II.2, §II.3).

Most numbers of most shops are clean already, and are let through by a look at their digits.
`phonenumbers` knows the rest, and is imported when the first of them comes along.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final
from unicodedata import decimal, normalize

from modules.events.options import Options

if TYPE_CHECKING:
    import phonenumbers

__all__ = ["COUNTRY_CODES", "normalise_phone", "phone_reader"]

_CODES: Final = """
    1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62
    63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225
    226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247
    248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290
    291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377
    378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509
    590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682
    683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 883
    886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993
    994 995 996 998
"""
#: Calling codes of countries and of international services (ITU-T E.164).
COUNTRY_CODES: Final = frozenset(_CODES.split())
FEWEST_DIGITS: Final = 8
MOST_DIGITS: Final = 15
#: With spaces, brackets and an extension; whatever is longer is no telephone number.
LONGEST_TEXT: Final = 80

_THREE_DIGITS: Final = [f"{number:03}" for number in range(1000)]
#: How long the country code is of a number that begins with these three digits.
_CODE_LENGTHS: Final = {
    digits: length
    for digits in _THREE_DIGITS
    for length in (1, 2, 3)
    if digits[:length] in COUNTRY_CODES
}
#: Of a number with its +.
_LENGTHS: Final = range(FEWEST_DIGITS + 1, MOST_DIGITS + 2)
#: What address books and advertising exports write before a number.
_LABEL: Final = re.compile(r"\s*(?:tel|phone|p)\s*[:.]", re.IGNORECASE)
#: What is dialled after the number, and parameters of a `tel:` address (RFC 3966).
_EXTENSION: Final = re.compile(
    r"\s*(?:;.*|(?:#|\b(?:ext(?:ension|n)?|x)\b\.?:?|(?<=\d)x)\s*\d{1,7}\s*)\Z",
    re.IGNORECASE | re.DOTALL,
)


def normalise_phone(
    text: str,
    *,
    default_country: str | None = None,
    assume_international: bool = False,
    cn_without_country_code: bool = False,
) -> str:
    """The number in E.164: a +, the country code, no zero after it, 8 to 15 digits.

    Args:
        text: As a person wrote it.
        default_country: Two capital letters: whose national numbers may stand without a code.
        assume_international: Read a number without + as if it had one; where there is a default
            country, only if the number is none of that country's.
        cn_without_country_code: Leave +86 out, as texts older than Events API 2.0 ask for (§II.3).

    Raises:
        ValueError: It is no telephone number, or nobody can tell of which country.
    """
    number = text if _is_clean(text) else _read(text, default_country, assume_international)
    if cn_without_country_code and number.startswith("+86"):
        return number[3:]
    return number


def phone_reader(options: Options) -> Callable[[str], str]:
    """`normalise_phone` as the user wants it, with a short way for numbers that are clean."""
    country, international = options.default_country, options.assume_international

    if options.cn_phone_without_country_code:
        return partial(
            normalise_phone,
            default_country=country,
            assume_international=international,
            cn_without_country_code=True,
        )

    def read(text: str) -> str:
        return text if _is_clean(text) else _read(text, country, international)

    return read


def _is_clean(text: str) -> bool:
    """Whether it is E.164 already, with a country's code and no zero after it."""
    length = _CODE_LENGTHS.get(text[1:4])
    return (
        length is not None
        and len(text) in _LENGTHS
        and text[0] == "+"
        and text[length + 1] != "0"
        and text[1:].isdecimal()
        and text.isascii()
    )


def _international(digits: str) -> str:
    """The number of digits that begin with a country code."""
    length = _CODE_LENGTHS.get(digits[:3])
    if length is None:
        raise ValueError("is not a telephone number: it begins with no country's code")
    if digits.startswith("0", length):
        digits = _without_trunk_zero(digits, digits[:length])
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise ValueError("is not a telephone number: it must have 8 to 15 digits")
    return "+" + digits


def _without_trunk_zero(digits: str, code: str) -> str:
    """Drop the zero that is dialled inside a country only; some countries' numbers keep theirs."""
    import phonenumbers

    number = _parsed("+" + digits, None)
    if number is not None and phonenumbers.is_valid_number(number):
        return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return code + digits[len(code) :].lstrip("0")


def _read(text: str, default_country: str | None, assume_international: bool) -> str:
    """The number of a text that is not clean yet."""
    begins_with_plus, digits = _digits_of(text)
    if begins_with_plus:
        return _international(digits.removeprefix("00"))
    national = _national(digits, default_country) if default_country else None
    if national is not None:
        return national
    if digits.startswith("00"):
        return _international(digits[2:])
    if assume_international:
        return _international(digits)
    if default_country:
        raise ValueError("is not a telephone number of the default country")
    raise ValueError("has no country code: begin it with + or set a default country")


def _digits_of(text: str) -> tuple[bool, str]:
    """Whether a number begins with +, and its digits, whatever script they are written in."""
    if len(text) > LONGEST_TEXT:
        raise ValueError("is not a telephone number: it is too long")
    if not text.isascii():
        text = "".join(_in_ascii(char) for char in normalize("NFKC", text))
    text = _EXTENSION.sub("", _LABEL.sub("", text, count=1))
    before, plus, number = text.rpartition("+")
    if "," in text or any(char.isdecimal() for char in before):
        raise ValueError("is more than one telephone number: give a list")
    if any(char.isalpha() for char in text):
        raise ValueError("is not a telephone number: it has letters")
    digits = "".join(char for char in number if char.isdecimal())
    if not digits:
        raise ValueError("is not a telephone number: it has no digits")
    return bool(plus), digits


def _in_ascii(char: str) -> str:
    return str(decimal(char)) if char.isdecimal() else char


def _national(digits: str, country: str) -> str | None:
    """The number as dialled inside `country`, if it can be one.

    Two zeros begin an international number nearly everywhere, so that only a number which exists
    may begin with them.
    """
    import phonenumbers

    number = _with_code_but_no_plus(digits, country) or _parsed(digits, country)
    if number is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    possible = reason == phonenumbers.ValidationResult.IS_POSSIBLE
    if not possible or (digits.startswith("00") and not phonenumbers.is_valid_number(number)):
        return None
    national = phonenumbers.national_significant_number(number)
    return _international(f"{number.country_code}{national}")


def _with_code_but_no_plus(digits: str, country: str) -> "phonenumbers.PhoneNumber | None":
    """The number of digits that begin with the country's own code where national ones have a zero.

    `491701234567` is a German mobile number to a person; dialled in Germany it would be another.
    """
    import phonenumbers

    if not digits.startswith(str(phonenumbers.country_code_for_region(country))):
        return None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if metadata is None or metadata.national_prefix != "0":
        return None
    number = _parsed("+" + digits, None)
    return number if number and phonenumbers.is_valid_number(number) else None


def _parsed(text: str, country: str | None) -> "phonenumbers.PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None

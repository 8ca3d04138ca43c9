"""Telephone numbers come out in one form, however they were written."""

import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from modules.events.phones import COUNTRY_CODES, normalise_phone
from tests.seams.checkout import ROOT

E164 = st.from_regex(r"\A\+[1-9][0-9]{7,14}\Z")
FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in "+0123456789"}
ARABIC = {ord(char): ord(char) + 0x630 for char in "0123456789"}
#: Their numbers are shorter than TikTok's rule allows: Niue, Tristan da Cunha, Tokelau.
TOO_SMALL = {"NU", "TA", "TK"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+12133734253", "+12133734253"),
        ("  +1 (213) 373-4253 ", "+12133734253"),
        ("(+1)2133734253", "+12133734253"),
        ("+49 (0)170 1234567", "+491701234567"),
        ("+490170/1234567", "+491701234567"),
        ("+1 (0) 213 373 4253", "+12133734253"),
        ("0049 170 1234567", "+491701234567"),
        ("0049 (0)170 1234567", "+491701234567"),
        ("+0049 170 1234567", "+491701234567"),
        ("+39 06 12345678", "+390612345678"),
        ("+225 01 23 45 67 89", "+2250123456789"),
        ("+36 06 20 123 4567", "+36201234567"),
        ("tel:+1-213-373-4253", "+12133734253"),
        ("Tel.: +1 213 373 4253", "+12133734253"),
        ("p:+12133734253", "+12133734253"),
        ("tel:+1-213-373-4253;ext=5", "+12133734253"),
        ("+1 213 373 4253 ext. 12", "+12133734253"),
        ("+1 213 373 4253 extension 12", "+12133734253"),
        ("+1 213 373 4253x12", "+12133734253"),
        ("+1 213 373 4253 #12", "+12133734253"),
        ("\u202a+1\u00a0213\u2011373\u20114253\u202c", "+12133734253"),
        ("+49 170 1234567".translate(FULL_WIDTH), "+491701234567"),
        ("+49 170 1234567".translate(ARABIC), "+491701234567"),
        ("+98765432109876", "+98765432109876"),
    ],
)
def test_a_number_with_its_country_code_is_cleaned(raw: str, expected: str) -> None:
    assert expected == normalise_phone(raw)


@pytest.mark.parametrize(
    ("country", "raw", "expected"),
    [
        ("RO", "0722123456", "+40722123456"),
        ("BR", "11 98765-4321", "+5511987654321"),
        ("US", "(213) 373-4253", "+12133734253"),
        ("US", "1 213 373 4253", "+12133734253"),
        ("US", "011 44 20 7946 0018", "+442079460018"),
        ("US", "0044 20 7946 0018", "+442079460018"),
        ("US", "+44 20 7946 0018", "+442079460018"),
        ("AU", "0011 44 20 7946 0018", "+442079460018"),
        ("RU", "8 912 345-67-89", "+79123456789"),
        ("IT", "06 12345678", "+390612345678"),
        ("DE", "0170 1234567", "+491701234567"),
        ("DE", "491701234567", "+491701234567"),
        ("CN", "138 0000 0000", "+8613800000000"),
    ],
)
def test_a_national_number_takes_the_default_country(country: str, raw: str, expected: str) -> None:
    assert expected == normalise_phone(raw, default_country=country)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "no digits"),
        ("+", "no digits"),
        ("abc", "letters"),
        ("alice@example.com", "letters"),
        ("+1 213 FLOWERS", "letters"),
        ("1.2133734253E10", "letters"),
        ("98765-4321", "no country code"),
        ("12133734253", "no country code"),
        ("+1 213 37", "8 to 15 digits"),
        ("+220", "8 to 15 digits"),
        ("+4917012345678901", "8 to 15 digits"),
        ("+999 1234 5678", "no country's code"),
        ("+0170 1234567", "no country's code"),
        ("+49 170 1234567, +49 171 7654321", "more than one"),
        ("+491701234567+491717654321", "more than one"),
        ("+1" + " " * 200 + "2133734253", "too long"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(raw: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalise_phone(raw)


def test_what_is_no_number_of_the_default_country_may_be_international() -> None:
    for raw in ("4915112345678901", "1"):
        with pytest.raises(ValueError, match="default country"):
            normalise_phone(raw, default_country="US")

    both = normalise_phone("442079460018", default_country="US", assume_international=True)
    assert "+442079460018" == both
    assert "+442079460018" == normalise_phone("442079460018", assume_international=True)
    with pytest.raises(ValueError, match="no country's code"):
        normalise_phone("0722123456", assume_international=True)


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS - TOO_SMALL))
@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_every_countrys_numbers_are_the_same_however_they_are_written(
    country: str, kind: int
) -> None:
    number = phonenumbers.example_number_for_type(country, kind)
    if number is None:
        pytest.skip("no such numbers there")
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    address = phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)

    assert {e164} == {normalise_phone(one) for one in (e164, spaced, address, f"00{e164[1:]}")}
    assert e164 == normalise_phone(national, default_country=country)
    assert e164 == normalise_phone(e164[1:], default_country=country)
    assert e164 == normalise_phone(e164[1:], assume_international=True)


def test_the_calling_codes_are_those_that_exist() -> None:
    assert set(COUNTRY_CODES) == {str(one) for one in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}


def test_clean_numbers_do_without_the_large_library() -> None:
    lines = [
        "import sys",
        "from modules.events.identity import Identities",
        "from modules.events.options import Options",
        "user = Identities(Options()).user({'phone': '+12133734253'}, [])",
        "assert user, user",
        "assert 'phonenumbers' not in sys.modules",
    ]
    command = [sys.executable, "-c", "\n".join(lines)]

    assert 0 == subprocess.run(command, cwd=ROOT, check=False).returncode


@given(E164 | st.text(alphabet="+0123456789 -()/.x\u0664", max_size=25) | st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        once = normalise_phone(text)
    except ValueError:
        return

    assert once.startswith("+")
    assert once[1:].isdecimal()
    assert 8 <= len(once) - 1 <= 15
    assert once == normalise_phone(once)


@given(E164, st.lists(st.sampled_from(" -()./\u00a0"), min_size=20, max_size=20))
def test_what_stands_between_the_digits_does_not_matter(number: str, between: list[str]) -> None:
    try:
        expected = normalise_phone(number)
    except ValueError:
        return

    written = "".join(map("".join, zip(number, between, strict=False)))
    assert expected == normalise_phone(written)

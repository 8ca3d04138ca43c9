"""Who an event is about: normalised, hashed, and nothing more than TikTok may know."""

import re
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modules.events.devices import ATT_STATUSES
from modules.events.hashing import EMPTY_DIGEST
from modules.events.identity import (
    USER_KEYS,
    Identities,
    normalise_country,
    normalise_email,
    normalise_external_id,
    normalise_name,
    normalise_place,
    normalise_zip_code,
)
from modules.events.options import HashedField, HashPolicy, Options
from modules.events.problems import Problem, Severity
from tests.modules.events.vectors import (
    ALREADY_HASHED,
    DEVICE_ID,
    DEVICE_ID_DIGEST,
    DIGESTS,
    NEEDING_AN_OPTION,
    PLACES,
    WRONG,
)

EMAIL = "alice_abc@gmail.com"
EMAIL_DIGEST = DIGESTS[0].sha256
HASHED = ["email", "phone", "external_id", "first_name", "last_name", "zip_code"]
LISTED = ["email", "phone", "external_id"]
PLAIN = sorted(set(USER_KEYS) - {*HASHED, *(f"{name}_sha256" for name in HASHED)})
NOT_PUBLIC = [
    *("10.1.2.3", "192.168.0.1", "172.20.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1"),
    *("239.0.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"),
]
NO_ADDRESSES = [
    *("1.2.3", "1.2.3.256", "1.2.3.04", "1.2.3.4:80", "1.2.3.4, 8.8.8.8", "\u0661.2.3.4"),
    *("unknown", "2001:db8::1::2", "fe80::1%eth0", "[::1]"),
]
DIGEST = re.compile(r"[0-9a-f]{64}")


def read(raw: dict[str, Any], **options: Any) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    return Identities(Options(**options)).user(raw, problems), problems


def sent(raw: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What is sent of a user with whom nothing is wrong."""
    user, problems = read(raw, **options)

    assert [] == problems
    return user


def warned(field: str, value: object, **options: Any) -> str:
    """The warning about a value that is not sent."""
    user, [problem] = read({field: value}, **options)

    assert {} == user
    assert (f"user.{field}", Severity.WARNING) == (problem.field, problem.severity)
    return problem.reason


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# --- digests --------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", DIGESTS, ids=lambda one: f"{one.field}-{one.source}")
def test_what_is_hashed_has_the_digest_that_others_publish(one: Any) -> None:
    assert one.sha256 == digest(one.form)
    assert {one.field: one.sha256} == sent({one.field: one.raw})


@pytest.mark.parametrize(("options", "raw", "form", "expected"), NEEDING_AN_OPTION)
def test_some_telephone_numbers_need_an_option(
    options: dict[str, Any], raw: str, form: str, expected: str
) -> None:
    assert expected == digest(form)
    assert {"phone": expected} == sent({"phone": raw}, **options)


def test_china_is_like_any_country_unless_its_code_is_to_be_left_out() -> None:
    raw = {"phone": "+86 138 0000 0000"}

    assert {"phone": digest("+8613800000000")} == sent(raw)
    assert {"phone": digest("13800000000")} == sent(raw, cn_phone_without_country_code=True)
    assert {"phone": digest("+12133734253")} == sent(
        {"phone": "+12133734253"}, cn_phone_without_country_code=True
    )


@pytest.mark.parametrize(("field", "raw", "wrong", "mistake"), WRONG)
def test_the_mistakes_of_others_are_not_made(
    field: HashedField, raw: str, wrong: str, mistake: str
) -> None:
    user = sent({field: raw}, hashing={field: "hash"})

    assert wrong != user[field], mistake


@pytest.mark.parametrize("field", USER_KEYS)
@pytest.mark.parametrize("nothing", ["", "  \t", None, [], ["", None, " "]])
def test_nothing_is_sent_of_nothing(field: str, nothing: object) -> None:
    assert {} == sent({field: nothing})


@pytest.mark.parametrize("field", HASHED)
def test_the_digest_of_nothing_is_never_sent(field: str) -> None:
    assert "is the SHA-256 digest of an empty text; left out" == warned(field, EMPTY_DIGEST.upper())
    assert {} == read({f"{field}_sha256": EMPTY_DIGEST})[0]


@pytest.mark.parametrize(("field", "raw"), [("phone", "abc"), ("phone", "+"), ("first_name", "—")])
def test_what_leaves_nothing_to_hash_is_left_out(field: str, raw: str) -> None:
    assert warned(field, raw)


@pytest.mark.parametrize(("field", "raw", "expected"), ALREADY_HASHED)
def test_what_is_hashed_already_passes_in_lower_case(field: str, raw: str, expected: str) -> None:
    assert {field: expected} == sent({field: f" {raw} "})


@pytest.mark.parametrize("field", [*HASHED, "idfa", "gaid"])
def test_each_field_may_be_hashed_always_or_have_to_be_hashed(field: HashedField) -> None:
    given_digest = digest("somebody")
    always: dict[HashedField, HashPolicy] = {field: "hash"}
    never: dict[HashedField, HashPolicy] = {field: "hashed"}

    assert {field: given_digest} == sent({field: given_digest.upper()}, hashing=never)
    user, [problem] = read({field: "plain"}, hashing=never)
    assert ({}, Severity.ERROR) == (user, problem.severity)
    assert "must be a SHA-256 digest: 64 hex digits" == problem.reason
    if field in {"email", "phone"}:
        assert warned(field, given_digest, hashing=always)
    else:
        assert {field: digest(given_digest)} == sent({field: given_digest}, hashing=always)


@pytest.mark.parametrize("field", HASHED)
def test_a_field_for_digests_takes_nothing_else(field: str) -> None:
    name = f"{field}_sha256"
    user, [problem] = read({name: "alice"})

    assert ({}, f"user.{name}", Severity.ERROR) == (user, problem.field, problem.severity)
    assert {field: digest("x")} == sent({name: digest("x").upper()})


# --- one and many ---------------------------------------------------------------------------------


def test_values_and_digests_of_one_field_go_out_as_one_list_each_once() -> None:
    raw = {
        "email": [" B@example.com", EMAIL, None, "b@EXAMPLE.com", ""],
        "email_sha256": [digest("c@example.com"), EMAIL_DIGEST.upper()],
    }
    expected = [digest("b@example.com"), EMAIL_DIGEST, digest("c@example.com")]

    assert {"email": expected} == sent(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"email": ["a@b.co", "A@b.co ", "a@b.co"]},
        {"email": ("a@b.co",)},
        {"email": "a@b.co", "email_sha256": digest("a@b.co")},
        {"email_sha256": [digest("a@b.co")], "email": None},
    ],
)
def test_one_value_is_no_list_however_often_it_is_given(raw: dict[str, Any]) -> None:
    assert {"email": digest("a@b.co")} == sent(raw)


def test_a_value_in_a_list_that_cannot_be_used_is_named_by_its_place() -> None:
    user, [problem] = read({"email": [EMAIL, "not-an-email"]})

    assert {"email": EMAIL_DIGEST} == user
    assert "user.email[1]: is not an e-mail address; left out" == str(problem)


def test_tiktok_takes_one_name_only() -> None:
    user, [problem] = read({"first_name": ["Jane", "jane", "Mary"]})

    assert {"first_name": digest("jane")} == user
    assert "takes one value: only the first was taken" == problem.reason
    assert {"first_name": digest("jane")} == sent({"first_name": ["Jane", "JANE"]})


# --- forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "form"),
    [
        ("external_id", 123.0, "123"),
        ("external_id", Decimal("1E+3"), "1000"),
        ("external_id", 1.5, "1.5"),
        ("external_id", 7100000000000000001, "7100000000000000001"),
        ("external_id", " Case KEPT ", "Case KEPT"),
        ("email", "E\u0301lise@exa\u0301mple.com", "\u00e9lise@ex\u00e1mple.com"),
        ("email", "o'neill+tag@mail.example.co.uk", "o'neill+tag@mail.example.co.uk"),
        ("first_name", "  O'Neill ", "oneill"),
        ("first_name", "Jean-Luc  Marie", "jeanluc marie"),
        ("last_name", "MÜLLER", "müller"),
        ("last_name", "Mu\u0308ller, Jr.", "müller jr"),
        ("zip_code", 95110, "95110"),
        ("zip_code", "95110-1234", "951101234"),
        ("zip_code", "00\u2013950", "00950"),
        ("phone", 491701234567, "+491701234567"),
    ],
)
def test_a_value_is_brought_into_its_one_form(field: str, value: object, form: str) -> None:
    options = {"assume_international": True} if field == "phone" else {}

    assert {field: digest(form)} == sent({field: value}, **options)


@pytest.mark.parametrize(
    "raw",
    [
        "not-an-email",
        "@example.com",
        "alice@",
        "alice@example",
        "alice@.com",
        "alice@example..com",
        "alice@example.com.",
        "a@b@example.com",
        "a lice@example.com",
        "<alice@example.com>",
        "'alice@example.com'",
        "mailto:alice@example.com",
        "alice@example.com,bob@example.com",
        "al\u200bice@example.com",
        "al\x00ice@example.com",
        "å\ud800lice@example.com",
    ],
)
def test_what_is_no_email_address_is_left_out(raw: str) -> None:
    assert "is not an e-mail address; left out" == warned("email", raw)


@pytest.mark.parametrize("raw", ["undefined", " NULL", "None", "NaN", "[object Object]"])
def test_what_scripts_write_for_no_id_is_no_id(raw: str) -> None:
    assert "is not an id, but what a script" in warned("external_id", raw)


@pytest.mark.parametrize("value", [True, {"a": 1}, float("nan"), float("inf"), 2.0**60, [["a"]]])
def test_what_is_neither_text_nor_an_exact_number_is_left_out(value: object) -> None:
    user, [problem] = read({"external_id": value})

    assert ({}, Severity.WARNING) == (user, problem.severity)
    assert "number" in problem.reason


@pytest.mark.parametrize("field", HASHED)
@pytest.mark.parametrize("policy", ["automatic", "hash"])
def test_what_has_lost_a_character_on_the_way_is_not_hashed(
    field: HashedField, policy: HashPolicy
) -> None:
    value = "+4930\ufffd123456" if field == "phone" else "a\ufffdb@example.com"
    user, problems = read({field: value}, hashing={field: policy})

    assert {} == user
    assert [f"user.{field}: has a character that was lost on the way (U+FFFD); left out"] == [
        str(one) for one in problems
    ]


@pytest.mark.parametrize("field", ["external_id", "user_agent", "city", "ttp", "idfv"])
def test_half_a_surrogate_pair_is_left_out(field: str) -> None:
    assert "is not valid Unicode text; left out" == warned(field, "a\ud800b")


# --- sent as it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "raw", "form"),
    [
        *PLACES,
        ("city", "São Paulo", "saopaulo"),
        ("city", "København", "kobenhavn"),
        ("city", "Łódź", "lodz"),
        ("city", "İstanbul", "istanbul"),
        ("city", "Йошкар-Ола", "йошкарола"),
        ("city", "東京 23", "東京23"),
        ("city", "대전", "대전"),
        ("state", "N.Y.", "ny"),
        ("country", " d.e ", "de"),
    ],
)
def test_places_are_sent_without_blanks_punctuation_and_diacritics(
    field: str, raw: str, form: str
) -> None:
    assert {field: form} == sent({field: raw})


@pytest.mark.parametrize("raw", ["United States", "USA", "4", "日本", "?"])
def test_a_country_is_two_letters(raw: str) -> None:
    assert warned("country", raw)


@pytest.mark.parametrize(
    "ip",
    [
        "203.0.113.7",
        "8.8.8.8",
        "2001:0db8:1111:000a:00b0:0000:0000:0200",
        "2001:db8:1111:a:b0::200",
        "::ffff:8.8.8.8",
    ],
)
def test_public_addresses_are_sent_as_they_are_unless_they_are_to_be_hidden(ip: str) -> None:
    assert {"ip": ip} == sent({"ip": f" {ip} "})
    assert {} == sent({"ip": ip}, hide_ip=True)


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_warned_about(ip: str) -> None:
    user, [problem] = read({"ip": ip})

    assert ({"ip": ip}, Severity.WARNING) == (user, problem.severity)
    assert "not a public address" in problem.reason


@pytest.mark.parametrize("ip", NO_ADDRESSES)
def test_what_is_no_address_is_left_out(ip: str) -> None:
    assert "is not an IP address; left out" == warned("ip", ip)


def test_what_identifies_a_browser_is_sent_as_it_is() -> None:
    raw = {
        "ttclid": "E.C.P." + "x" * 1500,
        "ttp": "94e2a4j9h3ss9p2",
        "user_agent": "Mozilla/5.0 (Würfel; rv:1)",
        "locale": "zh-Hant-TW",
    }

    assert raw == sent(raw)
    assert {"locale": "en-US"} == sent({"locale": "en_US"})


@pytest.mark.parametrize(
    ("field", "value"), [("ttclid", "abc"), ("ttclid", "E.C.P."), ("locale", "en-US,en;q=0.9")]
)
def test_what_looks_odd_is_sent_with_a_warning(field: str, value: str) -> None:
    user, [problem] = read({field: value})

    assert ({field: value}, Severity.WARNING) == (user, problem.severity)
    assert "does not look like" in problem.reason


@pytest.mark.parametrize("field", sorted(set(PLAIN) - {"ip", "att_status"}))
@pytest.mark.parametrize("value", [EMAIL, "alice%40example.com"])
def test_an_email_address_in_the_wrong_field_does_not_go_out(field: str, value: str) -> None:
    assert "an e-mail address is never sent as it is" in warned(field, value)


# --- devices --------------------------------------------------------------------------------------


def test_advertising_ids_have_each_their_case_and_may_be_hashed() -> None:
    both = {"idfa": DEVICE_ID.lower(), "gaid": DEVICE_ID}
    hashing: dict[HashedField, HashPolicy] = {"idfa": "hash", "gaid": "hash"}

    assert {"idfa": DEVICE_ID, "gaid": DEVICE_ID.lower()} == sent(both)
    assert dict.fromkeys(both, DEVICE_ID_DIGEST) == sent(both, hashing=hashing)
    assert {"idfv": "V1"} == sent({"idfv": " V1 "})


@pytest.mark.parametrize("field", ["idfa", "gaid", "idfv"])
def test_an_id_of_zeros_is_no_id(field: str) -> None:
    assert "is an id of zeros" in warned(field, "00000000-0000-0000-0000-000000000000")


def test_an_advertising_id_of_an_odd_shape_is_sent_with_a_warning() -> None:
    user, [problem] = read({"gaid": "ABC"})

    assert ({"gaid": "abc"}, Severity.WARNING) == (user, problem.severity)


@pytest.mark.parametrize("status", sorted(ATT_STATUSES))
def test_an_att_status_is_one_of_five(status: str) -> None:
    assert {"att_status": status} == sent({"att_status": f" {status.lower()} "})


def test_another_att_status_is_an_error() -> None:
    user, [problem] = read({"att_status": "MAYBE"})

    assert ({}, Severity.ERROR) == (user, problem.severity)
    assert problem.reason.startswith("must be one of AUTHORIZED, DENIED")


# --- unknown keys ---------------------------------------------------------------------------------


def test_a_key_that_is_not_known_is_not_sent() -> None:
    user, problems = read({"e_mail": EMAIL, "shoe_size": 43, "age": None})

    assert {} == user
    assert [
        "user.e_mail: is not known; left out; did you mean email?",
        "user.shoe_size: is not known; left out",
    ] == list(map(str, problems))
    assert {Severity.WARNING} == {one.severity for one in problems}


def test_a_key_that_may_be_personal_itself_is_not_quoted() -> None:
    _, [problem] = read({EMAIL: 1})

    assert "user: has a key that is not known; left out" == str(problem)


# --- anything at all ------------------------------------------------------------------------------

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
USERS = st.dictionaries(st.sampled_from(USER_KEYS) | st.text(), JSON, max_size=8)


@given(USERS)
def test_whatever_comes_only_digests_go_out_where_there_should_be_digests(
    raw: dict[str, Any],
) -> None:
    user, _ = read(raw)

    assert set(user) <= {*HASHED, *PLAIN}
    for field in HASHED:
        found = user.get(field, [])
        for one in found if isinstance(found, list) else [found]:
            assert DIGEST.fullmatch(one)
            assert one != EMPTY_DIGEST
    assert all(user.values())
    assert {type(value) for value in user.values()} <= {str, list}
    assert {key for key in user if isinstance(user[key], list)} <= set(LISTED)


@given(USERS)
def test_what_went_out_once_goes_out_again_the_same(raw: dict[str, Any]) -> None:
    user, _ = read(raw)

    assert user == read(user)[0]


@given(st.dictionaries(st.sampled_from(USER_KEYS), st.text(), min_size=1))
def test_no_problem_quotes_a_value(raw: dict[str, str]) -> None:
    for policy in ("automatic", "hash", "hashed"):
        hashing = dict.fromkeys(("email", "phone", "external_id", "idfa"), policy)
        marked = {key: f"Zq9{value}é9qZ" for key, value in raw.items()}
        _, problems = read(marked | {"phone": "٤Zq9" + raw.get("phone", "")}, hashing=hashing)

        assert not re.search(r"zq9|9qz|é|٤", " ".join(map(str, problems)), re.IGNORECASE)


@given(st.binary(max_size=8), st.sampled_from([*HASHED, "idfa", "gaid"]), st.booleans())
def test_a_digest_survives(data: bytes, field: str, capitals: bool) -> None:
    assume(data)
    given_digest = sha256(data).hexdigest()

    assert {field: given_digest} == sent(
        {field: given_digest.upper() if capitals else given_digest}
    )


@pytest.mark.parametrize(
    "normalise",
    [
        normalise_country,
        normalise_email,
        normalise_external_id,
        normalise_name,
        normalise_place,
        normalise_zip_code,
    ],
)
@given(text=st.text() | st.from_regex(r"\A[\w.+'-]{1,9}@\w{1,5}(\.\w{1,4}){1,2}\s?\Z"))
def test_normalising_twice_changes_nothing(normalise: Any, text: str) -> None:
    try:
        once = normalise(text)
    except ValueError:
        return

    assert once
    assert once == normalise(once)

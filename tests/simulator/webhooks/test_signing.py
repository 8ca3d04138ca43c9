import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as some

from adloom.simulator.webhooks.signing import business_signature, creator_signature


def digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def test_other_characters_are_signed_as_lower_case_escapes() -> None:
    body = '{"ad_name":"Größe 青 😀 \\"x\\""}'.encode()
    signed = rb'{"ad_name":"Gr\u00f6\u00dfe \u9752 \ud83d\ude00 \"x\""}'

    assert business_signature("secret", body) == digest("secret", signed)


@given(some.text(some.characters(codec="ascii")))
def test_plain_bodies_are_signed_as_they_are(text: str) -> None:
    assert business_signature("secret", text.encode()) == digest("secret", text.encode())


@given(some.text(some.characters(codec="utf-8")))
def test_what_is_signed_is_ascii_and_says_the_same(text: str) -> None:
    escaped = text.encode("utf-16-be").hex()
    expected = "".join(
        character if (character := chr(int(escaped[at : at + 4], 16))).isascii()
        else f"\\u{escaped[at : at + 4]}"
        for at in range(0, len(escaped), 4)
    )  # fmt: skip

    assert business_signature("secret", text.encode()) == digest("secret", expected.encode())


def test_creators_webhooks_sign_the_time_as_well() -> None:
    found = creator_signature("secret", b'{"x":1}', 1_788_264_000)

    assert found == "t=1788264000,s=" + digest("secret", b'1788264000.{"x":1}')

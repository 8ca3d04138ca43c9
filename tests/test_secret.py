"""Values that must never be seen."""

import base64
import copy
import gc
import io
import json
import logging
import pickle
import sys
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.json_text import dump
from adloom.secret import RedactingFilter, Secret, is_harmless, redact, scrub

VALUE = 's3cr3t/with+signs=and"quotes\\é'
LONG = st.text(min_size=8)
NAMES = ["access_token", "Secret", "refresh-token", "name", "id"]


# --- the value itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [("", "•••"), ("short", "•••"), ("x" * 15, "•••"), ("0123456789abcdef", "•••cdef")],
)
def test_a_secret_prints_as_dots_and_at_most_its_last_four_signs(value: str, shown: str) -> None:
    secret = Secret(value)

    assert [shown] * 5 == [
        str(secret),
        repr(secret),
        f"{secret}",
        "%s" % secret,  # noqa: UP031 - one of the ways to print
        json.loads(dump(secret)),
    ]
    assert f"{shown:>20}" == f"{secret:>20}"
    assert f"[{shown}]" == str([secret])
    assert value == secret.reveal()


@pytest.mark.parametrize(
    "leave",
    [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars],
    ids=["pickle", "copy", "deepcopy", "json", "vars"],
)
def test_a_secret_does_not_leave_by_other_doors(leave: object) -> None:
    assert callable(leave)
    with pytest.raises(TypeError):
        leave(Secret(VALUE))


def test_secrets_are_compared_by_value_and_kept_apart_in_sets() -> None:
    first, same, other = Secret("abcd"), Secret("abcd"), Secret("abce")

    assert first == same
    assert first != other
    assert first != "abcd"
    assert 2 == len({first, same} | {first})
    assert Secret("\ud800") == Secret("\ud800")
    assert [True, False] == [bool(Secret("x")), bool(Secret(""))]


# --- scrubbing ------------------------------------------------------------------------------------


def disguises(value: str) -> list[str]:
    raw = value.encode()
    return [
        value,
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
        str([value])[2:-2],
        str([raw])[3:-2],
    ]


@given(LONG, st.integers(0, 9))
def test_no_form_of_a_living_secret_gets_through(value: str, form: int) -> None:
    secret = Secret(value)
    text = disguises(value)[form]
    scrubbed = scrub(f"before<{text}>after")

    assert text not in scrubbed
    assert str(secret) in scrubbed
    assert scrubbed.startswith("before<")


@given(LONG, st.text(max_size=5), st.text(max_size=5))
def test_a_secret_inside_a_longer_base64_gets_through_at_its_edges_only(
    value: str, before: str, after: str
) -> None:
    secret = Secret(value)
    around = f"{before}:{after}".encode()
    scrubbed = scrub(base64.b64encode(f"{before}:{value}{after}".encode()).decode())
    kept = scrubbed.replace(str(secret), "")

    assert str(secret) in scrubbed
    assert len(kept) <= -(-len(around) * 8 // 6) + 6


@given(LONG, LONG)
def test_a_secret_that_begins_like_another_does_not_uncover_its_end(first: str, more: str) -> None:
    shorter, longer = Secret(first), Secret(first + more)
    scrubbed = scrub(f"<{longer.reveal()}>")

    assert f"<{longer}>" == scrubbed
    assert shorter.reveal() not in scrubbed


def test_a_secret_too_short_to_mean_anything_is_left_in_words() -> None:
    secret = Secret("ads")

    assert "search ads" == scrub("search ads")
    assert secret


def test_a_secret_that_is_no_text_does_not_stop_the_others() -> None:
    planted = [Secret("half \ud800 a pair"), Secret("a whole secret")]

    assert "<•••>" == scrub("<a whole secret>")
    assert planted


def test_a_secret_nobody_holds_any_more_is_forgotten() -> None:
    secret = Secret("forgotten-secret")
    del secret
    gc.collect()

    assert "forgotten-secret" == scrub("forgotten-secret")


def test_secrets_may_be_made_while_others_are_scrubbed() -> None:
    begun, stop = threading.Event(), threading.Event()
    kept: list[Secret] = []

    def make() -> None:
        while not stop.is_set():
            kept.append(Secret(f"secret number {len(kept)}"))
            del kept[:-200]
            begun.set()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread = threading.Thread(target=make)
    thread.start()
    try:
        assert begun.wait(5)
        said = {scrub("nothing in here") for _ in range(30)}
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)

    assert {"nothing in here"} == said


# --- data -----------------------------------------------------------------------------------------


def test_values_under_telling_names_are_dotted_out() -> None:
    planted = Secret("canary-in-a-text")
    data = {
        "access_token": "a",
        "Access-Token": "b",
        "app_secret": {"nested": 1},
        "auth_code": ["c"],
        "refresh-tokens": 1,
        "cookies": "d",
        "passphrase": "",
        "password": None,
        "tokenised": "e",
        "list": [{"secret": "f", "note": "has canary-in-a-text"}, (planted, 7)],
    }

    assert {
        "access_token": "•••",
        "Access-Token": "•••",
        "app_secret": "•••",
        "auth_code": "•••",
        "refresh-tokens": "•••",
        "cookies": "•••",
        "passphrase": "",
        "password": None,
        "tokenised": "e",
        "list": [{"secret": "•••", "note": "has •••text"}, ["•••text", 7]],
    } == redact(data)


ADDRESS = "https://upload.example.com/video/?upload_id=67&upload_token={}&part=1"


@pytest.mark.parametrize(
    "name", ["upload_token", "access_token", "TOKEN", "x-app-secret", "cookie"]
)
def test_tokens_in_addresses_are_dots_though_nobody_knew_them(name: str) -> None:
    text = f"PUT https://a.example.com/?id=1&{name}=made-up-by-a-platform#end and more"

    assert f"PUT https://a.example.com/?id=1&{name}=•••#end and more" == scrub(text)
    assert {"upload_url": [ADDRESS.format("•••")]} == redact({"upload_url": [ADDRESS.format("x1")]})


@pytest.mark.parametrize(
    "text", ["?tokens_left=5", "a=b&tokenised=1", "token=1", "?token=", "?next_page=2&x=token"]
)
def test_what_is_no_telling_parameter_stays(text: str) -> None:
    assert text == scrub(text)


def test_what_is_known_in_an_address_keeps_its_last_signs() -> None:
    planted = Secret("canary-0123456789abcdef")

    assert ADDRESS.format("•••cdef") == scrub(ADDRESS.format(planted.reveal()))


# --- log lines ------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("tests.secret")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, text
    logger.removeHandler(handler)
    logger.propagate = True


def test_messages_arguments_and_tracebacks_are_scrubbed(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, text = log
    secret = Secret(VALUE)
    logger.warning("one %s", secret.reveal())
    logger.warning("two " + secret.reveal())  # noqa: G003 - one of the ways to log
    logger.warning("three %(token)s", {"token": secret.reveal()})
    try:
        int(secret.reveal())
    except ValueError:
        logger.exception("four")
    logger.warning("five", exc_info=ValueError(secret.reveal(), secret.reveal().encode()))

    said = text.getvalue()
    assert "s3cr3t" not in said
    assert ["one", "two", "three", "four", "five"] == [
        word for word in said.split() if word in {"one", "two", "three", "four", "five"}
    ]
    assert 2 == said.count("ValueError: ")


def test_a_line_that_does_not_fit_its_arguments_is_told_all_the_same(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, text = log
    secret = Secret("canary-of-a-broken-line")
    logger.warning("%d tokens", secret.reveal())

    assert "tokens" in text.getvalue()
    assert "canary" not in text.getvalue()


# --- harmless texts ---


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(NAMES), inner),
)


@given(DATA, LONG)
def test_what_is_called_harmless_is_not_changed_by_redaction(value: object, kept: str) -> None:
    secret = Secret(kept)
    text = dump([value, {"around": f"<{secret.reveal()}>"}]).decode()
    plain = dump(value).decode()

    assert not is_harmless(text)
    if is_harmless(plain):
        assert plain == dump(redact(json.loads(plain))).decode()
